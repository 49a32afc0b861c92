import type { AuditPayload } from "../engine/audit.ts";
import type { Case } from "../engine/case/case.ts";
import {
  type CaseAction,
  type Decision,
  isOnPerson,
  isSanction,
  type Proposal,
  type Sanction,
} from "../engine/case/decision.ts";
import { type CaseError, stepCase } from "../engine/case/transitions.ts";
import { fail, ok, type Result } from "../engine/result.ts";
import { graver, type Severity } from "../engine/severity.ts";
import type { Weighed } from "../engine/strikes.ts";
import type { Job } from "../ports/jobs.ts";
import type { CaseNote } from "../ports/store.ts";
import {
  isAsked,
  ON_MESSAGE,
  proposedAnswer,
  withAnswer,
  withProposedAnswer,
  withTurnedDown,
} from "./asked.ts";
import { addedActions, countAuthors } from "./case-authors.ts";
import {
  addJobs,
  changeCase,
  closeJob,
  DAY_MS,
  hold,
  type Move,
  move,
  type NotFound,
  type OwnReport,
  ownReport,
  type Step,
  type StepContext,
  withNote,
} from "./case-change.ts";
import { readNote, type WordsProblem } from "./case-words.ts";
import { personOf, type PipelineDeps } from "./deps.ts";
import {
  type DecideProblem,
  type DecisionInput,
  holdsLeak,
  type ReadDecision,
  readDecision,
} from "./read-decision.ts";
import { afterDecision } from "./rights/follow.ts";
import { stepSeen } from "./seen.ts";
import {
  allActions,
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
  const { by } = input;
  return (context) => {
    const severity = graver(context.current.severity, gravest);
    const { current, policy, at } = context;
    const { answer } = words;
    // A question that was answered was not put aside, whatever it was called.
    const outcome = isAsked(current) && answer !== null ? "uphold" : input.outcome;
    const problem = problemOf(context, by, input.seen ?? 0, input.upTo);
    if (problem) return fail(problem);
    const chosen = chosenActions(context, outcome, words.actions);
    const unfit = isAsked(current) ? unfitForAsked(deps, outcome, chosen, answer) : null;
    if (unfit) return fail(unfit);
    const weighed = weighCase(context, outcome, chosen);
    const decision: Proposal = {
      id,
      outcome,
      rule: words.rule ?? defaultRule(context, outcome, chosen),
      reason: words.reason,
      actions: weighed.actions,
      moderatorId: by,
      decidedAt: at,
      confirmedBy: null,
      strikePoints: mostPoints(weighed),
      messages: current.messages,
      ...(weighed.added.size > 0 && { added: [...weighed.added.values()] }),
    };
    const needsSecond = asksForSecond(policy, { ...current, severity }, allActions(weighed));
    const step = settled(deps, context, weighed, {
      command: { kind: "decide", by, decision, needsSecond },
      type: needsSecond ? "case.proposed" : "case.decided",
      by,
      payload: decisionPayload(deps, context, decision, weighed),
    });
    if (!step.ok) return step;
    return ok(
      needsSecond
        ? withProposedAnswer(step.value, by, at, answer)
        : withAnswer(step.value, by, context, answer),
    );
  };
}

/** Why a question is not decided in this way; null where it is. */
function unfitForAsked(
  deps: PipelineDeps,
  outcome: Decision["outcome"],
  actions: readonly CaseAction[],
  answer: string | null,
): DecideProblem | null {
  const unfit = actions.find(({ kind }) => ON_MESSAGE.includes(kind));
  if (unfit) return { kind: "not-on-question", action: unfit.kind };
  if (answer !== null) return holdsLeak(deps, answer) ? { kind: "personal-answer" } : null;
  const isSilent = outcome === "uphold" && !actions.some(isOnPerson);
  return isSilent ? { kind: "answer-required" } : null;
}

/** Why somebody may not settle a case that they know up to a message; null when they may. */
function problemOf(
  context: StepContext,
  by: string,
  seen: number,
  upTo = Number.POSITIVE_INFINITY,
): Extract<DecideProblem, { kind: "own-report" | "more-joined" }> | null {
  const own = ownReport(context, by);
  if (own) return own;
  const { messages } = context.current;
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
    const added = addedTo(proposal, weighed).find((each) => isSevere(policy, each));
    if (added?.threshold !== undefined) {
      return fail({ kind: "more-follows", action: added.kind, points: added.threshold });
    }
    const weighs = { actions: weighed.actions, strikePoints: mostPoints(weighed) };
    const step = settled(deps, context, weighed, {
      command: { ...command, weighed: weighs },
      type: "case.decided",
      by,
      payload: {
        ...decisionPayload(deps, context, { ...proposal, ...weighs }, weighed),
        proposedBy: personOf(deps, current.platform, proposal.moderatorId),
      },
    });
    return step.ok
      ? ok(withAnswer(step.value, by, context, proposedAnswer(proposal, notes)))
      : step;
  };
}

