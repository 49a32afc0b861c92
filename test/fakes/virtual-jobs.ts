import {
  type Job,
  type JobHandler,
  type Jobs,
  type JobState,
  type QueueName,
  UnretriableError,
} from "../../src/ports/jobs.ts";
import type { Clock } from "../../src/ports/clock.ts";

/** A clock that stands still until it is set; epoch ms. */
export class VirtualClock implements Clock {
  at: number;

  constructor(at: number) {
    this.at = at;
  }

  now(): number {
    return this.at;
  }
}

/** A job as the queue keeps it. */
export interface VirtualJob {
  readonly job: Job;
  state: JobState;
  /** Epoch ms at which it runs, or ran for the last time. */
  dueAt: number;
  /** How often it was handed to the handler, and how often it ended well. */
  started: number;
  ended: number;
  /** Whether it was delivered once more than was needed. */
  doubled: boolean;
  /** Order of jobs of one time. */
  order: number;
}

/** How a queue works, beside what is plain: one job at a time, each delivered once. */
export interface VirtualHabits {
  /** Most jobs that run at once. */
  readonly atOnce?: number;
  /** Jobs that are due within this time of the next one run at once with it, ms. */
  readonly withinMs?: number;
  /** Which jobs are delivered once more than is needed: beside the first time, or after it has ended. */
  readonly doubles?: (job: Job) => "beside" | "after" | null;
}

/** After so long a job whose worker died is delivered again; BullMQ's own is the same. */
const STALLED_MS = 30_000;
const FIRST_PAUSE_MS = 1000;
const MOST_STARTS = 20;
/** After so long a job that has ended is delivered once more, where it is to be. */
const DOUBLE_AFTER_MS = 20_000;

/**
 * A queue over a virtual clock: nothing happens until `runNext` turns the clock to the next job and runs
 * it to its end, with those that are due beside it. Ids are taken once and for ever. `kill` abandons a
 * running job, as the death of its worker would: it is delivered again later.
 */
export class VirtualJobs implements Jobs {
  readonly #clock: VirtualClock;
  readonly #kept = new Map<string, VirtualJob>();
  readonly #handlers = new Map<QueueName, readonly [JobHandler, JobHandler | undefined]>();
  /** Those that wait, the next one last. */
  readonly #line: VirtualJob[] = [];
  readonly #every = new Map<string, { readonly job: Job; readonly everyMs: number }>();
  readonly #habits: Required<VirtualHabits>;
  /** How each running job dies. */
  readonly #dies = new Map<Job, () => void>();
  #orders = 0;

  constructor(clock: VirtualClock, habits: VirtualHabits = {}) {
    this.#clock = clock;
    this.#habits = { atOnce: 1, withinMs: 0, doubles: () => null, ...habits };
  }

  async add(jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) {
      const key = keyOf(job.queue, job.id);
      if (this.#kept.has(key)) continue;
      const delayMs = job.delayMs ?? 0;
      const kept: VirtualJob = {
        job,
        state: delayMs > 0 ? "delayed" : "waiting",
        dueAt: this.#clock.now() + delayMs,
        started: 0,
        ended: 0,
        doubled: false,
        order: 0,
      };
      this.#kept.set(key, kept);
      this.#wait(kept);
    }
  }

  async every(queue: QueueName, name: string, everyMs: number): Promise<void> {
    const id = `every-${name}`;
    this.#every.set(keyOf(queue, id), { job: { queue, id, name, payload: {} }, everyMs });
    await this.add([
      { queue, id: `${id}-${this.#clock.now()}`, name, payload: {}, delayMs: everyMs },
    ]);
  }

  async work(queue: QueueName, handler: JobHandler, onGivenUp?: JobHandler): Promise<void> {
    this.#handlers.set(queue, [handler, onGivenUp]);
  }

  /** When the next job of a queue that somebody works on runs, epoch ms; null when none waits. */
  nextAt(): number | null {
    return this.#next()?.dueAt ?? null;
  }

