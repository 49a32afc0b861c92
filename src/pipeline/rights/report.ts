import type { NewAuditEvent } from "../../engine/audit.ts";
import type { Case } from "../../engine/case/case.ts";
import { type CaseError, ownerAt, stepCase } from "../../engine/case/transitions.ts";
import type { Policy } from "../../engine/policy.ts";
import { judgeReports, type ReportOutcome, reportWeight } from "../../engine/reports.ts";
import { fail, ok, type Result } from "../../engine/result.ts";
import { graver } from "../../engine/severity.ts";
import type { KnownInReport, Report, ReportTarget, UndecidedCase } from "../../ports/rights.ts";
import type { CaseChange, OpenRequest, StoredMessage } from "../../ports/store.ts";
import { caseEvent, DAY_MS, MINUTE_MS, showJob, withClimb } from "../case-change.ts";
import { isRound, unopened } from "../case-request.ts";
import { readWords, type WordsProblem } from "../case-words.ts";
import { personOf, type PipelineDeps, policyOf } from "../deps.ts";
import { joinCase, type Joined, standingOf, withOneMore } from "../join-case.ts";

export interface ReportInput extends Omit<ReportTarget, "at" | "fingerprintOf" | "joinsSince"> {
  readonly platform: string;
  readonly reason: string;
  /**
   * A moderator wants others to decide: it opens a case by itself, as what many report does, or calls people anew
   * about the one that is there, whether somebody is on it or not.
   */
  readonly escalates?: boolean;
}

