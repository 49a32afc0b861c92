import type { Clock } from "../ports/clock.ts";
import type { Job, Jobs } from "../ports/jobs.ts";
import type { Log } from "../ports/log.ts";
import type { Store } from "../ports/store.ts";

type Outbox = Pick<Store, "pendingJobs" | "markEnqueued">;

const BATCH = 200;
/** Messages that come close together share one hand-over: adding two jobs costs about as much as adding two hundred. */
const GATHER_MS = 20;

/**
 * Hands jobs from the store's outbox to the queue. The same code runs after each write and, through
 * `sweep`, for what a crash left behind: adding a job twice changes nothing, so it may always be tried.
 */
export class Dispatcher {
  readonly #store: Outbox;
  readonly #jobs: Pick<Jobs, "add">;
  readonly #clock: Clock;
  readonly #log: Log;
  #gathering: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(store: Outbox, jobs: Pick<Jobs, "add">, clock: Clock, log: Log) {
    this.#store = store;
    this.#jobs = jobs;
    this.#clock = clock;
    this.#log = log;
  }

  /** Hands over soon what is pending by then. Never throws; a failure waits for the sweeper. */
  wake(): void {
    this.#gathering ??= setTimeout(() => this.#handOver(), GATHER_MS);
  }

  /** Hands over at once what is still gathering, and waits until nothing is under way. */
  async drain(): Promise<void> {
    if (this.#gathering) this.#handOver();
    await this.#running;
  }

  #handOver(): void {
    if (this.#gathering) clearTimeout(this.#gathering);
    this.#gathering = null;
    this.#running = this.#running.then(() => this.#sweepQuietly());
  }

  async #sweepQuietly(): Promise<void> {
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
      const pending = await this.#store.pendingJobs(BATCH);
      if (pending.length === 0) return handed;
      const now = this.#clock.now();
      await this.#jobs.add(pending.map((job) => withRemainingDelay(job, job.writtenAt, now)));
      await this.#store.markEnqueued(pending, now);
      handed += pending.length;
      if (pending.length < BATCH) return handed;
    }
  }
}

/** A delay counts from when the job was written, not from when a sweeper found it; no clock that was set back makes it longer. */
function withRemainingDelay(
  { queue, id, name, payload, delayMs = 0 }: Job,
  writtenAt: number,
  now: number,
): Job {
  const remaining = Math.min(delayMs, Math.max(0, writtenAt + delayMs - now));
  return { queue, id, name, payload, ...(remaining > 0 && { delayMs: remaining }) };
}
