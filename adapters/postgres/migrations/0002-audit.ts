import type { Kysely } from "kysely";

/** One hash chain for each community. Payloads stand apart, so that they can be erased. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("audit_heads")
    .addColumn("community", "text", (column) => column.primaryKey())
    .addColumn("seq", "bigint", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("audit_events")
    .addColumn("community", "text", (column) => column.notNull())
    .addColumn("seq", "bigint", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("type", "text", (column) => column.notNull())
    .addColumn("payload_hash", "text", (column) => column.notNull())
    .addColumn("previous", "text", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("audit_events_pkey", ["community", "seq"])
    .execute();
  await db.schema
    .createTable("audit_payloads")
    .addColumn("community", "text", (column) => column.notNull())
    .addColumn("seq", "bigint", (column) => column.notNull())
    .addColumn("person", "text")
    .addColumn("payload", "json", (column) => column.notNull())
    .addColumn("nonce", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("audit_payloads_pkey", ["community", "seq"])
    .execute();
  await db.schema
    .createIndex("audit_payloads_person")
    .on("audit_payloads")
    .columns(["community", "person"])
    .where("person", "is not", null)
    .execute();
}
