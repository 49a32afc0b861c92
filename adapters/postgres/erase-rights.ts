import { type Selectable, sql } from "kysely";
import type { Report } from "../../src/ports/rights.ts";
import { undecided } from "./case-rows.ts";
import type { Erasure } from "./erase.ts";
import { toReport } from "./reports.ts";
import { ERASED_PERSON } from "./stored-json.ts";
import type { ReportTable } from "./tables.ts";
import { theirCases } from "./their-cases.ts";

/**
 * Takes somebody out of statements, appeals and reports. The records of statements stay: they hold nobody's
 * data. Words that others wrote about them go with their own, those of a case in which they wrote too.
 */
export async function eraseRights(erasure: Erasure): Promise<number> {
  const statements = await eraseStatements(erasure);
  return statements + (await eraseAppeals(erasure)) + (await eraseReports(erasure));
}

async function eraseStatements({ transaction, community, person }: Erasure): Promise<number> {
  const { numUpdatedRows } = await transaction
    .updateTable("statements")
    .set({ author_id: ERASED_PERSON })
    .where("community_id", "=", community)
    .where("author_id", "=", person)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

async function eraseAppeals({ transaction, community, person }: Erasure): Promise<number> {
  const about = sql`(author_id = ${person} OR case_id IN ${theirCases(community, person)})`;
  const { numAffectedRows } = await sql`
    UPDATE appeals SET
      reason = CASE WHEN ${about} THEN '' ELSE reason END,
      answer = CASE WHEN ${about} AND answer IS NOT NULL THEN '' ELSE answer END,
      author_id = CASE WHEN author_id = ${person} THEN ${ERASED_PERSON} ELSE author_id END,
      decided_by = CASE WHEN decided_by = ${person} THEN ${ERASED_PERSON} ELSE decided_by END
    WHERE community_id = ${community} AND (${about} OR decided_by = ${person})`.execute(
    transaction,
  );
  return Number(numAffectedRows ?? 0);
}

/**
 * So long after a report it still counts against abuse: without words, message or name, found again only
 * by the keyed fingerprint of whoever comes back. Otherwise erasing oneself would be the way round the limits.
 */
const COUNTED_MS = 90 * 24 * 60 * 60 * 1000;

/** Ends the reports of what they wrote that no case will answer: nobody can judge them any more. */
export async function closeReports({
  transaction,
  community,
  person,
}: Erasure): Promise<readonly Report[]> {
  const { rows } = await sql<Selectable<ReportTable>>`
    UPDATE reports SET outcome = 'closed'
    FROM messages AS reported
    WHERE reported.key = reports.message_key AND reports.community_id = ${community}
      AND reported.author_id = ${person} AND reports.case_id IS NULL AND reports.outcome IS NULL
      AND reports.reporter_id <> ${person}
      AND NOT EXISTS (
        SELECT FROM messages AS own
        JOIN case_messages ON case_messages.message_key = own.key
        JOIN cases ON cases.id = case_messages.case_id
        WHERE own.community_id = reported.community_id AND own.channel_id = reported.channel_id
          AND own.message_id = reported.message_id AND ${undecided})
    RETURNING reports.*`.execute(transaction);
  return rows.map(toReport);
}

async function eraseReports(erasure: Erasure): Promise<number> {
  const { transaction, community, person, fingerprint, at } = erasure;
  await sql`
    INSERT INTO erased_reports (community_id, reporter, at, outcome, expires_at)
    SELECT community_id, ${fingerprint}, at, outcome, at + ${COUNTED_MS}::bigint FROM reports
    WHERE community_id = ${community} AND reporter_id = ${person}
      AND at + ${COUNTED_MS}::bigint > ${at}`.execute(transaction);
  const { numAffectedRows } = await sql`
    UPDATE reports SET
      reason = '',
      reporter_id = CASE WHEN reporter_id = ${person} THEN ${ERASED_PERSON} ELSE reporter_id END
    FROM messages
    WHERE messages.key = reports.message_key AND reports.community_id = ${community}
      AND (reports.reporter_id = ${person} OR messages.author_id = ${person})`.execute(transaction);
  return Number(numAffectedRows ?? 0);
}
