import {
  createPostgresBackend,
  Queue,
  runMigrations,
  SchemaVersionMismatchError,
  Worker,
} from "bullmq";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import { type Share, WHOLE } from "../../src/engine/share.ts";
import type { Jobs } from "../../src/ports/jobs.ts";
import type { Log } from "../../src/ports/log.ts";
import { JOBS_SCHEMA, type Pool } from "../postgres/pool.ts";
import { BullJobs, type Backend, type BullQueue, type BullWorker } from "./bull-jobs.ts";
import {
  checkRedis,
  connectProducer,
  connectWorker,
  disconnect,
  type RedisError,
} from "./redis.ts";
import { makeThrottle } from "./throttle.ts";

export type OpenJobsError =
  | { readonly kind: "redis"; readonly error: RedisError }
  /** The queue's tables were made by a newer BullMQ. */
  | { readonly kind: "newer-queue-schema" }
  | { readonly kind: "queue-schema-failed"; readonly cause: unknown };

export interface OpenJobsOptions {
  readonly redisUrl?: string | undefined;
  /** Where jobs lie without Redis; must outlive them. */
  readonly pool: Pool;
  /** Whose jobs these are; what another number of processes has left in its queues is found again as lost. */
  readonly share?: Share;
  /** Begins the names of all queues; tests have their own. */
  readonly prefix?: string;
  /** First pause before a failed job is tried again; it doubles each time. */
  readonly backoffMs?: number;
  /** Tries of a job in all. */
  readonly attempts?: number;
  readonly log: Log;
}

const ERROR_LINE_EVERY_MS = 10_000;
const WEEK_S = 7 * 24 * 60 * 60;
const DEFAULT_BACKOFF_MS = 5000;
/** With the default back-off the last try comes after 11 hours: an outage of a platform ends before. */
const DEFAULT_ATTEMPTS = 14;

/** Opens the queue on Redis when there is one, else in the records' database. */
export async function openJobs(options: OpenJobsOptions): Promise<Result<Jobs, OpenJobsError>> {
  const backend = await (options.redisUrl === undefined
    ? postgresBackend(options.pool)
    : redisBackend(options.redisUrl, options.log));
  if (!backend.ok) return backend;
  const {
    share = WHOLE,
    prefix = share.of === 1 ? "candor" : `candor-${share.of}-${share.index}`,
    backoffMs = DEFAULT_BACKOFF_MS,
    attempts = DEFAULT_ATTEMPTS,
    log,
  } = options;
  return ok(new BullJobs({ backend: backend.value, prefix, backoffMs, attempts, log, throttle }));
}

const throttle = makeThrottle(ERROR_LINE_EVERY_MS, () => performance.now());

async function redisBackend(url: string, log: Log): Promise<Result<Backend, OpenJobsError>> {
  const checked = await checkRedis(url);
  if (!checked.ok) return fail({ kind: "redis", error: checked.error });
  const lives = checked.value;
  if (lives !== "all")
    log.warn({ keeps: lives }, "redis may lose jobs when it dies; run it with appendonly yes");
  const producer = connectProducer(url, log, throttle);
  const worker = connectWorker(url, log, throttle);
  return ok({
    makeQueue: (name) => new Queue(name, { connection: producer }),
    makeWorker: (name, process, more) => new Worker(name, process, { ...more, connection: worker }),
    // By number too: memory is what Redis is short of.
    keep: { age: WEEK_S, count: 50_000 },
    close: async () => {
      for (const redis of [producer, worker]) await disconnect(redis);
    },
  });
}

async function postgresBackend(pool: Pool): Promise<Result<Backend, OpenJobsError>> {
  const client = await pool.connect();
  try {
    await runMigrations(client, JOBS_SCHEMA);
  } catch (cause) {
    return cause instanceof SchemaVersionMismatchError
      ? fail({ kind: "newer-queue-schema" })
      : fail({ kind: "queue-schema-failed", cause });
  } finally {
    client.release();
  }
  return ok({
    // Queue and Worker are generic in a backend that nobody but themselves sees.
    makeQueue: (name) =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      new Queue(name, { connection: pool }, createPostgresBackend) as unknown as BullQueue,
    makeWorker: (name, process, more) => {
      const options = { ...more, connection: pool };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return new Worker(name, process, options, createPostgresBackend) as unknown as BullWorker;
    },
    // By age alone: a count would make PostgreSQL sort all kept jobs each time one ends.
    keep: { age: WEEK_S },
    close: async () => {},
  });
}
