import type { Case } from "../../engine/case/case.ts";
import type { Policy } from "../../engine/policy.ts";
import { advance, type Planned } from "./go-on.ts";
import { mayClimb, stepsFor } from "./plan-climb.ts";

/**
 * Plans the round of an appealed case that has just begun because an appeal was made, or because one of several was
 * decided: what is due at `at`, or comes after that. What is overdue was told of when it was due, so a round of which
 * all is past rests. `appealedAt`: when each of those that wait was made. All epoch ms.
 */
export function planAppeals(
  policy: Policy,
  item: Case,
  appealedAt: readonly number[],
  at: number,
): Planned {
  if (!mayClimb(item)) return { case: item, jobs: [] };
  const steps = stepsFor(policy, item, appealedAt);
  const next = steps.findIndex(({ afterMs }) => item.ladder.startedAt + afterMs >= at);
  return advance({ steps, at }, item, next === -1 ? steps.length : next, false);
}
