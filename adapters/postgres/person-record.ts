import { sql } from "kysely";
import { z } from "zod";
import type { PersonRecord, PersonRecords } from "../../src/ports/person-record.ts";
import { awaited, undecided } from "./case-rows.ts";
import type { StoreContext } from "./chain.ts";
import { theirCases } from "./their-cases.ts";
import { WRITTEN_RULES } from "./write-message.ts";

type Row = Omit<PersonRecord, "counting" | "pending" | "erasedReports"> & {
  readonly counting: unknown;
  readonly erased_reports: number;
  readonly erased_until: number | null;
  readonly open_cases: number;
  readonly open_asked: number;
  readonly open_reports: number;
  readonly open_appeals: number;
  readonly decided_at: number | null;
  readonly own_decided_at: number | null;
  readonly own_appealed: number;
};

const counting = z.array(z.object({ points: z.number(), expiresAt: z.number() }));

/** Counts by the same columns by which erase.ts finds what it erases. */
export function makePersonRecord({ db }: Pick<StoreContext, "db">): PersonRecords["personRecord"] {
  return async ({ communityId: community, personId: person, fingerprint, at }) => {
    const { rows } = await sql<Row>`
      WITH cases_of AS (
        SELECT cases.id, cases.decided_at,
          NOT cases.shadow AND ${awaited} AND NOT ${asked} AS is_open,
          ${undecided} AND ${asked} AS is_asked,
          NOT cases.shadow AND cases.state = 'decided' AND (NOT ${asked} OR EXISTS (
            SELECT 1 FROM decisions
            WHERE decisions.case_id = cases.id AND decisions.undone_at IS NULL
              AND json_array_length(decisions.actions::json) > 0)) AS is_decided
        FROM cases
        WHERE cases.community_id = ${community} AND cases.id IN ${theirCases(community, person)}
      ), reports_of AS (
        SELECT outcome, case_id IN (SELECT id FROM cases WHERE NOT shadow) AS is_asked
        FROM reports WHERE community_id = ${community} AND reporter_id = ${person}
      ), erased_of AS (
        SELECT expires_at FROM erased_reports
        WHERE community_id = ${community} AND reporter = ${fingerprint} AND expires_at > ${at}
      ), own_decisions AS (
        SELECT cases.state, decisions.decided_at
        FROM decisions JOIN cases ON cases.id = decisions.case_id
        WHERE cases.community_id = ${community} AND NOT cases.shadow AND NOT ${asked}
          AND decisions.undone_at IS NULL AND decisions.outcome = 'uphold'
          AND ${person} IN (decisions.moderator_id, decisions.confirmed_by)
      ), appeals_of AS (
        SELECT decided_at FROM appeals WHERE community_id = ${community} AND author_id = ${person}
      ), strikes_of AS (
        SELECT points, expires_at, revoked_at FROM strikes
        WHERE community_id = ${community} AND author_id = ${person}
      )
      SELECT
        (SELECT count(*) FROM messages
          WHERE community_id = ${community} AND author_id = ${person}) AS messages,
        (SELECT count(*) FROM cases_of) AS cases,
        (SELECT count(*) FROM decisions
          WHERE case_id IN (SELECT cases_of.id FROM cases_of)) AS decisions,
        (SELECT count(*) FROM statements
          WHERE community_id = ${community} AND author_id = ${person}) AS statements,
        (SELECT count(*) FROM strikes_of) AS strikes,
        (SELECT count(*) FROM reports_of) AS reports,
        (SELECT count(*) FROM appeals_of) AS appeals,
        (SELECT count(*) FROM attempts
          WHERE community_id = ${community} AND person_id = ${person}) AS notices,
        (SELECT count(*) FROM case_notes JOIN cases ON cases.id = case_notes.case_id
          WHERE cases.community_id = ${community} AND (case_notes.by_person = ${person}
            OR cases.id IN (SELECT cases_of.id FROM cases_of))) AS notes,
        (SELECT count(*) FROM cases
          WHERE community_id = ${community} AND (${person} IN (assignee, acknowledged_by)
            OR proposal ->> 'moderatorId' = ${person}))
          + (SELECT count(*) FROM decisions JOIN cases ON cases.id = decisions.case_id
            WHERE cases.community_id = ${community}
              AND ${person} IN (moderator_id, confirmed_by, undone_by))
          + (SELECT count(*) FROM appeals
            WHERE community_id = ${community} AND decided_by = ${person}) AS work,
        (SELECT count(*) FROM rota_entries
          WHERE community_id = ${community} AND ${person} IN (person_id, replaces))
          + (SELECT count(*) FROM policies
            WHERE community_id = ${community}
              AND (strpos(policy::text, ${JSON.stringify(person)}) > 0
                OR strpos(policy::text, ${JSON.stringify(`person:${person}`)}) > 0)) AS duties,
        (SELECT count(*) FROM audit_payloads
          WHERE community = ${community} AND person = ${fingerprint}) AS events,
        (SELECT coalesce(
            json_agg(json_build_object('points', points, 'expiresAt', expires_at)
              ORDER BY expires_at), '[]'::json)
          FROM strikes_of WHERE revoked_at IS NULL AND expires_at > ${at}) AS counting,
        (SELECT count(*) FROM cases_of WHERE is_open) AS open_cases,
        (SELECT count(*) FROM cases_of WHERE is_asked) AS open_asked,
        (SELECT count(*) FROM reports_of WHERE outcome IS NULL AND is_asked) AS open_reports,
        (SELECT count(*) FROM appeals_of WHERE decided_at IS NULL) AS open_appeals,
        (SELECT max(decided_at) FROM cases_of WHERE is_decided) AS decided_at,
        (SELECT max(decided_at) FROM own_decisions WHERE state = 'decided') AS own_decided_at,
        (SELECT count(*) FROM own_decisions WHERE state = 'appealed') AS own_appealed,
        (SELECT count(*) FROM erased_of) AS erased_reports,
        (SELECT max(expires_at) FROM erased_of) AS erased_until,
        (SELECT max(greatest(sent_at, revised_at, received_at))
          FROM messages JOIN verdicts ON verdicts.message_key = messages.key
          WHERE community_id = ${community} AND author_id = ${person}
            AND rules_version <> ${WRITTEN_RULES}) AS "postedAt"`.execute(db);
    const [row] = rows;
    if (!row) throw new Error("a query of counts gave no row");
    return toRecord(row);
  };
}

/** What members ask and say: answered, and not judged. */
export const asked = sql<boolean>`cases.source IN ('question', 'feedback')`;

function toRecord({
  open_cases,
  open_asked,
  open_reports,
  open_appeals,
  decided_at,
  own_decided_at,
  own_appealed,
  erased_reports,
  erased_until,
  ...row
}: Row): PersonRecord {
  return {
    ...row,
    counting: counting.parse(row.counting),
    erasedReports: erased_until === null ? null : { count: erased_reports, until: erased_until },
    pending: {
      cases: open_cases,
      asked: open_asked,
      reports: open_reports,
      appeals: open_appeals,
      decidedAt: decided_at,
      ownDecidedAt: own_decided_at,
      ownAppealed: own_appealed,
    },
  };
}
