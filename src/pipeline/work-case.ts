import type { Case } from "../engine/case/case.ts";
import { type CaseError, ownerAt, stepCase } from "../engine/case/transitions.ts";
import { PERSONAL_WAYS } from "../engine/escalation/escalation-policy.ts";
import { fail, ok, type Result } from "../engine/result.ts";
import type { Job } from "../ports/jobs.ts";
import type { CaseNote } from "../ports/store.ts";
import { sendNote } from "./asked.ts";
import {
  addJobs,
  caseEvent,
  changeCase,
  expireJob,
  hold,
  MINUTE_MS,
  move,
  type NotFound,
  type OwnReport,
  ownReport,
  type Step,
  type StepContext,
} from "./case-change.ts";
import { readWords, type WordsProblem } from "./case-words.ts";
import { personOf, type PipelineDeps } from "./deps.ts";
import { admitWish, deliverJob, type Wish } from "./escalation/attempts.ts";
import { type CommunityContext, contextOf } from "./escalation/context.ts";
import { acknowledgedJobs } from "./escalation/plan-climb.ts";

export { confirmDecision, decideCase, rejectProposal } from "./decide-case.ts";
export { reopenCase, undoDecision } from "./take-back.ts";
export type { DecideProblem, DecisionInput } from "./read-decision.ts";
export { closeCase, expireCase } from "./case-timers.ts";

/** Who wants to do something on which case. */
export interface CaseInput {
  readonly caseId: string;
  /** The moderator's id on the platform of the case. */
  readonly by: string;
}

export type CaseProblem = CaseError | NotFound | OwnReport;

/** Whoever takes a case, holds it or has seen it must be one who may decide it. */
const REPORTS = { rights: true } as const;

/** Takes the lease of a case, or renews one's own. */
export function takeCase(
  deps: PipelineDeps,
  { caseId, by }: CaseInput,
): Promise<Result<Case, CaseProblem>> {
  const take = (context: StepContext): Result<Step, CaseError | OwnReport> => {
    const own = ownReport(context, by);
    if (own) return fail(own);
    const until = leaseEnd(context);
    const taken = move(deps, context, {
      command: { kind: "take", by, until },
      type: "case.assigned",
      by,
      payload: { until },
    });
    if (!taken.ok) return taken;
    const expire = expireJob(context.current, until, context.at);
    return ok(withAcknowledgement(deps, context, addJobs(taken.value, [expire])));
  };
  return changeCase(deps, caseId, take, REPORTS);
}

/** Gives the lease back ("skip for me"); the ladder begins again. */
export function releaseCase(
  deps: PipelineDeps,
  { caseId, by }: CaseInput,
): Promise<Result<Case, CaseProblem>> {
  return changeCase(deps, caseId, (context) =>
    move(deps, context, { command: { kind: "release", by }, type: "case.released", by }),
  );
}

/** Gives one's own lease to somebody else, for a whole lease from now, and tells them. */
export async function handOverCase(
  deps: PipelineDeps,
  { caseId, by, to }: CaseInput & { readonly to: string },
): Promise<Result<Case, CaseProblem>> {
  const view = await deps.store.findCase(caseId);
  if (!view) return fail({ kind: "not-found" });
  const community = await contextOf(deps, view);
  const handOver = (context: StepContext): Result<Step, CaseError | OwnReport> => {
    const own = ownReport(context, to);
    if (own) return fail(own);
    const until = leaseEnd(context);
    const given = move(deps, context, {
      command: { kind: "hand-over", by, to, until },
      type: "case.assigned",
      by,
      payload: { until, to: personOf(deps, context.current.platform, to) },
    });
    if (!given.ok) return given;
    const taken = addJobs(given.value, [expireJob(context.current, until, context.at)]);
    return ok(
      context.policy.mode === "shadow" ? taken : withHandOver(deps, community, context, taken, to),
    );
  };
  return changeCase(deps, caseId, handOver, { ...REPORTS, people: [to] });
}

