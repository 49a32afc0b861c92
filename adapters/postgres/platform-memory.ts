import type { Kysely } from "kysely";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import type { Tables } from "./tables.ts";

/** The memory of the adapter of one platform. */
export function makePlatformMemory(db: Kysely<Tables>, platform: string): PlatformMemory {
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
    due: (at, limit) =>
      db
        .selectFrom("platform_memory")
        .select(["key", "value"])
        .where("platform", "=", platform)
        .where("due_at", "<=", at)
        .orderBy("due_at")
        .limit(limit)
        .execute(),
  };
}
