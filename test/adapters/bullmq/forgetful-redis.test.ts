import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, jest, test } from "@jest/globals";
import { Redis } from "ioredis";
import { openJobs } from "../../../adapters/bullmq/open-jobs.ts";
import { startRedisServer } from "../../support/redis-server.ts";
import { silentLog } from "../system/silent-log.ts";

const { REDIS_SERVER } = process.env;
const WITHIN_MS = 40_000;
jest.setTimeout(2 * WITHIN_MS);

(REDIS_SERVER === undefined ? describe.skip : describe)("a Redis that forgets everything", () => {
  test("gets the schedules again, and does not know its jobs any more", async () => {
    const server = await startRedisServer(REDIS_SERVER ?? "");
    const opened = await openJobs({
      redisUrl: server.url,
      pool: undefined as never,
      log: silentLog,
    });
    if (!opened.ok) throw new Error(opened.error.kind);
    const jobs = opened.value;
    const redis = new Redis(server.url);
    try {
      const runs: string[] = [];
      await jobs.every("maintenance", "sweep", 1000);
      await jobs.work("maintenance", async ({ name }) => {
        runs.push(name);
      });
      const hide = { queue: "actions", id: "hide-1", name: "hide", payload: {} } as const;
      await jobs.add([hide]);
      expect(await jobs.state("actions", hide.id)).toBe("waiting");
      const goesOn = async () => {
        const most = runs.length + 1;
        for (const until = Date.now() + WITHIN_MS; Date.now() < until; await sleep(100)) {
          if (runs.length > most) return true;
        }
        return false;
      };
      expect(await goesOn()).toBe(true);
      await redis.flushall();
      expect(await jobs.state("actions", hide.id)).toBeNull();
      expect(await goesOn()).toBe(true);
    } finally {
      await redis.quit();
      await jobs.close();
      await server.remove();
    }
  });
});
