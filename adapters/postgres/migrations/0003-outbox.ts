import { type Kysely, sql } from "kysely";

/** Jobs that are written with the record they follow from, and effects that were carried out. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("outbox")
    .addColumn("seq", "bigint", (column) => column.generatedAlwaysAsIdentity().unique().notNull())
    .addColumn("queue", "text", (column) => column.notNull())
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("payload", "json", (column) => column.notNull())
    .addColumn("delay_ms", "bigint", (column) => column.notNull())
    .addColumn("written_at", "bigint", (column) => column.notNull())
    .addColumn("enqueued_at", "bigint")
    .addPrimaryKeyConstraint("outbox_pkey", ["queue", "id"])
    .execute();
  await db.schema
    .createIndex("outbox_pending")
    .on("outbox")
    .columns(["seq"])
    .where(sql.ref("enqueued_at"), "is", null)
    .execute();
  await db.schema
    .createTable("effects")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("community_id", "text", (column) => column.notNull())
    .addColumn("noted_at", "bigint", (column) => column.notNull())
    .execute();
}
