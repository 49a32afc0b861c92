import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { EventEmitter, once } from "node:events";
import { REST } from "discord.js";
import { Gateway, type Refusal, type Shards } from "../../../adapters/discord/gateway.ts";
import { startLoopbackDiscord } from "../../support/discord/loopback.ts";
import { makeListeningLog } from "../system/silent-log.ts";
import { soon } from "./desk.ts";

let server: Awaited<ReturnType<typeof startLoopbackDiscord>>;
beforeEach(async () => {
  server = await startLoopbackDiscord();
});
afterEach(() => server.close());

function open(parts: {
  readonly memory: Map<string, string>;
  readonly mostOpen?: number;
  readonly shards?: Shards;
  readonly onMessage: (words: string) => Promise<void>;
}) {
  const refusals: Refusal[] = [];
  const { memory, mostOpen, onMessage, shards } = parts;
  const gateway = new Gateway({
    rest: new REST({ api: `${server.url}/api`, version: "10" }).setToken(server.token),
    token: server.token,
    memory: {
      recall: async (key) => memory.get(key) ?? null,
      remember: async (key, value) => {
        if (value === null) memory.delete(key);
        else memory.set(key, value);
      },
      due: async () => [],
    },
    log: makeListeningLog(),
    onDispatch: async ({ type, data }) => {
      if (type === "MESSAGE_CREATE") await onMessage((data as { content: string }).content);
    },
    onRefusal: (refusal) => refusals.push(refusal),
    ...(mostOpen !== undefined && { mostOpen }),
    ...(shards && { shards }),
  });
  return { gateway, refusals };
}

test("more than can be recorded is left in the session, and the next connection goes on from there", async () => {
  const guild = server.build.guild({ name: "Tea" });
  const general = server.build.channel(guild, "general");
  const lin = server.build.member(guild, "lin");
  const memory = new Map<string, string>();
  const seen: string[] = [];
  const gate = new EventEmitter();
  const held = once(gate, "open");
  const onMessage = async (words: string) => {
    await held;
    seen.push(words);
  };
  const first = open({ memory, mostOpen: 10, onMessage });
  await first.gateway.connect();
  const all = Array.from({ length: 40 }, (_, i) => String(i));
  for (const words of all) server.act.post(general, lin.user.id, words);
  await soon(() => first.refusals.length > 0);
  expect(first.refusals).toEqual(["overload"]);
  gate.emit("open");
  await first.gateway.close();
  expect(seen.length).toBeLessThan(40);
  const second = open({ memory, onMessage });
  await second.gateway.connect();
  await soon(() => new Set(seen).size === 40);
  expect(seen).toEqual(all);
  await second.gateway.close();
});

test.each([
  [4010, "shards"],
  [4011, "shards"],
  [4012, "outdated"],
  [4013, "outdated"],
] as const)("a connection closed with %i is not left dead: %s", async (code, refusal) => {
  const { gateway, refusals } = open({ memory: new Map(), onMessage: async () => undefined });
  await gateway.connect();
  server.gateway.closeAll(code);
  await soon(() => refusals.length > 0);
  expect(refusals).toEqual([refusal]);
  await gateway.close();
});

test("one of several processes has its shards alone, and waits for its turn to log each in", async () => {
  Object.assign(server.gateway.sessionStart, { shards: 3, maxConcurrency: 2 });
  const turns: string[] = [];
  const wait = async (name: string) => void turns.push(name);
  const shards = { count: 4, ids: [1, 3], turns: { wait } };
  const memory = new Map<string, string>();
  const { gateway } = open({ memory, shards, onMessage: async () => undefined });
  await gateway.connect();
  expect(server.gateway.live.map(({ shard }) => shard)).toEqual([
    [1, 4],
    [3, 4],
  ]);
  expect(turns).toEqual(["login-1", "login-1"]);
  expect([4n, 5n, 6n, 7n].map((time) => gateway.shardOf(String(time << 22n)))).toEqual([
    0, 1, 2, 3,
  ]);
  await gateway.close();
  expect([...memory.keys()].toSorted()).toEqual(["session/1", "session/3"]);
  // Whoever takes the sessions up again logs in no more.
  const next = open({ memory, shards, onMessage: async () => undefined });
  await next.gateway.connect();
  expect(server.gateway.counts.resumes).toBe(2);
  expect(turns).toHaveLength(2);
  await next.gateway.close();
});
