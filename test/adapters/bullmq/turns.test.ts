import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "@jest/globals";
import { openJobs } from "../../../adapters/bullmq/open-jobs.ts";
import { openTurns } from "../../../adapters/bullmq/turns.ts";
import { freshId } from "../../conformance/recordings.ts";
import { silentLog } from "../system/silent-log.ts";

const { REDIS_URL } = process.env;
const EVERY_MS = 300;
/** Redis counts whole ms, and its clock is asked a little later than ours. */
const ROUNDED_MS = 5;

(REDIS_URL === undefined ? describe.skip : describe)("on Redis", () => {
  const url = REDIS_URL ?? "";

  async function openShare(index: number, of: number) {
    const opened = await openJobs({
      redisUrl: url,
      pool: undefined as never,
      log: silentLog,
      share: { index, of },
    });
    if (!opened.ok) throw new Error(opened.error.kind);
    return opened.value;
  }

  test("a turn is had by one of all processes at a time, and another one is nobody's business", async () => {
    const processes = [openTurns(url, silentLog), openTurns(url, silentLog)];
    const name = freshId("turn");
    const { signal } = new AbortController();
    try {
      const began = performance.now();
      const had = await Promise.all(
        [...processes, ...processes].map(async (turns) => {
          await turns.wait(name, EVERY_MS, signal);
          return performance.now() - began;
        }),
      );
      const times = had.toSorted((a, b) => a - b);
      for (const [nth, time] of times.entries()) {
        expect(time).toBeGreaterThanOrEqual(nth * (EVERY_MS - ROUNDED_MS));
      }
      const before = performance.now();
      await processes[0]?.wait(freshId("turn"), EVERY_MS, signal);
      expect(performance.now() - before).toBeLessThan(EVERY_MS);
    } finally {
      for (const turns of processes) await turns.close();
    }
  });

  test("whoever waits no longer is let go", async () => {
    const turns = openTurns(url, silentLog);
    const name = freshId("turn");
    const ended = new AbortController();
    try {
      await turns.wait(name, 60_000, ended.signal);
      const waits = turns.wait(name, 60_000, ended.signal);
      ended.abort();
      await expect(waits).rejects.toThrow(/abort/iu);
    } finally {
      await turns.close();
    }
  });

  test("jobs of one share are none of another's, nor of an undivided queue's", async () => {
    const queues = [await openShare(0, 2), await openShare(1, 2), await openShare(0, 1)];
    const id = freshId("job");
    try {
      await queues[0]?.add([{ queue: "timers", id, name: "none", payload: {}, delayMs: 60_000 }]);
      const states = await Promise.all(queues.map((jobs) => jobs.state("timers", id)));
      expect(states).toEqual(["delayed", null, null]);
    } finally {
      for (const jobs of queues) await jobs.close();
    }
  });
});

test("a Redis that is away is waited for", async () => {
  const closed = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => closed.once("listening", resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const turns = openTurns(`redis://127.0.0.1:${port}`, silentLog);
  const ended = new AbortController();
  const waits = turns.wait("login-0", EVERY_MS, ended.signal);
  setTimeout(() => ended.abort(), 100);
  await expect(waits).rejects.toThrow(/abort/iu);
  await turns.close();
});
