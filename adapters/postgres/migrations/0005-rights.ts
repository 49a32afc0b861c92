import { type Kysely, sql } from "kysely";

/**
 * Statements of reasons, appeals and reports; the ladder of an appealed case is climbed too. What a case
 * waits for is found by its time, so that a timer which a queue has lost is written again.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createStatements(db);
  await createAppeals(db);
  await createReports(db);
  await db.schema.dropIndex("cases_due").execute();
  await db.schema
    .createIndex("cases_due")
    .on("cases")
    .column("ladder_next_at")
    .where(
      sql<boolean>`state IN ('open', 'reopened', 'assigned', 'on-hold', 'appealed') AND ladder_next_at IS NOT NULL`,
    )
    .execute();
  await indexTimers(db);
}

/** One for each timer, over the few cases that wait for it; those of before that nobody has closed among them. */
async function indexTimers(db: Kysely<unknown>): Promise<void> {
  for (const [name, column, condition] of [
    ["cases_leases", "assigned_until", "state = 'assigned'"],
    ["cases_holds", "on_hold_until", "state = 'on-hold'"],
    ["cases_unclosed", "decided_at", "state = 'decided'"],
    [
      "cases_acknowledged",
      "acknowledged_at",
      "state IN ('open', 'reopened', 'assigned', 'appealed') AND acknowledged_at IS NOT NULL",
    ],
  ] as const) {
    await db.schema
      .createIndex(name)
      .on("cases")
      .columns(["community_id", column])
      .where(sql.raw<boolean>(condition))
      .execute();
  }
}

/** Without a reference: a statement is accounted for after its case has gone. */
async function createStatements(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("statements")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("community_id", "text", (column) => column.notNull())
    .addColumn("case_id", "text", (column) => column.notNull())
    .addColumn("decision_id", "text")
    .addColumn("author_id", "text", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("record", "json", (column) => column.notNull())
    .addColumn("revoked_at", "bigint")
    .execute();
  await db.schema.createIndex("statements_case").on("statements").column("case_id").execute();
  await db.schema.createIndex("statements_time").on("statements").columns(["at", "id"]).execute();
  await db.schema
    .createIndex("statements_author")
    .on("statements")
    .columns(["community_id", "author_id"])
    .where("author_id", "<>", "")
    .execute();
}

async function createAppeals(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("appeals")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("community_id", "text", (column) => column.notNull())
    .addColumn("case_id", "text", (column) =>
      column.notNull().references("cases.id").onDelete("cascade"),
    )
    .addColumn("decision_id", "text", (column) =>
      column.notNull().unique().references("decisions.id").onDelete("cascade"),
    )
    .addColumn("author_id", "text", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("due_at", "bigint", (column) => column.notNull())
    .addColumn("decided_by", "text")
    .addColumn("overturned", "boolean")
    .addColumn("answer", "text")
    .addColumn("decided_at", "bigint")
    .execute();
  await db.schema.createIndex("appeals_case").on("appeals").columns(["case_id", "at"]).execute();
}

async function createReports(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("reports")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("community_id", "text", (column) => column.notNull())
    .addColumn("message_key", "text", (column) =>
      column.notNull().references("messages.key").onDelete("cascade"),
    )
    .addColumn("case_id", "text", (column) => column.references("cases.id").onDelete("cascade"))
    .addColumn("reporter_id", "text", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("at", "bigint", (column) => column.notNull())
    .addColumn("outcome", "text")
    .execute();
  await db.schema.createIndex("reports_message").on("reports").column("message_key").execute();
  await db.schema.createIndex("reports_case").on("reports").column("case_id").execute();
  await db.schema
    .createIndex("reports_reporter")
    .on("reports")
    .columns(["community_id", "reporter_id", "at"])
    .execute();
}
