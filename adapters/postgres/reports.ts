import { type Kysely, type RawBuilder, type Selectable, sql, type Transaction } from "kysely";
import { z } from "zod";
import type { Case } from "../../src/engine/case/case.ts";
import type { ReporterRecord } from "../../src/engine/reports.ts";
import { ok } from "../../src/engine/result.ts";
import type {
  KnownInReport,
  Report,
  ReportOnAuthor,
  ReportTarget,
  RightsChange,
  RightsStore,
  UndecidedCase,
} from "../../src/ports/rights.ts";
import { isAmong } from "./any-of.ts";
import { addAttempts } from "./attempts.ts";
import { caseAuthors } from "./case-authors.ts";
import { selectCases, toCase, undecided } from "./case-rows.ts";
import type { StoredMessage } from "../../src/ports/store.ts";
import type { StoreContext } from "./chain.ts";
import { makeMessages } from "./messages.ts";
import { casesInCommon, openIn } from "./open-case.ts";
import { asked } from "./person-record.ts";
import { makeFindJudged } from "./record.ts";
import { ERASED_PERSON, storable } from "./stored-json.ts";
import type { ReportTable, Tables } from "./tables.ts";

const HOUR_MS = 60 * 60 * 1000;
const outcome = z.enum(["upheld", "dismissed", "closed"]).nullable();

export function makeReports(
  context: StoreContext,
): Pick<RightsStore, "reportsOf" | "addReport" | "closeExpiredReports"> {
  return {
    closeExpiredReports: async (now, tells) => {
      const isOver = sql<boolean>`reported.expires_at < ${now}`;
      const { rows } = await sql<{ readonly community_id: string }>`
        SELECT DISTINCT reports.community_id FROM reports
        JOIN messages AS reported ON reported.key = reports.message_key
        WHERE ${isOver} AND ${unanswered}`.execute(context.db);
      for (const { community_id: community } of rows) {
        await context.chains.writeAlone(community, async (transaction, chain) => {
          const told = tells(await closeUnanswered(transaction, community, isOver));
          await addAttempts(transaction, told.attempts ?? []);
          chain.enqueue(told.jobs);
        });
      }
    },
    reportsOf: (caseId) => reportsOfCase(context.db, caseId),
    addReport: (target, change) =>
      context.chains.writeAlone(target.communityId, async (transaction, chain) => {
        const known = await readKnown({ ...context, db: transaction }, target);
        const changed = change(known);
        if (!changed.ok) return changed;
        const { report, events, opens } = changed.value;
        chain.append(events);
        const opened = opens && (await openIn(transaction, chain, opens));
        const kept = { ...report, caseId: opened?.case.id ?? report.caseId };
        await transaction.insertInto("reports").values(fromReport(kept)).execute();
        if (opened) {
          const others = known.reports.filter(({ caseId }) => caseId === null);
          const toCaseId = others.map((each) => ({ ...each, caseId: opened.case.id }));
          await settleReports(transaction, toCaseId);
        }
        return ok({ report: kept, case: opened?.case ?? null });
      }),
  };
}

/** Reports of the messages of a case, whatever revision was reported. */
export async function reportsOfCase(
  db: Kysely<Tables>,
  caseId: string,
): Promise<readonly ReportOnAuthor[]> {
  const { rows } = await sql<Selectable<ReportTable> & { readonly author_id: string }>`
    SELECT reports.*, reported.author_id FROM reports
    JOIN messages AS reported ON reported.key = reports.message_key
    WHERE (reported.community_id, reported.channel_id, reported.message_id) IN (
      SELECT messages.community_id, messages.channel_id, messages.message_id
      FROM case_messages JOIN messages ON messages.key = case_messages.message_key
      WHERE case_messages.case_id = ${caseId})
    ORDER BY reports.at, reports.id`.execute(db);
  return rows.map((row) => ({ ...toReport(row), authorId: row.author_id }));
}

