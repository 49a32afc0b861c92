import { AWAITED, type Case } from "../../engine/case/case.ts";
import { aheadMs, movedBack } from "../../engine/escalation/set-back.ts";
import type { Policy } from "../../engine/policy.ts";
import { ok } from "../../engine/result.ts";
import type { Attempt } from "../../ports/attempts.ts";
import type { Job } from "../../ports/jobs.ts";
import {
  type CaseChange,
  type LateTimer,
  type LateTimers,
  TIMER_KINDS,
  type TimerKind,
} from "../../ports/store.ts";
import { closeJob, DAY_MS, expireJob, HOUR_MS, MINUTE_MS, showJob } from "../case-change.ts";
import { decidedNow } from "../case-timers.ts";
import { type PipelineDeps, policyOf } from "../deps.ts";
import { bundleJob } from "./attempts.ts";
import { writeJobs } from "./bundle.ts";
import { deliverAgainJob } from "./of-step.ts";
import { acknowledgedJobs, climbId, climbJob } from "./plan-climb.ts";

/** A job that is only late, because the queue is busy, is not written again before this. */
const LATE_MS = MINUTE_MS;
/** Something that stays overdue is written again once in this time: the sweeper must not feed the jam it meets. */
const AGAIN_EVERY_MS = 5 * MINUTE_MS;
const MOST_CASES = 200;
const MOST_ATTEMPTS = 1000;

/** One look at what is late. Times are epoch ms. */
interface Sweep {
  readonly at: number;
  /** When the present span of `AGAIN_EVERY_MS` began. */
  readonly span: number;
  /** Makes the id of a job another than that of the one which may be lost; the same within a span. */
  readonly suffix: string;
}

/**
 * Writes again the jobs of what should have happened a minute ago: steps of ladders, ends of leases, holds
 * and acknowledgements, closings, deliveries, summaries. For a queue that has lost them, or has given them
 * up; where it has not, the second does nothing. Returns how many. What cannot be swept is logged, and keeps
 * nothing else from it: one community's record must not silence the others.
 */
export async function sweepOverdue(deps: PipelineDeps): Promise<number> {
  const at = deps.clock.now();
  const nth = Math.floor(at / AGAIN_EVERY_MS);
  const sweep = { at, span: nth * AGAIN_EVERY_MS, suffix: `-s${nth}` };
  let swept = await sweepLadders(deps, sweep);
  for (const { id: community } of await deps.store.communities()) {
    for (const [of, part] of PARTS) {
      swept += await counted(deps, { community, of }, () => part(deps, community, sweep));
    }
  }
  if (swept > 0) deps.jobsWritten();
  return swept;
}

/** What is swept of each community. */
const PARTS = [
  ["timers", sweepTimers],
  ["attempts", sweepAttempts],
] as const;

/** How many a part of the sweep has written; one that fails is logged and counts as none. */
async function counted(
  deps: PipelineDeps,
  what: Readonly<Record<string, string>>,
  part: () => Promise<number>,
): Promise<number> {
  try {
    return await part();
  } catch (err) {
    deps.log.error({ err, ...what }, "something could not be swept");
    return 0;
  }
}

/** To the last: ladders that are stuck must not hide those that came after them. */
async function sweepLadders(deps: PipelineDeps, sweep: Sweep): Promise<number> {
  const lateAt = sweep.at - LATE_MS;
  let swept = 0;
  let after: Case | undefined;
  do {
    const overdue = await deps.store.overdueCases(lateAt, MOST_CASES, after);
    // Of a platform that another process holds, the job would only fail here.
    for (const item of overdue.filter(({ platform }) => deps.platform(platform))) {
      const what = { community: item.communityId, case: item.id, of: "ladders" };
      swept += await counted(deps, what, () => sweepLadder(deps, item, sweep));
    }
    after = overdue.at(-1);
  } while (after !== undefined);
  return swept;
}

