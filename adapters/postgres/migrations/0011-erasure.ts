import type { Kysely } from "kysely";

/** What tells the deployment's secret from another, and what is kept of reports whose reporter was erased. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("secret_canary")
    .addColumn("id", "integer", (column) => column.primaryKey())
    .addColumn("fingerprint", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("erased_reports")
    .addColumn("community_id", "text", (column) => column.notNull())
    .addColumn("reporter", "text", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("outcome", "text")
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex("erased_reports_reporter")
    .on("erased_reports")
    .columns(["community_id", "reporter"])
    .execute();
  await db.schema
    .createIndex("erased_reports_expiry")
    .on("erased_reports")
    .column("expires_at")
    .execute();
}