/** Writes which case reports belong to, and what was decided about them. */
export async function settleReports(
  transaction: Transaction<Tables>,
  reports: NonNullable<RightsChange["reports"]>,
): Promise<void> {
  if (reports.length === 0) return;
  await sql`
    UPDATE reports SET case_id = settled.case_id, outcome = settled.outcome
    FROM unnest(
      ${reports.map(({ id }) => id)}::text[],
      ${reports.map(({ caseId }) => caseId)}::text[],
      ${reports.map((report) => report.outcome)}::text[]
    ) AS settled (id, case_id, outcome)
    WHERE reports.id = settled.id`.execute(transaction);
}

/** Whether no case will answer one of `reports`, which is about the message `reported`. */
const unanswered = sql<boolean>`(reports.case_id IS NULL AND reports.outcome IS NULL
  AND NOT EXISTS (
    SELECT FROM messages AS own
    JOIN case_messages ON case_messages.message_key = own.key
    JOIN cases ON cases.id = case_messages.case_id
    WHERE own.community_id = reported.community_id AND own.channel_id = reported.channel_id
      AND own.message_id = reported.message_id AND ${undecided}))`;

/** Ends the reports of a community that no case will answer, of those that meet a condition on `reports` and `reported`, the message. */
export async function closeUnanswered(
  transaction: Transaction<Tables>,
  community: string,
  condition: RawBuilder<boolean>,
): Promise<readonly Report[]> {
  const { rows } = await sql<Selectable<ReportTable>>`
    UPDATE reports SET outcome = 'closed'
    FROM messages AS reported
    WHERE reported.key = reports.message_key AND reports.community_id = ${community}
      AND ${condition} AND ${unanswered}
    RETURNING reports.*`.execute(transaction);
  return rows.map(toReport);
}

async function readKnown(context: StoreContext, target: ReportTarget): Promise<KnownInReport> {
  const { db } = context;
  const { communityId, channelId, messageId, reporterId, fingerprintOf, at, joinsSince } = target;
  const message = await makeMessages(context).findMessage({ communityId, channelId, messageId });
  const judged = message && (await makeFindJudged({ db })(message.key));
  const { rows } = await sql<Selectable<ReportTable>>`
    SELECT reports.* FROM reports
    JOIN messages ON messages.key = reports.message_key
    WHERE messages.community_id = ${communityId} AND messages.channel_id = ${channelId}
      AND messages.message_id = ${messageId}
    ORDER BY reports.at, reports.id`.execute(db);
  const reports = rows.map(toReport);
  const people = new Set([reporterId, ...reports.map((report) => report.reporterId)]);
  people.delete(ERASED_PERSON);
  const known = await reportersOf(db, communityId, [...people], fingerprintOf, at - HOUR_MS);
  const { record, since } = known.get(reporterId) ?? UNKNOWN;
  const recordFor = (id: string) => (known.get(id) ?? UNKNOWN).record;
  return {
    message,
    verdict: judged?.verdict ?? null,
    case: judged?.case ?? null,
    cleared: judged?.case ? await isCleared(db, judged.case, judged.message) : false,
    undecided: message
      ? await undecidedOf(db, message, {
          joinsSince,
          isFlagged: (judged?.verdict.flags.length ?? 0) > 0,
        })
      : [],
    reports: reports.map((report) => ({ ...report, record: recordFor(report.reporterId) })),
    record,
    inLastHour: since,
  };
}

async function isCleared(
  db: Kysely<Tables>,
  { id: caseId }: Pick<Case, "id">,
  { authorId }: StoredMessage,
): Promise<boolean> {
  const authors = await caseAuthors(db, caseId);
  return authors.some(({ id, cleared }) => id === authorId && cleared);
}

