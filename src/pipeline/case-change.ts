import type { AuditPayload, AuditType, NewAuditEvent } from "../engine/audit.ts";
import type { Case } from "../engine/case/case.ts";
import { type CaseCommand, type CaseError, stepCase } from "../engine/case/transitions.ts";
import type { Policy } from "../engine/policy.ts";
import { fail, ok, type Result } from "../engine/result.ts";
import type { Ids } from "../ports/ids.ts";
import type { Job } from "../ports/jobs.ts";
import type { RightsChange } from "../ports/rights.ts";
import type {
  CaseChange,
  CaseNote,
  CaseView,
  ChangeOptions,
  KnownInChange,
} from "../ports/store.ts";
import { personOf, type PipelineDeps, policyOf } from "./deps.ts";
import { planAppeals } from "./escalation/plan-appeals.ts";
import { planClimb } from "./escalation/plan-climb.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

export type NotFound = { readonly kind: "not-found" };
/** Whoever reported something does not grade their own report. */
export type OwnReport = { readonly kind: "own-report" };

/** All that a step of a case may look at. Times are epoch ms. */
export interface StepContext {
  readonly current: Case;
  readonly known: KnownInChange;
  readonly policy: Policy;
  /** The case as it was before the change was asked for; only what never changes may be read from it. */
  readonly view: CaseView;
  readonly at: number;
}

/** One step with the audit event that says so and what else it writes. */
export interface Step
  extends RightsChange,
    Pick<CaseChange, "note" | "strikes" | "undone" | "attempts"> {
  readonly case: Case;
  readonly events: readonly NewAuditEvent[];
  readonly jobs: readonly Job[];
}

/**
 * Changes a case through the store, under its lock. A change of a case in shadow mode is recorded, and
 * nothing follows from it: no job, no attempt.
 */
export async function changeCase<E>(
  deps: PipelineDeps,
  caseId: string,
  step: (context: StepContext) => Result<Step, E>,
  options: Pick<ChangeOptions, "rights" | "people"> = {},
): Promise<Result<Case, E | NotFound>> {
  const view = await deps.store.findCase(caseId);
  if (!view) return fail({ kind: "not-found" });
  const policy = await policyOf(deps, view.communityId);
  const at = deps.clock.now();
  let jobs = 0;
  const changed = await deps.store.changeCase<E>(view, { ...options, at }, (current, known) => {
    const taken = step({ current, known, policy, view, at });
    if (!taken.ok) return taken;
    const change = withoutEcho(current, taken.value);
    jobs = change.jobs.length;
    return ok(change);
  });
  if (changed.ok && jobs > 0) deps.jobsWritten();
  return changed;
}

/** A step without what would follow from it, where nothing may: in shadow mode. */
export function withoutEcho({ shadow }: Pick<Case, "shadow">, step: Step): Step {
  return shadow ? { ...step, jobs: [], attempts: [] } : step;
}

/** Whoever reported something in a case does not decide it, and so must not keep others from it. Known where `rights` are. */
export function ownReport({ known }: Pick<StepContext, "known">, by: string): OwnReport | null {
  const isTheirs = known.rights?.reports.some(({ reporterId }) => reporterId === by) ?? false;
  return isTheirs ? { kind: "own-report" } : null;
}

/** A step of the state machine that somebody asked for, with its audit event. */
export interface Move {
  readonly command: CaseCommand;
  readonly type: AuditType;
  /** Who asked; null for a timer. */
  readonly by: string | null;
  readonly payload?: AuditPayload;
  /** When each appeal that waits after it was made (epoch ms), of a case that is appealed then. */
  readonly appealedAt?: readonly number[];
}

/** Takes a step of the state machine; where it began a new round of the ladder, that round is planned. */
export function move(
  deps: Pick<PipelineDeps, "digests" | "ids">,
  { current, policy, at }: Pick<StepContext, "current" | "policy" | "at">,
  { command, type, by, payload = {}, appealedAt }: Move,
): Result<Step, CaseError> {
  const stepped = stepCase(current, command, at);
  if (!stepped.ok) return stepped;
  const begun = stepped.value.ladder.round > current.ladder.round;
  const planned = appealedAt
    ? planAppeals(policy, stepped.value, appealedAt, at)
    : withClimb(deps.ids, policy, stepped.value);
  const { case: after, jobs } = begun ? planned : { case: stepped.value, jobs: [] };
  const states = { before: current.state, after: after.state };
  const event = caseEvent(deps, after, { type, by, at, payload: { ...states, ...payload } });
  return ok({ case: after, events: [event], jobs: [...jobs, showJob(deps.ids, after)] });
}

