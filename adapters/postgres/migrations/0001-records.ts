import { type Kysely, sql } from "kysely";

/** Communities, their policies, messages with verdicts, cases with decisions, and what is known of members. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("communities")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("platform", "text", (column) => column.notNull())
    .addColumn("name", "text")
    .addColumn("messages", "bigint", (column) => column.notNull())
    .addColumn("cases", "integer", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("policies")
    .addColumn("community_id", "text", (column) => column.notNull())
    .addColumn("version", "integer", (column) => column.notNull())
    .addColumn("policy", "json", (column) => column.notNull())
    .addPrimaryKeyConstraint("policies_pkey", ["community_id", "version"])
    .execute();
  await createMessages(db);
  await createCases(db);
  await db.schema
    .createTable("standing")
    .addColumn("community_id", "text", (column) => column.notNull())
    .addColumn("author_id", "text", (column) => column.notNull())
    .addColumn("messages", "integer", (column) => column.notNull())
    .addColumn("flagged", "integer", (column) => column.notNull())
    .addColumn("upheld", "integer", (column) => column.notNull())
    .addColumn("dismissed", "integer", (column) => column.notNull())
    .addColumn("first_seen_at", "bigint", (column) => column.notNull())
    .addColumn("last_seen_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("standing_pkey", ["community_id", "author_id"])
    .execute();
}

async function createMessages(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("messages")
    .addColumn("key", "text", (column) => column.primaryKey())
    .addColumn("platform", "text", (column) => column.notNull())
    .addColumn("community_id", "text", (column) => column.notNull())
    .addColumn("community_name", "text")
    .addColumn("channel_id", "text", (column) => column.notNull())
    .addColumn("channel_name", "text")
    .addColumn("message_id", "text", (column) => column.notNull())
    .addColumn("revised_at", "bigint")
    .addColumn("author_id", "text", (column) => column.notNull())
    .addColumn("author_role", "text", (column) => column.notNull())
    .addColumn("evidence", "text")
    .addColumn("text_fingerprint", "text", (column) => column.notNull())
    .addColumn("sent_at", "bigint", (column) => column.notNull())
    .addColumn("received_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .execute();
  const index = (name: string, columns: string[]) =>
    db.schema.createIndex(name).on("messages").columns(columns).execute();
  await index("messages_same_text", ["community_id", "text_fingerprint", "sent_at"]);
  await index("messages_author", ["community_id", "author_id"]);
  await index("messages_expiry", ["expires_at"]);
  await db.schema
    .createTable("verdicts")
    .addColumn("message_key", "text", (column) =>
      column.primaryKey().references("messages.key").onDelete("cascade"),
    )
    .addColumn("verdict", "json", (column) => column.notNull())
    .addColumn("rules_version", "text", (column) => column.notNull())
    .addColumn("mode", "text", (column) => column.notNull())
    .addColumn("case_id", "text")
    .execute();
}

async function createCases(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("cases")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("community_id", "text", (column) => column.notNull())
    .addColumn("number", "integer", (column) => column.notNull())
    .addColumn("message_key", "text", (column) =>
      column.notNull().unique().references("messages.key").onDelete("cascade"),
    )
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("severity", "text")
    .addColumn("families", sql`text[]`, (column) => column.notNull())
    .addColumn("shadow", "boolean", (column) => column.notNull())
    .addColumn("held", "boolean", (column) => column.notNull())
    .addColumn("rung", "integer", (column) => column.notNull())
    .addColumn("opened_at", "bigint", (column) => column.notNull())
    .addColumn("decided_at", "bigint")
    .addUniqueConstraint("cases_number", ["community_id", "number"])
    .execute();
  await db.schema
    .createIndex("cases_queue")
    .on("cases")
    .columns(["state", "severity", "opened_at"])
    .execute();
  await db.schema
    .createTable("decisions")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("case_id", "text", (column) =>
      column.notNull().unique().references("cases.id").onDelete("cascade"),
    )
    .addColumn("outcome", "text", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("moderator_id", "text", (column) => column.notNull())
    .addColumn("decided_at", "bigint", (column) => column.notNull())
    .execute();
}
