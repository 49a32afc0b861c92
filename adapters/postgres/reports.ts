import { type Kysely, type Selectable, sql, type Transaction } from "kysely";
import { z } from "zod";
import type { ReporterRecord } from "../../src/engine/reports.ts";
import { ok } from "../../src/engine/result.ts";
import type {
  KnownInReport,
  Report,
  ReportTarget,
  RightsChange,
  RightsStore,
} from "../../src/ports/rights.ts";
import { isAnyOf } from "./any-of.ts";
import type { StoreContext } from "./chain.ts";
import { makeMessages } from "./messages.ts";
import { openIn } from "./open-case.ts";
import { makeFindJudged } from "./record.ts";
import { selectCases, toCase } from "./case-rows.ts";
import { ERASED_PERSON, storable } from "./stored-json.ts";
import type { ReportTable, Tables } from "./tables.ts";

const HOUR_MS = 60 * 60 * 1000;
const outcome = z.enum(["upheld", "dismissed"]).nullable();

export function makeReports(context: StoreContext): Pick<RightsStore, "reportsOf" | "addReport"> {
  return {
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
): Promise<readonly Report[]> {
  const { rows } = await sql<Selectable<ReportTable>>`
    SELECT reports.* FROM reports
    JOIN messages AS reported ON reported.key = reports.message_key
    WHERE (reported.community_id, reported.channel_id, reported.message_id) IN (
      SELECT messages.community_id, messages.channel_id, messages.message_id
      FROM case_messages JOIN messages ON messages.key = case_messages.message_key
      WHERE case_messages.case_id = ${caseId})
    ORDER BY reports.at, reports.id`.execute(db);
  return rows.map(toReport);
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

async function readKnown(
  context: StoreContext,
  { communityId, channelId, messageId, reporterId, at }: ReportTarget,
): Promise<KnownInReport> {
  const { db } = context;
  const place = { communityId, channelId, messageId };
  const message = await makeMessages(context).findMessage(place);
  const judged = message && (await makeFindJudged({ db })(message.key));
  const { rows } = await sql<Selectable<ReportTable>>`
    SELECT reports.* FROM reports
    JOIN messages ON messages.key = reports.message_key
    WHERE messages.community_id = ${communityId} AND messages.channel_id = ${channelId}
      AND messages.message_id = ${messageId}
    ORDER BY reports.at, reports.id`.execute(db);
  const reports = rows.map(toReport);
  const people = [reporterId, ...reports.map((report) => report.reporterId)];
  const records = await recordsOf(db, communityId, people);
  const recordFor = (id: string) => records.get(id) ?? { upheld: 0, dismissed: 0 };
  const { count } = await db
    .selectFrom("reports")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("community_id", "=", communityId)
    .where("reporter_id", "=", reporterId)
    .where("at", ">", at - HOUR_MS)
    .executeTakeFirstOrThrow();
  return {
    message,
    verdict: judged?.verdict ?? null,
    case: await newestCase(db, place),
    reports: reports.map((report) => ({ ...report, record: recordFor(report.reporterId) })),
    record: recordFor(reporterId),
    inLastHour: count,
  };
}

async function newestCase(
  db: Kysely<Tables>,
  { communityId, channelId, messageId }: Omit<ReportTarget, "reporterId" | "at">,
) {
  const row = await selectCases(db)
    .where("cases.id", "in", (eb) =>
      eb
        .selectFrom("case_messages")
        .innerJoin("messages", "messages.key", "case_messages.message_key")
        .select("case_messages.case_id")
        .where("messages.community_id", "=", communityId)
        .where("messages.channel_id", "=", channelId)
        .where("messages.message_id", "=", messageId),
    )
    .orderBy("cases.number", "desc")
    .limit(1)
    .executeTakeFirst();
  return row ? toCase(row) : null;
}

async function recordsOf(
  db: Kysely<Tables>,
  communityId: string,
  people: readonly string[],
): Promise<ReadonlyMap<string, ReporterRecord>> {
  const rows = await db
    .selectFrom("reports")
    .select((eb) => [
      "reporter_id",
      eb.fn.countAll<number>().filterWhere("outcome", "=", "upheld").as("upheld"),
      eb.fn.countAll<number>().filterWhere("outcome", "=", "dismissed").as("dismissed"),
    ])
    .where("community_id", "=", communityId)
    .where("reporter_id", "<>", ERASED_PERSON)
    .where(isAnyOf("reporter_id", people))
    .groupBy("reporter_id")
    .execute();
  return new Map(
    rows.map(({ reporter_id, upheld, dismissed }) => [reporter_id, { upheld, dismissed }]),
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

function toReport(row: Selectable<ReportTable>): Report {
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
