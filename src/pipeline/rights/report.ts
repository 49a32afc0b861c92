import type { NewAuditEvent } from "../../engine/audit.ts";
import type { Case } from "../../engine/case/case.ts";
import type { Policy } from "../../engine/policy.ts";
import { judgeReports, type ReportOutcome, reportWeight } from "../../engine/reports.ts";
import { fail, ok, type Result } from "../../engine/result.ts";
import { graver } from "../../engine/severity.ts";
import type { KnownInReport, Report, ReportTarget } from "../../ports/rights.ts";
import type { CaseChange, OpenRequest, StoredMessage } from "../../ports/store.ts";
import { caseEvent, DAY_MS, showJob, withClimb } from "../case-change.ts";
import { isRound, unopened } from "../case-request.ts";
import { readWords, type WordsProblem } from "../case-words.ts";
import { personOf, type PipelineDeps, policyOf } from "../deps.ts";
import { joinCase } from "../join-case.ts";

export interface ReportInput extends Omit<ReportTarget, "at" | "fingerprintOf"> {
  readonly platform: string;
  readonly reason: string;
}

/** `light`: earlier reports of theirs were so often wrong that this one weighs little by itself. */
export interface ReportTaken {
  readonly light: boolean;
  /** The case that it opened or joined; null while it waits for others. */
  readonly case: Case | null;
}

export type ReportProblem =
  | WordsProblem
  /** Candor has not recorded it, or no longer has. */
  | { readonly kind: "unknown-message" }
  | { readonly kind: "own-message" }
  /** Whoever wrote it was erased, and its text with them. */
  | { readonly kind: "erased-author" }
  | { readonly kind: "already-reported" }
  /** As many as the policy takes of one person in an hour. */
  | { readonly kind: "too-many"; readonly most: number }
  /** Somebody decided about the message, as it is now, not long ago. */
  | { readonly kind: "decided-recently"; readonly upheld: boolean };

/** So long a decision answers new reports of the same revision of a message. */
const DECISION_ANSWERS_MS = 7 * DAY_MS;
/** Three wrong reports more than right ones, and nearly so: reports below this weigh little. */
const LIGHT = 0.2;

/**
 * Takes a member's report of a message. When the reports of it weigh enough together, they open a case, or
 * join the undecided one that has the message; all of it in one transaction.
 */
export async function reportMessage(
  deps: PipelineDeps,
  input: ReportInput,
): Promise<Result<ReportTaken, ReportProblem>> {
  const words = readWords(input.reason);
  if (!words.ok) return words;
  const { communityId, channelId, messageId, reporterId } = input;
  const policy = await policyOf(deps, communityId);
  const at = deps.clock.now();
  const id = deps.ids.next();
  let light = false;
  const fingerprintOf = (personId: string) => personOf(deps, input.platform, personId);
  const target = { communityId, channelId, messageId, reporterId, fingerprintOf, at };
  const reported = await deps.store.addReport<ReportProblem>(target, (known) => {
    const message = refusalOf(known, policy, reporterId, at);
    if (!message.ok) return message;
    const weight = reportWeight(known.record);
    light = weight < LIGHT;
    const { key: messageKey } = message.value;
    const report: Report = {
      id,
      communityId,
      messageKey,
      caseId: null,
      reporterId,
      reason: words.value,
      at,
      outcome: null,
    };
    const asked = judgeReports([weight, ...weightsOfOthers(known, reporterId)], policy.reports);
    const event: NewAuditEvent = {
      type: "report.made",
      at,
      person: fingerprintOf(reporterId),
      payload: { report: id, message: messageKey },
    };
    return ok({ report, events: [event], opens: opensFor(deps, policy, known, report, asked) });
  });
  if (!reported.ok) return reported;
  if (reported.value.case) deps.jobsWritten();
  return ok({ light, case: reported.value.case });
}

/** The message that may be reported, or why not. */
function refusalOf(
  { message, case: item, reports, inLastHour }: KnownInReport,
  { reports: { perReporterPerHour: most } }: Policy,
  reporterId: string,
  at: number,
): Result<StoredMessage, ReportProblem> {
  if (!message) return fail({ kind: "unknown-message" });
  if (message.authorId === reporterId) return fail({ kind: "own-message" });
  // Erased, it has no text any more that anybody could judge, and no author who could answer for it.
  if (message.authorId === "") return fail({ kind: "erased-author" });
  const { key } = message;
  if (reports.some((each) => each.reporterId === reporterId && each.messageKey === key)) {
    return fail({ kind: "already-reported" });
  }
  if (inLastHour >= most) return fail({ kind: "too-many", most });
  const decidedAt = item?.decidedAt ?? null;
  if (item && decidedAt !== null && at - decidedAt < DECISION_ANSWERS_MS) {
    // Overturned on appeal, nothing stands against the message.
    return fail({ kind: "decided-recently", upheld: item.decision?.outcome === "uphold" });
  }
  return ok(message);
}

