import { type Kysely, sql } from "kysely";

const JSON_COLUMNS: readonly (readonly [table: string, column: string])[] = [
  ["policies", "policy"],
  ["verdicts", "verdict"],
  ["cases", "proposal"],
  ["decisions", "actions"],
  ["attempts", "ways"],
  ["attempts", "refused"],
  ["statements", "record"],
  ["outbox", "payload"],
];

/**
 * U+0000 and half characters as JSON escapes them, where the backslash is none of a pair that means itself.
 * What was written escapes a surrogate only when it stands alone.
 */
const UNSTORABLE = String.raw`(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})`;
const REPLACED = String.raw`\1` + "\uFFFD";

/**
 * Which decision an effect is of, so that it lives as long as that; JSON that can be read; and cases that
 * stay as long as the last of their messages. The log is left as it is: hashes are of what was written.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable("effects")
    .addColumn("decision_id", "text", (column) =>
      column.generatedAlwaysAs(sql`substring(id FROM '^(.+?)-(?:act|undo)-[0-9]')`).stored(),
    )
    .execute();
  await db.schema
    .createIndex("effects_decision")
    .on("effects")
    .column("decision_id")
    .where("decision_id", "is not", null)
    .execute();
  for (const [table, column] of JSON_COLUMNS) {
    const text = sql`${sql.ref(column)}::text`;
    await sql`
      UPDATE ${sql.table(table)}
      SET ${sql.ref(column)} = regexp_replace(${text}, ${UNSTORABLE}, ${REPLACED}, 'g')::json
      WHERE ${text} ~ ${UNSTORABLE}`.execute(db);
  }
  await sql`
    UPDATE messages SET expires_at = latest.until
    FROM (
      SELECT cases.message_key AS key, max(theirs.expires_at) AS until
      FROM cases
      JOIN case_messages ON case_messages.case_id = cases.id
      JOIN messages AS theirs ON theirs.key = case_messages.message_key
      GROUP BY cases.message_key
    ) AS latest
    WHERE messages.key = latest.key AND messages.expires_at < latest.until`.execute(db);
}