  /** Turns the clock to the next job and runs it with those beside it; null when none waits. */
  async runNext(): Promise<VirtualJob | null> {
    const next = this.#next();
    if (!next) return null;
    this.#clock.at = Math.max(this.#clock.at, next.dueAt);
    const { atOnce, withinMs } = this.#habits;
    const together: VirtualJob[] = [];
    const until = Math.max(this.#clock.at, next.dueAt + withinMs);
    for (let each = this.#next(); each && together.length < atOnce; each = this.#next()) {
      if (each.dueAt > until) break;
      this.#line.splice(this.#line.indexOf(each), 1);
      together.push(each);
    }
    this.#clock.at = Math.max(this.#clock.at, ...together.map(({ dueAt }) => dueAt));
    await Promise.all(together.map((each) => this.#deliver(each)));
    return next;
  }

  /** The worker of a running job dies, or of every one. What the job was doing must never go on. */
  kill(job?: Job): void {
    if (job) this.#dies.get(job)?.();
    else for (const die of this.#dies.values()) die();
  }

  async state(queue: QueueName, id: string): Promise<JobState | null> {
    return this.#kept.get(keyOf(queue, id))?.state ?? null;
  }

  async hurry(queue: QueueName, id: string): Promise<void> {
    const kept = this.#kept.get(keyOf(queue, id));
    if (kept?.state !== "delayed") return;
    this.#line.splice(this.#line.indexOf(kept), 1);
    kept.state = "waiting";
    kept.dueAt = this.#clock.now();
    this.#wait(kept);
  }

  async counts(queue: QueueName): Promise<Readonly<Record<JobState, number>>> {
    const counts = { waiting: 0, delayed: 0, running: 0, done: 0, failed: 0 };
    for (const { job, state } of this.#kept.values()) if (job.queue === queue) counts[state] += 1;
    return counts;
  }

  async list(
    queue: QueueName,
    states: readonly JobState[],
    limit: number,
  ): Promise<readonly string[]> {
    return this.all()
      .filter(({ job, state }) => job.queue === queue && states.includes(state))
      .slice(0, limit)
      .map(({ job }) => job.id);
  }

  /** Every job that was ever added, oldest first. */
  all(): readonly Readonly<VirtualJob>[] {
    return [...this.#kept.values()];
  }

  /** Forgets every job that waits, as a queue without a disk does when it dies. */
  loseAll(): void {
    for (const { job } of this.#line.splice(0)) this.#kept.delete(keyOf(job.queue, job.id));
  }

  async close(): Promise<void> {
    this.#handlers.clear();
  }

  #next(): VirtualJob | undefined {
    return this.#line.findLast(({ job }) => this.#handlers.has(job.queue));
  }

  #wait(kept: VirtualJob): void {
    this.#orders += 1;
    kept.order = this.#orders;
    let low = 0;
    let high = this.#line.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#line[middle];
      // Later ones stand before, so that the next is taken from the end.
      if (other && other.dueAt > kept.dueAt) low = middle + 1;
      else high = middle;
    }
    this.#line.splice(low, 0, kept);
  }

  /** At least once: some jobs are handed out twice. */
  async #deliver(kept: VirtualJob): Promise<void> {
    const double = kept.doubled ? null : this.#habits.doubles(kept.job);
    kept.doubled ||= double === "beside";
    await Promise.all([this.#run(kept), double === "beside" ? this.#hand(kept.job) : null]);
    if (double !== "after" || kept.state !== "done") return;
    kept.doubled = true;
    this.#again(kept, DOUBLE_AFTER_MS);
  }

  /** Hands a job to its handler, and tells how that ended. */
  async #hand(wanted: Job): Promise<"done" | "failed" | "bad" | "died"> {
    const [handler] = this.#handlers.get(wanted.queue) ?? [];
    if (!handler) return "failed";
    const job = { ...wanted };
    const died = new Promise<"died">((resolve) => {
      this.#dies.set(job, () => resolve("died"));
    });
    const ran = handler(job).then(
      () => "done" as const,
      (error: unknown) =>
        error instanceof UnretriableError ? ("bad" as const) : ("failed" as const),
    );
    const how = await Promise.race([died, ran]);
    this.#dies.delete(job);
    return how;
  }

  async #run(kept: VirtualJob): Promise<void> {
    const [, onGivenUp] = this.#handlers.get(kept.job.queue) ?? [];
    kept.state = "running";
    kept.started += 1;
    const how = await this.#hand(kept.job);
    if (how === "died") return this.#again(kept, STALLED_MS);
    if (how === "failed" && kept.started < MOST_STARTS) {
      return this.#again(kept, FIRST_PAUSE_MS * 2 ** (kept.started - 1));
    }
    kept.state = how === "done" ? "done" : "failed";
    if (how === "done") kept.ended += 1;
    else await onGivenUp?.(kept.job);
    if (!kept.doubled || kept.ended === 1) await this.#repeat(kept.job);
  }

  #again(kept: VirtualJob, pauseMs: number): void {
    kept.state = "delayed";
    kept.dueAt = this.#clock.now() + pauseMs;
    this.#wait(kept);
  }

  async #repeat({ queue, name }: Job): Promise<void> {
    const schedule = this.#every.get(keyOf(queue, `every-${name}`));
    if (!schedule) return;
    const { job, everyMs } = schedule;
    await this.add([{ ...job, id: `${job.id}-${this.#clock.now()}`, delayMs: everyMs }]);
  }
}

function keyOf(queue: QueueName, id: string): string {
  return `${queue}\n${id}`;
}
