import { type Kysely, sql } from "kysely";
import { type Share, WHOLE } from "../../src/engine/share.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import { inShare } from "./share.ts";
import type { Tables } from "./tables.ts";

/** The memory of the adapter of one platform. All processes have the same; each is told of what is due in its share. */
export function makePlatformMemory(
  db: Kysely<Tables>,
  platform: string,
  share: Share = WHOLE,
): PlatformMemory {
  return {
    async recall(key) {
      const row = await db
        .selectFrom("platform_memory")
        .select("value")
        .where("platform", "=", platform)
        .where("key", "=", key)
        .executeTakeFirst();
      return row?.value ?? null;
    },
    async remember(key, value, dueAt) {
      if (value === null) {
        await db
          .deleteFrom("platform_memory")
          .where("platform", "=", platform)
          .where("key", "=", key)
          .execute();
        return;
      }
      const due_at = dueAt ?? null;
      await db
        .insertInto("platform_memory")
        .values({ platform, key, value, due_at })
        .onConflict((conflict) =>
          conflict.columns(["platform", "key"]).doUpdateSet({ value, due_at }),
        )
        .execute();
    },
    due: (at, limit, prefix = "") =>
      db
        .selectFrom("platform_memory")
        .select(["key", "value"])
        .where("platform", "=", platform)
        .where("due_at", "<=", at)
        .where(inShare(share, sql<string>`split_part(key, '/', 2)`))
        .where(sql<boolean>`starts_with(key, ${prefix})`)
        .orderBy("due_at")
        .limit(limit)
        .execute(),
  };
}
