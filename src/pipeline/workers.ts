import {
  type Job,
  type JobHandler,
  type Jobs,
  QUEUES,
  type QueueName,
  UnretriableError,
} from "../ports/jobs.ts";
import { carryOut, noteGivenUp, settle } from "./carry-out.ts";
import type { PipelineDeps } from "./deps.ts";
import type { Dispatcher } from "./dispatch.ts";
import { climb } from "./escalate.ts";

const SWEEP_EVERY_MS = 15_000;
const PURGE_EVERY_MS = 60 * 60 * 1000;

type Handlers = Readonly<Record<QueueName, Readonly<Record<string, JobHandler>>>>;

/** Works on every queue in this process and schedules housekeeping; what a crash left behind is handed over at once. */
export async function startWorkers(
  deps: PipelineDeps,
  jobs: Pick<Jobs, "work" | "every">,
  dispatcher: Dispatcher,
): Promise<void> {
  const handlers: Handlers = {
    actions: { "carry-out": (job) => carryOut(deps, job), settle: (job) => settle(deps, job) },
    escalations: { climb: (job) => climb(deps, job) },
    timers: { purge: () => purge(deps) },
    maintenance: { sweep: async () => void (await dispatcher.sweep()) },
  };
  for (const queue of QUEUES) {
    const handle: JobHandler = async (job) => {
      await handlerOf(handlers[queue], job)(job);
      if (queue !== "maintenance") deps.recordChanged();
    };
    await jobs.work(
      queue,
      handle,
      queue === "actions" ? (job) => noteGivenUp(deps, job) : undefined,
    );
  }
  await jobs.every("timers", "purge", PURGE_EVERY_MS);
  await jobs.every("maintenance", "sweep", SWEEP_EVERY_MS);
  dispatcher.wake();
}

function handlerOf(byName: Readonly<Record<string, JobHandler>>, job: Job): JobHandler {
  const handler = byName[job.name];
  if (!handler) throw new UnretriableError(`queue ${job.queue} knows no job ${job.name}`);
  return handler;
}

/** Job `purge`: deletes what has outlived its retention time. */
async function purge(deps: PipelineDeps): Promise<void> {
  const purged = await deps.store.purgeExpired(deps.clock.now());
  if (purged > 0) deps.log.info({ purged }, "expired messages deleted");
}
