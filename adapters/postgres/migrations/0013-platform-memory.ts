import type { Kysely } from "kysely";

/** What adapters of platforms remember beyond a restart. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("platform_memory")
    .addColumn("platform", "text", (column) => column.notNull())
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("value", "text", (column) => column.notNull())
    .addColumn("due_at", "bigint")
    .addPrimaryKeyConstraint("platform_memory_pkey", ["platform", "key"])
    .execute();
  await db.schema
    .createIndex("platform_memory_due")
    .on("platform_memory")
    .columns(["platform", "due_at"])
    .where("due_at", "is not", null)
    .execute();
}
