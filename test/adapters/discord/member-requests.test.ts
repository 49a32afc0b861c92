import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { Guild } from "../../../adapters/discord/guilds.ts";
import { ServerEvents } from "../../../adapters/discord/server-events.ts";
import { GuildSettings } from "../../../adapters/discord/settings.ts";
import { policySchema } from "../../../src/engine/policy.ts";
import { MemberRequests } from "../../../adapters/discord/member-requests.ts";
import { makeListeningLog } from "../system/silent-log.ts";

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function open() {
  const sent: string[] = [];
  const state = { isReady: true, elapsed: 0 };
  const requests = new MemberRequests({
    gateway: () => ({
      isReady: () => state.isReady,
      shardOf: () => 0,
      send: async (_, payload) => {
        sent.push(JSON.stringify(payload.d));
      },
    }),
    log: makeListeningLog(),
    elapsed: () => state.elapsed,
  });
  const pass = (ms: number) => {
    state.elapsed += ms;
    jest.advanceTimersByTime(ms);
  };
  return { requests, sent, state, pass };
}

test("requests are spread out, below what Discord takes of a connection", () => {
  const { requests, sent, pass } = open();
  for (let id = 1; id <= 200; id += 1) requests.ask(String(id));
  expect(sent).toHaveLength(1);
  for (let i = 0; i < 60; i += 1) pass(1000);
  expect(sent.length).toBeGreaterThan(90);
  expect(sent.length).toBeLessThan(110);
  requests.close();
});

test("nothing is sent before the connection is ready, nor twice within half a minute", () => {
  const { requests, sent, state, pass } = open();
  state.isReady = false;
  requests.ask("1");
  pass(5000);
  expect(sent).toEqual([]);
  state.isReady = true;
  pass(1000);
  expect(sent).toHaveLength(1);
  requests.ask("1");
  requests.ask("1");
  pass(20_000);
  expect(sent).toHaveLength(1);
  pass(20_000);
  expect(sent).toHaveLength(2);
  requests.close();
});

function openServer() {
  const guild = new Guild({ id: "1", name: "Tea", owner_id: "2" });
  const asked: string[] = [];
  const members = { ask: (id: string) => void asked.push(id) };
  let policy = policySchema.parse({});
  const settings = new GuildSettings(
    async () => policy,
    () => 0,
    members.ask,
  );
  const server = new ServerEvents({
    guilds: new Map([[guild.id, guild]]),
    settings,
    members,
    intake: { tell: async () => undefined },
    names: { member: async () => undefined, thread: async () => undefined },
  });
  const grant = (role: string) => {
    policy = policySchema.parse({ platform: { roles: { service: [role] } } });
  };
  return { guild, asked, settings, server, grant };
}

test("members are asked for anew when a role may do more, or the policy gives one a part in the team", async () => {
  const { asked, server, settings, grant } = openServer();
  const role = { id: "5", name: "Helpers", position: 1, permissions: "0" };
  server.role({ guild_id: "1", role });
  server.role({ guild_id: "1", role: { ...role, name: "Friends" } });
  await settings.renew("1");
  await settings.renew("1");
  expect(asked).toEqual([]);
  server.role({ guild_id: "1", role: { ...role, permissions: String(1n << 40n) } });
  expect(asked).toEqual(["1"]);
  grant("5");
  await settings.renew("1");
  expect(asked).toEqual(["1", "1"]);
});

function thread(id: number, archived: boolean) {
  return {
    id: String(id),
    guild_id: "1",
    type: 11,
    name: "t",
    thread_metadata: { archived },
  };
}

test("of archived threads only the latest are kept", async () => {
  const { guild, server } = openServer();

  await server.threadUpdated(thread(10_000, false));
  for (let id = 1; id <= 600; id += 1) await server.threadUpdated(thread(id, true));
  expect(guild.channels.size).toBe(501);
  expect(guild.channels.has("10000")).toBe(true);
  expect(guild.channels.has("600")).toBe(true);
});

test("threads of a channel that the bot came to see are the open ones there, and no others", async () => {
  const { guild, server } = openServer();
  await server.threadUpdated({ ...thread(7, false), parent_id: "5" });
  await server.threadUpdated({ ...thread(8, false), parent_id: "6" });
  server.threadsSynced({
    guild_id: guild.id,
    channel_ids: ["5"],
    threads: [{ ...thread(9, false), parent_id: "5" }],
  });
  expect([...guild.channels.keys()].toSorted((a, b) => Number(a) - Number(b))).toEqual(["8", "9"]);
});
