import { setTimeout as sleep } from "node:timers/promises";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import { type Share, WHOLE } from "../../src/engine/share.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Pool, PoolClient } from "./pool.ts";

export interface AdvisoryLockOptions {
  readonly log: Log;
  /** The part that is locked; the whole where not given. Two parts of one number do not exclude each other, all else does. */
  readonly share?: Share;
  /** Called once when somebody else has the lock; never after `release`. */
  readonly onLost: () => void;
  /** Between two tries to get the lock back, in ms. */
  readonly retryMs?: number;
  /** How long another holder is taken for the server's memory of our own broken connection, in ms. */
  readonly graceMs?: number;
}

/** Why a lock is not to be had. */
export type LockHeld =
  | { readonly kind: "held" }
  /** Others have divided it into another number of parts. */
  | { readonly kind: "divided"; readonly of: number };

/** Of the second number of a part's lock the share's index; more processes than this nobody starts. */
const MOST_PARTS = 1000;
const RETRY_MS = 1000;
/** PostgreSQL notices a connection that vanished without a word when it next writes to it. */
const GRACE_MS = 60_000;

/**
 * Takes a lock that lives as long as a connection of its own, or says who has it.
 * When the connection breaks, it is taken again for as long as the server is away: nothing can be
 * written meanwhile. Only when somebody else holds it afterwards is it lost.
 */
export async function takeAdvisoryLock(
  pool: Pool,
  key: number,
  options: AdvisoryLockOptions,
): Promise<Result<{ release(): void }, LockHeld>> {
  const held = await tryLock(pool, key, options.share);
  return held.ok ? ok(new AdvisoryLock(pool, key, options, held.value)) : held;
}

class AdvisoryLock {
  readonly #pool: Pool;
  readonly #key: number;
  readonly #options: AdvisoryLockOptions;
  #client: PoolClient | null = null;
  #released = false;

  constructor(pool: Pool, key: number, options: AdvisoryLockOptions, held: PoolClient) {
    this.#pool = pool;
    this.#key = key;
    this.#options = options;
    this.#hold(held);
  }

  release(): void {
    this.#released = true;
    this.#client?.release(true);
    this.#client = null;
  }

  #hold(client: PoolClient): void {
    this.#client = client;
    client.on("error", (err: unknown) => {
      if (this.#client !== client) return;
      this.#client = null;
      client.release(true);
      this.#options.log.warn({ err }, "the connection that holds the lock was lost");
      void this.#takeAgain();
    });
  }

  async #takeAgain(): Promise<void> {
    const { log, onLost, retryMs = RETRY_MS, graceMs = GRACE_MS } = this.#options;
    let refusals = 0;
    while (!this.#released) {
      try {
        const taken = await tryLock(this.#pool, this.#key, this.#options.share);
        if (taken.ok && this.#released) return taken.value.release(true);
        if (taken.ok) {
          log.info({}, "the lock was taken again");
          return this.#hold(taken.value);
        }
        refusals += 1;
        if (refusals * retryMs > graceMs) return onLost();
      } catch (err) {
        refusals = 0;
        log.debug({ err }, "the lock could not be taken again yet");
      }
      await sleep(retryMs, undefined, { ref: false });
    }
  }
}

/** The connection that holds the lock now. Throws what the pool throws. */
async function tryLock(
  pool: Pool,
  key: number,
  share: Share = WHOLE,
): Promise<Result<PoolClient, LockHeld>> {
  const client = await pool.connect();
  try {
    if (!(await isTaken(client, key, share))) {
      client.release();
      return fail({ kind: "held" });
    }
    const of = await otherwiseDivided(client, key, share);
    if (of === null) return ok(client);
    // Ends the session, and so the lock.
    client.release(true);
    return fail({ kind: "divided", of });
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** The whole has a lock with one number, as it had before there were parts; a part has one with two. */
async function isTaken(client: PoolClient, key: number, { index, of }: Share): Promise<boolean> {
  const { rows } = await (of === 1
    ? client.query<{ taken: boolean }>("SELECT pg_try_advisory_lock($1) AS taken", [key])
    : client.query<{ taken: boolean }>(
        "SELECT pg_try_advisory_lock($1::integer, $2::integer) AS taken",
        [key, of * MOST_PARTS + index],
      ));
  return rows[0]?.taken === true;
}

/** Into how many others have divided it; null where into as many as this one. Asked with the own lock held, so that of two that race each sees the other. */
async function otherwiseDivided(
  client: PoolClient,
  key: number,
  { of }: Share,
): Promise<number | null> {
  const { rows } = await client.query<{ of: number }>(
    `SELECT CASE objsubid WHEN 1 THEN 1 ELSE objid::bigint / ${MOST_PARTS} END::integer AS of
     FROM pg_locks
     WHERE locktype = 'advisory' AND granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND ((objsubid = 1 AND classid = 0 AND objid::bigint = $1)
         OR (objsubid = 2 AND classid::bigint = $1))`,
    [key],
  );
  return rows.find((row) => row.of !== of)?.of ?? null;
}
