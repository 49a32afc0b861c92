import type { Clock } from "../ports/clock.ts";
import type { Job, Jobs } from "../ports/jobs.ts";
import type { Log } from "../ports/log.ts";
import type { Store } from "../ports/store.ts";

const BATCH = 200;

/**
 * Hands jobs from the store's outbox to the queue. The same code runs after each write and, through
 * `sweep`, for what a crash left behind: adding a job twice changes nothing, so it may always be tried.
 */
export class Dispatcher {
  readonly #store: Store;
  readonly #jobs: Jobs;
  readonly #clock: Clock;
  readonly #log: Log;
  #running: Promise<void> | null = null;
  #again = false;

  constructor(store: Store, jobs: Jobs, clock: Clock, log: Log) {
    this.#store = store;
    this.#jobs = jobs;
    this.#clock = clock;
    this.#log = log;
  }

  /** Starts handing over, or asks the run under way to look once more. Never throws; failures wait for the sweeper. */
  wake(): void {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = this.#run().finally(() => {
      this.#running = null;
      if (!this.#again) return;
      this.#again = false;
      this.wake();
    });
  }

  /** Waits until nothing is under way. */
  async drain(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    try {
      await this.sweep();
    } catch (err) {
      this.#log.error({ err }, "handing over jobs failed; the sweeper will repeat it");
    }
  }

  /** Hands over everything that is pending; returns how many jobs. Throws what the store or the queue throw. */
  async sweep(): Promise<number> {
    let handed = 0;
    for (;;) {
      const pending = await this.#store.pendingJobs(BATCH, this.#clock.now());
      if (pending.length === 0) return handed;
      const now = this.#clock.now();
      await this.#jobs.add(pending.map((job) => withRemainingDelay(job, job.writtenAt, now)));
      await this.#store.markEnqueued(pending, now);
      handed += pending.length;
    }
  }
}

/** A delay counts from when the job was written, not from when a sweeper found it. */
function withRemainingDelay(
  { queue, id, name, payload, delayMs = 0 }: Job,
  writtenAt: number,
  now: number,
): Job {
  const remaining = Math.max(0, writtenAt + delayMs - now);
  return { queue, id, name, payload, ...(remaining > 0 && { delayMs: remaining }) };
}
