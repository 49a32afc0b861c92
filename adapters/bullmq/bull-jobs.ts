import {
  DelayedError,
  type Job as BullJob,
  type JobsOptions,
  type JobType,
  type Queue,
  UnrecoverableError,
  type Worker,
  type WorkerOptions,
} from "bullmq";
import {
  type Job,
  type JobHandler,
  type JobPayload,
  type Jobs,
  type JobState,
  type QueueName,
  QUEUES,
  RetryLaterError,
  UnretriableError,
} from "../../src/ports/jobs.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Throttle } from "./throttle.ts";

export type BullQueue = Queue<JobPayload>;
export type BullWorker = Worker<JobPayload>;

/** What differs between Redis and PostgreSQL. */
export interface Backend {
  makeQueue(name: string): BullQueue;
  makeWorker(
    name: string,
    process: (job: BullJob<JobPayload>, token?: string) => Promise<void>,
    options: Omit<WorkerOptions, "connection">,
  ): BullWorker;
  /** How long finished jobs are kept, so that their ids stay taken. */
  readonly keep: { readonly age: number; readonly count?: number };
  /** Closes what the backend opened itself, after queues and workers. */
  close(): Promise<void>;
}

export interface BullJobsParts {
  readonly backend: Backend;
  readonly prefix: string;
  readonly backoffMs: number;
  /** Tries of a job in all. */
  readonly attempts: number;
  readonly log: Log;
  readonly throttle: Throttle;
}

/** Time that jobs under way have to end when the queue closes. */
const CLOSE_GRACE_MS = 8000;
/** Jobs wait for the database and for platforms far more than they compute; those of one community share transactions. */
const CONCURRENCY = 32;
// A job whose process was killed runs again after about the sum of the two.
const LOCK_MS = 15_000;
const STALLED_CHECK_MS = 10_000;
const LOOK_EVERY_MS = 15_000;
/** Clocks of processes differ by less than this. */
const SET_BACK_MS = 5000;
/** Crashes that a job may be part of before it counts as the cause. */
const MAX_STALLED = 5;

const BULL_STATES: Readonly<Record<JobState, readonly JobType[]>> = {
  waiting: ["waiting", "prioritized"],
  delayed: ["delayed"],
  running: ["active"],
  done: ["completed"],
  failed: ["failed"],
};
const STATES: readonly JobState[] = ["waiting", "delayed", "running", "done", "failed"];

