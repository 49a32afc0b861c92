import type { Case } from "../../engine/case/case.ts";
import type { CaseAction, Decision } from "../../engine/case/decision.ts";
import type { Policy } from "../../engine/policy.ts";
import { withAdded } from "../../engine/strikes.ts";
import { isRestriction } from "../../engine/statement/transparency-record.ts";
import type { CaseAuthor } from "../../ports/store.ts";

/** What one author of a case is told that a decision does to them. */
export interface Share {
  readonly actions: readonly CaseAction[];
  readonly strikePoints: number;
  /** Whether the decision stands for others only. */
  readonly cleared: boolean;
}

/** Whether a decision did something to somebody: a false alarm and an answered question did not. */
export function weighs(
  { outcome }: Pick<Decision, "outcome">,
  { actions, strikePoints, cleared }: Share,
  { held }: Pick<Case, "held">,
): boolean {
  if (outcome !== "uphold" || cleared) return false;
  const told = actions.some((action) => isRestriction(action) || action.kind === "warn");
  return told || held || strikePoints > 0;
}

/** Whether somebody hears of a decision: of what weighs on them, and of what they are asked to do. */
export function isTold(
  decision: Pick<Decision, "outcome">,
  share: Share,
  item: Pick<Case, "held">,
): boolean {
  return (
    weighs(decision, share, item) || share.actions.some(({ kind }) => kind === "ask-correction")
  );
}

/**
 * What a decision is for one of the authors. Somebody of the team who is not the one it is about is left out of
 * what is done in person (act-on-authors.ts). The points are those of their own messages, and what those add is
 * done to them alone.
 */
export function shareOf(
  { actions }: Pick<Decision, "actions">,
  { authorId }: Pick<Case, "authorId">,
  { team }: Pick<Policy, "team">,
  author: CaseAuthor,
): Share {
  const { points: strikePoints, added, cleared } = author;
  if (cleared) return { actions: [], strikePoints: 0, cleared };
  const isTeam = author.role === "staff" || team.some(({ id }) => id === author.id);
  const isSpared = author.id !== authorId && isTeam;
  return {
    actions: isSpared ? actions.filter(isOnMessage) : withAdded(actions, added),
    strikePoints,
    cleared,
  };
}

function isOnMessage({ kind }: CaseAction): boolean {
  return kind === "delete" || kind === "restore";
}

/** Whether what was hidden before is to be read again. */
export function letsThrough({ outcome, actions }: Decision): boolean {
  return outcome === "dismiss" || actions.some(({ kind }) => kind === "restore");
}

/** Whether the messages of a case can be read once a decision is carried out, so that a word may stand under them. */
export function staysToRead(decision: Decision, { held }: Pick<Case, "held">): boolean {
  return (
    !decision.actions.some(({ kind }) => kind === "delete") && (!held || letsThrough(decision))
  );
}
