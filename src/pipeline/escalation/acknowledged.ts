import { AWAITED, type Case } from "../../engine/case/case.ts";
import { type CaseError, ownerAt, stepCase } from "../../engine/case/transitions.ts";
import { PERSONAL_WAYS } from "../../engine/escalation/escalation-policy.ts";
import { type Result, fail, ok } from "../../engine/result.ts";
import type { Job } from "../../ports/jobs.ts";
import type { Attempt } from "../../ports/attempts.ts";
import type { CaseChange, KnownInChange } from "../../ports/store.ts";
import { caseEvent, showJob } from "../case-change.ts";
import { personOf, type PipelineDeps } from "../deps.ts";
import { admitWish, deliverJob } from "./attempts.ts";
import { type CommunityContext, contextOf } from "./context.ts";
import { delayed, type Patience, patienceEnds, planClimb } from "./plan-climb.ts";

type NotDue = { readonly kind: "not-due" };
type Acknowledged = NonNullable<Case["ladder"]["acknowledged"]>;

/** Job `remind`: tells whoever acknowledged a case that it still waits for a decision, once. Safe to deliver again. */
export async function remind(deps: PipelineDeps, job: Job): Promise<void> {
  await onAcknowledged(deps, job, "remindAfterMinutes", (context, current, stands, known, at) => {
    const { attempt, jobs } = admitWish(
      deps,
      context,
      current,
      {
        kind: "reminder",
        personId: stands.by,
        ways: PERSONAL_WAYS,
        round: current.ladder.round,
        step: 0,
        mark: stands.at,
        when: "now",
      },
      known.inboxes.get(stands.by),
      at,
    );
    const delivers = attempt.outcome === "pending" ? [deliverJob(attempt)] : jobs;
    return ok({ case: current, events: [], jobs: delivers, attempts: [attempt] });
  });
}

/** Job `unacknowledge`: nobody has decided in time; the acknowledgement ends and the ladder begins again. Safe to deliver again. */
export async function unacknowledge(deps: PipelineDeps, job: Job): Promise<void> {
  const minutes = "unacknowledgeAfterMinutes";
  await onAcknowledged(deps, job, minutes, (context, current, stands, _known, at) =>
    endAcknowledgement(deps, context, current, stands, at),
  );
}

/**
 * Ends the acknowledgement by somebody whom a reminder did not reach, if it stands: they would not hear that
 * the case waits for them. Whoever took the case and works on it needs no reminder, with direct messages
 * closed or not; whoever was handed it has yet to hear of it.
 */
export async function endAcknowledgementOf(
  deps: PipelineDeps,
  context: CommunityContext,
  item: Pick<Case, "id" | "communityId">,
  { personId: by, requestedAt }: Pick<Attempt, "personId" | "requestedAt">,
): Promise<void> {
  const at = deps.clock.now();
  const changed = await deps.store.changeCase<CaseError | NotDue>(item, { at }, (current) => {
    const { acknowledged } = current.ladder;
    if (acknowledged?.by !== by || !waits(current)) return fail({ kind: "not-due" });
    const since = current.assignment?.since ?? requestedAt;
    const works = ownerAt(current, at) === by && since < requestedAt;
    if (works) return fail({ kind: "not-due" });
    return endAcknowledgement(deps, context, current, acknowledged, at);
  });
  if (changed.ok) deps.jobsWritten();
}

function endAcknowledgement(
  deps: PipelineDeps,
  { policy }: CommunityContext,
  current: Case,
  stands: Acknowledged,
  at: number,
): Result<CaseChange, CaseError> {
  const stepped = stepCase(current, { kind: "unacknowledge" }, at);
  if (!stepped.ok) return stepped;
  const { ladder, jobs } = planClimb(policy, stepped.value, deps.ids);
  const after = { ...stepped.value, ladder };
  const event = caseEvent(deps, after, {
    type: "case.unacknowledged",
    by: null,
    at,
    payload: {
      round: ladder.round,
      acknowledgedBy: personOf(deps, after.platform, stands.by),
      acknowledgedForMs: Math.max(0, at - stands.at),
    },
  });
  return ok({ case: after, events: [event], jobs: [...jobs, showJob(deps.ids, after)] });
}

/** Changes a case while the acknowledgement that wrote this timer stands; before its time the timer is written again. */
async function onAcknowledged(
  deps: PipelineDeps,
  job: Job,
  minutes: Patience,
  change: (
    context: CommunityContext,
    current: Case,
    stands: Acknowledged,
    known: KnownInChange,
    at: number,
  ) => Result<CaseChange, CaseError>,
): Promise<void> {
  const view = await deps.store.findCase(String(job.payload["case"]));
  if (!view?.ladder.acknowledged) return;
  const context = await contextOf(deps, view);
  const at = deps.clock.now();
  const people = [view.ladder.acknowledged.by];
  const changed = await deps.store.changeCase<CaseError | NotDue>(
    view,
    { at, people },
    (current, known) => {
      const stands = standing(job, current);
      if (!stands) return fail({ kind: "not-due" });
      const dueAt = patienceEnds(context.policy, current, stands.at, minutes);
      // The clock was set back, or the policy gives more time than when the timer was written.
      if (at < dueAt) {
        const id = `${job.id}-${deps.ids.next()}`;
        const payload = { ...job.payload, dueAt };
        const again: Job = { ...base(job), id, payload, ...delayed(dueAt - at) };
        return ok({ case: current, events: [], jobs: [again] });
      }
      // Whoever went into shadow mode since wants nobody woken; when that is over, the sweep finds what is late.
      if (context.policy.mode === "shadow") return fail({ kind: "not-due" });
      return change(context, current, stands, known, at);
    },
  );
  if (changed.ok) deps.jobsWritten();
}

function base({ queue, name }: Job): Pick<Job, "queue" | "name"> {
  return { queue, name };
}

/** The acknowledgement of which the timer was written, while it stands and nobody has decided. */
function standing({ payload }: Job, current: Case): Acknowledged | null {
  const { ladder } = current;
  const stands =
    ladder.round === payload["round"] && ladder.acknowledged?.at === payload["acknowledgedAt"];
  return stands && waits(current) ? ladder.acknowledged : null;
}

/** What rests until a time is not late. */
function waits({ state }: Case): boolean {
  return AWAITED.includes(state) && state !== "on-hold";
}
