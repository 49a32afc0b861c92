import type { Kysely } from "kysely";

/** Of a message it is known how many of its text files were not read, or not to their end. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable("messages")
    .addColumn("unread_files", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
}
