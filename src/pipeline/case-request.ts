import type { Case } from "../engine/case/case.ts";
import { firstRound } from "../engine/case/ladder-state.ts";
import type { Message } from "../engine/message.ts";
import type { Plan } from "../engine/plan.ts";
import type { Policy } from "../engine/policy.ts";
import { gravest, type Verdict } from "../engine/verdict.ts";
import type { Job } from "../ports/jobs.ts";
import type { CaseRequest } from "../ports/store.ts";
import { caseEvent, DAY_MS, MINUTE_MS, showJob, withClimb } from "./case-change.ts";
import type { PipelineDeps } from "./deps.ts";
import { joinCase, standingOf, withOneMore } from "./join-case.ts";

/** All that is known about a message once it is judged, before it is written. */
export interface Judged {
  readonly message: Message;
  readonly key: string;
  readonly caseId: string;
  readonly verdict: Verdict;
  readonly plan: Plan;
  readonly policy: Policy;
  readonly textFingerprint: string;
  readonly at: number;
}

/** A rule broke and nothing was found: the case is about the rule, not about the message. */
export function isOnlyErrored(verdict: Verdict): boolean {
  return verdict.findings.length === 0 && verdict.errored !== undefined;
}

/** The case that a judged message opens, or what it adds to one that nobody has decided. */
export function caseRequest(deps: PipelineDeps, judged: Judged): CaseRequest {
  const { verdict, policy, at } = judged;
  const held = judged.plan.actions.includes("hide-message");
  return {
    opens: newCase(judged, held),
    held,
    keepsUntil: at + policy.retentionDays.evidence * DAY_MS,
    // A broken rule has one case of its own; joined to whatever its author has open, nobody would see it.
    joinsSince: isOnlyErrored(verdict)
      ? Number.MAX_SAFE_INTEGER
      : at - policy.cases.mergeWindowMinutes * MINUTE_MS,
    onOpen: (opened) => open(deps, judged, opened),
    onJoin: (existing) => join(deps, judged, existing, held),
  };
}

/** Containment that follows from the verdict at once; one job for each effect. */
export function messageJobs({ key, plan }: Pick<Judged, "key" | "plan">): readonly Job[] {
  const jobs: Job[] = [];
  const payload = { message: key };
  if (plan.actions.includes("hide-message")) {
    jobs.push({ queue: "actions", id: `${key}-hide`, name: "hide", payload });
  }
  if (plan.actions.includes("nudge-author")) {
    jobs.push({ queue: "actions", id: `${key}-nudge`, name: "nudge", payload });
  }
  return jobs;
}

function newCase({ message, key, caseId, verdict, policy, at }: Judged, held: boolean): Case {
  return {
    ...unopened(policy, at),
    id: caseId,
    platform: message.platform,
    communityId: message.community.id,
    source: "rule",
    messageKey: key,
    authorId: message.author.id,
    speaker: message.author.role,
    severity: gravest(verdict),
    families: verdict.flags,
    held,
    reach: message.reach ?? null,
  };
}

/** What every case has in common when it is opened at `at`; the store gives it its number. */
export function unopened(
  policy: Policy,
  at: number,
): Omit<
  Case,
  | "id"
  | "platform"
  | "communityId"
  | "source"
  | "messageKey"
  | "authorId"
  | "speaker"
  | "severity"
  | "families"
> {
  return {
    number: 0,
    state: "open",
    shadow: policy.mode === "shadow",
    held: false,
    messages: 1,
    reports: 0,
    reach: null,
    assignment: null,
    onHoldUntil: null,
    proposal: null,
    decision: null,
    ladder: firstRound(at),
    openedAt: at,
    lastSeenAt: at,
    decidedAt: null,
    closedAt: null,
  };
}

function open(deps: PipelineDeps, judged: Judged, opened: Case) {
  const { key, policy, at, plan } = judged;
  const { case: item, jobs } = withClimb(deps.ids, policy, opened);
  const payload = { message: key, source: item.source, ...standingOf(item) };
  const shows = plan.actions.includes("show-case");
  return {
    case: item,
    events: [caseEvent(deps, item, { type: "case.opened", by: null, at, payload })],
    jobs: [...messageJobs(judged), ...(shows ? [showJob(deps.ids, item, true)] : []), ...jobs],
  };
}

function join(deps: PipelineDeps, judged: Judged, existing: Case, held: boolean) {
  const { key, message, verdict, plan, policy, at } = judged;
  const joining = {
    severity: gravest(verdict),
    families: verdict.flags,
    speaker: message.author.role,
    held,
    reach: message.reach ?? null,
  };
  const grown = withOneMore(existing, joining, at);
  const wakes = grown.severity === "S1" || grown.families.length > existing.families.length;
  const joined = joinCase(deps, policy, existing, grown, { at, wakes });
  // Decided: it stays as it is, but what must be hidden is hidden all the same.
  if (!joined.ok) return { case: existing, events: [], jobs: messageJobs(judged) };
  const { case: item, anew, jobs } = joined.value;
  const payload = { message: key, adds: 1, ...standingOf(item) };
  const shows = plan.actions.includes("show-case") && (anew || isRound(item.messages));
  return {
    case: item,
    events: [caseEvent(deps, item, { type: "case.joined", by: null, at, payload })],
    jobs: [...messageJobs(judged), ...(shows ? [showJob(deps.ids, item)] : []), ...jobs],
  };
}

/** Numbers of messages at which a card is shown anew (2, 3, 5, 10, 20, 50, 100 and so on): a raid must not be hundreds of updates. */
export function isRound(count: number): boolean {
  if (count === 3) return true;
  let scaled = count;
  while (scaled >= 10 && scaled % 10 === 0) scaled /= 10;
  return scaled === 2 || scaled === 5 || (scaled === 1 && count > 1);
}
