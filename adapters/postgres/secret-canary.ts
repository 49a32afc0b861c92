import { type Kysely, sql } from "kysely";
import type { Digests } from "../../src/ports/digests.ts";
import type { Tables } from "./tables.ts";

/** The database was keyed with another secret: no fingerprint of it can be found again with this one. */
export interface WrongSecret {
  readonly kind: "wrong-secret";
}

const CANARY = 1;
const TEXT = "candor";

/** Whether a database, of whatever version, holds what a secret has keyed: then no new secret may be made for it. */
export async function isKeyed(db: Kysely<Tables>): Promise<boolean> {
  for (const table of ["secret_canary", "audit_heads"] as const) {
    const { rows } = await sql<{ here: boolean }>`
      SELECT to_regclass(${table}) IS NOT NULL AS here`.execute(db);
    if (rows[0]?.here !== true) continue;
    const some = await db.selectFrom(table).select(sql<number>`1`.as("one")).limit(1).execute();
    if (some.length > 0) return true;
  }
  return false;
}

/** Whether the secret is the one of the database, which from its first use on is the one of that use. */
export async function isItsSecret(
  db: Kysely<Tables>,
  digests: Pick<Digests, "fingerprint">,
): Promise<boolean> {
  const fingerprint = digests.fingerprint("canary", TEXT);
  await db
    .insertInto("secret_canary")
    .values({ id: CANARY, fingerprint })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
  const kept = await db
    .selectFrom("secret_canary")
    .select("fingerprint")
    .where("id", "=", CANARY)
    .executeTakeFirstOrThrow();
  return kept.fingerprint === fingerprint;
}
