import type { AuditPayload } from "../engine/audit.ts";
import type { Case } from "../engine/case/case.ts";
import { type CaseAction, type Decision, UNDONE_BY } from "../engine/case/decision.ts";
import type { CaseError } from "../engine/case/transitions.ts";
import type { Policy } from "../engine/policy.ts";
import { ok, type Result } from "../engine/result.ts";
import { getsStrikes, weigh } from "../engine/strikes.ts";
import type { Job } from "../ports/jobs.ts";
import type { CaseNote, CaseView, Strike } from "../ports/store.ts";
import { countAuthors, touchedAuthors } from "./case-authors.ts";
import {
  addJobs,
  changeCase,
  closeJob,
  DAY_MS,
  hold,
  type Move,
  move,
  type NotFound,
  type Step,
  type StepContext,
} from "./case-change.ts";
import { readWords, type WordsProblem } from "./case-words.ts";
import { personOf, type PipelineDeps } from "./deps.ts";
import { type DecideProblem, type DecisionInput, readDecision } from "./read-decision.ts";
import { afterDecision, afterUndo } from "./rights/follow.ts";

/** Whoever decides, or takes that back, owes something to those whom it is about. */
const RIGHTS = { rights: true } as const;

/**
 * A moderator's decision, with the strike and the actions that the policy adds to it; where the policy asks
 * for a second moderator, a proposal that waits for one. `need-more` puts the case on hold, with the
 * reason as a note for the team.
 */
export async function decideCase(
  deps: PipelineDeps,
  input: DecisionInput,
): Promise<Result<Case, DecideProblem>> {
  const { caseId, by, outcome } = input;
  const words = readDecision(deps, input);
  if (!words.ok) return words;
  const id = deps.ids.next();
  if (outcome === "need-more") return needMore(deps, caseId, by, id, words.value.reason);
  return changeCase<DecideProblem>(
    deps,
    caseId,
    (context) => {
      const { current, known, policy, view, at } = context;
      const rule = words.value.rule ?? defaultRule(view);
      const chosen = chosenActions(current, outcome, words.value.actions);
      const weighed = weigh(
        current,
        outcome === "uphold",
        chosen,
        touchedAuthors(current, known.authors),
        policy.strikes,
      );
      const decision: Decision = {
        id,
        outcome,
        rule,
        reason: words.value.reason,
        actions: weighed.actions,
        moderatorId: by,
        decidedAt: at,
        confirmedBy: null,
        strikePoints: weighed.points,
      };
      const needsSecond = asksForSecond(policy, current, weighed.actions);
      return settled(deps, context, {
        command: { kind: "decide", by, decision, needsSecond },
        type: needsSecond ? "case.proposed" : "case.decided",
        by,
        payload: decisionPayload(deps, context, decision),
      });
    },
    RIGHTS,
  );
}

/**
 * The second moderator agrees: the proposal is decided, for whoever is an author of the case by now. What
 * a threshold had added when there was one author is then for all: two people have seen it and agreed.
 */
export function confirmDecision(
  deps: PipelineDeps,
  input: Pick<DecisionInput, "caseId" | "by"> & {
    /** The proposal that was looked at; another one is not confirmed. */
    readonly decisionId?: string;
  },
): Promise<Result<Case, CaseError | NotFound>> {
  const { caseId, by, decisionId } = input;
  const named = decisionId === undefined ? {} : { decisionId };
  return changeCase<CaseError>(
    deps,
    caseId,
    (context) => {
      const { current } = context;
      const { proposal } = current;
      return settled(deps, context, {
        command: { kind: "confirm", by, ...named },
        type: "case.decided",
        by,
        payload: proposal
          ? {
              ...decisionPayload(deps, context, proposal),
              proposedBy: personOf(deps, current.platform, proposal.moderatorId),
            }
          : {},
      });
    },
    RIGHTS,
  );
}

