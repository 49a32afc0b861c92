import type { Case } from "../../engine/case/case.ts";
import { newRound, roundAgain } from "../../engine/case/ladder-state.ts";
import { type LadderStep, restMs } from "../../engine/escalation/steps.ts";
import type { Job } from "../../ports/jobs.ts";
import { climbId, climbJob } from "./plan-climb.ts";

/** Where a ladder stands when it goes on: the steps in force, the time, and what makes the id of a job new. */
export interface Standing {
  readonly steps: readonly LadderStep[];
  readonly at: number;
  readonly fresh: string;
}

/** A case whose next step is planned. */
export interface Planned {
  readonly case: Case;
  readonly jobs: readonly Job[];
}

/**
 * Goes on to step `index` at its own time, or at once when that has passed. After the last one the ladder rests,
 * and then begins again: nobody has said that they have seen the case, so it must not fall silent.
 */
export function advance(
  { steps, at }: Pick<Standing, "steps" | "at">,
  current: Case,
  index: number,
  waiting: boolean,
): Planned {
  const { startedAt } = current.ladder;
  const next = steps[index];
  const endsAt = startedAt + (steps.at(-1)?.afterMs ?? 0);
  const restsUntil = Math.max(at, endsAt) + restMs(steps, current.severity);
  const nextAt = next ? Math.max(at, startedAt + next.afterMs) : restsUntil;
  const after = withLadder(current, { ...placeOf(steps, index), nextAt, waiting });
  return {
    case: after,
    jobs: [climbJob(after, after.ladder, nextAt, at, climbId(after, after.ladder))],
  };
}

/** The same step once more at `nextAt`. */
export function lookAgain(
  current: Case,
  nextAt: number,
  { at, fresh }: Pick<Standing, "at" | "fresh">,
  waiting: boolean,
): Planned {
  const after = withLadder(current, { nextAt, waiting });
  const id = `${climbId(after, after.ladder)}-${fresh}`;
  return { case: after, jobs: [climbJob(after, after.ladder, nextAt, at, id)] };
}

/** Step `index` at once, before its own time. */
export function bringForward(
  { steps, at, fresh }: Standing,
  current: Case,
  index: number,
): Planned {
  return lookAgain(withLadder(current, placeOf(steps, index)), at, { at, fresh }, false);
}

function placeOf(steps: readonly LadderStep[], index: number) {
  return {
    step: index,
    plannedMs: steps[index]?.afterMs ?? null,
    takenMs: steps[index - 1]?.afterMs ?? null,
  };
}

/** The first step of a later rung than that of `index`; -1 when there is none. */
export function nextRung(steps: readonly LadderStep[], index: number): number {
  const rung = steps[index]?.rungNumber;
  return steps.findIndex((step, i) => i > index && step.rungNumber !== rung);
}

/**
 * What happens instead of the step that was planned, where the ladder in force has none in its place: the ladder
 * has rested, or the policy was changed. Then what comes after the step that was taken last follows; its round
 * counts from the same beginning and is a new one all the same, so that nothing which was told before stands for
 * it. null where the plan stands.
 */
export function planAnew(standing: Standing, current: Case): Planned | null {
  const { steps, at } = standing;
  const { ladder } = current;
  const { step, plannedMs, takenMs } = ladder;
  if (plannedMs !== null) {
    if (steps[step]?.afterMs === plannedMs) return null;
    const index = steps.findIndex(({ afterMs }) => afterMs > (takenMs ?? -1));
    const again = { ...current, ladder: newRound(ladder, ladder.startedAt) };
    if (index !== -1) return advance(standing, again, index, false);
  }
  return advance(standing, { ...current, ladder: roundAgain(current, at) }, 0, false);
}

export function withLadder(item: Case, change: Partial<Case["ladder"]>): Case {
  return { ...item, ladder: { ...item.ladder, ...change } };
}
