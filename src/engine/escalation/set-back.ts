import type { Case } from "../case/case.ts";

/**
 * How far after `at` (epoch ms) lies what a case began last: its round, an acknowledgement, a lease or a hold. Above
 * what clocks differ by, the clock was set back since, by at least as much. 0 where nothing does.
 */
export function aheadMs({ ladder, assignment }: Case, at: number): number {
  const { startedAt, acknowledged, heldSince } = ladder;
  const begun = [startedAt, acknowledged?.at, heldSince, assignment?.since];
  return Math.max(0, ...begun.map((since) => (since ?? at) - at));
}

/**
 * A case whose clock was set back by `ms` (at least `aheadMs`) by the time `at`: what began after `at` began before
 * that, and is moved with all that counts from it, so that it lasts no shorter than it was to. What began by `at` may
 * have begun since, and stays.
 */
export function movedBack(item: Case, at: number, ms: number): Case {
  const { ladder, assignment, onHoldUntil } = item;
  const { startedAt, nextAt, acknowledged, heldSince } = ladder;
  const moves = (since: number | null | undefined) => (since ?? at) > at;
  const round = moves(startedAt) && {
    startedAt: startedAt - ms,
    nextAt: nextAt === null ? null : nextAt - ms,
  };
  const seen = acknowledged !== null &&
    moves(acknowledged.at) && { acknowledged: { ...acknowledged, at: acknowledged.at - ms } };
  const held = heldSince !== null && moves(heldSince);
  const { since = 0, until = 0 } = assignment ?? {};
  return {
    ...item,
    ladder: { ...ladder, ...round, ...seen, ...(held && { heldSince: heldSince - ms }) },
    ...(held && onHoldUntil !== null && { onHoldUntil: onHoldUntil - ms }),
    ...(assignment !== null &&
      moves(since) && { assignment: { ...assignment, since: since - ms, until: until - ms } }),
  };
}
