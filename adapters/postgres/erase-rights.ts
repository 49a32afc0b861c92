import { sql } from "kysely";
import type { Report } from "../../src/ports/rights.ts";
import type { Erasure } from "./erase.ts";
import { closeUnanswered } from "./reports.ts";
import { ERASED_PERSON } from "./stored-json.ts";

/**
 * Takes somebody out of statements, appeals and reports. The records of statements stay: they hold nobody's
 * data. What was reported of them goes with their own words.
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

/** An appeal is its author's own: where others of the case are erased, its words and its answer stay. No id stands in them, for both are kept redacted. */
async function eraseAppeals({ transaction, community, person }: Erasure): Promise<number> {
  const own = sql`author_id = ${person}`;
  const { numAffectedRows } = await sql`
    UPDATE appeals SET
      reason = CASE WHEN ${own} THEN '' ELSE reason END,
      answer = CASE WHEN ${own} AND answer IS NOT NULL THEN '' ELSE answer END,
      author_id = CASE WHEN ${own} THEN ${ERASED_PERSON} ELSE author_id END,
      decided_by = CASE WHEN decided_by = ${person} THEN ${ERASED_PERSON} ELSE decided_by END
    WHERE community_id = ${community} AND (${own} OR decided_by = ${person})`.execute(transaction);
  return Number(numAffectedRows ?? 0);
}

/**
 * So long after a report it still counts against abuse: without words, message or name, found again only
 * by the keyed fingerprint of whoever comes back. Otherwise erasing oneself would be the way round the limits.
 */
const COUNTED_MS = 90 * 24 * 60 * 60 * 1000;

/** Ends the reports of what they wrote that no case will answer: nobody can judge them any more. */
export function closeReports({
  transaction,
  community,
  person,
}: Erasure): Promise<readonly Report[]> {
  const theirs = sql<boolean>`(
    reported.author_id = ${person} AND reports.reporter_id <> ${person})`;
  return closeUnanswered(transaction, community, theirs);
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
