import { type Kysely, sql } from "kysely";

/**
 * Versions before let a decision end for everybody while another appeal against it waited, which nobody could decide
 * any more. The next step of such a case is due at once, and ends it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    UPDATE cases SET
      ladder_next_at = (extract(epoch FROM now()) * 1000)::bigint,
      acknowledged_by = NULL,
      acknowledged_at = NULL
    WHERE state = 'appealed' AND NOT EXISTS (
      SELECT FROM decisions WHERE decisions.case_id = cases.id AND decisions.undone_at IS NULL)`.execute(
    db,
  );
}