/** The second moderator, or whoever proposed, drops the proposal. `reason` becomes a note for the team. */
export function rejectProposal(
  deps: PipelineDeps,
  input: Pick<DecisionInput, "caseId" | "by"> & { readonly reason: string | null },
): Promise<Result<Case, CaseError | NotFound | WordsProblem>> {
  const { caseId, by } = input;
  const words = readNote(input.reason);
  if (!words.ok) return Promise.resolve(words);
  const id = deps.ids.next();
  return changeCase<CaseError>(deps, caseId, (context) => {
    const proposal = context.current.proposal?.id ?? null;
    const rejected = move(deps, context, {
      command: { kind: "reject", by },
      type: "case.rejected",
      by,
      payload: { decision: proposal },
    });
    return rejected.ok ? ok(withNote(rejected.value, context, id, by, words.value)) : rejected;
  });
}

/**
 * Takes a decision back: its strike no longer counts, what can be undone is, and the case is as before,
 * with a new round of its ladder. `reason` becomes a note for the team.
 */
export function undoDecision(
  deps: PipelineDeps,
  input: Pick<DecisionInput, "caseId" | "by"> & { readonly reason: string | null },
): Promise<Result<Case, CaseError | NotFound | WordsProblem>> {
  return takeBack(deps, input, { kind: "undo", type: "case.undone" });
}

/** Takes up a closed case again, as if its decision had been undone. */
export function reopenCase(
  deps: PipelineDeps,
  input: Pick<DecisionInput, "caseId" | "by"> & { readonly reason: string | null },
): Promise<Result<Case, CaseError | NotFound | WordsProblem>> {
  return takeBack(deps, input, { kind: "reopen", type: "case.reopened" });
}

function takeBack(
  deps: PipelineDeps,
  input: Pick<DecisionInput, "caseId" | "by"> & { readonly reason: string | null },
  step: { readonly kind: "undo" | "reopen"; readonly type: Move["type"] },
): Promise<Result<Case, CaseError | NotFound | WordsProblem>> {
  const { caseId, by } = input;
  const words = readNote(input.reason);
  if (!words.ok) return Promise.resolve(words);
  const id = deps.ids.next();
  return changeCase<CaseError>(
    deps,
    caseId,
    (context) => {
      const { current, at } = context;
      const { decision } = current;
      const moved = move(deps, context, {
        command: { kind: step.kind, by },
        type: step.type,
        by,
        payload: { decision: decision?.id ?? null },
      });
      if (!moved.ok) return moved;
      const noted = withNote(moved.value, context, id, by, words.value);
      if (!decision) return ok(noted);
      const undone = { decisionId: decision.id, by, at };
      const { jobs, ...owed } = afterUndo(deps, context, decision);
      const all = [...undoJobs(current, decision), ...jobs];
      return ok({ ...addJobs(noted, all), ...owed, undone });
    },
    RIGHTS,
  );
}

/** Takes a step that may decide the case, and writes what follows from a decision. */
function settled(deps: PipelineDeps, context: StepContext, step: Move): Result<Step, CaseError> {
  const { policy, at } = context;
  const moved = move(deps, context, step);
  if (!moved.ok) return moved;
  const item = moved.value.case;
  const { decision } = item;
  if (!decision) return moved;
  const closesAt = at + policy.cases.closeAfterDays * DAY_MS;
  const { jobs, ...owed } = afterDecision(deps, context, item, decision);
  const acts = [...actJobs(item, decision), closeJob(item, closesAt, at)];
  return ok({
    ...addJobs(moved.value, [...acts, ...jobs]),
    ...owed,
    strikes: strikesOf(context, item, decision),
  });
}

function needMore(
  deps: PipelineDeps,
  caseId: string,
  by: string,
  noteId: string,
  reason: string,
): Promise<Result<Case, DecideProblem>> {
  return changeCase<CaseError>(deps, caseId, (context) => {
    const held = hold(deps, context, by, null);
    return held.ok ? ok(withNote(held.value, context, noteId, by, reason)) : held;
  });
}

