import { AWAITED, type Case } from "../../engine/case/case.ts";
import { type CaseError, stepCase } from "../../engine/case/transitions.ts";
import type { TeamPerson } from "../../engine/escalation/roster.ts";
import type { LadderStep } from "../../engine/escalation/steps.ts";
import { type Result, fail, ok } from "../../engine/result.ts";
import type { AuditPayload, NewAuditEvent } from "../../engine/audit.ts";
import { type Attempt, CHANNEL } from "../../ports/attempts.ts";
import type { CaseChange, KnownInChange } from "../../ports/store.ts";
import { caseEvent } from "../case-change.ts";
import { personOf, type PipelineDeps } from "../deps.ts";
import { admitWish, channelWish, type Wish } from "./attempts.ts";
import type { CommunityContext } from "./context.ts";
import { advance, bringForward, lookAgain, nextRung, planAnew, withLadder } from "./go-on.ts";
import { mayClimb } from "./plan-climb.ts";

/** A job `climb` in words: take step `step` of round `round`, which was due at `dueAt` (epoch ms). */
export interface ClimbOrder {
  readonly caseId: string;
  readonly round: number;
  readonly step: number;
  readonly dueAt: number;
  /** How long the job was to wait when it was written, ms. */
  readonly waits: number;
}

/** What is known before the case is locked. */
export interface StepSituation {
  readonly order: ClimbOrder;
  readonly context: CommunityContext;
  readonly steps: readonly LadderStep[];
  /** Whom the step names at this time; nobody when nobody is on call. */
  readonly people: readonly TeamPerson[];
  /** Ids of those who wrote the messages of the case, and of those who reported one. */
  readonly parties: readonly string[];
  /** Ids of those who may decide one of the appeals that wait; null where none does. */
  readonly judges: readonly string[] | null;
  /** Whether the step names somebody at this time who may not look at such a case, and nobody else. */
  readonly isBarred: boolean;
  /** Whether these are all whom the step names; false while the platform does not say who is in its team. */
  readonly isWhole: boolean;
  /** Whom an earlier try of this step told, when not all were known. */
  readonly told: ReadonlySet<string>;
  /** Epoch ms at which to look again when there is nobody. */
  readonly lookAgainAt: number;
  readonly at: number;
  /** Random; makes the id of a job that is written again new. */
  readonly fresh: string;
}

/** A rota changes by hand, and a role by the platform: somebody may come before the rota says so. */
export const LOOK_AGAIN_MS = 15 * 60_000;
/** A platform that is asked too often answers again within seconds; one that is down is not asked all the time. */
const ASK_AGAIN_MS = { least: 5000, most: 60_000 } as const;

type StepError = CaseError | { readonly kind: "not-due" };
type Deps = Pick<PipelineDeps, "digests">;

/**
 * Takes one step of the ladder of a locked case: attempts for its people, the next step and its job,
 * the event. An order that is not the case's next step is `not-due`: another job has taken it, or the
 * round is over. An order before its time is written again, unless it has waited that long already.
 */
export function takeStep(
  deps: Deps,
  situation: StepSituation,
  current: Case,
  known: Pick<KnownInChange, "inboxes">,
): Result<CaseChange, StepError> {
  const { order, at } = situation;
  const { ladder } = current;
  const stepped = stepCase(current, { kind: "climb" }, at);
  if (!stepped.ok) return stepped;
  const isNext =
    ladder.round === order.round && ladder.step === order.step && ladder.nextAt === order.dueAt;
  if (!isNext || current.shadow) return fail({ kind: "not-due" });
  const early = order.dueAt - at;
  if (early > 0 && early <= order.waits) {
    return ok({ events: [], ...lookAgain(current, order.dueAt, situation, ladder.waiting) });
  }
  // The clock was set back since: what the round counts from is as much too late as the step is.
  const startedAt = ladder.startedAt - Math.max(0, early);
  return ok(takeDueStep(deps, situation, withLadder(current, { startedAt }), known));
}

