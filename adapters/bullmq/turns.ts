import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../../src/ports/log.ts";
import type { Turns } from "../../src/ports/turns.ts";
import { connectProducer, disconnect } from "./redis.ts";
import { makeThrottle } from "./throttle.ts";

/** A Redis that did not answer is asked again after so long. */
const AGAIN_MS = 1000;
/** A turn is asked for again no sooner, for its end is told in whole ms. */
const LEAST_WAIT_MS = 20;
const ERROR_LINE_EVERY_MS = 10_000;

/** Turns that all processes on one Redis take: each is a key that stands for as long as nobody else may have it. */
export function openTurns(url: string, log: Log): Turns & { close(): Promise<void> } {
  const throttle = makeThrottle(ERROR_LINE_EVERY_MS, () => performance.now());
  const redis = connectProducer(url, log, throttle);
  /** 0 when the turn was taken, else the ms until it may be. */
  const take = async (name: string, everyMs: number): Promise<number> => {
    const key = `candor-turn-${name}`;
    if ((await redis.set(key, "taken", "PX", everyMs, "NX")) === "OK") return 0;
    return Math.max(LEAST_WAIT_MS, await redis.pttl(key));
  };
  return {
    async wait(name, everyMs, signal) {
      for (;;) {
        signal.throwIfAborted();
        const left = await take(name, everyMs).catch((err: unknown) => {
          throttle("turns", (suppressed) => log.warn({ err, suppressed }, "a turn was not taken"));
          return AGAIN_MS;
        });
        if (left === 0) return;
        await sleep(left, undefined, { signal });
      }
    },
    close: () => disconnect(redis),
  };
}
