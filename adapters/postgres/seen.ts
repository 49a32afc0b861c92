import { sql } from "kysely";
import { z } from "zod";
import type { CaseFacts } from "../../src/engine/seen/fold.ts";
import { SEVERITIES } from "../../src/engine/severity.ts";
import { CHANNEL } from "../../src/ports/attempts.ts";
import type { SeenRecords } from "../../src/ports/seen-records.ts";
import { isAnyOf } from "./any-of.ts";
import type { StoreContext } from "./chain.ts";
import { ERASED_PERSON } from "./stored-json.ts";

const count = z.coerce.number().int().min(0);
const erasedRow = z.object({ cases: count, messages: count, in_time: count });
const factsRow = z.object({
  id: z.string(),
  severity: z.enum(SEVERITIES).nullable(),
  shadow: z.boolean(),
  erased: z.boolean(),
  reached_at: z.number().nullable(),
});

/** When cases were seen, as far as the audit log does not say it. */
export function makeSeen({ db }: StoreContext): SeenRecords {
  return {
    async caseFacts(communityId, caseIds) {
      const { rows } = await sql`
        SELECT id, severity, shadow, author_id = ${ERASED_PERSON} AS erased, (
          SELECT min(done_at) FROM attempts
          WHERE attempts.case_id = cases.id AND outcome = 'delivered'
            AND kind IN ('page', 'reminder') AND person_id <> ${CHANNEL}) AS reached_at
        FROM cases
        WHERE community_id = ${communityId} AND ${isAnyOf("id", caseIds)}`.execute(db);
      return new Map(
        rows.map((row): [string, CaseFacts] => {
          const { id, reached_at: reachedAt, ...facts } = factsRow.parse(row);
          return [id, { ...facts, reachedAt }];
        }),
      );
    },
    async erasedSeen(communityId, { from, until, withinMs, severities }) {
      const named = severities.filter((each) => each !== null);
      const { rows } = await sql`
        SELECT count(DISTINCT cases.id) AS cases, count(*) AS messages, count(*) FILTER (
          WHERE EXISTS (
            SELECT FROM (
              SELECT cases.acknowledged_at AS at
              UNION ALL SELECT cases.assigned_since
              UNION ALL SELECT decided_at FROM decisions WHERE case_id = cases.id) AS touches
            WHERE at >= joined_at AND at <= joined_at + ${withinMs})) AS in_time
        FROM cases JOIN case_messages ON case_messages.case_id = cases.id
        WHERE community_id = ${communityId} AND author_id = ${ERASED_PERSON} AND NOT shadow
          AND joined_at >= ${from} AND joined_at < ${until}
          AND (${isAnyOf("severity", named)} OR (severity IS NULL AND ${severities.includes(null)}))
      `.execute(db);
      const { cases, messages, in_time: inTime } = erasedRow.parse(rows[0]);
      return { cases, messages, inTime };
    },
  };
}
