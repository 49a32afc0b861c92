import { ok } from "../../engine/result.ts";
import type { Attempt } from "../../ports/store.ts";
import type { PipelineDeps } from "../deps.ts";
import { bundleJob, deliverJob } from "./attempts.ts";
import { rewrite } from "./bundle.ts";
import { climbId, climbJob } from "./plan-climb.ts";

/** A job that is only late, because the queue is busy, is not written again before this. */
const LATE_MS = 60_000;
/** Something that stays overdue is written again once in this time: the sweeper must not feed the jam it meets. */
const AGAIN_EVERY_MS = 5 * 60_000;
const MOST_CASES = 200;
const MOST_ATTEMPTS = 1000;

/**
 * Writes again the jobs of what should have happened a minute ago: steps of ladders, deliveries,
 * summaries. For a queue that has lost them; where it has not, the second does nothing. Returns how many.
 */
export async function sweepOverdue(deps: PipelineDeps): Promise<number> {
  const at = deps.clock.now();
  const suffix = `-s${Math.floor(at / AGAIN_EVERY_MS)}`;
  let swept = await sweepLadders(deps, at, suffix);
  for (const { id } of await deps.store.communities()) {
    swept += await sweepAttempts(deps, id, at, suffix);
  }
  if (swept > 0) deps.jobsWritten();
  return swept;
}

async function sweepLadders(deps: PipelineDeps, at: number, suffix: string): Promise<number> {
  const overdue = await deps.store.overdueCases(at - LATE_MS, MOST_CASES);
  for (const { id } of overdue) {
    await deps.store.changeCase(id, { at }, (current) => {
      const { ladder } = current;
      const isLate = ladder.nextAt !== null && ladder.nextAt < at - LATE_MS;
      const again = isLate
        ? [climbJob(current, ladder, ladder.nextAt, at, `${climbId(current, ladder)}${suffix}`)]
        : [];
      return ok({ case: current, events: [], jobs: again });
    });
  }
  return overdue.length;
}

async function sweepAttempts(
  deps: PipelineDeps,
  communityId: string,
  at: number,
  suffix: string,
): Promise<number> {
  const late = await deps.store.attempts({
    communityId,
    outcomes: ["pending", "bundled"],
    dueBy: at - LATE_MS,
    limit: MOST_ATTEMPTS,
  });
  const pending = late.filter(({ outcome }) => outcome === "pending");
  const summaries = new Map<string, Attempt>();
  for (const attempt of late) {
    if (attempt.outcome === "bundled") summaries.set(attempt.personId, attempt);
  }
  const jobs = [
    ...pending.map((attempt) => deliverJob(attempt, suffix)),
    ...[...summaries.values()].map(({ personId, dueAt }) =>
      bundleJob(deps, communityId, personId, dueAt, at, suffix),
    ),
  ];
  const [first] = late;
  if (first) await rewrite(deps, [first], jobs);
  return jobs.length;
}
