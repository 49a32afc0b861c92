import { AWAITED, type Case, type LadderState } from "../../engine/case/case.ts";
import { appealLadder, ladderFor } from "../../engine/escalation/escalation-policy.ts";
import { type LadderStep, stepsForEach, stepsOf } from "../../engine/escalation/steps.ts";
import type { Policy } from "../../engine/policy.ts";
import type { Ids } from "../../ports/ids.ts";
import type { Job } from "../../ports/jobs.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What a step of a ladder makes of a case. */
export interface PlannedClimb {
  readonly ladder: LadderState;
  readonly jobs: readonly Job[];
}

/**
 * Plans the first step of the round in which `item` is, to be called in the transaction that began the
 * round: `ladder.nextAt` and the job that climbs then. Nothing is planned for a case that was opened in
 * shadow mode, one that is decided, on hold or acknowledged, or one whose next step is planned already.
 */
export function planClimb(policy: Policy, item: Case, ids: Ids): PlannedClimb {
  const { ladder } = item;
  const next = stepsFor(policy, item)[ladder.step];
  if (!next || !mayClimb(item) || ladder.nextAt !== null) return { ladder, jobs: [] };
  const nextAt = ladder.startedAt + next.afterMs;
  const planned = { ...ladder, nextAt, plannedMs: next.afterMs };
  // A round is planned once, at its first step; a later step can be planned after others that took the plain id.
  const id = ladder.step === 0 ? climbId(item, planned) : `${climbId(item, planned)}-${ids.next()}`;
  return { ladder: planned, jobs: [climbJob(item, planned, nextAt, ladder.startedAt, id)] };
}

/**
 * The steps of the ladder that a case climbs under this policy. Of an appealed one each appeal that waits has a ladder
 * of its own from the moment when it was made (`appealedAt`, epoch ms), so that no deadline passes unheard. Their first
 * step is the beginning of the round, whichever they are.
 */
export function stepsFor(
  { escalation, appeals }: Policy,
  item: Case,
  appealedAt: readonly number[] = [],
): readonly LadderStep[] {
  if (item.state !== "appealed") return stepsOf(ladderFor(escalation, item));
  return stepsForEach(stepsOf(appealLadder(appeals.decideWithinHours)), appealedAt);
}

/**
 * Whether anybody is to be paged about a case in its present state. The policy's mode is not asked: it
 * is when a step is taken, and a round that begins in shadow mode must not be lost when that is over.
 */
export function mayClimb(item: Case): boolean {
  return (
    !item.shadow &&
    AWAITED.includes(item.state) &&
    item.state !== "on-hold" &&
    item.ladder.acknowledged === null
  );
}

/** Id of the job of the step that is next; a job that is written again gets something behind it. */
export function climbId(item: Pick<Case, "id">, ladder: LadderState): string {
  return `${item.id}-climb-${ladder.round}-${ladder.step}`;
}

/**
 * The job that takes the next step of `ladder` at `dueAt`; `at` is when it is written. Both epoch ms. It says how
 * long it waits: one that runs sooner than that leaves tells of a clock that was set back.
 */
export function climbJob(
  item: Pick<Case, "id">,
  { round, step }: LadderState,
  dueAt: number,
  at: number,
  id: string,
): Job {
  const waits = Math.max(0, dueAt - at);
  const payload = { case: item.id, round, step, dueAt, waits };
  return { queue: "escalations", id, name: "climb", payload, ...delayed(waits) };
}

/**
 * The timers of an acknowledgement: one reminds whoever acknowledged, one ends it. To be written with
 * the acknowledgement at `at` (epoch ms); again for the same one they have the same ids, unless `suffix`
 * makes them others. None without one.
 */
export function acknowledgedJobs(
  policy: Policy,
  item: Case,
  at: number,
  suffix = "",
): readonly Job[] {
  const { acknowledged, round } = item.ladder;
  if (!acknowledged || item.shadow) return [];
  const timer = (name: "remind" | "unacknowledge", word: string, minutes: Patience): Job => {
    const dueAt = patienceEnds(policy, item, acknowledged.at, minutes);
    const payload = { case: item.id, round, acknowledgedAt: acknowledged.at, dueAt };
    const id = `${item.id}-${word}-${round}-${acknowledged.at}${suffix}`;
    return { queue: "timers", id, name, payload, ...delayed(dueAt - at) };
  };
  return [
    timer("remind", "remind", "remindAfterMinutes"),
    timer("unacknowledge", "unack", "unacknowledgeAfterMinutes"),
  ];
}

export type Patience = "remindAfterMinutes" | "unacknowledgeAfterMinutes";

/**
 * Until when nobody asks again what was acknowledged at `since`; both epoch ms. Whoever acknowledges an
 * appeal has until its deadline, and is reminded a day before it. Whoever takes a case late keeps it for
 * one lease, and however often it is taken and handed over then, it is one. An S1 has rested by right for as
 * long as the policy lets it, and is taken from that as late.
 */
export function patienceEnds(policy: Policy, item: Case, since: number, which: Patience): number {
  const plain = since + policy.escalation[which] * MINUTE_MS;
  if (which === "unacknowledgeAfterMinutes" && item.assignment) {
    const latest = Math.max(plain, restEnds(policy, item));
    const taken = Math.min(item.assignment.since, latest);
    return Math.max(plain, taken + policy.cases.leaseMinutes * MINUTE_MS);
  }
  if (item.state !== "appealed") return plain;
  const deadline = item.ladder.startedAt + policy.appeals.decideWithinHours * HOUR_MS;
  return Math.max(plain, which === "remindAfterMinutes" ? deadline - 24 * HOUR_MS : deadline);
}

/** When an S1 that was on hold in this round must rest no longer; 0 for what was not, and for what is milder. */
function restEnds({ cases }: Policy, { severity, ladder }: Case): number {
  const { heldSince } = ladder;
  return severity === "S1" && heldSince !== null ? heldSince + cases.holdHoursS1 * HOUR_MS : 0;
}

/** A delay in the form of a job's: absent when there is none. */
export function delayed(ms: number): { readonly delayMs?: number } {
  return ms > 0 ? { delayMs: ms } : {};
}