/**
 * Puts a case on hold for `hours`; null for as long as the policy says. An S1 rests no longer than it says in one
 * round, however often it is held.
 */
export function hold(
  deps: PipelineDeps,
  context: StepContext,
  by: string,
  hours: number | null,
): Result<Step, CaseError | OwnReport> {
  const { current, at } = context;
  const own = ownReport(context, by);
  if (own) return fail(own);
  const { holdHours, holdHoursS1 } = context.policy.cases;
  const restsUntil =
    current.severity === "S1"
      ? (current.ladder.heldSince ?? at) + holdHoursS1 * HOUR_MS
      : Number.POSITIVE_INFINITY;
  const until = Math.min(at + (hours ?? holdHours) * HOUR_MS, restsUntil);
  const held = move(deps, context, {
    command: { kind: "hold", by, until },
    type: "case.held",
    by,
    payload: { until },
  });
  if (!held.ok) return held;
  return ok(addJobs(held.value, [expireJob(current, until, at)]));
}

/** A step that writes more jobs. */
export function addJobs(step: Step, jobs: readonly Job[]): Step {
  return { ...step, jobs: [...step.jobs, ...jobs] };
}

/** A step with a note for the team; `words: null` is none. */
export function withNote(
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

/** A case whose round has just begun, with the first step of it planned. */
export function withClimb(
  ids: Ids,
  policy: Policy,
  item: Case,
): { readonly case: Case; readonly jobs: readonly Job[] } {
  const { ladder, jobs } = planClimb(policy, item, ids);
  return { case: { ...item, ladder }, jobs };
}

/** What every event about a case says: which one, about whom, and who acted, as fingerprints. */
export function caseEvent(
  deps: Pick<PipelineDeps, "digests">,
  item: Pick<Case, "id" | "number" | "platform" | "authorId">,
  event: {
    readonly type: AuditType;
    readonly by: string | null;
    readonly at: number;
    readonly payload?: AuditPayload;
  },
): NewAuditEvent {
  const { type, by, at, payload = {} } = event;
  return {
    type,
    at,
    // An erased author has no fingerprint: that of no id would join people who have nothing in common.
    person: item.authorId === "" ? null : personOf(deps, item.platform, item.authorId),
    payload: {
      case: item.id,
      number: item.number,
      ...(by !== null && { moderator: personOf(deps, item.platform, by) }),
      ...payload,
    },
  };
}

/**
 * Shows the newest state of a case to the moderators. Each change has its own, for a queue keeps ids. `first`:
 * written with a case that is opened, of which nothing was shown before.
 */
export function showJob(ids: Ids, item: Pick<Case, "id">, first = false): Job {
  return {
    queue: "actions",
    id: `${item.id}-show-${ids.next()}`,
    name: "show",
    payload: { case: item.id, ...(first && { first: 1 }) },
  };
}

/** The end of a lease or of a hold. `fresh` makes an id that no earlier timer of the same time has. */
export function expireJob(item: Pick<Case, "id">, dueAt: number, at: number, fresh = ""): Job {
  return timer("expire", item, dueAt, at, fresh);
}

/** The time at which a decision is no longer undone or appealed; of that decision only. */
export function closeJob(item: Case, dueAt: number, at: number, fresh = ""): Job {
  const job = timer("close", item, dueAt, at, fresh);
  return { ...job, payload: { ...job.payload, decision: item.decision?.id ?? "" } };
}

function timer(
  name: "expire" | "close",
  { id }: Pick<Case, "id">,
  dueAt: number,
  at: number,
  fresh: string,
): Job {
  return {
    queue: "timers",
    id: `${id}-${name}-${dueAt}${fresh && `-${fresh}`}`,
    name,
    payload: { case: id, dueAt },
    delayMs: Math.max(0, dueAt - at),
  };
}
