import type { Case } from "./case/case.ts";
import { type CaseAction, isSanction, type Sanction, SANCTIONS } from "./case/decision.ts";
import type { AuthorRole } from "./message.ts";
import type { Policy } from "./policy.ts";
import { graver, type Severity } from "./severity.ts";

type StrikePolicy = Policy["strikes"];

/** Somebody on whom a decision may weigh. */
export interface WeighedAuthor {
  readonly id: string;
  /** The gravest standing in which they posted a message of the case. */
  readonly role: AuthorRole;
  /** Points of theirs that count now. */
  readonly strikePoints: number;
  /** The gravest finding of their own messages; null where there is none. */
  readonly severity: Severity | null;
}

/** What a decision weighs for its authors, and what is done because of it. */
export interface Weighed {
  /** Points by author; who gets none is not in it. */
  readonly points: ReadonlyMap<string, number>;
  /** What the moderator chose, for every author; with what a threshold adds where there is one author. */
  readonly actions: readonly CaseAction[];
  /** What a threshold adds for one author among several. */
  readonly added: ReadonlyMap<string, Sanction>;
}

/**
 * Weighs a decision: for each author what is theirs, and not what others wrote in the same case. Only
 * members get points, and only for an upheld case outside shadow mode: what the company's own people did is
 * not settled by a count. A threshold adds its action for whoever crosses it, and nothing to a request
 * for a correction: whoever is shut out cannot write one. `hadOthers`: somebody who was erased wrote in the
 * case too, so that whoever is left alone is still one of several.
 */
export function weigh(
  item: Pick<Case, "severity" | "source" | "authorId" | "shadow">,
  upheld: boolean,
  chosen: readonly CaseAction[],
  authors: readonly WeighedAuthor[],
  policy: StrikePolicy,
  hadOthers = false,
): Weighed {
  const points = new Map<string, number>();
  const added = new Map<string, Sanction>();
  if (!upheld || item.shadow) return { points, actions: chosen.map(byModerator), added };
  for (const author of authors.filter(getsStrikes)) {
    const severity = severityOf(item, author, authors, hadOthers);
    const weight = severity === null ? 0 : policy.points[severity];
    if (weight > 0) points.set(author.id, weight);
  }
  const asks = chosen.some(({ kind }) => kind === "ask-correction");
  const crosses = ({ id, strikePoints: before }: WeighedAuthor) =>
    asks ? null : crossed(before, before + (points.get(id) ?? 0), policy);
  const [only, ...others] = authors;
  if (only && others.length === 0 && !hadOthers) {
    const after = only.strikePoints + (points.get(only.id) ?? 0);
    const stands = chosen.map((each) => stillReached(each, after));
    return { points, actions: withAdded(stands, crosses(only)), added };
  }
  const actions = chosen.map(byModerator);
  for (const author of authors) {
    const sanction = crosses(author);
    if (sanction && withAdded(actions, sanction) !== actions) added.set(author.id, sanction);
  }
  return { points, actions, added };
}

/** Whether points are counted for somebody at all. */
export function getsStrikes({ role }: Pick<WeighedAuthor, "role">): boolean {
  return role === "member";
}

/**
 * How grave what somebody did is. Alone in a case they answer for all of it. Beside others, for the findings
 * of their own messages; where people opened the case, for what those asked about too, an S3 where the
 * severity of the case is that of somebody's finding.
 */
function severityOf(
  { source, severity, authorId }: Pick<Case, "severity" | "source" | "authorId">,
  { id, severity: own }: WeighedAuthor,
  authors: readonly WeighedAuthor[],
  hadOthers: boolean,
): Severity | null {
  if (authors.length === 1 && !hadOthers) return severity;
  if (severity === null || source === "rule" || source === "early-warning") return own;
  const asked = authors.some((each) => each.severity === severity) ? "S3" : severity;
  return id === authorId || own === null ? graver(own, asked) : own;
}

/** The gravest action of the thresholds above `before` and not above `after`; null when none is crossed. */
export function crossed(before: number, after: number, policy: StrikePolicy): Sanction | null {
  return policy.thresholds
    .filter(({ points }) => before < points && points <= after)
    .map(({ action, points }): Sanction => ({ ...action, threshold: points }))
    .reduce<Sanction | null>((most, each) => (most && isAtLeast(most, each) ? most : each), null);
}

/** The nearest threshold that somebody with so many points has not reached; null where there is none. */
export function nextThreshold(
  points: number,
  { thresholds }: StrikePolicy,
): StrikePolicy["thresholds"][number] | null {
  const ahead = thresholds.filter((each) => each.points > points);
  return ahead.reduce<(typeof ahead)[number] | null>(
    (nearest, each) => (nearest && nearest.points <= each.points ? nearest : each),
    null,
  );
}

/** What a threshold adds takes the place of everything milder that shuts somebody out; `chosen` itself where it adds nothing. */
export function withAdded(
  chosen: readonly CaseAction[],
  added: Sanction | null,
): readonly CaseAction[] {
  if (added === null) return chosen;
  if (chosen.filter(isSanction).some((each) => isAtLeast(each, added))) return chosen;
  return [...chosen.filter((each) => !isSanction(each)), added];
}

/** What was proposed because of points that count no more stands as what two moderators agreed on. */
function stillReached(action: CaseAction, points: number): CaseAction {
  const isReached = "threshold" in action && action.threshold <= points;
  return isReached ? action : byModerator(action);
}

function byModerator(action: CaseAction): CaseAction {
  if (!isSanction(action) || action.threshold === undefined) return action;
  const { threshold: _, ...chosen } = action;
  return chosen;
}

/** Whether `a` shuts somebody out at least as much as `b`. */
export function isAtLeast(a: Sanction, b: Sanction): boolean {
  const byKind = SANCTIONS.indexOf(a.kind) - SANCTIONS.indexOf(b.kind);
  return byKind === 0 ? lengthOf(a) >= lengthOf(b) : byKind > 0;
}

function lengthOf(action: Sanction): number {
  if (action.kind === "kick") return 0;
  return action.minutes ?? Number.POSITIVE_INFINITY;
}
