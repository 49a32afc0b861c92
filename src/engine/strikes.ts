import type { Case } from "./case/case.ts";
import type { CaseAction } from "./case/decision.ts";
import type { AuthorRole } from "./message.ts";
import type { Policy } from "./policy.ts";

type StrikePolicy = Policy["strikes"];
type Sanction = Extract<CaseAction, { kind: "timeout" | "kick" | "ban" }>;

/** Mildest first. */
const SANCTIONS: readonly Sanction["kind"][] = ["timeout", "kick", "ban"];

/** Somebody on whom a decision may weigh. */
export interface WeighedAuthor {
  /** The gravest standing in which they posted a message of the case. */
  readonly role: AuthorRole;
  /** Points of theirs that count now. */
  readonly strikePoints: number;
}

/** What a decision weighs for its authors, and what is done because of it. */
export interface Weighed {
  /** Points that each member among the authors gets; 0 for no strike. */
  readonly points: number;
  /** What the moderator chose, with what a threshold adds. */
  readonly actions: readonly CaseAction[];
}

/**
 * Weighs a decision. Only members get points, and only for an upheld case outside shadow mode: what the
 * company's own people did is not settled by a count. A threshold adds its action only where the case has
 * one author: the actions of a decision are for every author, and a threshold is crossed by one of them.
 */
export function weigh(
  { severity, shadow }: Pick<Case, "severity" | "shadow">,
  upheld: boolean,
  chosen: readonly CaseAction[],
  authors: readonly WeighedAuthor[],
  policy: StrikePolicy,
): Weighed {
  const counts = upheld && !shadow && authors.some(getsStrikes);
  const points = counts && severity !== null ? policy.points[severity] : 0;
  const [only, ...others] = authors;
  if (points === 0 || !only || others.length > 0) return { points, actions: chosen };
  const before = only.strikePoints;
  return { points, actions: withThreshold(chosen, crossed(before, before + points, policy)) };
}

/** Whether points are counted for somebody at all. */
export function getsStrikes({ role }: Pick<WeighedAuthor, "role">): boolean {
  return role === "member";
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
