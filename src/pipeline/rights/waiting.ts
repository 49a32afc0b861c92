import type { Appeal } from "../../ports/rights.ts";

/**
 * The appeals that somebody waits for, the one that is due first before the others. Nobody waits for the answer to
 * that of somebody erased: those count only where no other is left, so that they end too.
 */
export function waitingAppeals(appeals: readonly Appeal[]): readonly Appeal[] {
  const undecided = appeals.filter(({ decidedAt }) => decidedAt === null);
  const living = undecided.filter(isLiving);
  const waiting = living.length > 0 ? living : undecided;
  return waiting.toSorted((a, b) => a.dueAt - b.dueAt || a.at - b.at);
}

/** When each of those was made, epoch ms. */
export function appealedAtOf(appeals: readonly Appeal[]): readonly number[] {
  return waitingAppeals(appeals).map(({ at }) => at);
}

export function isLiving({ authorId }: Pick<Appeal, "authorId">): boolean {
  return authorId !== "";
}