/** The step whose time has come, in whatever ladder is in force by now. */
function takeDueStep(
  deps: Deps,
  situation: StepSituation,
  current: Case,
  known: Pick<KnownInChange, "inboxes">,
): CaseChange {
  const { order, context, steps, people, isBarred, isWhole, at } = situation;
  // In shadow mode nobody is paged; the ladder is kept for when that is over.
  if (context.policy.mode === "shadow") {
    return { events: [], ...lookAgain(current, at + LOOK_AGAIN_MS, situation, false) };
  }
  const planned = planAnew(situation, current);
  const step = steps[order.step];
  if (planned || !step) return { case: current, events: [], jobs: [], ...planned };
  const paged = withoutInterested(situation, current);
  if (paged.length > 0) {
    const untold = paged.filter(({ id }) => !situation.told.has(id));
    return page(deps, situation, current, step, untold, known);
  }
  // Nobody may decide the appeal: no next rung could help, and the channel hears at its deadline that it is so.
  if (situation.judges !== null && isWhole) return page(deps, situation, current, step, [], known);
  // Whoever is on call and may not look at it will not come: where there is a next rung, it is for that.
  const passes = people.length > 0 || (isBarred && nextRung(steps, order.step) !== -1);
  return passes && isWhole
    ? passOver(deps, situation, current, step, known)
    : wait(deps, situation, current, step, known);
}

/** When the platform is asked again who is in its team: after as long as it has not answered already. */
function askAgainAt({ at }: StepSituation, { ladder }: Case, { afterMs }: LadderStep): number {
  const since = at - (ladder.startedAt + afterMs);
  return at + Math.min(ASK_AGAIN_MS.most, Math.max(ASK_AGAIN_MS.least, since));
}

/**
 * Neither who proposed or decided what another must look at, nor who it is about or reported it, is asked; about
 * appeals those are who may decide one.
 */
function withoutInterested(
  { people, parties, judges }: StepSituation,
  { proposal, decision, authorId }: Case,
): readonly TeamPerson[] {
  if (judges !== null) return people.filter(({ id }) => judges.includes(id));
  const interested = [
    proposal?.moderatorId,
    decision?.moderatorId,
    decision?.confirmedBy,
    authorId,
    ...parties,
  ];
  return people.filter(({ id }) => !interested.includes(id));
}

/** Whom the rung names may not look at it: the next rung is due at once, and after the last one the channel is told. */
function passOver(
  deps: Deps,
  situation: StepSituation,
  current: Case,
  step: LadderStep,
  known: Pick<KnownInChange, "inboxes">,
): CaseChange {
  const next = nextRung(situation.steps, situation.order.step);
  if (next !== -1) return { events: [], ...bringForward(situation, current, next) };
  const told = { ...step, rung: { ...step.rung, channel: true } };
  return page(deps, situation, current, told, [], known);
}

/** Tells those who were not told yet. While there may be others, the step is not over. */
function page(
  deps: Deps,
  situation: StepSituation,
  current: Case,
  step: LadderStep,
  people: readonly TeamPerson[],
  { inboxes }: Pick<KnownInChange, "inboxes">,
): CaseChange {
  const { context, order, at } = situation;
  const { ways, when, channel } = step.rung;
  const wishes: Wish[] = people.map(({ id }) => {
    return { kind: "page", personId: id, ways, round: order.round, step: order.step, when };
  });
  const announces = channel && step.repetition === 0 && !situation.told.has(CHANNEL);
  if (announces) wishes.push(channelWish("page", order, when));
  const admitted = wishes.map((wish) =>
    admitWish(deps, context, current, wish, inboxes.get(wish.personId), at),
  );
  const attempts = admitted.map(({ attempt }) => attempt);
  const after = afterPaging(situation, current, step);
  const jobs = [...admitted.flatMap((each) => each.jobs), ...after.jobs];
  if (attempts.length === 0) return { case: after.case, events: [], jobs };
  return {
    case: after.case,
    events: [
      stepEvent(deps, situation, current, step, "case.escalated", {
        people: people.map(({ id }) => personOf(deps, current.platform, id)),
        bundled: attempts.filter(isBundledPerson).length,
      }),
    ],
    jobs,
    attempts,
  };
}

/** The next step; or this one again for those whom the platform has yet to name, unless the next is due before. */
function afterPaging(situation: StepSituation, current: Case, step: LadderStep) {
  const { isWhole, order, steps } = situation;
  const askAt = askAgainAt(situation, current, step);
  const next = steps[order.step + 1];
  const nextAt = next ? current.ladder.startedAt + next.afterMs : Number.POSITIVE_INFINITY;
  if (isWhole || nextAt <= askAt) {
    return advance(situation, current, following(situation, current), false);
  }
  return lookAgain(current, askAt, situation, false);
}

