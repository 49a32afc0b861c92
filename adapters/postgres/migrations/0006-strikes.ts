import type { Kysely } from "kysely";

/** A decision may weigh on every author of its case: one strike for each of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("strikes").dropConstraint("strikes_pkey").execute();
  await db.schema
    .alterTable("strikes")
    .addPrimaryKeyConstraint("strikes_pkey", ["decision_id", "author_id"])
    .execute();
}