/** Undecided cases that have a message in any revision, those with this one first; then those that it may join. The newest of each first. */
async function undecidedOf(
  db: Kysely<Tables>,
  message: StoredMessage,
  { joinsSince, isFlagged }: { readonly joinsSince: number; readonly isFlagged: boolean },
): Promise<readonly UndecidedCase[]> {
  const { key, communityId, channelId, messageId } = message;
  const has = sql<boolean>`EXISTS (
    SELECT FROM case_messages WHERE case_id = cases.id AND message_key = ${key})`;
  const hasAny = sql<boolean>`(cases.id IN (
    SELECT case_messages.case_id
    FROM messages JOIN case_messages ON case_messages.message_key = messages.key
    WHERE messages.community_id = ${communityId} AND messages.channel_id = ${channelId}
      AND messages.message_id = ${messageId}))`;
  const reporters = sql<readonly string[]>`ARRAY(
    SELECT DISTINCT reporter_id FROM reports
    WHERE reports.case_id = cases.id AND reporter_id <> ${ERASED_PERSON})`;
  const rows = await selectCases(db)
    .select([has.as("has"), hasAny.as("has_any"), reporters.as("reporters")])
    .where("cases.community_id", "=", communityId)
    .where(undecided)
    // What members asked is the service team's to answer: no report joins it.
    .where(sql<boolean>`NOT ${asked}`)
    .where((eb) =>
      eb.or([
        hasAny,
        eb.and([
          eb("cases.last_seen_at", ">=", joinsSince),
          isAmong("cases.id", casesInCommon(db, message, isFlagged)),
        ]),
      ]),
    )
    .orderBy("has", "desc")
    .orderBy("has_any", "desc")
    .orderBy("cases.number", "desc")
    .execute();
  return rows.map((row) => ({ case: toCase(row), has: row.has, reporters: row.reporters }));
}

/** How somebody's reports were decided, and how many they made lately. */
interface Reporter {
  readonly record: ReporterRecord;
  readonly since: number;
}

const UNKNOWN: Reporter = { record: { upheld: 0, dismissed: 0 }, since: 0 };

/** What is known of each of these people as reporters, also from before they erased themselves, while that is kept. */
async function reportersOf(
  db: Kysely<Tables>,
  communityId: string,
  people: readonly string[],
  fingerprintOf: ReportTarget["fingerprintOf"],
  since: number,
): Promise<ReadonlyMap<string, Reporter>> {
  const { rows } = await sql<{
    readonly id: string;
    readonly upheld: number;
    readonly dismissed: number;
    readonly since: number;
  }>`
    WITH asked AS (
      SELECT * FROM unnest(
        ${[...people]}::text[], ${people.map(fingerprintOf)}::text[]) AS asked (id, print)
    ), made AS (
      SELECT asked.id, at, outcome FROM asked
      JOIN reports ON reports.community_id = ${communityId} AND reports.reporter_id = asked.id
      UNION ALL
      SELECT asked.id, at, outcome FROM asked
      JOIN erased_reports AS erased
        ON erased.community_id = ${communityId} AND erased.reporter = asked.print
    )
    SELECT id,
      count(*) FILTER (WHERE outcome = 'upheld') AS upheld,
      count(*) FILTER (WHERE outcome = 'dismissed') AS dismissed,
      count(*) FILTER (WHERE at > ${since}) AS since
    FROM made GROUP BY id`.execute(db);
  return new Map(
    rows.map((row) => {
      const { upheld, dismissed } = row;
      return [row.id, { record: { upheld, dismissed }, since: row.since }];
    }),
  );
}

function fromReport(report: Report) {
  return {
    id: report.id,
    community_id: report.communityId,
    message_key: report.messageKey,
    case_id: report.caseId,
    reporter_id: report.reporterId,
    reason: storable(report.reason),
    at: report.at,
    outcome: report.outcome,
  } satisfies Record<keyof ReportTable, unknown>;
}

export function toReport(row: Selectable<ReportTable>): Report {
  return {
    id: row.id,
    communityId: row.community_id,
    messageKey: row.message_key,
    caseId: row.case_id,
    reporterId: row.reporter_id,
    reason: row.reason,
    at: row.at,
    outcome: outcome.parse(row.outcome),
  };
}
