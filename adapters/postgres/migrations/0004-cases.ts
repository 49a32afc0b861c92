import { type Kysely, sql } from "kysely";

/**
 * Cases with a lease, a ladder, several messages and several decisions; notes, strikes, attempts to
 * reach people, changes of rotas. A case of before becomes one of the first round of its ladder, with
 * as many steps taken as it had rungs; where somebody must still decide, the next step is due at once.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await extendMessages(db);
  await extendCases(db);
  await createCaseMessages(db);
  await carryCasesOver(db);
  await extendDecisions(db);
  await createNotesAndStrikes(db);
  await createAttempts(db);
  await createRotaEntries(db);
}

async function extendMessages(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("messages").addColumn("context_until", "bigint").execute();
  await db.schema
    .createIndex("messages_channel")
    .on("messages")
    .columns(["community_id", "channel_id", "sent_at", "key"])
    .execute();
  await db.schema
    .createIndex("messages_revisions")
    .on("messages")
    .columns(["community_id", "channel_id", "message_id"])
    .execute();
  await db.schema
    .createIndex("messages_context")
    .on("messages")
    .column("context_until")
    .where(sql.ref("context_until"), "is not", null)
    .execute();
}

async function extendCases(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex("cases_queue").execute();
  await db.schema.alterTable("cases").renameColumn("rung", "ladder_step").execute();
  await db.schema.alterTable("cases").dropConstraint("cases_message_key_key").execute();
  await db.schema
    .alterTable("cases")
    .addColumn("platform", "text", (column) => column.notNull().defaultTo(""))
    .addColumn("source", "text", (column) => column.notNull().defaultTo("rule"))
    .addColumn("author_id", "text", (column) => column.notNull().defaultTo(""))
    .addColumn("speaker", "text", (column) => column.notNull().defaultTo("member"))
    .addColumn("messages", "integer", (column) => column.notNull().defaultTo(1))
    .addColumn("reports", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("reach", "integer")
    .addColumn("assignee", "text")
    .addColumn("assigned_since", "bigint")
    .addColumn("assigned_until", "bigint")
    .addColumn("on_hold_until", "bigint")
    .addColumn("proposal", "json")
    .addColumn("ladder_round", "integer", (column) => column.notNull().defaultTo(1))
    .addColumn("ladder_started_at", "bigint", (column) => column.notNull().defaultTo(0))
    .addColumn("ladder_next_at", "bigint")
    .addColumn("ladder_waiting", "boolean", (column) => column.notNull().defaultTo(false))
    .addColumn("acknowledged_by", "text")
    .addColumn("acknowledged_at", "bigint")
    .addColumn("last_seen_at", "bigint", (column) => column.notNull().defaultTo(0))
    .addColumn("closed_at", "bigint")
    .addColumn("priority", "double precision", (column) => column.notNull().defaultTo(0))
    .execute();
}

async function createCaseMessages(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("case_messages")
    .addColumn("case_id", "text", (column) =>
      column.notNull().references("cases.id").onDelete("cascade"),
    )
    .addColumn("message_key", "text", (column) =>
      column.notNull().references("messages.key").onDelete("cascade"),
    )
    .addColumn("held", "boolean", (column) => column.notNull())
    .addColumn("joined_at", "bigint", (column) => column.notNull())
    .addColumn("position", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("case_messages_pkey", ["case_id", "message_key"])
    .addUniqueConstraint("case_messages_order", ["case_id", "position"])
    .execute();
  await db.schema
    .createIndex("case_messages_message")
    .on("case_messages")
    .column("message_key")
    .execute();
  await sql`
    INSERT INTO case_messages (case_id, message_key, held, joined_at, position)
    SELECT cases.id, messages.key, cases.held AND messages.key = cases.message_key,
      messages.received_at,
      row_number() OVER (
        PARTITION BY cases.id
        ORDER BY messages.key <> cases.message_key, messages.received_at, messages.key)
    FROM cases
    JOIN verdicts ON verdicts.case_id = cases.id
    JOIN messages ON messages.key = verdicts.message_key`.execute(db);
  await db.schema.alterTable("verdicts").dropColumn("case_id").execute();
  await createCaseTexts(db);
}

/** Each text of a case once, however often it was posted: a raid finds its case in one step. */
async function createCaseTexts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("case_texts")
    .addColumn("text_fingerprint", "text", (column) => column.notNull())
    .addColumn("case_id", "text", (column) =>
      column.notNull().references("cases.id").onDelete("cascade"),
    )
    .addPrimaryKeyConstraint("case_texts_pkey", ["text_fingerprint", "case_id"])
    .execute();
  await db.schema.createIndex("case_texts_case").on("case_texts").column("case_id").execute();
  await sql`
    INSERT INTO case_texts (text_fingerprint, case_id)
    SELECT DISTINCT messages.text_fingerprint, case_messages.case_id
    FROM case_messages JOIN messages ON messages.key = case_messages.message_key
    WHERE messages.text_fingerprint <> ''`.execute(db);
}

