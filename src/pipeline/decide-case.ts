import type { AuditPayload } from "../engine/audit.ts";
import type { Case } from "../engine/case/case.ts";
import {
  type Decision,
  isSanction,
  type Proposal,
  type Sanction,
  UNDONE_BY,
} from "../engine/case/decision.ts";
import { type CaseError, stepCase } from "../engine/case/transitions.ts";
import { fail, ok, type Result } from "../engine/result.ts";
import { graver, type Severity } from "../engine/severity.ts";
import type { Weighed } from "../engine/strikes.ts";
import type { Job } from "../ports/jobs.ts";
import type { CaseNote } from "../ports/store.ts";
import { isAsked, proposedAnswer, withAnswer, withProposedAnswer } from "./asked.ts";
import { countAuthors } from "./case-authors.ts";
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
import {
  type DecideProblem,
  type DecisionInput,
  holdsLeak,
  type ReadDecision,
  readDecision,
} from "./read-decision.ts";
import { reopenedAttempts, tellAll } from "./rights/attempts.ts";
import { afterDecision, afterUndo } from "./rights/follow.ts";
import { stepSeen } from "./seen.ts";
import {
  asksForSecond,
  chosenActions,
  defaultRule,
  isSevere,
  mostPoints,
  strikesOf,
  weighCase,
} from "./weigh-case.ts";

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
  const seen = { messages: input.seen ?? null, touchesAuthors: outcome === "uphold" };
  return stepSeen(deps, caseId, seen, (upTo) => {
    const step = decisionStep(deps, { ...input, outcome, upTo }, words.value, id);
    return changeCase<DecideProblem>(deps, caseId, step, RIGHTS);
  });
}

/**
 * A decision as one step of its case. Four eyes are asked for by the severity of the case or by `gravest`,
 * that of what else waits about the same person, whichever is graver.
 */
export function decisionStep(
  deps: PipelineDeps,
  input: Omit<DecisionInput, "caseId" | "outcome"> &
    Pick<Decision, "outcome"> & {
      /** The case is known up to this message; absent: all of it. */
      readonly upTo?: number;
    },
  words: ReadDecision,
  id: string,
  gravest: Severity | null = null,
): (context: StepContext) => Result<Step, DecideProblem> {
  const { by, outcome } = input;
  return (context) => {
    const severity = graver(context.current.severity, gravest);
    const { current, policy, at } = context;
    const { answer } = words;
    if (isAsked(current) && holdsLeak(deps, answer)) return fail({ kind: "personal-answer" });
    const problem = problemOf(context, by, input.seen ?? 0, input.upTo);
    if (problem) return fail(problem);
    const chosen = chosenActions(current, outcome, words.actions);
    const weighed = weighCase(context, outcome, chosen);
    const decision: Proposal = {
      id,
      outcome,
      rule: words.rule ?? defaultRule(context, outcome),
      reason: words.reason,
      actions: weighed.actions,
      moderatorId: by,
      decidedAt: at,
      confirmedBy: null,
      strikePoints: mostPoints(weighed),
      messages: current.messages,
    };
    const needsSecond = asksForSecond(policy, { ...current, severity }, weighed.actions);
    const step = settled(deps, context, weighed, {
      command: { kind: "decide", by, decision, needsSecond },
      type: needsSecond ? "case.proposed" : "case.decided",
      by,
      payload: decisionPayload(deps, context, decision),
    });
    if (!step.ok) return step;
    return ok(
      needsSecond
        ? withProposedAnswer(step.value, by, at, answer)
        : withAnswer(step.value, by, at, answer),
    );
  };
}

/** Why somebody may not settle a case that they know up to a message; null when they may. */
function problemOf(
  { current, known }: StepContext,
  by: string,
  seen: number,
  upTo = Number.POSITIVE_INFINITY,
): Extract<DecideProblem, { kind: "own-report" | "more-joined" }> | null {
  if (known.rights?.reports.some(({ reporterId }) => reporterId === by)) {
    return { kind: "own-report" };
  }
  const { messages } = current;
  return messages > upTo ? { kind: "more-joined", seen, messages } : null;
}

/**
 * The second moderator agrees: the proposal is decided, for the messages and the authors that it was made
 * about. What it weighs is judged anew, for points may have been counted since.
 */
export async function confirmDecision(
  deps: PipelineDeps,
  input: Pick<DecisionInput, "caseId" | "by"> & {
    /** The proposal that was looked at; another one is not confirmed. */
    readonly decisionId?: string;
  },
): Promise<Result<Case, DecideProblem>> {
  const { caseId, by } = input;
  const proposed = (await deps.store.findCase(caseId))?.proposal;
  const decisionId = input.decisionId ?? proposed?.id;
  const notes = await deps.store.caseNotes(caseId);
  const isAgainst = proposed?.outcome === "uphold";
  const seen = { messages: proposed?.messages ?? null, touchesAuthors: isAgainst };
  return stepSeen(deps, caseId, seen, (upTo) => {
    const step = confirmation(deps, { by, decisionId, upTo }, notes);
    return changeCase<DecideProblem>(deps, caseId, step, RIGHTS);
  });
}