async function sweepLadder(deps: PipelineDeps, item: Case, sweep: Sweep): Promise<number> {
  const { at, suffix } = sweep;
  if (isAhead(item, sweep)) return countAgain(deps, item, sweep);
  await deps.store.changeCase(item, { at }, (current) => {
    const { ladder } = current;
    const { nextAt } = ladder;
    const isLate = nextAt !== null && nextAt < at - LATE_MS;
    const id = `${climbId(current, ladder)}${suffix}`;
    const again = isLate ? [climbJob(current, ladder, nextAt, nextAt, id)] : [];
    return ok({ case: current, events: [], jobs: again });
  });
  return 1;
}

/** Whether something of a case that is waited for began later than clocks differ: the clock was set back since. */
function isAhead(item: Case, { at }: Pick<Sweep, "at">): boolean {
  return AWAITED.includes(item.state) && aheadMs(item, at) > LATE_MS;
}

/**
 * What a case began before the clock was set back counts from where the clock is now, and its timers are written
 * anew: the queue holds the old ones until the clock has come as far again. By how much, the record tells as of the
 * last time that something began or that somebody was told: what is left is never less than it was. Returns 1.
 */
async function countAgain(
  deps: PipelineDeps,
  item: Pick<Case, "id" | "communityId">,
  { at }: Pick<Sweep, "at">,
): Promise<number> {
  const policy = await policyOf(deps, item.communityId);
  const about = { communityId: item.communityId, caseId: item.id };
  const [told] = await deps.store.attempts({ ...about, newestFirst: true, limit: 1 });
  const fresh = deps.ids.next();
  await deps.store.changeCase(item, { at }, (current) => {
    if (!isAhead(current, { at })) return ok({ case: current, events: [], jobs: [] });
    const ms = Math.max(aheadMs(current, at), (told?.requestedAt ?? at) - at);
    const after = movedBack(current, at, ms);
    const jobs = [...timersOf(policy, after, at, fresh), showJob(deps.ids, after)];
    return ok({ case: after, events: [], jobs });
  });
  return 1;
}

/** Every timer of a case that is waited for, as if it had just been planned. `fresh` makes their ids new. */
function timersOf(policy: Policy, item: Case, at: number, fresh: string): readonly Job[] {
  const { ladder, assignment, onHoldUntil, state } = item;
  const { nextAt } = ladder;
  const ends = state === "on-hold" ? onHoldUntil : (assignment?.until ?? null);
  return [
    ...(nextAt === null
      ? []
      : [climbJob(item, ladder, nextAt, at, `${climbId(item, ladder)}-${fresh}`)]),
    ...(ends === null ? [] : [expireJob(item, ends, at, fresh)]),
    ...acknowledgedJobs(policy, item, at, `-${fresh}`),
  ];
}

/** To the last of each kind: those that are stuck must not hide those that came after them. */
async function sweepTimers(deps: PipelineDeps, communityId: string, sweep: Sweep): Promise<number> {
  const policy = await policyOf(deps, communityId);
  let written = 0;
  for (const filter of lateTimers(policy, communityId, sweep.at)) {
    let after: LateTimer | undefined;
    do {
      const late = await deps.store.lateTimers({ ...filter, ...(after && { after }) });
      for (const { caseId } of late) {
        const what = { community: communityId, case: caseId, of: "timers" };
        const item = { id: caseId, communityId };
        written += await counted(deps, what, () =>
          sweepTimer(deps, policy, item, filter.kind, sweep),
        );
      }
      after = late.at(-1);
    } while (after !== undefined);
  }
  return written;
}

/** What is late of each kind under a policy. In shadow mode nobody is reminded: those come when it is over. */
function lateTimers(policy: Policy, communityId: string, at: number): readonly LateTimers[] {
  const { cases, escalation, appeals, mode } = policy;
  const lateAt = at - LATE_MS;
  const appealedAt = lateAt - appeals.decideWithinHours * HOUR_MS;
  const { remindAfterMinutes, unacknowledgeAfterMinutes } = escalation;
  const since = {
    lease: { before: lateAt },
    hold: { before: lateAt },
    close: { before: lateAt - cases.closeAfterDays * DAY_MS },
    remind: {
      before: lateAt - remindAfterMinutes * MINUTE_MS,
      appealedBefore: appealedAt + DAY_MS,
    },
    unacknowledge: { before: lateAt - unacknowledgeAfterMinutes * MINUTE_MS },
  };
  const kinds = TIMER_KINDS.filter(
    (kind) => mode !== "shadow" || (kind !== "remind" && kind !== "unacknowledge"),
  );
  const all = { communityId, appealedBefore: appealedAt, aheadOf: at + LATE_MS, limit: MOST_CASES };
  return kinds.map((kind) => ({ ...all, ...since[kind], kind }));
}

