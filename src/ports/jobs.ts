/**
 * `actions`: what is done on a platform. `escalations`: rungs of the ladder. `timers`: what happens at a time.
 * `maintenance`: the sweeper and other housekeeping.
 */
export const QUEUES = ["actions", "escalations", "timers", "maintenance"] as const;
export type QueueName = (typeof QUEUES)[number];

/** Plain data only: ids, never message text, a personal value or a secret. */
export type JobPayload = Readonly<Record<string, string | number>>;

export interface Job {
  readonly queue: QueueName;
  /** Unique in its queue; no colon, not all digits (BullMQ refuses both). */
  readonly id: string;
  readonly name: string;
  readonly payload: JobPayload;
  /** 0 or absent: at once. */
  readonly delayMs?: number;
}

/** Where a job is. `done` and `failed` jobs are kept for a while, so that an id stays taken. */
export type JobState = "waiting" | "delayed" | "running" | "done" | "failed";

/** Thrown where somebody said how long to wait: the job is tried again after that, and it does not count as one of its tries. */
export class RetryLaterError extends Error {
  override readonly name = "RetryLaterError";
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Throw `UnretriableError` for bad data; anything else thrown is retried with back-off. */
export type JobHandler = (job: Job) => Promise<void>;

export class UnretriableError extends Error {
  override readonly name = "UnretriableError";
}

/** At-least-once delivery by machines to machines. Passes test/conformance/jobs.ts. */
export interface Jobs {
  /** Adding an id that the queue already holds changes nothing. Resolves once the job is durable. */
  add(jobs: readonly Job[]): Promise<void>;
  /** Runs `name` on `queue` every `everyMs`, over all processes together; replaces an earlier schedule of the name. */
  every(queue: QueueName, name: string, everyMs: number): Promise<void>;
  /**
   * Starts working on a queue in this process; at most one handler for each queue. `onGivenUp` is told of
   * a job that was tried for the last time.
   */
  work(queue: QueueName, handler: JobHandler, onGivenUp?: JobHandler): Promise<void>;
  state(queue: QueueName, id: string): Promise<JobState | null>;
  /** Runs a job now that waits for its time, or to be tried again; one that does not, or is not held, is left alone. */
  hurry(queue: QueueName, id: string): Promise<void>;
  counts(queue: QueueName): Promise<Readonly<Record<JobState, number>>>;
  /** Ids of the jobs in these states, oldest first, at most `limit`. */
  list(queue: QueueName, states: readonly JobState[], limit: number): Promise<readonly string[]>;
  /** Stops taking jobs, waits some seconds for those under way, closes connections. Jobs that did not end run again. */
  close(): Promise<void>;
}
