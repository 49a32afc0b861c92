import type { LadderState } from "./case.ts";

/** The ladder of a case that was just opened: its first step is to be planned. */
export function firstRound(at: number): LadderState {
  return { round: 1, startedAt: at, step: 0, nextAt: null, acknowledged: null, waiting: false };
}

/** Begins at the lowest rung again; what was acknowledged is so no longer. */
export function newRound(before: LadderState, at: number): LadderState {
  return { ...firstRound(at), round: before.round + 1 };
}
