import {
  type Job,
  type JobHandler,
  type Jobs,
  QUEUES,
  type QueueName,
  UnretriableError,
} from "../ports/jobs.ts";
import { act, hide, noteGivenUp, nudge, show, undo } from "./act.ts";
import { closeCase, expireCase } from "./case-timers.ts";
import type { PipelineDeps } from "./deps.ts";
import type { Dispatcher } from "./dispatch.ts";
import {
  bundle,
  climb,
  deliver,
  remind,
  sweepOverdue,
  takeOverClaims,
  unacknowledge,
} from "./escalation/index.ts";
import { findLostJobs } from "./lost-jobs.ts";
import { reweigh } from "./points-fell.ts";
import { tellClosed } from "./rights/closed-reports.ts";
import { room } from "./room.ts";

const SWEEP_EVERY_MS = 15_000;
const PURGE_EVERY_MS = 60 * 60 * 1000;

type Handler = (deps: PipelineDeps, job: Job) => Promise<void>;
type Handlers = Readonly<Record<QueueName, Readonly<Record<string, Handler>>>>;

/** What is done with each job, by queue and name; `maintenance` also needs the dispatcher. */
export const HANDLERS: Omit<Handlers, "maintenance"> = {
  actions: { hide, nudge, show, act, undo, reweigh, room },
  escalations: { climb, deliver },
  timers: { expire: expireCase, remind, unacknowledge, bundle, close: closeCase, purge },
};

/**
 * Works on every queue in this process, which has the record of its communities to itself, and schedules housekeeping;
 * what a crash left behind is handed over at once. `purges`: whether what is past its time is deleted here, in all
 * communities.
 */
export async function startWorkers(
  deps: PipelineDeps,
  jobs: Pick<Jobs, "work" | "every" | "state" | "hurry">,
  dispatcher: Dispatcher,
  { purges = true }: { readonly purges?: boolean } = {},
): Promise<void> {
  const handlers: Handlers = {
    ...HANDLERS,
    maintenance: { sweep: () => sweep(deps, jobs, dispatcher) },
  };
  await takeOver(deps);
  for (const queue of QUEUES) {
    const handle: JobHandler = async (job) => {
      await handlerOf(handlers[queue], job)(deps, job);
      if (queue !== "maintenance") deps.recordChanged();
    };
    await jobs.work(
      queue,
      handle,
      queue === "actions" ? (job) => noteGivenUp(deps, job) : undefined,
    );
  }
  if (purges) await jobs.every("timers", "purge", PURGE_EVERY_MS);
  await jobs.every("maintenance", "sweep", SWEEP_EVERY_MS);
  dispatcher.wake();
}

/** Whoever waits for what a dead process was sending waits for the end of its claim where this fails, as before. */
async function takeOver(deps: PipelineDeps): Promise<void> {
  try {
    await takeOverClaims(deps);
  } catch (err) {
    deps.log.error({ err }, "claims of a dead process could not be ended; they end by themselves");
  }
}

function handlerOf(byName: Readonly<Record<string, Handler>>, job: Job): Handler {
  const handler = byName[job.name];
  if (!handler) throw new UnretriableError(`queue ${job.queue} knows no job ${job.name}`);
  return handler;
}

/**
 * Job `sweep`: writes again what a queue has lost, then hands over that and what a crash left behind. A part that
 * fails is logged, and the others are done all the same.
 */
async function sweep(
  deps: PipelineDeps,
  jobs: Pick<Jobs, "state" | "hurry">,
  dispatcher: Dispatcher,
): Promise<void> {
  const parts = {
    lost: async () => {
      const lost = await findLostJobs(deps.store, jobs, deps.clock.now());
      if (lost > 0) deps.log.warn({ lost }, "the queue lost jobs; they are handed over again");
    },
    overdue: async () => void (await sweepOverdue(deps)),
    outbox: () => dispatcher.sweep(),
  };
  for (const [part, run] of Object.entries(parts)) {
    try {
      await run();
    } catch (err) {
      deps.log.error({ err, part }, "a part of the sweep failed");
    }
  }
}

/** Job `purge`: deletes what has outlived its retention time; whoever reported some of it, and was not answered, is told. */
async function purge(deps: PipelineDeps): Promise<void> {
  const now = deps.clock.now();
  await deps.store.closeExpiredReports(now, (closed) => tellClosed(closed, now));
  deps.jobsWritten();
  const purged = await deps.store.purgeExpired(now);
  if (purged > 0) deps.log.info({ purged }, "expired messages deleted");
}