/**
 * One weight for each of the others whose report of the message is undecided, whatever revisions they reported.
 * Of whoever was erased nobody can tell any more whether they were one, or this very reporter.
 */
function weightsOfOthers({ reports }: KnownInReport, reporterId: string): readonly number[] {
  const waiting = reports.filter((each) => each.outcome === null);
  const others = new Map(waiting.map((each) => [each.reporterId, each.record]));
  others.delete(reporterId);
  others.delete("");
  return [...others.values()].map((record) => reportWeight(record));
}

/** How many a case learns of with a report that joins it: whoever has reported the message to it before is counted. */
function reportersNewTo(
  caseId: string | undefined,
  { reports }: KnownInReport,
  { reporterId }: Report,
): number {
  const inIt = reports.filter((each) => each.caseId !== null && each.caseId === caseId);
  const coming = reports.filter((each) => each.caseId === null);
  const people = new Set([reporterId, ...coming.map((each) => each.reporterId)]);
  for (const each of inIt) people.delete(each.reporterId);
  people.delete("");
  return people.size;
}

function opensFor(
  deps: PipelineDeps,
  policy: Policy,
  known: KnownInReport,
  report: Report,
  asked: ReportOutcome,
): OpenRequest | null {
  const { message, verdict } = known;
  const { id, at } = report;
  if (asked.kind === "noted" || !message) return null;
  const shadow = policy.mode === "shadow";
  // An edited message is still the same one: its revisions have one case, and one decision.
  const joins = known.undecided.find((each) => each.case.shadow === shadow);
  const more = reportersNewTo(joins?.case.id, known, report);
  const opens: Case = {
    ...unopened(policy, at),
    id: joins?.case.id ?? `c-${deps.digests.hash(["report", id]).slice(0, 32)}`,
    platform: message.platform,
    communityId: message.communityId,
    source: "report",
    messageKey: message.key,
    authorId: message.authorId,
    speaker: message.authorRole,
    severity: asked.severity,
    families: verdict?.flags ?? [],
    reports: more,
  };
  return {
    opens,
    held: false,
    keepsUntil: at + policy.retentionDays.evidence * DAY_MS,
    messageKeys: [message.key],
    written: null,
    joins: true,
    onOpen: (opened) => open(deps, policy, opened, id),
    onJoin: (existing) =>
      join(deps, policy, existing, { opens, more, report: id, isNew: joins?.has === false }),
  };
}

type Opened = Pick<CaseChange, "case" | "events" | "jobs">;

function open(deps: PipelineDeps, policy: Policy, opened: Case, report: string): Opened {
  const { case: item, jobs } = withClimb(deps.ids, policy, opened);
  const { messageKey: message, severity, source, reports, openedAt: at } = item;
  const payload = { message, severity, source, reports, report };
  return {
    case: item,
    events: [caseEvent(deps, item, { type: "case.opened", by: null, at, payload })],
    jobs: item.shadow ? [] : [showJob(deps.ids, item), ...jobs],
  };
}

/** What an undecided case gets from a report; `isNew`: it had another revision of the message only. */
interface Joining {
  readonly opens: Case;
  readonly more: number;
  readonly report: string;
  readonly isNew: boolean;
}

function join(
  deps: PipelineDeps,
  policy: Policy,
  existing: Case,
  { opens, more, report, isNew }: Joining,
): Opened {
  const at = opens.lastSeenAt;
  const severity = graver(existing.severity, opens.severity);
  const reports = existing.reports + more;
  const messages = existing.messages + (isNew ? 1 : 0);
  const grown = { ...existing, severity, reports, messages, lastSeenAt: at };
  // Many may report one message: that alone must not end a hold.
  const joined = joinCase(deps, policy, existing, grown, { at, wakes: false });
  if (!joined.ok) return { case: existing, events: [], jobs: [] };
  const { case: item, anew, jobs } = joined.value;
  const payload = { message: opens.messageKey, reports, report };
  // Whoever decides must see the revision that they decide about.
  const shows = anew || isNew || isRound(reports) || reports === 1;
  return {
    case: item,
    events: [caseEvent(deps, item, { type: "case.joined", by: null, at, payload })],
    jobs: item.shadow ? [] : [...(shows ? [showJob(deps.ids, item)] : []), ...jobs],
  };
}
