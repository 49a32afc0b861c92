import { type Kysely, sql } from "kysely";

/**
 * The community of a job, by which each of several processes finds its own. Of one that is written already the
 * payload names it, or its case or message; a job of none is done by the first process, which finds nothing to do.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("outbox").addColumn("community_id", "text").execute();
  await sql`
    UPDATE outbox SET community_id = coalesce(
      outbox.payload ->> 'community',
      (SELECT cases.community_id FROM cases WHERE cases.id = outbox.payload ->> 'case'),
      (SELECT messages.community_id FROM messages WHERE messages.key = outbox.payload ->> 'message'),
      ''
    )`.execute(db);
  await db.schema
    .alterTable("outbox")
    .alterColumn("community_id", (column) => column.setNotNull())
    .execute();
}