/**
 * What shuts somebody out of a decision, and nothing of its kind in the proposal; for single authors, for more of them.
 * What was proposed for one of several is an action of the decision by now where the others were erased.
 */
function addedTo({ actions: proposed, added: before = [] }: Proposal, weighed: Weighed) {
  const kinds = proposed.map(({ kind }) => kind);
  const all = weighed.actions.filter(isSanction).filter(({ kind }) => !kinds.includes(kind));
  const waiting = before.map(({ kind }) => kind);
  return [...all, ...weighed.added.values()].filter(({ kind }) => {
    const known = waiting.indexOf(kind);
    if (known >= 0) waiting.splice(known, 1);
    return known < 0;
  });
}

/**
 * The second moderator, or whoever proposed, drops the proposal. `reason` becomes a note for the team, which
 * whoever proposed is sent where another has dropped it.
 */
export function rejectProposal(
  deps: PipelineDeps,
  input: Pick<DecisionInput, "caseId" | "by"> & {
    readonly reason: string | null;
    /** The proposal that was looked at; another one is not dropped. */
    readonly decisionId?: string;
  },
): Promise<Result<Case, CaseError | NotFound | OwnReport | WordsProblem>> {
  const { caseId, by, decisionId } = input;
  const named = decisionId === undefined ? {} : { decisionId };
  const words = readNote(input.reason);
  if (!words.ok) return Promise.resolve(words);
  const step = (context: StepContext): Result<Step, CaseError | OwnReport> => {
    const own = ownReport(context, by);
    if (own) return fail(own);
    const { proposal } = context.current;
    const rejected = move(deps, context, {
      command: { kind: "reject", by, ...named },
      type: "case.rejected",
      by,
      payload: { decision: proposal?.id ?? null },
    });
    if (!rejected.ok || !proposal) return rejected;
    return ok(withTurnedDown(rejected.value, by, context, proposal, words.value));
  };
  return changeCase(deps, caseId, step, RIGHTS);
}

/** Takes a step that may decide the case, and writes what follows from a decision. */
function settled(
  deps: PipelineDeps,
  context: StepContext,
  weighed: Weighed,
  step: Move,
): Result<Step, CaseError> {
  const { policy, at } = context;
  const moved = move(deps, context, step);
  if (!moved.ok) return moved;
  const item = moved.value.case;
  const { decision } = item;
  if (!decision) return moved;
  const closesAt = at + policy.cases.closeAfterDays * DAY_MS;
  const { jobs, ...owed } = afterDecision(deps, withWeighed(context, weighed), item, decision);
  const acts = [
    ...actJobs(item, decision, [...weighed.added.values()]),
    closeJob(item, closesAt, at),
  ];
  return ok({
    ...addJobs(moved.value, [...acts, ...jobs]),
    ...owed,
    strikes: strikesOf(context, item, decision, weighed),
  });
}

/** The authors with what the decision that is about to stand weighs for each. */
function withWeighed(context: StepContext, { points, added }: Weighed): StepContext {
  const authors = context.known.authors.map((author) => ({
    ...author,
    points: points.get(author.id) ?? 0,
    added: added.get(author.id) ?? null,
    cleared: false,
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
  return changeCase<DecideProblem>(
    deps,
    caseId,
    (context) => {
      const held = hold(deps, context, by, null);
      return held.ok ? ok(withNote(held.value, context, noteId, by, reason)) : held;
    },
    RIGHTS,
  );
}

function decisionPayload(
  { ruleSet }: Pick<PipelineDeps, "ruleSet">,
  { current, known, at }: StepContext,
  { id, outcome, rule, actions, strikePoints }: Decision,
  weighed: Weighed,
): AuditPayload {
  const added = allActions(weighed).filter(isByPolicy);
  return {
    decision: id,
    outcome,
    // Words that name a rule of the community's own are text, which the audit log does not hold.
    rule: ruleSet.rules.some((each) => each.id === rule) ? rule : "own",
    actions: actions.map(({ kind }) => kind),
    // Nobody chose these: thresholds of the policy added them.
    ...(added.length > 0 && { addedByPolicy: [...new Set(added.map(({ kind }) => kind))] }),
    strikePoints,
    // A case that is opened and decided at once may be decided by the earlier of two readings of the clock.
    openForMs: Math.max(0, at - current.openedAt),
    ...countAuthors(current, known.authors),
  };
}

function isByPolicy(action: CaseAction): boolean {
  return isSanction(action) && action.threshold !== undefined;
}

/** The action's kind is in the job: once the decision is undone, the case no longer says it. */
function actJobs(
  item: Case,
  { id, actions }: Decision,
  added: readonly Sanction[],
): readonly Job[] {
  return [...actions.map(({ kind }, index) => ({ kind, index })), ...addedActions(added)].map(
    ({ kind, index }) => ({
      queue: "actions",
      id: `${id}-act-${index}`,
      name: "act",
      payload: { case: item.id, decision: id, index, action: kind },
    }),
  );
}