/** What an event says of the step that was taken, or that nobody is there to be paged by it. */
function stepEvent(
  deps: Deps,
  { order, at }: StepSituation,
  current: Case,
  { rungNumber: rung }: LadderStep,
  type: "case.escalated" | "case.waiting",
  more: AuditPayload = {},
): NewAuditEvent {
  const { round, step } = order;
  return caseEvent(deps, current, { type, by: null, at, payload: { round, step, rung, ...more } });
}

function isBundledPerson({ outcome, personId }: Attempt): boolean {
  return outcome === "bundled" && personId !== CHANNEL;
}

/** Nobody is there: the next step when it is due before anybody comes, else this one again. */
function wait(
  deps: Deps,
  situation: StepSituation,
  current: Case,
  step: LadderStep,
  { inboxes }: Pick<KnownInChange, "inboxes">,
): CaseChange {
  const { context, order, steps, at, isWhole } = situation;
  const { ladder } = current;
  const lookAgainAt = isWhole ? situation.lookAgainAt : askAgainAt(situation, current, step);
  const next = steps[order.step + 1];
  const nextAt = next ? ladder.startedAt + next.afterMs : Number.POSITIVE_INFINITY;
  const skips = nextAt <= lookAgainAt;
  // That the platform does not answer says nothing of who is on call.
  const says = !ladder.waiting && isWhole;
  const told =
    says && step.repetition === 0
      ? [
          admitWish(
            deps,
            context,
            current,
            channelWish("waiting", order, "now"),
            inboxes.get(CHANNEL),
            at,
          ),
        ]
      : [];
  const after = skips
    ? advance(situation, current, order.step + 1, false)
    : lookAgain(current, lookAgainAt, situation, ladder.waiting || isWhole);
  return {
    case: after.case,
    events: says ? [stepEvent(deps, situation, current, step, "case.waiting")] : [],
    jobs: [...told.flatMap(({ jobs }) => jobs), ...after.jobs],
    attempts: told.map(({ attempt }) => attempt),
  };
}

/**
 * The step after this one. Repetitions whose time has passed are left out: they would come all at once. So would the
 * same rung of several appeals that are late.
 */
function following({ steps, order, at }: StepSituation, { ladder }: Case): number {
  const taken = steps[order.step]?.rungNumber;
  const isPast = ({ afterMs }: LadderStep) => ladder.startedAt + afterMs <= at;
  const comesLater = (step: LadderStep, index: number) =>
    steps.some(
      (each, i) =>
        i > index && each.rungNumber === step.rungNumber && each.repetition === 0 && isPast(each),
    );
  const next = steps.findIndex(
    (step, index) =>
      index > order.step &&
      (!isPast(step) ||
        (step.repetition === 0 && step.rungNumber !== taken && !comesLater(step, index))),
  );
  return next === -1 ? steps.length : next;
}

/**
 * Nobody of a step could be reached: says so in the channel, and the next rung is due at once.
 * `taken` is the step; `not-due` when the case needs nobody any more.
 */
export function hurry(
  deps: Deps,
  situation: Pick<StepSituation, "context" | "steps" | "at" | "fresh">,
  taken: { readonly round: number; readonly step: number },
  current: Case,
  { inboxes }: Pick<KnownInChange, "inboxes">,
): Result<CaseChange, { readonly kind: "not-due" }> {
  const { context, steps, at } = situation;
  const { ladder } = current;
  if (!mayClimb(current) || ladder.round !== taken.round) {
    return fail({ kind: "not-due" });
  }
  const wish = channelWish("unreached", taken, "now");
  const told = admitWish(deps, context, current, wish, inboxes.get(CHANNEL), at);
  const next = nextRung(steps, taken.step);
  // Where another job has gone on already, or the time has come anyway, there is nothing to bring forward.
  const isAhead = next !== -1 && ladder.step <= next && ladder.nextAt !== null;
  // Nor is there while this step is still to be taken for those whom the platform has yet to name.
  const goesOn = isAhead && ladder.step > taken.step && ladder.nextAt > at;
  const after = goesOn ? bringForward(situation, current, next) : { case: current, jobs: [] };
  return ok({
    case: after.case,
    events: [],
    jobs: [...told.jobs, ...after.jobs],
    attempts: [told.attempt],
  });
}

/** Whether a case still wants whoever is paged about it. */
export function wantsPages({ state, ladder }: Case): boolean {
  return AWAITED.includes(state) && ladder.acknowledged === null;
}