/** `words: null` is no note. */
function withNote(
  step: Step,
  { at }: Pick<StepContext, "at">,
  id: string,
  by: string,
  words: string | null,
): Step {
  if (words === null) return step;
  const note: CaseNote = { id, caseId: step.case.id, by, audience: "team", text: words, at };
  return { ...step, note };
}

function readNote(words: string | null): Result<string | null, WordsProblem> {
  return words === null || words.trim() === "" ? ok(null) : readWords(words);
}

/** The rule of the first finding, or the one that broke; people who ask or review name no rule of a pack. */
function defaultRule({ source, verdict }: CaseView): string {
  const rule = verdict.findings[0]?.rule ?? verdict.errored?.[0];
  return rule ?? (source === "rule" ? "" : source);
}

function chosenActions(
  { held, source }: Case,
  outcome: Decision["outcome"],
  chosen: readonly CaseAction[] | null,
): readonly CaseAction[] {
  // A question or feedback is answered, not deleted.
  const isAsked = source === "question" || source === "feedback";
  if (outcome === "uphold") {
    const wanted = chosen ?? (isAsked ? [] : [{ kind: "delete" } as const]);
    // What was hidden before anybody decided stays so, and then its author must hear of it.
    const settles = wanted.some(({ kind }) => kind === "delete" || kind === "restore");
    return held && !settles ? [{ kind: "delete" }, ...wanted] : wanted;
  }
  // Whatever else is chosen: what was hidden by a false alarm comes back.
  const others = (chosen ?? []).filter(({ kind }) => kind !== "restore");
  const restores = held || (chosen ?? []).some(({ kind }) => kind === "restore");
  return restores ? [{ kind: "restore" }, ...others] : others;
}

/** Four eyes. A case in shadow mode has no consequences that a second moderator could prevent. */
function asksForSecond(
  { cases }: Policy,
  { severity, shadow }: Case,
  actions: readonly CaseAction[],
): boolean {
  const { severities, actions: severe } = cases.secondModerator;
  if (shadow) return false;
  return (
    (severity !== null && severities.includes(severity)) ||
    actions.some(({ kind }) => severe.includes(kind))
  );
}

function decisionPayload(
  { ruleSet }: Pick<PipelineDeps, "ruleSet">,
  { current, known, at }: StepContext,
  { id, outcome, rule, actions, strikePoints }: Decision,
): AuditPayload {
  return {
    decision: id,
    outcome,
    // Words that name a rule of the community's own are text, which the audit log does not hold.
    rule: ruleSet.rules.some((each) => each.id === rule) ? rule : "own",
    actions: actions.map(({ kind }) => kind),
    strikePoints,
    openForMs: at - current.openedAt,
    ...countAuthors(current, known.authors),
  };
}

/** One for each member among the authors; of those who were erased nothing is known any more. */
function strikesOf(
  { known, policy, at }: StepContext,
  item: Case,
  decision: Decision,
): readonly Strike[] {
  if (decision.strikePoints === 0) return [];
  const members = touchedAuthors(item, known.authors).filter(getsStrikes);
  return members.map(({ id }) => ({
    decisionId: decision.id,
    caseId: item.id,
    communityId: item.communityId,
    authorId: id,
    points: decision.strikePoints,
    at,
    expiresAt: at + policy.strikes.expireDays * DAY_MS,
  }));
}

/** The action's kind is in the job: once the decision is undone, the case no longer says it. */
function actJobs(item: Case, { id, actions }: Decision): readonly Job[] {
  return actions.map(({ kind }, index) => ({
    queue: "actions",
    id: `${id}-act-${index}`,
    name: "act",
    payload: { case: item.id, decision: id, index, action: kind },
  }));
}

/** Takes the actions of a decision back, each where that can be done. */
export function undoJobs(item: Case, { id, actions }: Decision): readonly Job[] {
  return actions.flatMap(({ kind }, index): Job[] =>
    UNDONE_BY[kind] === "nothing"
      ? []
      : [
          {
            queue: "actions",
            id: `${id}-undo-${index}`,
            name: "undo",
            payload: { case: item.id, decision: id, index, action: kind },
          },
        ],
  );
}
