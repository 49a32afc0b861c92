import { type Kysely, sql } from "kysely";
import type { Inbox } from "../../src/engine/escalation/inbox.ts";
import type { Tables } from "./tables.ts";

const HOUR_MS = 60 * 60 * 1000;
/** What was done this far in the future was so before the clock was set back; `pullAttempts` moves what was asked for then. */
const SET_BACK_MS = 60_000;

export const emptyInbox: Inbox = { sent: [], summaryAt: null };

/**
 * What each of these people got in the hour before `at`, and what is on its way to them. A pending
 * message counts as sent when it is due, or now when that is over: it will still go out. What was told
 * of inside a summary counts with the summary. People who got nothing and wait for nothing are left out.
 */
export async function inboxesOf(
  db: Kysely<Tables>,
  communityId: string,
  people: readonly string[],
  at: number,
): Promise<ReadonlyMap<string, Inbox>> {
  if (people.length === 0) return new Map();
  const { rows } = await sql<{ person: string; sent: number[] | null; summary_at: number | null }>`
    SELECT person_id AS person,
      json_agg(sent_at ORDER BY sent_at) FILTER (WHERE sent_at IS NOT NULL) AS sent,
      min(summary_at) AS summary_at
    FROM (
      SELECT person_id, least(done_at, ${at}::bigint) AS sent_at, NULL::bigint AS summary_at
      FROM attempts
      WHERE community_id = ${communityId} AND person_id = ANY(${[...people]}::text[])
        AND outcome = 'delivered' AND bundle IS NULL
        AND done_at > ${at - HOUR_MS}
        AND (done_at <= ${at + SET_BACK_MS} OR requested_at > ${at - HOUR_MS})
      UNION ALL
      SELECT person_id,
        CASE WHEN outcome = 'pending' THEN greatest(due_at, ${at}::bigint) END,
        CASE WHEN outcome = 'bundled' AND due_at >= ${at} AND coalesce(waits_for, 'cap') = 'cap'
          THEN due_at END
      FROM attempts
      WHERE community_id = ${communityId} AND person_id = ANY(${[...people]}::text[])
        AND outcome IN ('pending', 'bundled')
    ) AS told
    GROUP BY person_id`.execute(db);
  return new Map(
    rows.map(({ person, sent, summary_at }) => [
      person,
      { sent: sent ?? [], summaryAt: summary_at },
    ]),
  );
}
