import type { Attempt } from "../../ports/attempts.ts";
import type { PipelineDeps } from "../deps.ts";
import { deliverAgainJob } from "./of-step.ts";

/** The longest that a way takes to answer, in ms. Its adapter gives up before: `adapters/notify` after 60 s and 10 s. */
const OF_NOTIFIER_MS = { email: 65_000, webhook: 15_000 } as const;
/** The same of the ways over the platform, which every deployment has. */
const OF_PLATFORM_MS = 20_000;
/** For what is read and written around the sending. */
const MARGIN_MS = 10_000;
/** So many are sent at once; of a rung of hundreds each may wait for all others, which a platform takes one a second. */
const AT_ONCE = 20;
const OF_ANOTHER_MS = 1000;
/** A store takes a claim that seems to last for longer than ten minutes for one of before the clock was set back. */
const LONGEST_MS = 9 * 60_000;
/** A queue may run a job a little early by the clock of this process. */
const EARLY_MS = 1000;

type Deps = Pick<PipelineDeps, "notifiers">;

/**
 * How long whoever sends an attempt, with others `together`, may need for it, every way tried in turn: for so long
 * nobody else sends it. Whoever dies over it keeps its person waiting no longer than this, or than until the process is back.
 */
function claimMs({ notifiers }: Deps, { ways }: Pick<Attempt, "ways">, together: number): number {
  const own = ways.reduce((sum, way) => {
    if (way !== "email" && way !== "webhook") return sum + OF_PLATFORM_MS;
    return notifiers.has(way) ? sum + OF_NOTIFIER_MS[way] : sum;
  }, MARGIN_MS);
  return Math.min(LONGEST_MS, own + Math.max(0, together - AT_ONCE) * OF_ANOTHER_MS);
}

/**
 * A new attempt as whoever writes it claims it, to send it right after with others `together`; one that waits for a
 * summary as it is.
 */
export function claimed(deps: Deps, attempt: Attempt, at: number, together = 1): Attempt {
  if (attempt.outcome !== "pending") return attempt;
  return { ...attempt, claimedUntil: at + claimMs(deps, attempt, together) };
}

/** Claims attempts; those that are settled by now, or that somebody else is sending, are not among what comes back. */
export async function claim(
  deps: Pick<PipelineDeps, "notifiers" | "store" | "clock">,
  communityId: string,
  attempts: readonly Attempt[],
): Promise<readonly Attempt[]> {
  const at = deps.clock.now();
  const { length } = attempts;
  const claims = attempts.map((each) => ({ id: each.id, until: at + claimMs(deps, each, length) }));
  const mine = await deps.store.claimAttempts(communityId, claims, at);
  return attempts.flatMap(({ id }) => mine.find((each) => each.id === id) ?? []);
}

/**
 * Whoever sends these attempts may die over it: writes the job that looks again when the first of their claims
 * ends. One for each end, for whoever comes meanwhile writes the same.
 */
export async function lookAgainLater(
  deps: Pick<PipelineDeps, "notifiers" | "store" | "clock" | "jobsWritten">,
  communityId: string,
  sentByOthers: readonly Attempt[],
): Promise<void> {
  const at = deps.clock.now();
  const [first] = sentByOthers
    .map((attempt) => ({ attempt, until: endOf(deps, attempt, at, sentByOthers.length) }))
    .toSorted((a, b) => a.until - b.until);
  if (!first) return;
  const { attempt, until } = first;
  const job = { ...deliverAgainJob(attempt, `-c${until}`), delayMs: until - at + EARLY_MS };
  const nothing = { attempts: [], events: [], added: [] };
  await deps.store.settleAttempts({ communityId, jobs: [job], ...nothing });
  deps.jobsWritten();
}

/**
 * Ends the claims of the processes of before and writes the jobs that look at once, so that nobody waits for a
 * time that only the dead would need. For a process that has the record to itself (`takeShare`) before its
 * first job: whoever had it until then is dead, or has lost it.
 */
export async function takeOverClaims(
  deps: Pick<PipelineDeps, "store" | "ids" | "log" | "platform" | "jobsWritten">,
): Promise<void> {
  for (const { id: communityId, platform } of await deps.store.communities()) {
    // Without its platform the job could tell nobody.
    if (!deps.platform(platform)) continue;
    const left = await deps.store.endClaims(communityId);
    if (left.length === 0) continue;
    const suffix = `-t${deps.ids.next()}`;
    const jobs = new Map(
      left.map((each) => deliverAgainJob(each, suffix)).map((job) => [job.id, job]),
    );
    const nothing = { attempts: [], events: [], added: [] };
    await deps.store.settleAttempts({ communityId, jobs: [...jobs.values()], ...nothing });
    deps.log.info(
      { communityId, attempts: left.length },
      "what a dead process was sending is sent",
    );
  }
  deps.jobsWritten();
}

/** When the claim of another on an attempt ends, which was read before: what was free then was claimed since. */
function endOf(deps: Deps, attempt: Attempt, at: number, together: number): number {
  const { claimedUntil = 0 } = attempt;
  return claimedUntil > at ? claimedUntil : at + claimMs(deps, attempt, together);
}