/** `light`: earlier reports of theirs were so often wrong that this one weighs little by itself. */
export interface ReportTaken {
  readonly light: boolean;
  /** The case that it opened or joined; null while it waits for others. */
  readonly case: Case | null;
  /** Whether that was there before. */
  readonly joined: boolean;
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
const ESCALATED: ReportOutcome = { kind: "case", severity: "S2" };

/**
 * Takes a member's report of a message. When the reports of it weigh enough together, they open a case, or
 * join the undecided one that has the message, or what belongs together with it as findings do; all of it in
 * one transaction.
 */
export async function reportMessage(
  deps: PipelineDeps,
  input: ReportInput,
): Promise<Result<ReportTaken, ReportProblem>> {
  const words = readWords(input.reason);
  if (!words.ok) return words;
  const { communityId, channelId, messageId, reporterId, escalates = false } = input;
  const policy = await policyOf(deps, communityId);
  const at = deps.clock.now();
  const id = deps.ids.next();
  let light = false;
  const fingerprintOf = (personId: string) => personOf(deps, input.platform, personId);
  const joinsSince = at - policy.cases.mergeWindowMinutes * MINUTE_MS;
  const target = { communityId, channelId, messageId, reporterId, fingerprintOf, at, joinsSince };
  const reported = await deps.store.addReport<ReportProblem>(target, (known) => {
    const message = refusalOf(known, policy, input, at);
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
    const judged = judgeReports([weight, ...weightsOfOthers(known, reporterId)], policy.reports);
    const asked: ReportOutcome = escalates ? ESCALATED : judged;
    const event: NewAuditEvent = {
      type: "report.made",
      at,
      person: fingerprintOf(reporterId),
      payload: { report: id, message: messageKey },
    };
    const opens = opensFor(deps, policy, known, report, { asked, escalates });
    return ok({ report, events: [event], opens });
  });
  if (!reported.ok) return reported;
  const { case: item } = reported.value;
  if (item) deps.jobsWritten();
  return ok({ light, case: item, joined: item !== null && item.id !== newCaseId(deps, id) });
}

/** The message that may be reported, or why not. */
function refusalOf(
  { message, case: item, cleared, reports, inLastHour }: KnownInReport,
  { reports: { perReporterPerHour: most } }: Policy,
  { reporterId, escalates = false }: Pick<ReportInput, "reporterId" | "escalates">,
  at: number,
): Result<StoredMessage, ReportProblem> {
  if (!message) return fail({ kind: "unknown-message" });
  if (message.authorId === reporterId) return fail({ kind: "own-message" });
  // Erased, it has no text any more that anybody could judge, and no author who could answer for it.
  if (message.authorId === "") return fail({ kind: "erased-author" });
  const { key } = message;
  const isTheirs = (each: Report) => each.reporterId === reporterId && each.messageKey === key;
  // Whoever has reported it may find later that they do not want to decide alone what it is about.
  if (!escalates && reports.some(isTheirs)) {
    return fail({ kind: "already-reported" });
  }
  if (inLastHour >= most && !escalates) return fail({ kind: "too-many", most });
  const decidedAt = item?.decidedAt ?? null;
  if (item && decidedAt !== null && at - decidedAt < DECISION_ANSWERS_MS) {
    // Overturned on appeal, nothing stands against the message.
    const upheld = item.decision?.outcome === "uphold" && !cleared;
    return fail({ kind: "decided-recently", upheld });
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

/** How many a case learns of with a report that joins it: whoever has reported something to it before is counted. */
function reportersNewTo(
  joins: UndecidedCase | undefined,
  { reports }: KnownInReport,
  { reporterId }: Report,
): number {
  const coming = reports.filter((each) => each.caseId === null);
  const people = new Set([reporterId, ...coming.map((each) => each.reporterId)]);
  for (const each of joins?.reporters ?? []) people.delete(each);
  people.delete("");
  return people.size;
}

/** The id of the case that a report opens where none is there. */
function newCaseId({ digests }: Pick<PipelineDeps, "digests">, report: string): string {
  return `c-${digests.hash(["report", report]).slice(0, 32)}`;
}

function opensFor(
  deps: PipelineDeps,
  policy: Policy,
  known: KnownInReport,
  report: Report,
  { asked, escalates }: { readonly asked: ReportOutcome; readonly escalates: boolean },
): OpenRequest | null {
  const { message, verdict } = known;
  const { id, at, reporterId } = report;
  const escalator = escalates ? reporterId : null;
  if (asked.kind === "noted" || !message) return null;
  const shadow = policy.mode === "shadow";
  // An edited message is still the same one: its revisions have one case, and one decision. Another of the same
  // author, or of the same words, is a duplicate as it is for a finding.
  const joins = known.undecided.find((each) => each.case.shadow === shadow);
  const more = reportersNewTo(joins, known, report);
  const opens: Case = {
    ...unopened(policy, at),
    id: joins?.case.id ?? newCaseId(deps, id),
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
      join(deps, policy, existing, {
        opens,
        more,
        report: id,
        isNew: joins?.has === false,
        escalator,
      }),
  };
}

type Opened = Pick<CaseChange, "case" | "events" | "jobs">;

function open(deps: PipelineDeps, policy: Policy, opened: Case, report: string): Opened {
  const { case: item, jobs } = withClimb(deps.ids, policy, opened);
  const { messageKey: message, source, reports, openedAt: at } = item;
  const payload = { message, source, reports, report, ...standingOf(item) };
  return {
    case: item,
    events: [caseEvent(deps, item, { type: "case.opened", by: null, at, payload })],
    jobs: item.shadow ? [] : [showJob(deps.ids, item), ...jobs],
  };
}

/** What an undecided case gets from a report; `isNew`: it did not have this revision of the message. */
interface Reported {
  readonly opens: Case;
  readonly more: number;
  readonly report: string;
  readonly isNew: boolean;
  /** Who wants others to decide; null for a member's report. */
  readonly escalator: string | null;
}

function join(
  deps: PipelineDeps,
  policy: Policy,
  existing: Case,
  { opens, more, report, isNew, escalator }: Reported,
): Opened {
  const at = opens.lastSeenAt;
  const severity = graver(existing.severity, opens.severity);
  const reports = existing.reports + more;
  const grown = isNew
    ? { ...withOneMore(existing, opens, at), reports }
    : { ...existing, severity, reports, lastSeenAt: at };
  // Many may report one message: that alone must not end a hold; another kind of finding does.
  const wakes = grown.families.length > existing.families.length;
  const joined =
    escalator === null
      ? joinCase(deps, policy, existing, grown, { at, wakes })
      : callOthers(deps, policy, grown, escalator, at);
  if (!joined.ok) return { case: existing, events: [], jobs: [] };
  const { case: item, anew, jobs } = joined.value;
  const { messageKey: message } = opens;
  const payload = { message, adds: isNew ? 1 : 0, reports, report, ...standingOf(item) };
  // Whoever decides must see the revision that they decide about.
  const shows = anew || isNew || isRound(reports) || reports === 1;
  return {
    case: item,
    events: [caseEvent(deps, item, { type: "case.joined", by: null, at, payload })],
    jobs: item.shadow ? [] : [...(shows ? [showJob(deps.ids, item)] : []), ...jobs],
  };
}

/** A new round at once: whoever escalates waits for others, and must neither keep the case nor be waited for. */
function callOthers(
  deps: PipelineDeps,
  policy: Policy,
  grown: Case,
  by: string,
  at: number,
): Result<Joined, CaseError> {
  const gives = grown.state === "assigned" && ownerAt(grown, at) === by;
  const called = stepCase(
    grown,
    gives ? { kind: "release", by } : { kind: "join", anew: true },
    at,
  );
  return called.ok ? ok({ anew: true, ...withClimb(deps.ids, policy, called.value) }) : called;
}
