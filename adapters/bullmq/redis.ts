import { types } from "node:util";
import { Redis } from "ioredis";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import type { Log } from "../../src/ports/log.ts";
import { errorCode } from "../system/error-code.ts";
import type { Throttle } from "./throttle.ts";

/** Oldest Redis that BullMQ works with. */
export const MINIMUM_REDIS = "6.2.0";
const CONNECT_TIMEOUT_MS = 5000;

/** `address` is host and port; never a user or a password. */
export type RedisError =
  | { readonly kind: "bad-url" }
  /** `reason` is an error code such as `ECONNREFUSED`, the first word of Redis's answer such as `WRONGPASS`, or `timeout`. */
  | { readonly kind: "unreachable"; readonly address: string; readonly reason: string }
  | { readonly kind: "too-old"; readonly version: string; readonly minimum: string }
  /** Redis would throw jobs away when its memory is full. */
  | { readonly kind: "wrong-eviction"; readonly policy: string; readonly wanted: "noeviction" };

/**
 * What is left of Redis's data when it dies: `all` but at most a second with an append-only file, what was
 * there some minutes ago with `snapshots`, `nothing` without either; `unknown` where Redis does not say it.
 */
export type Keeps = "all" | "snapshots" | "nothing" | "unknown";

/** Connects to Redis and checks that jobs are safe there while it lives; says what it keeps when it dies. Takes at most about 5 s. */
export async function checkRedis(url: string): Promise<Result<Keeps, RedisError>> {
  const address = addressOf(url);
  if (address === null) return fail({ kind: "bad-url" });
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: CONNECT_TIMEOUT_MS,
    // ioredis waits this long for the end of a connection that has ended already.
    disconnectTimeout: 100,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // What happens is told by the rejected calls; without a listener ioredis prints it.
  let lost: unknown;
  redis.on("error", (error: unknown) => {
    lost ??= error;
  });
  try {
    await within(redis.connect(), CONNECT_TIMEOUT_MS);
    const judged = await judge(redis);
    // A database number that Redis does not have is told by an event alone; the connection goes on in database 0.
    return lost === undefined
      ? judged
      : fail({ kind: "unreachable", address, reason: reasonOf(lost) });
  } catch (error) {
    return fail({ kind: "unreachable", address, reason: reasonOf(lost ?? error) });
  } finally {
    redis.disconnect();
  }
}

/** Connection for adding and asking: fails soon when Redis is away, so that the outbox's sweeper repeats it. */
export function connectProducer(url: string, log: Log, throttle: Throttle): Redis {
  return connect(url, 1, log, throttle);
}

/** Connection for workers: waits for Redis as long as it takes, as BullMQ demands. */
export function connectWorker(url: string, log: Log, throttle: Throttle): Redis {
  return connect(url, null, log, throttle);
}

function connect(url: string, retries: number | null, log: Log, throttle: Throttle): Redis {
  const redis = new Redis(url, {
    connectTimeout: CONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: retries,
  });
  redis.on("error", (err: unknown) => {
    throttle("redis", (suppressed) => log.warn({ err, suppressed }, "redis connection failed"));
  });
  return redis;
}

/** Lets commands under way finish; a connection that is down is given up at once. */
export async function disconnect(redis: Redis): Promise<void> {
  if (redis.status === "ready") await redis.quit().catch(() => undefined);
  redis.disconnect();
}

async function judge(redis: Redis): Promise<Result<Keeps, RedisError>> {
  const version = field(await redis.info("server"), "redis_version") ?? "0";
  if (isOlder(version, MINIMUM_REDIS)) {
    return fail({ kind: "too-old", version, minimum: MINIMUM_REDIS });
  }
  const policy = await evictionPolicy(redis);
  // Some managed services say nothing about it; BullMQ then has to be believed to be safe.
  if (policy !== null && policy !== "noeviction") {
    return fail({ kind: "wrong-eviction", policy, wanted: "noeviction" });
  }
  return ok(await keeps(redis));
}

async function keeps(redis: Redis): Promise<Keeps> {
  const appends = field(await redis.info("persistence"), "aof_enabled");
  if (appends === "1") return "all";
  // "" where no snapshots are taken; INFO says nothing of that.
  const snapshots = await setting(redis, "save");
  if (appends === null || snapshots === null) return "unknown";
  return snapshots === "" ? "nothing" : "snapshots";
}

async function evictionPolicy(redis: Redis): Promise<string | null> {
  return (
    (await setting(redis, "maxmemory-policy")) ??
    field(await redis.info("memory"), "maxmemory_policy")
  );
}

/** null where Redis does not tell: managed services forbid CONFIG. */
async function setting(redis: Redis, name: string): Promise<string | null> {
  try {
    const answer = await redis.config("GET", name);
    const value = Array.isArray(answer) ? answer[1] : undefined;
    return typeof value === "string" ? value : null;
  } catch {
    return null;
  }
}

function field(info: string, name: string): string | null {
  for (const line of info.split(/\r?\n/u)) {
    if (line.startsWith(`${name}:`)) return line.slice(name.length + 1).trim();
  }
  return null;
}

function isOlder(version: string, minimum: string): boolean {
  const [left, right] = [version, minimum].map((text) => text.split(".").map(Number));
  for (let part = 0; part < 3; part += 1) {
    const difference = (left?.[part] ?? 0) - (right?.[part] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function addressOf(url: string): string | null {
  try {
    const { protocol, hostname, port } = new URL(url);
    if (protocol !== "redis:" && protocol !== "rediss:") return null;
    return `${hostname || "localhost"}:${port || "6379"}`;
  } catch {
    return null;
  }
}

function reasonOf(error: unknown): string {
  const code = errorCode(error);
  if (code !== undefined) return code;
  if (!types.isNativeError(error)) return "unknown";
  if (/timed? ?out/iu.test(error.message)) return "timeout";
  // Redis's own errors begin with a word in capitals; the rest of the line may name a user.
  return /^[A-Z]{3,}/u.exec(error.message)?.[0] ?? error.name;
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("timed out")), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
