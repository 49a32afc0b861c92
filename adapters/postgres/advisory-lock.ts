import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../../src/ports/log.ts";
import type { Pool, PoolClient } from "./pool.ts";

export interface AdvisoryLockOptions {
  readonly log: Log;
  /** Called once when somebody else has the lock; never after `release`. */
  readonly onLost: () => void;
  /** Between two tries to get the lock back, in ms. */
  readonly retryMs?: number;
  /** How long another holder is taken for the server's memory of our own broken connection, in ms. */
  readonly graceMs?: number;
}

const RETRY_MS = 1000;
/** PostgreSQL notices a connection that vanished without a word when it next writes to it. */
const GRACE_MS = 60_000;

/**
 * Takes a lock that lives as long as a connection of its own, or returns null when somebody has it.
 * When the connection breaks, it is taken again for as long as the server is away: nothing can be
 * written meanwhile. Only when somebody else holds it afterwards is it lost.
 */
export async function takeAdvisoryLock(
  pool: Pool,
  key: number,
  options: AdvisoryLockOptions,
): Promise<{ release(): void } | null> {
  const held = await tryLock(pool, key);
  return held ? new AdvisoryLock(pool, key, options, held) : null;
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
        const client = await tryLock(this.#pool, this.#key);
        if (client && this.#released) return client.release(true);
        if (client) {
          log.info({}, "the lock was taken again");
          return this.#hold(client);
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

/** The connection that holds the lock now; null when another does. Throws what the pool throws. */
async function tryLock(pool: Pool, key: number): Promise<PoolClient | null> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ taken: boolean }>(
      "SELECT pg_try_advisory_lock($1) AS taken",
      [key],
    );
    if (rows[0]?.taken === true) return client;
  } catch (error) {
    client.release(true);
    throw error;
  }
  client.release();
  return null;
}
