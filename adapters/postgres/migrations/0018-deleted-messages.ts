import type { Kysely } from "kysely";

/** Of a message of a case it is known whether somebody deleted it on the platform. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("case_messages").addColumn("deleted_at", "bigint").execute();
}
