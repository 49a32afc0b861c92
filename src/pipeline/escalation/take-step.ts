import { AWAITED, type Case } from "../../engine/case/case.ts";
import { type CaseError, stepCase } from "../../engine/case/transitions.ts";
import type { TeamPerson } from "../../engine/escalation/roster.ts";
import type { LadderStep } from "../../engine/escalation/steps.ts";
import { type Result, fail, ok } from "../../engine/result.ts";
import type { Job } from "../../ports/jobs.ts";
import { type Attempt, CHANNEL } from "../../ports/attempts.ts";
import type { CaseChange, KnownInChange } from "../../ports/store.ts";
import { personOf, type PipelineDeps } from "../deps.ts";
import { admitWish, channelWish, type Wish } from "./attempts.ts";
import type { CommunityContext } from "./context.ts";
import { climbId, climbJob, mayClimb } from "./plan-climb.ts";

/** A job `climb` in words: take step `step` of round `round`, which was due at `dueAt` (epoch ms). */
export interface ClimbOrder {
  readonly caseId: string;
  readonly round: number;
  readonly step: number;
  readonly dueAt: number;
}

/** What is known before the case is locked. */
export interface StepSituation {
  readonly order: ClimbOrder;
  readonly context: CommunityContext;
  readonly steps: readonly LadderStep[];
  /** Whom the step names at this time; nobody when nobody is on call. */
  readonly people: readonly TeamPerson[];
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
 * round is over. An order before its time is written again.
 */
export function takeStep(
  deps: Deps,
  situation: StepSituation,
  current: Case,
  known: Pick<KnownInChange, "inboxes">,
): Result<CaseChange, StepError> {
  const { order, context, steps, people, at, fresh } = situation;
  const { ladder } = current;
  const stepped = stepCase(current, { kind: "climb" }, at);
  if (!stepped.ok) return stepped;
  const isNext =
    ladder.round === order.round && ladder.step === order.step && ladder.nextAt === order.dueAt;
  if (!isNext || current.shadow) return fail({ kind: "not-due" });
  if (at < order.dueAt) {
    const again = climbJob(
      current,
      ladder,
      order.dueAt,
      at,
      `${climbId(current, ladder)}-${fresh}`,
    );
    return ok({ case: current, events: [], jobs: [again] });
  }
  // In shadow mode nobody is paged; the ladder is kept for when that is over.
  if (context.policy.mode === "shadow") {
    return ok({ events: [], ...lookAgain(current, at + LOOK_AGAIN_MS, at, fresh, false) });
  }
  const step = steps[order.step];
  if (!step) {
    return ok({
      case: withLadder(current, { nextAt: null, waiting: false }),
      events: [],
      jobs: [],
    });
  }
  const paged = withoutInterested(current, people);
  if (paged.length === 0) return ok(wait(deps, situation, current, step, known));
  const untold = paged.filter(({ id }) => !situation.told.has(id));
  return ok(page(deps, situation, current, step, untold, known));
}

/** When the platform is asked again who is in its team: after as long as it has not answered already. */
function askAgainAt({ at }: StepSituation, { ladder }: Case, { afterMs }: LadderStep): number {
  const since = at - (ladder.startedAt + afterMs);
  return at + Math.min(ASK_AGAIN_MS.most, Math.max(ASK_AGAIN_MS.least, since));
}

/** Neither who proposed or decided what another must look at, nor who it is about, is asked, while others can be. */
function withoutInterested(item: Case, people: readonly TeamPerson[]): readonly TeamPerson[] {
  const { proposal, decision, authorId } = item;
  const interested = [
    proposal?.moderatorId,
    decision?.moderatorId,
    decision?.confirmedBy,
    authorId,
  ];
  const others = people.filter(({ id }) => !interested.includes(id));
  return others.length > 0 ? others : people;
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
      {
        type: "case.escalated",
        at,
        person: personOf(deps, current.platform, current.authorId),
        payload: {
          case: current.id,
          number: current.number,
          round: order.round,
          step: order.step,
          rung: step.rungNumber,
          people: people.map(({ id }) => personOf(deps, current.platform, id)),
          bundled: attempts.filter(isBundledPerson).length,
        },
      },
    ],
    jobs,
    attempts,
  };
}