/** `Jobs` on BullMQ; see `openJobs`. */
export class BullJobs implements Jobs {
  readonly #parts: BullJobsParts;
  readonly #queues: ReadonlyMap<QueueName, BullQueue>;
  readonly #workers = new Map<QueueName, BullWorker>();
  readonly #schedules: { queue: QueueName; name: string; everyMs: number }[] = [];
  #look: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: BullJobsParts) {
    this.#parts = parts;
    this.#queues = new Map(QUEUES.map((queue) => [queue, this.#makeQueue(queue)]));
  }

  async add(jobs: readonly Job[]): Promise<void> {
    for (const queue of QUEUES) {
      const together = jobs.filter((job) => job.queue === queue);
      if (together.length === 0) continue;
      await this.#queue(queue).addBulk(
        together.map(({ id, name, payload, delayMs }) => ({
          name,
          data: payload,
          opts: { ...this.#options(), jobId: id, ...(delayMs !== undefined && { delay: delayMs }) },
        })),
      );
    }
  }

  async every(queue: QueueName, name: string, everyMs: number): Promise<void> {
    await this.#schedule(queue, name, everyMs);
    this.#schedules.push({ queue, name, everyMs });
    this.#look ??= setInterval(() => void this.#keepSchedules(), LOOK_EVERY_MS).unref();
  }

  /**
   * Neither a Redis that came back without what it held nor a clock that was set back, by which a queue waits,
   * must end housekeeping, which is what mends that.
   */
  async #keepSchedules(): Promise<void> {
    for (const { queue, name, everyMs } of this.#schedules) {
      try {
        const kept = await this.#queue(queue).getJobScheduler(name);
        if (!kept || isAhead(kept, everyMs)) await this.#schedule(queue, name, everyMs);
      } catch (error) {
        const err = error instanceof Error ? error : new Error("unknown", { cause: error });
        this.#report(queue, err, "a schedule could not be looked at");
      }
    }
  }

  async #schedule(queue: QueueName, name: string, everyMs: number): Promise<void> {
    const bull = this.#queue(queue);
    const before = await bull.getJobScheduler(name);
    // BullMQ 6.7 keeps the old interval's offset: a short interval after a long one may first run much later.
    const isStale = before && (before.every !== everyMs || isAhead(before, everyMs));
    if (isStale) await bull.removeJobScheduler(name);
    await bull.upsertJobScheduler(
      name,
      { every: everyMs },
      // The next run comes anyway; kept runs would only hide the jobs that people look for.
      { name, data: {}, opts: { ...this.#options(), removeOnComplete: { count: 1 } } },
    );
  }

  async work(queue: QueueName, handler: JobHandler, onGivenUp?: JobHandler): Promise<void> {
    if (this.#workers.has(queue)) throw new Error(`queue ${queue} has a handler already`);
    const worker = this.#parts.backend.makeWorker(
      this.#name(queue),
      (job, token) => run(queue, job, handler, token),
      {
        concurrency: CONCURRENCY,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_CHECK_MS,
        maxStalledCount: MAX_STALLED,
      },
    );
    this.#workers.set(queue, worker);
    this.#watch(queue, worker, onGivenUp);
    await worker.waitUntilReady();
  }

  async state(queue: QueueName, id: string): Promise<JobState | null> {
    const found = await this.#queue(queue).getJobState(id);
    return STATES.find((state) => BULL_STATES[state].some((each) => each === found)) ?? null;
  }

  async hurry(queue: QueueName, id: string): Promise<void> {
    const job = await this.#queue(queue).getJob(id);
    try {
      await job?.promote();
    } catch (error) {
      // It may have begun since somebody saw it wait.
      if ((await this.state(queue, id)) === "delayed") throw error;
    }
  }

  async counts(queue: QueueName): Promise<Readonly<Record<JobState, number>>> {
    const counts = await this.#queue(queue).getJobCounts(
      ...STATES.flatMap((state) => BULL_STATES[state]),
    );
    const sum = (state: JobState) =>
      BULL_STATES[state].reduce((total, each) => total + (counts[each] ?? 0), 0);
    return {
      waiting: sum("waiting"),
      delayed: sum("delayed"),
      running: sum("running"),
      done: sum("done"),
      failed: sum("failed"),
    };
  }

  async list(
    queue: QueueName,
    states: readonly JobState[],
    limit: number,
  ): Promise<readonly string[]> {
    if (limit <= 0 || states.length === 0) return [];
    const found = await Promise.all(
      states
        .flatMap((state) => BULL_STATES[state])
        .map((type) => oldest(this.#queue(queue), type, limit)),
    );
    return found
      .flat()
      .toSorted((a, b) => a.timestamp - b.timestamp)
      .slice(0, limit)
      .flatMap((job) => job.id ?? []);
  }

  close(): Promise<void> {
    clearInterval(this.#look);
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Without its server a worker would wait for ever: after a grace its jobs are left to be found stalled. */
  async #close(): Promise<void> {
    const ended = Promise.all([...this.#workers.values()].map((worker) => worker.close()));
    if (!(await endsWithin(ended, CLOSE_GRACE_MS))) {
      this.#parts.log.warn({}, "workers did not end in time; their jobs will run again");
      // Not waited for: closing the connection below is what ends them.
      for (const worker of this.#workers.values()) worker.close(true).catch(() => undefined);
    }
    const closed = Promise.all([...this.#queues.values()].map((queue) => queue.close()));
    await endsWithin(closed, CLOSE_GRACE_MS);
    await this.#parts.backend.close();
  }

  #makeQueue(name: QueueName): BullQueue {
    const queue = this.#parts.backend.makeQueue(this.#name(name));
    queue.on("error", (err) => this.#report(name, err, "queue failed"));
    return queue;
  }

  #queue(name: QueueName): BullQueue {
    const queue = this.#queues.get(name);
    if (!queue) throw new Error(`no queue ${name}`);
    return queue;
  }

  #name(queue: QueueName): string {
    return `${this.#parts.prefix}-${queue}`;
  }

  #options(): JobsOptions {
    const { attempts, backoffMs, backend } = this.#parts;
    return {
      attempts,
      backoff: { type: "exponential", delay: backoffMs },
      removeOnComplete: backend.keep,
      removeOnFail: backend.keep,
      stackTraceLimit: 0,
    };
  }

  #watch(queue: QueueName, worker: BullWorker, onGivenUp?: JobHandler): void {
    worker.on("error", (err) => this.#report(queue, err, "worker failed"));
    worker.on("failed", (job, err) => {
      const data = { queue, job: job?.id, name: job?.name, attempt: job?.attemptsMade, err };
      const last =
        err instanceof UnrecoverableError || (job?.attemptsMade ?? 0) >= this.#parts.attempts;
      if (!last) {
        this.#parts.log.warn(data, "job failed and will be tried again");
        return;
      }
      this.#parts.log.error(data, "job failed for good");
      if (!job || !onGivenUp) return;
      onGivenUp(plainJob(queue, job)).catch((problem: unknown) =>
        this.#parts.log.error(
          { queue, job: job.id, err: problem },
          "a failed job could not be noted",
        ),
      );
    });
    worker.on("stalled", (job) =>
      this.#parts.log.warn({ queue, job }, "job runs again after a crash"),
    );
  }

  #report(queue: QueueName, err: Error, words: string): void {
    this.#parts.throttle(`${queue} ${words}`, (suppressed) =>
      this.#parts.log.error({ queue, err, suppressed }, words),
    );
  }
}

/** Whether the next run is further away than it can be: the clock was set back since it was planned. */
function isAhead({ next = 0 }: { readonly next?: number | undefined }, everyMs: number): boolean {
  return next > Date.now() + everyMs + SET_BACK_MS;
}

async function run(
  queue: QueueName,
  job: BullJob<JobPayload>,
  handler: JobHandler,
  token?: string,
): Promise<void> {
  try {
    await handler(plainJob(queue, job));
  } catch (error) {
    if (error instanceof UnretriableError) {
      throw new UnrecoverableError(error.message);
    }
    if (error instanceof RetryLaterError) {
      // Whoever is asked to wait has not failed: the try does not count.
      await job.moveToDelayed(Date.now() + error.retryAfterMs, token);
      throw new DelayedError();
    }
    throw error;
  }
}

function plainJob(queue: QueueName, job: BullJob<JobPayload>): Job {
  return { queue, id: job.id ?? "", name: job.name, payload: job.data };
}

/** Whether a promise settles within a time; a rejection counts as an end. */
async function endsWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const ended = promise.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([ended, late]);
  } finally {
    clearTimeout(timer);
  }
}

// Asked for the first jobs in rising order, the PostgreSQL backend of BullMQ 6.7 takes the newest of
// those that wait. Counted from the end of the falling order, both backends give the oldest.
async function oldest(queue: BullQueue, type: JobType, limit: number) {
  const count = await queue.getJobCountByTypes(type);
  if (count === 0) return [];
  const falling = await queue.getJobs(type, Math.max(0, count - limit), count - 1, false);
  return falling.toReversed();
}