async function carryCasesOver(db: Kysely<unknown>): Promise<void> {
  // The priority is what the engine's `priorityOf` gives a case of unknown reach without reports.
  await sql`
    UPDATE cases SET
      platform = opening.platform,
      author_id = opening.author_id,
      speaker = opening.author_role,
      messages = joined.messages,
      last_seen_at = joined.last_seen_at,
      ladder_started_at = cases.opened_at,
      ladder_next_at = CASE WHEN cases.state = 'open' AND NOT cases.shadow THEN cases.opened_at END,
      priority =
        CASE cases.severity WHEN 'S1' THEN 1000 WHEN 'S2' THEN 400 WHEN 'S3' THEN 150
          WHEN 'S4' THEN 50 ELSE 100 END
        + CASE opening.author_role WHEN 'staff' THEN 200 WHEN 'affiliate' THEN 200
          WHEN 'bot' THEN 100 ELSE 0 END
        - cases.opened_at * (0.5::double precision / 60000)
    FROM messages AS opening,
      (SELECT case_id, count(*) AS messages, max(joined_at) AS last_seen_at
        FROM case_messages GROUP BY case_id) AS joined
    WHERE opening.key = cases.message_key AND joined.case_id = cases.id`.execute(db);
  // From here on every value is written; a column that is forgotten must fail, not get a default.
  for (const column of [
    "platform",
    "source",
    "author_id",
    "speaker",
    "messages",
    "reports",
    "ladder_round",
    "ladder_started_at",
    "ladder_waiting",
    "last_seen_at",
    "priority",
  ]) {
    await db.schema
      .alterTable("cases")
      .alterColumn(column, (alter) => alter.dropDefault())
      .execute();
  }
  await indexCases(db);
}

async function indexCases(db: Kysely<unknown>): Promise<void> {
  const undecided = sql<boolean>`state IN ('open', 'reopened', 'assigned', 'on-hold')`;
  await db.schema
    .createIndex("cases_queue")
    .on("cases")
    .columns(["community_id", "priority desc"])
    .where(undecided)
    .execute();
  await db.schema
    .createIndex("cases_due")
    .on("cases")
    .column("ladder_next_at")
    .where(sql<boolean>`${undecided} AND ladder_next_at IS NOT NULL`)
    .execute();
  await db.schema
    .createIndex("cases_decided")
    .on("cases")
    .columns(["community_id", "decided_at"])
    .execute();
  await db.schema
    .createIndex("cases_author")
    .on("cases")
    .columns(["community_id", "author_id"])
    .execute();
  await db.schema.createIndex("cases_message").on("cases").column("message_key").execute();
}

