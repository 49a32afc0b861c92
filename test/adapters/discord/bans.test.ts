import { expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { Bans } from "../../../adapters/discord/bans.ts";
import type { DiscordApi } from "../../../adapters/discord/api.ts";
import { fail, ok } from "../../../src/engine/result.ts";
import { silentLog } from "../system/silent-log.ts";

const CLOSED = "111";
const OPEN = "222";
const MARK = createHash("sha256").update("why").digest("hex").slice(0, 16);

/** A memory in which the ends of bans have come, by server and number. */
function memoryOf(ended: readonly (readonly [string, number])[]) {
  const kept = new Map<string, { value: string; due: number | undefined }>(
    ended.map(([server, id], nth) => [
      `ban/${server}/${id.toString(16)}`,
      { value: `${nth} ${MARK}`, due: nth },
    ]),
  );
  return {
    kept,
    memory: {
      recall: async (key: string) => kept.get(key)?.value ?? null,
      async remember(key: string, value: string | null, due?: number) {
        if (value === null) kept.delete(key);
        else kept.set(key, { value, due });
      },
      due: async (at: number, limit: number) =>
        [...kept]
          .flatMap(([key, { value, due }]) =>
            due !== undefined && due <= at ? [{ key, value, due }] : [],
          )
          .toSorted((one, other) => one.due - other.due)
          .slice(0, limit),
    },
  };
}

test("a server that lets no bans be lifted holds up no other, and is asked again later", async () => {
  let now = 10_000;
  const raid = Array.from({ length: 250 }, (_, id) => [CLOSED, id] as const);
  const { kept, memory } = memoryOf([...raid, [OPEN, 7]]);
  const asked: string[] = [];
  const api = {
    async ask(_method: string, route: string) {
      asked.push(route);
      return route.includes(CLOSED)
        ? fail({ kind: "forbidden", permission: "Ban Members" })
        : ok([{ user: { id: "7" }, reason: "why" }]);
    },
    async send(_method: string, route: string) {
      asked.push(route);
      return ok(undefined);
    },
  };
  const bans = new Bans({
    api: api as unknown as DiscordApi,
    memory,
    clock: { now: () => now },
    log: silentLog,
    fingerprint: (id) => Number(id).toString(16),
    guarded: (_, run) => run(),
  });
  await bans.liftDue();
  await bans.liftDue();
  expect(asked.map((route) => route.includes(CLOSED))).toEqual([true, false, false]);
  expect(kept.has(`ban/${OPEN}/7`)).toBe(false);
  expect(kept.size).toBe(250);
  now += 11 * 60_000;
  await bans.liftDue();
  expect(asked.slice(3)).toEqual([expect.stringContaining(CLOSED)]);
});