/** Whoever gets a case hears of it; where nothing reaches them, the case does not wait for them (`afterSilence`). */
function withHandOver(
  deps: PipelineDeps,
  community: CommunityContext,
  { known, at }: StepContext,
  step: Step,
  to: string,
): Step {
  const { round } = step.case.ladder;
  const mark = `handed-over-${at}`;
  const wish: Wish = {
    kind: "reminder",
    personId: to,
    ways: PERSONAL_WAYS,
    round,
    step: 0,
    mark,
    when: "now",
  };
  const { attempt, jobs } = admitWish(deps, community, step.case, wish, known.inboxes.get(to), at);
  const tells = attempt.outcome === "pending" ? [deliverJob(attempt)] : jobs;
  return addJobs({ ...step, attempts: [attempt] }, tells);
}

/** Puts a case on hold for `hours`; null for as long as the policy says. */
export function holdCase(
  deps: PipelineDeps,
  { caseId, by, hours }: CaseInput & { readonly hours: number | null },
): Promise<Result<Case, CaseProblem>> {
  return changeCase(deps, caseId, (context) => hold(deps, context, by, hours), REPORTS);
}

/** A step that changes nothing. */
function nothing(current: Case): Step {
  return { case: current, events: [], jobs: [] };
}

/** "I have seen it": the ladder stops, nobody gets the lease. */
export function acknowledgeCase(
  deps: PipelineDeps,
  { caseId, by }: CaseInput,
): Promise<Result<Case, CaseProblem>> {
  const acknowledge = (context: StepContext): Result<Step, CaseError | OwnReport> => {
    const own = ownReport(context, by);
    if (own) return fail(own);
    const { current } = context;
    const seen = move(deps, context, {
      command: { kind: "acknowledge", by },
      type: "case.acknowledged",
      by,
    });
    // Somebody who presses again, because the answer was lost, has seen it once.
    if (seen.ok && current.ladder.acknowledged?.by === by) return ok(nothing(current));
    return seen.ok ? ok(withAcknowledgement(deps, context, seen.value)) : seen;
  };
  return changeCase(deps, caseId, acknowledge, REPORTS);
}

/**
 * Writes a note, in any state of the case. One for the author is also sent to whom the case is about,
 * unless they were erased. The owner's lease is renewed by it.
 */
export function noteCase(
  deps: PipelineDeps,
  input: CaseInput & { readonly audience: CaseNote["audience"]; readonly text: string },
): Promise<Result<Case, NotFound | WordsProblem>> {
  const { caseId, by, audience } = input;
  const text = readWords(input.text);
  if (!text.ok) return Promise.resolve(text);
  return changeCase(deps, caseId, (context) => {
    const { current, at } = context;
    const note: CaseNote = { id: deps.ids.next(), caseId, by, audience, text: text.value, at };
    const renewed = renewLease(context, by);
    const event = caseEvent(deps, current, {
      type: "case.noted",
      by,
      at,
      payload: { note: note.id, audience },
    });
    const step = { case: renewed.case, events: [event], jobs: renewed.jobs };
    const sends = audience === "author" && current.authorId !== "";
    return ok(sends ? sendNote(step, note) : { ...step, note });
  });
}

function leaseEnd({ policy, at }: Pick<StepContext, "policy" | "at">): number {
  return at + policy.cases.leaseMinutes * MINUTE_MS;
}

/** A lease lasts as long as its owner does something on the case. */
function renewLease(
  context: Pick<StepContext, "current" | "policy" | "at">,
  by: string,
): { readonly case: Case; readonly jobs: readonly Job[] } {
  const { current, at } = context;
  if (current.state !== "assigned" || ownerAt(current, at) !== by) {
    return { case: current, jobs: [] };
  }
  const until = leaseEnd(context);
  const taken = stepCase(current, { kind: "take", by, until }, at);
  if (!taken.ok) return { case: current, jobs: [] };
  return { case: taken.value, jobs: [expireJob(current, until, at)] };
}

/** Adds the timers of an acknowledgement that was not there before. Those of one that stood through a hold have passed it over. */
function withAcknowledgement(
  { ids }: PipelineDeps,
  { current, policy, at }: StepContext,
  step: Step,
): Step {
  const [before, after] = [current.ladder.acknowledged, step.case.ladder.acknowledged];
  const stood = before?.by === after?.by && before?.at === after?.at;
  if (stood && current.state !== "on-hold") return step;
  return addJobs(step, acknowledgedJobs(policy, step.case, at, stood ? `-${ids.next()}` : ""));
}
