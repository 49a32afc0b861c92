import { type Kysely, sql } from "kysely";

/**
 * A ladder begins again after its end, and knows the place of its next step and since when its case was held. One that has ended before while nobody had seen its case begins its next round at once.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const column of ["ladder_planned_ms", "ladder_taken_ms", "ladder_held_since"]) {
    await db.schema.alterTable("cases").addColumn(column, "bigint").execute();
  }
  await sql`
    UPDATE cases SET
      ladder_planned_ms = ladder_next_at - ladder_started_at,
      ladder_taken_ms = ladder_next_at - ladder_started_at - 1
    WHERE ladder_next_at IS NOT NULL`.execute(db);
  await sql`
    UPDATE cases SET ladder_next_at = (extract(epoch FROM now()) * 1000)::bigint
    WHERE ladder_next_at IS NULL AND acknowledged_at IS NULL AND NOT shadow
      AND state IN ('open', 'reopened', 'assigned', 'appealed')`.execute(db);
  await sql`
    UPDATE cases SET ladder_held_since = acknowledged_at WHERE state = 'on-hold'`.execute(db);
}