function confirmation(
  deps: PipelineDeps,
  asked: { readonly by: string; readonly decisionId: string | undefined; readonly upTo: number },
  notes: readonly CaseNote[],
): (context: StepContext) => Result<Step, DecideProblem> {
  const { by, decisionId = "", upTo } = asked;
  return (context) => {
    const { current, policy, at } = context;
    const { proposal } = current;
    const command = { kind: "confirm", by, decisionId } as const;
    if (proposal?.id !== decisionId) {
      const refused = stepCase(current, command, at);
      return refused.ok ? fail({ kind: "nothing-proposed" }) : refused;
    }
    const problem = problemOf(context, by, proposal.messages ?? 0, upTo);
    if (problem) return fail(problem);
    const weighed = weighCase(context, proposal.outcome, proposal.actions);
    const added = addedTo(proposal, weighed);
    if (added?.threshold !== undefined && isSevere(policy, added.kind)) {
      return fail({ kind: "more-follows", action: added.kind, points: added.threshold });
    }
    const weighs = { actions: weighed.actions, strikePoints: mostPoints(weighed) };
    const step = settled(deps, context, weighed, {
      command: { ...command, weighed: weighs },
      type: "case.decided",
      by,
      payload: {
        ...decisionPayload(deps, context, { ...proposal, ...weighs }),
        proposedBy: personOf(deps, current.platform, proposal.moderatorId),
      },
    });
    return step.ok ? ok(withAnswer(step.value, by, at, proposedAnswer(proposal, notes))) : step;
  };
}

/** What shuts somebody out of a decision, and nothing of its kind in the proposal. */
function addedTo(proposal: Proposal, { actions }: Weighed): Sanction | undefined {
  const kinds = proposal.actions.map(({ kind }) => kind);
  return actions.filter(isSanction).find(({ kind }) => !kinds.includes(kind));
}

/** The second moderator, or whoever proposed, drops the proposal. `reason` becomes a note for the team. */
export function rejectProposal(
  deps: PipelineDeps,
  input: Pick<DecisionInput, "caseId" | "by"> & {
    readonly reason: string | null;
    /** The proposal that was looked at; another one is not dropped. */
    readonly decisionId?: string;
  },
): Promise<Result<Case, CaseError | NotFound | WordsProblem>> {
  const { caseId, by, decisionId } = input;
  const named = decisionId === undefined ? {} : { decisionId };
  const words = readNote(input.reason);
  if (!words.ok) return Promise.resolve(words);
  const id = deps.ids.next();
  return changeCase<CaseError>(deps, caseId, (context) => {
    const proposal = context.current.proposal?.id ?? null;
    const rejected = move(deps, context, {
      command: { kind: "reject", by, ...named },
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

async function takeBack(
  deps: PipelineDeps,
  input: Pick<DecisionInput, "caseId" | "by"> & { readonly reason: string | null },
  step: { readonly kind: "undo" | "reopen"; readonly type: Move["type"] },
): Promise<Result<Case, CaseError | NotFound | WordsProblem>> {
  const { caseId, by } = input;
  const words = readNote(input.reason);
  if (!words.ok) return words;
  const id = deps.ids.next();
  const appeals = await deps.store.appealsOf(caseId);
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
      if (!decision) {
        const { round } = noted.case.ladder;
        const told = tellAll(reopenedAttempts(deps, current, appeals, round, at));
        return ok({ ...addJobs(noted, told.jobs), attempts: told.attempts });
      }
      const undone = { decisionId: decision.id, by, at };
      const { jobs, ...owed } = afterUndo(deps, context, decision);
      const all = [...undoJobs(current, decision), ...jobs];
      return ok({ ...addJobs(noted, all), ...owed, undone });
    },
    RIGHTS,
  );
}

/** Takes a step that may decide the case, and writes what follows from a decision. */
function settled(
  deps: PipelineDeps,
  context: StepContext,
  { points }: Weighed,
  step: Move,
): Result<Step, CaseError> {
  const { policy, at } = context;
  const moved = move(deps, context, step);
  if (!moved.ok) return moved;
  const item = moved.value.case;
  const { decision } = item;
  if (!decision) return moved;
  const closesAt = at + policy.cases.closeAfterDays * DAY_MS;
  const { jobs, ...owed } = afterDecision(deps, withPoints(context, points), item, decision);
  const acts = [...actJobs(item, decision), closeJob(item, closesAt, at)];
  return ok({
    ...addJobs(moved.value, [...acts, ...jobs]),
    ...owed,
    strikes: strikesOf(context, item, decision, points),
  });
}

/** The authors with the points of the decision that is about to stand. */
function withPoints(context: StepContext, points: Weighed["points"]): StepContext {
  const authors = context.known.authors.map((author) => ({
    ...author,
    points: points.get(author.id) ?? 0,
  }));
  return { ...context, known: { ...context.known, authors } };
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

/** The action's kind is in the job: once the decision is undone, the case no longer says it. */
function actJobs(item: Case, { id, actions }: Decision): readonly Job[] {
  return actions.map(({ kind }, index) => ({
    queue: "actions",
    id: `${id}-act-${index}`,
    name: "act",
    payload: { case: item.id, decision: id, index, action: kind },
  }));
}

/** Takes the actions of a decision back, each where that can be done, and looks at what its points had brought about elsewhere. */
export function undoJobs(item: Case, { id, actions, strikePoints }: Decision): readonly Job[] {
  const about = { case: item.id, decision: id };
  const undone = actions.flatMap(({ kind }, index): Job[] =>
    UNDONE_BY[kind] === "nothing"
      ? []
      : [
          {
            queue: "actions",
            id: `${id}-undo-${index}`,
            name: "undo",
            payload: { ...about, index, action: kind },
          },
        ],
  );
  if (strikePoints === 0) return undone;
  return [...undone, { queue: "actions", id: `${id}-reweigh`, name: "reweigh", payload: about }];
}
