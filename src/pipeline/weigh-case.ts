import type { Case } from "../engine/case/case.ts";
import { type CaseAction, type Decision, isOnPerson, isSanction } from "../engine/case/decision.ts";
import type { Policy } from "../engine/policy.ts";
import { isGraver } from "../engine/severity.ts";
import { weigh, type Weighed } from "../engine/strikes.ts";
import { gravest } from "../engine/verdict.ts";
import { MOST_AUTHORS } from "../ports/rights.ts";
import type { Strike } from "../ports/store.ts";
import { isAsked } from "./asked.ts";
import { standsNowhere } from "./case-about.ts";
import { touchedAuthors } from "./case-authors.ts";
import { DAY_MS, type StepContext } from "./case-change.ts";

/**
 * The rule of the gravest finding, or the one that broke. Whoever asked is answered, and a false alarm is
 * dismissed, without a rule; what else is upheld, and whatever is done to a person, needs one that somebody
 * names: empty.
 */
export function defaultRule(
  { view, known }: Pick<StepContext, "view" | "known">,
  outcome: Decision["outcome"],
  actions: readonly CaseAction[],
): string {
  const { source, verdict } = view;
  const all = known.authors.map(({ own }) => own.verdict);
  const most = all.reduce((a, b) => (isGraver(gravest(b), gravest(a)) ? b : a), verdict);
  const rule = most.findings[0]?.rule ?? verdict.errored?.[0];
  if (rule !== undefined) return rule;
  const isAgainst = outcome === "uphold" && (!isAsked(view) || actions.some(isOnPerson));
  return isAgainst || source === "rule" ? "" : source;
}

/** What is to be done: what a moderator chose, or what follows from the outcome where they chose nothing. */
export function chosenActions(
  { current: item, view: { message } }: Pick<StepContext, "current" | "view">,
  outcome: Decision["outcome"],
  chosen: readonly CaseAction[] | null,
): readonly CaseAction[] {
  const { held } = item;
  if (outcome === "uphold") {
    // A question or feedback is answered, not deleted.
    const isKept = isAsked(item) || standsNowhere(item.messages, message);
    const wanted = chosen ?? (isKept ? [] : [{ kind: "delete" } as const]);
    // What was hidden before anybody decided stays so, and then its author must hear of it.
    const settles = wanted.some(({ kind }) => kind === "delete" || kind === "restore");
    return held && !settles ? [{ kind: "delete" }, ...wanted] : wanted;
  }
  // Whatever else is chosen: what was hidden by a false alarm comes back.
  const others = (chosen ?? []).filter(({ kind }) => kind !== "restore");
  const restores = held || (chosen ?? []).some(({ kind }) => kind === "restore");
  return restores ? [{ kind: "restore" }, ...others] : others;
}

/**
 * What a decision weighs as the case stands. While the policy is in shadow mode it is recorded, counts
 * nothing, and does nothing but bring back what was hidden.
 */
export function weighCase(
  { current, known, policy }: Pick<StepContext, "current" | "known" | "policy">,
  outcome: Decision["outcome"],
  actions: readonly CaseAction[],
): Weighed {
  if (policy.mode === "shadow" && !current.shadow) {
    const restores = actions.filter(({ kind }) => kind === "restore");
    return { points: new Map(), actions: restores, added: new Map() };
  }
  const authors = touchedAuthors(current, known.authors).map(({ own, ...author }) => ({
    ...author,
    severity: gravest(own.verdict),
  }));
  // A flood weighs on one alone, whoever else was in it.
  const hadOthers = known.hasErased && known.authors.length <= MOST_AUTHORS;
  return weigh(current, outcome === "uphold", actions, authors, policy.strikes, hadOthers);
}

/** The most points that an author gets. */
export function mostPoints({ points }: Weighed): number {
  return Math.max(0, ...points.values());
}

/** Four eyes. In shadow mode there are no consequences that a second moderator could prevent. */
export function asksForSecond(
  { mode, cases }: Policy,
  { severity, shadow }: Case,
  actions: readonly CaseAction[],
): boolean {
  const { severities } = cases.secondModerator;
  if (shadow || mode === "shadow") return false;
  return (
    (severity !== null && severities.includes(severity)) ||
    actions.some((action) => isSevere({ cases }, action))
  );
}

/**
 * Whether such an action needs a second moderator: where the policy asks for one, and always where a threshold
 * removes or bans somebody, which nobody chose (docs/adr/0015).
 */
export function isSevere({ cases }: Pick<Policy, "cases">, action: CaseAction): boolean {
  return cases.secondModerator.actions.includes(action.kind) || isRemovalByPolicy(action);
}

function isRemovalByPolicy(action: CaseAction): boolean {
  return isSanction(action) && action.threshold !== undefined && action.kind !== "timeout";
}

/** One for each author who gets points; of those who were erased nothing is known any more. */
export function strikesOf(
  { policy, at }: Pick<StepContext, "policy" | "at">,
  { id: caseId, communityId }: Case,
  { id: decisionId }: Decision,
  { points, added }: Weighed,
): readonly Strike[] {
  return [...points].map(([authorId, each]) => ({
    ...addedFor(added, authorId),
    decisionId,
    caseId,
    communityId,
    authorId,
    points: each,
    at,
    expiresAt: at + policy.strikes.expireDays * DAY_MS,
  }));
}

function addedFor(added: Weighed["added"], authorId: string): Pick<Strike, "added"> {
  const sanction = added.get(authorId);
  return sanction ? { added: sanction } : {};
}

/** All that a decision has done to anybody. */
export function allActions({ actions, added }: Weighed): readonly CaseAction[] {
  return [...actions, ...added.values()];
}