/** The next step; or this one again for those whom the platform has yet to name, unless the next is due before. */
function afterPaging(situation: StepSituation, current: Case, step: LadderStep) {
  const { at, fresh, isWhole, order, steps } = situation;
  const askAt = askAgainAt(situation, current, step);
  const next = steps[order.step + 1];
  const nextAt = next ? current.ladder.startedAt + next.afterMs : Number.POSITIVE_INFINITY;
  if (isWhole || nextAt <= askAt) {
    return advance(situation, current, following(situation, current), false);
  }
  return lookAgain(current, askAt, at, fresh, false);
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
  const { context, order, steps, at, isWhole, fresh } = situation;
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
    : lookAgain(current, lookAgainAt, at, fresh, ladder.waiting || isWhole);
  return {
    case: after.case,
    events: says
      ? [
          {
            type: "case.waiting",
            at,
            person: personOf(deps, current.platform, current.authorId),
            payload: {
              case: current.id,
              number: current.number,
              round: order.round,
              step: order.step,
              rung: step.rungNumber,
            },
          },
        ]
      : [],
    jobs: [...told.flatMap(({ jobs }) => jobs), ...after.jobs],
    attempts: told.map(({ attempt }) => attempt),
  };
}

/** The same step once more at `nextAt`. */
function lookAgain(current: Case, nextAt: number, at: number, fresh: string, waiting: boolean) {
  const after = withLadder(current, { nextAt, waiting });
  const id = `${climbId(after, after.ladder)}-${fresh}`;
  return { case: after, jobs: [climbJob(after, after.ladder, nextAt, at, id)] };
}

/** Goes on to step `index` at its own time, or at once when that has passed; the ladder ends where there is none. */
function advance(
  { steps, at }: Pick<StepSituation, "steps" | "at">,
  current: Case,
  index: number,
  waiting: boolean,
): { readonly case: Case; readonly jobs: readonly Job[] } {
  const next = steps[index];
  const nextAt = next ? Math.max(at, current.ladder.startedAt + next.afterMs) : null;
  const after = withLadder(current, { step: index, nextAt, waiting });
  if (nextAt === null) return { case: after, jobs: [] };
  return {
    case: after,
    jobs: [climbJob(after, after.ladder, nextAt, at, climbId(after, after.ladder))],
  };
}

/** The step after this one. Repetitions whose time has passed are left out: they would come all at once. */
function following({ steps, order, at }: StepSituation, { ladder }: Case): number {
  let index = order.step + 1;
  for (let step = steps[index]; step; step = steps[index]) {
    if (step.repetition === 0 || ladder.startedAt + step.afterMs > at) break;
    index += 1;
  }
  return index;
}

function withLadder(item: Case, change: Partial<Case["ladder"]>): Case {
  return { ...item, ladder: { ...item.ladder, ...change } };
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
  const { context, steps, at, fresh } = situation;
  const { ladder } = current;
  if (!mayClimb(current) || ladder.round !== taken.round) {
    return fail({ kind: "not-due" });
  }
  const wish = channelWish("unreached", taken, "now");
  const told = admitWish(deps, context, current, wish, inboxes.get(CHANNEL), at);
  const rung = steps[taken.step]?.rungNumber;
  const next = steps.findIndex((step, i) => i > taken.step && step.rungNumber !== rung);
  // Where another job has gone on already, or the time has come anyway, there is nothing to bring forward.
  const isAhead = next !== -1 && ladder.step <= next && ladder.nextAt !== null;
  // Nor is there while this step is still to be taken for those whom the platform has yet to name.
  const goesOn = isAhead && ladder.step > taken.step && ladder.nextAt > at;
  const after = goesOn ? withLadder(current, { step: next, nextAt: at, waiting: false }) : current;
  const id = `${climbId(after, after.ladder)}-${fresh}`;
  const climbs = goesOn ? [climbJob(after, after.ladder, at, at, id)] : [];
  return ok({
    case: after,
    events: [],
    jobs: [...told.jobs, ...climbs],
    attempts: [told.attempt],
  });
}

/** Whether a case still wants whoever is paged about it. */
export function wantsPages({ state, ladder }: Case): boolean {
  return AWAITED.includes(state) && ladder.acknowledged === null;
}