async function extendDecisions(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("decisions").dropConstraint("decisions_case_id_key").execute();
  // A decision of before named no rule and asked for no action of its own.
  await db.schema
    .alterTable("decisions")
    .addColumn("rule", "text", (column) => column.notNull().defaultTo(""))
    .addColumn("actions", "json", (column) => column.notNull().defaultTo(sql`'[]'`))
    .addColumn("confirmed_by", "text")
    .addColumn("strike_points", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("undone_at", "bigint")
    .addColumn("undone_by", "text")
    .execute();
  for (const column of ["rule", "actions", "strike_points"]) {
    await db.schema
      .alterTable("decisions")
      .alterColumn(column, (alter) => alter.dropDefault())
      .execute();
  }
  await db.schema.createIndex("decisions_case").on("decisions").column("case_id").execute();
  await db.schema
    .createIndex("decisions_standing")
    .unique()
    .on("decisions")
    .column("case_id")
    .where(sql.ref("undone_at"), "is", null)
    .execute();
}

async function createNotesAndStrikes(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("case_notes")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("case_id", "text", (column) =>
      column.notNull().references("cases.id").onDelete("cascade"),
    )
    .addColumn("by_person", "text", (column) => column.notNull())
    .addColumn("audience", "text", (column) => column.notNull())
    .addColumn("note", "text", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex("case_notes_case")
    .on("case_notes")
    .columns(["case_id", "at"])
    .execute();
  // Without a reference: a strike counts until it expires, which may be after its case has gone.
  await db.schema
    .createTable("strikes")
    .addColumn("decision_id", "text", (column) => column.primaryKey())
    .addColumn("case_id", "text", (column) => column.notNull())
    .addColumn("community_id", "text", (column) => column.notNull())
    .addColumn("author_id", "text", (column) => column.notNull())
    .addColumn("points", "integer", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .addColumn("revoked_at", "bigint")
    .execute();
  await db.schema
    .createIndex("strikes_author")
    .on("strikes")
    .columns(["community_id", "author_id", "expires_at"])
    .execute();
}

async function createAttempts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("attempts")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("community_id", "text", (column) => column.notNull())
    .addColumn("case_id", "text", (column) => column.references("cases.id").onDelete("cascade"))
    .addColumn("person_id", "text", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("round", "integer", (column) => column.notNull())
    .addColumn("step", "integer", (column) => column.notNull())
    .addColumn("ways", "json", (column) => column.notNull())
    .addColumn("outcome", "text", (column) => column.notNull())
    .addColumn("waits_for", "text")
    .addColumn("due_at", "bigint", (column) => column.notNull())
    .addColumn("requested_at", "bigint", (column) => column.notNull())
    .addColumn("bundle", "text")
    .addColumn("way", "text")
    .addColumn("ref", "text")
    .addColumn("refused", "json", (column) => column.notNull())
    .addColumn("done_at", "bigint")
    .execute();
  await db.schema.createIndex("attempts_case").on("attempts").column("case_id").execute();
  await db.schema
    .createIndex("attempts_person")
    .on("attempts")
    .columns(["community_id", "person_id", "done_at"])
    .execute();
  await db.schema
    .createIndex("attempts_waiting")
    .on("attempts")
    .columns(["community_id", "person_id", "due_at"])
    .where(sql<boolean>`outcome IN ('pending', 'bundled')`)
    .execute();
  await db.schema.createIndex("attempts_age").on("attempts").column("requested_at").execute();
}

async function createRotaEntries(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("rota_entries")
    .addColumn("seq", "bigint", (column) => column.generatedAlwaysAsIdentity().primaryKey())
    .addColumn("community_id", "text", (column) => column.notNull())
    .addColumn("rota", "text", (column) => column.notNull())
    .addColumn("person_id", "text", (column) => column.notNull())
    .addColumn("replaces", "text")
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("starts_at", "bigint", (column) => column.notNull())
    .addColumn("ends_at", "bigint", (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex("rota_entries_rota")
    .on("rota_entries")
    .columns(["community_id", "rota", "ends_at"])
    .execute();
}
