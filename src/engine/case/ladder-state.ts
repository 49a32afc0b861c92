import type { Case, LadderState } from "./case.ts";

/** The ladder of a case that was just opened: its first step is to be planned. */
export function firstRound(at: number): LadderState {
  return {
    round: 1,
    startedAt: at,
    step: 0,
    nextAt: null,
    plannedMs: 0,
    takenMs: null,
    heldSince: null,
    acknowledged: null,
    waiting: false,
  };
}

/** Begins at the lowest rung again; what was acknowledged is so no longer. */
export function newRound(before: LadderState, at: number): LadderState {
  return { ...firstRound(at), round: before.round + 1 };
}

/** The round after one that moved nobody. The deadline of an appeal counts from the appeal, however often it is told of. */
export function roundAgain({ state, ladder }: Pick<Case, "state" | "ladder">, at: number) {
  return newRound(ladder, state === "appealed" ? ladder.startedAt : at);
}

/** Whether every step of the round was taken, so that nothing happens until the next one. */
export function isResting({ nextAt, plannedMs }: LadderState): boolean {
  return nextAt !== null && plannedMs === null;
}
