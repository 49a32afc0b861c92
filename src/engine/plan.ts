import type { Policy } from "./policy.ts";
import type { Verdict } from "./verdict.ts";

/** What Candor does on a platform at once because of a verdict, in order. Each is idempotent on its target. */
export type PlannedAction = "hide-message" | "nudge-author" | "show-case";

/** What follows from a verdict: whether a human must decide, and what is done at once. */
export interface Plan {
  readonly opensCase: boolean;
  readonly actions: readonly PlannedAction[];
}

/**
 * Plans, never acts. What was not posted (`isPosted` false: a name, what the platform blocked) is not hidden. In shadow mode nothing is done and nobody is woken, but the case is still
 * opened, so that moderators can look at what Candor would have asked.
 */
export function planActions(verdict: Verdict, mode: Policy["mode"], isPosted = true): Plan {
  const { decision } = verdict;
  const opensCase = decision === "escalate" || decision === "hold";
  if (mode === "shadow") return { opensCase, actions: [] };
  const actions: PlannedAction[] = [];
  if (decision === "hold" && isPosted) actions.push("hide-message");
  // Whose message is hidden gets a statement of reasons instead.
  if (decision === "nudge") actions.push("nudge-author");
  if (opensCase) actions.push("show-case");
  return { opensCase, actions };
}