/** Writes the job of a timer again if it is still late; of how many. */
async function sweepTimer(
  deps: PipelineDeps,
  policy: Policy,
  item: Pick<Case, "id" | "communityId">,
  kind: TimerKind,
  sweep: Sweep,
): Promise<number> {
  let written = 0;
  let ahead = false;
  await deps.store.changeCase(item, { at: sweep.at }, (current) => {
    ahead = isAhead(current, sweep);
    const late = ahead ? { jobs: [] } : lateTimer(policy, current, kind, sweep);
    written = late.jobs.length;
    return ok({ case: current, events: [], ...late });
  });
  return ahead ? countAgain(deps, item, sweep) : written;
}

/** The job of a timer, if it is still late; with the case, where that counts from another time now. */
function lateTimer(
  policy: Policy,
  item: Case,
  kind: TimerKind,
  { at, suffix }: Sweep,
): Pick<CaseChange, "jobs"> & Partial<Pick<CaseChange, "case">> {
  const fresh = suffix.slice(1);
  const { decidedAt } = item;
  switch (kind) {
    case "lease":
    case "hold": {
      const held = item.state === "on-hold" ? item.onHoldUntil : item.assignment?.until;
      if (typeof held !== "number") return { jobs: [] };
      return { jobs: lateOf([expireJob(item, held, at, fresh)], "expire", at) };
    }
    case "close": {
      if (item.state !== "decided" || decidedAt === null) return { jobs: [] };
      if (decidedAt > at + LATE_MS) return decidedNow(item, policy, at, fresh);
      const closesAt = decidedAt + policy.cases.closeAfterDays * DAY_MS;
      return { jobs: lateOf([closeJob(item, closesAt, at, fresh)], "close", at) };
    }
    case "remind":
    case "unacknowledge":
      return { jobs: lateOf(acknowledgedJobs(policy, item, at, suffix), kind, at) };
  }
}

/** Those of these jobs that are late at `at`, without their delay. */
function lateOf(jobs: readonly Job[], name: string, at: number): readonly Job[] {
  return jobs
    .filter((job) => job.name === name)
    .filter(({ payload }) => Number(payload["dueAt"]) < at - LATE_MS)
    .map((job) => ({ ...job, delayMs: 0 }));
}

/** Deliveries that nobody is at, one for each step of a case; of summaries one for each person, whatever waits for it. */
async function sweepAttempts(
  deps: PipelineDeps,
  communityId: string,
  { at, span, suffix }: Sweep,
): Promise<number> {
  const dueBy = at - LATE_MS;
  await deps.store.pullAttempts(communityId, at, at + LATE_MS);
  const people = await deps.store.waitingPeople(communityId, dueBy);
  const bundles = people.map((id) => bundleJob(deps, communityId, id, span, at, suffix));
  if (bundles.length > 0) await writeJobs(deps, communityId, bundles);
  const filter = { communityId, outcomes: ["pending"], dueBy, freeAt: at } as const;
  const written = new Set(bundles.map(({ id }) => id));
  let after: Attempt | undefined;
  // To the last: what stays undeliverable must not hide what came after it.
  do {
    const more = after === undefined ? {} : { after };
    const pending = await deps.store.attempts({ ...filter, ...more, limit: MOST_ATTEMPTS });
    const jobs = pending.map((attempt) => deliverAgainJob(attempt, suffix));
    const deliveries = [...new Map(jobs.map((job) => [job.id, job])).values()];
    if (deliveries.length > 0) await writeJobs(deps, communityId, deliveries);
    for (const { id } of deliveries) written.add(id);
    after = pending.length < MOST_ATTEMPTS ? undefined : pending.at(-1);
  } while (after !== undefined);
  return written.size;
}
