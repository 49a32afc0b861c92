import type { Case } from "./case/case.ts";
import type { CaseAction } from "./case/decision.ts";
import type { Policy } from "./policy.ts";

type StrikePolicy = Policy["strikes"];
type Sanction = Extract<CaseAction, { kind: "timeout" | "kick" | "ban" }>;

/** Mildest first. */
const SANCTIONS: readonly Sanction["kind"][] = ["timeout", "kick", "ban"];

/** What a decision weighs for the author, and what is done because of it. */
export interface Weighed {
  /** Points that the author gets; 0 for no strike. */
  readonly points: number;
  /** What the moderator chose, with what a threshold adds. */
  readonly actions: readonly CaseAction[];
}

/**
 * Weighs a decision. Only members get points, and only for an upheld case outside shadow mode: what the
 * company's own people did is not settled by a count. `before` are the author's points that count now.
 */
export function weigh(
  item: Pick<Case, "severity" | "speaker" | "shadow">,
  upheld: boolean,
  chosen: readonly CaseAction[],
  before: number,
  policy: StrikePolicy,
): Weighed {
  const counts = upheld && item.speaker === "member" && !item.shadow && item.severity !== null;
  const points = counts && item.severity !== null ? policy.points[item.severity] : 0;
  if (points === 0) return { points, actions: chosen };
  return { points, actions: withThreshold(chosen, crossed(before, before + points, policy)) };
}

/** The gravest action of the thresholds above `before` and not above `after`; null when none is crossed. */
export function crossed(before: number, after: number, policy: StrikePolicy): Sanction | null {
  return policy.thresholds
    .filter(({ points }) => before < points && points <= after)
    .map(({ action }) => action)
    .reduce<Sanction | null>((most, each) => (most && isAtLeast(most, each) ? most : each), null);
}

function withThreshold(
  chosen: readonly CaseAction[],
  added: Sanction | null,
): readonly CaseAction[] {
  if (added === null) return chosen;
  const sanctions = chosen.filter(isSanction);
  if (sanctions.some((each) => isAtLeast(each, added))) return chosen;
  // A milder action of the same kind is part of the added one.
  return [...chosen.filter(({ kind }) => kind !== added.kind), added];
}

function isSanction(action: CaseAction): action is Sanction {
  return action.kind === "timeout" || action.kind === "kick" || action.kind === "ban";
}

/** Whether `a` shuts somebody out at least as much as `b`. */
function isAtLeast(a: Sanction, b: Sanction): boolean {
  const byKind = SANCTIONS.indexOf(a.kind) - SANCTIONS.indexOf(b.kind);
  return byKind === 0 ? lengthOf(a) >= lengthOf(b) : byKind > 0;
}

function lengthOf(action: Sanction): number {
  if (action.kind === "kick") return 0;
  return action.minutes ?? Number.POSITIVE_INFINITY;
}
