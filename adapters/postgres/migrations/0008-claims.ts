import { type Kysely, sql } from "kysely";

/**
 * Whoever tells somebody claims the attempt first, so that two who look at it at once do not both tell
 * them. Of a job that was handed to the queue it is known whether the queue has ended it; what was handed
 * over before is taken to have ended.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("attempts").addColumn("claimed_until", "bigint").execute();
  await db.schema.alterTable("outbox").addColumn("ended_at", "bigint").execute();
  await sql`UPDATE outbox SET ended_at = enqueued_at WHERE enqueued_at IS NOT NULL`.execute(db);
  await db.schema
    .createIndex("outbox_under_way")
    .on("outbox")
    .columns(["queue", "enqueued_at"])
    .where(sql<boolean>`enqueued_at IS NOT NULL AND ended_at IS NULL AND queue = 'actions'`)
    .execute();
}
