import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  type Client,
  Events,
  GatewayDispatchEvents,
  GatewayIntentBits,
  type Message,
} from "discord.js";
import { clientFor, eventually, loggedIn } from "./client-for-test.ts";
import { type LoopbackDiscord, startLoopbackDiscord } from "./loopback.ts";
import type { Channel, Guild } from "./world-types.ts";

let discord: LoopbackDiscord;
let guild: Guild;
let channel: Channel;
let alice: string;
let client: Client | null = null;

beforeEach(async () => {
  discord = await startLoopbackDiscord({ heartbeatIntervalMs: 200 });
  guild = discord.build.guild({ name: "Tea house" });
  channel = discord.build.channel(guild, "general");
  alice = discord.build.member(guild, "alice").user.id;
});

afterEach(async () => {
  await client?.destroy();
  client = null;
  await discord.close();
});

async function listening(intents?: readonly GatewayIntentBits[]): Promise<Message[]> {
  client = await loggedIn(discord, intents);
  const received: Message[] = [];
  client.on(Events.MessageCreate, (message) => void received.push(message));
  return received;
}

const texts = (received: readonly Message[]) => received.map((each) => each.content);

describe("the gateway", () => {
  test("a client logs in, finds its guilds and hears what members write", async () => {
    const received = await listening();
    expect(client?.guilds.cache.get(guild.id)?.name).toBe("Tea house");
    expect(client?.guilds.cache.get(guild.id)?.members.me?.permissions.has("BanMembers")).toBe(
      true,
    );
    discord.act.post(channel, alice, "hello 你好");
    await eventually(() => received.length === 1);
    expect(received[0]).toMatchObject({ content: "hello 你好", guildId: guild.id });
    expect(received[0]?.member?.user.username).toBe("alice");
    expect(discord.gateway.counts.identifies).toBe(1);
    expect(discord.refusals).toEqual([]);
  });

  test("edits, deletions, reactions, joins and departures are told", async () => {
    await listening();
    const told: string[] = [];
    client?.on(Events.MessageUpdate, (_old, now) => void told.push(`edit ${now.content}`));
    client?.on(Events.MessageDelete, (gone) => void told.push(`delete ${gone.id}`));
    client?.on(Events.MessageBulkDelete, (gone) => void told.push(`bulk ${gone.size}`));
    client?.on(Events.MessageReactionAdd, ({ emoji }) => void told.push(`react ${emoji.name}`));
    client?.on(Events.GuildMemberAdd, ({ user }) => void told.push(`join ${user.username}`));
    client?.on(Events.GuildMemberRemove, ({ user }) => void told.push(`leave ${user.username}`));
    const posts = ["a", "b", "c"].map((text) => discord.act.post(channel, alice, text));
    const [first, second, third] = posts;
    if (!first || !second || !third) throw new Error("three were posted");
    discord.act.edit(first, "changed");
    discord.act.react(first, alice, "🚩");
    discord.act.delete(first);
    discord.act.bulkDelete(channel, [second, third]);
    const bob = discord.build.member(guild, "bob").user.id;
    discord.act.leave(guild, bob);
    await eventually(() => told.length === 6);
    expect(told).toEqual([
      "edit changed",
      "react 🚩",
      `delete ${first.id}`,
      "bulk 2",
      "join bob",
      "leave bob",
    ]);
  });

  test("a lost connection is resumed and nothing is missed", async () => {
    const received = await listening();
    discord.gateway.dropAll();
    for (const text of ["one", "two", "three"]) discord.act.post(channel, alice, text);
    await eventually(() => received.length === 3, 10_000);
    expect(texts(received)).toEqual(["one", "two", "three"]);
    expect(discord.gateway.counts).toMatchObject({ identifies: 1, resumes: 1 });
  });

  test("a request to reconnect is followed with a resume", async () => {
    const received = await listening();
    discord.gateway.askToReconnect();
    await eventually(() => discord.gateway.counts.resumes === 1);
    discord.act.post(channel, alice, "after");
    await eventually(() => received.length === 1);
    expect(discord.gateway.counts.identifies).toBe(1);
  });

  test("an invalid session begins anew, and what came between is lost", async () => {
    const received = await listening();
    discord.gateway.forgetSessions();
    discord.gateway.dropAll();
    discord.act.post(channel, alice, "lost");
    await eventually(() => discord.gateway.counts.identifies === 2, 15_000);
    await eventually(() => discord.gateway.live.length === 1);
    discord.act.post(channel, alice, "heard");
    await eventually(() => received.length === 1);
    expect(texts(received)).toEqual(["heard"]);
    expect(discord.gateway.counts.invalidSessions).toBe(1);
  }, 20_000);

  test("a connection that falls silent is given up after a missed heartbeat", async () => {
    const received = await listening();
    discord.gateway.goSilent();
    discord.act.post(channel, alice, "unheard at first");
    await eventually(() => received.length === 1, 8000);
    expect(discord.gateway.counts.resumes).toBe(1);
  }, 10_000);

  test("an event can come twice", async () => {
    await listening();
    const ids: string[] = [];
    // Told apart from `messageCreate`, of which discord.js swallows the second by its cache.
    client?.ws.on(GatewayDispatchEvents.MessageCreate, ({ id }: { id: string }) => {
      ids.push(id);
    });
    discord.gateway.duplicateNext(1);
    const { id } = discord.act.post(channel, alice, "again");
    await eventually(() => ids.length === 2);
    discord.gateway.repeat("MESSAGE_CREATE");
    await eventually(() => ids.length === 3);
    expect(new Set(ids)).toEqual(new Set([id]));
  });

  test("an intent that is not switched on closes with 4014, a wrong token with 4004", async () => {
    discord.gateway.privileged.messageContent = false;
    client = clientFor(discord);
    await expect(client.login(discord.token)).rejects.toThrow("disallowed intents");
    client = clientFor(discord);
    await expect(client.login("another.token")).rejects.toThrow("invalid token");
  });

  test("without the content intent, text is missing but for direct messages and mentions", async () => {
    const { Guilds, GuildMessages, DirectMessages } = GatewayIntentBits;
    const received = await listening([Guilds, GuildMessages, DirectMessages]);
    discord.act.post(channel, alice, "unseen");
    discord.act.post(channel, alice, `<@${discord.botId}> seen`);
    discord.act.dm(alice, "private");
    await eventually(() => received.length === 3);
    expect(texts(received)).toEqual(["", `<@${discord.botId}> seen`, "private"]);
  });

  test("channels that the bot may not see, and guilds in an outage, are silent", async () => {
    const received = await listening();
    const hidden = discord.build.channel(guild, "hidden");
    discord.build.overwrite(hidden, guild.id, { deny: 1n << 10n });
    discord.build.overwrite(hidden, alice, { allow: 1n << 10n });
    discord.act.post(hidden, alice, "a secret");
    discord.act.outage(guild, true);
    discord.act.post(channel, alice, "during the outage");
    discord.act.outage(guild, false);
    discord.act.post(channel, alice, "after the outage");
    await eventually(() => received.length === 1);
    expect(texts(received)).toEqual(["after the outage"]);
  });

  test("the bot is thrown out and invited again", async () => {
    await listening();
    discord.act.kickBot(guild);
    await eventually(() => client?.guilds.cache.size === 0);
    discord.build.bot(guild);
    await eventually(() => client?.guilds.cache.size === 1);
    expect(client?.guilds.cache.get(guild.id)?.members.me).not.toBeNull();
  });

  test("shards hear of their own guilds, and the first of direct messages", async () => {
    client = clientFor(discord, undefined, { shards: [0, 1], shardCount: 2 });
    discord.gateway.sessionStart.maxConcurrency = 2;
    const received: [number | undefined, string][] = [];
    client.on(Events.MessageCreate, ({ guild: its, content }) => {
      received.push([its?.shardId, content]);
    });
    const ready = new Promise((resolve) => client?.once(Events.ClientReady, resolve));
    await client.login(discord.token);
    await ready;
    const others = [guild, ...Array.from({ length: 4 }, () => discord.build.guild())];
    for (const each of others.slice(1)) {
      discord.act.post(discord.build.channel(each, "general"), each.ownerId, each.id);
    }
    discord.act.dm(alice, "private");
    await eventually(() => received.length === 5);
    for (const [shard, id] of received) {
      expect(shard).toBe(id === "private" ? undefined : Number((BigInt(id) >> 22n) % 2n));
    }
    expect(discord.gateway.counts.identifies).toBe(2);
  });

  test("a close code is followed with a resume or a new session, as it says", async () => {
    await listening();
    discord.gateway.closeAll(4000);
    await eventually(() => discord.gateway.counts.resumes === 1);
    discord.gateway.accepting = false;
    discord.gateway.closeAll(4000);
    await eventually(() => discord.gateway.live.length === 0);
    discord.gateway.accepting = true;
    await eventually(() => discord.gateway.live.length === 1);
    expect(discord.gateway.counts.identifies).toBe(1);
  });

  test("a message told again, and events that are wrong, reach the client as they are", async () => {
    await listening();
    const heard: unknown[] = [];
    client?.ws.on(GatewayDispatchEvents.MessageCreate, (data) => void heard.push(data));
    const post = discord.act.post(channel, alice, "twice");
    discord.act.tellAgain(post);
    discord.gateway.sendEvent("UNKNOWN_EVENT", { anything: true });
    discord.gateway.sendEvent("MESSAGE_CREATE", { id: post.id, channel_id: "0" });
    await eventually(() => heard.length === 3);
    expect(heard[2]).toEqual({ id: post.id, channel_id: "0" });
  });

  test("members are fetched over the gateway in chunks", async () => {
    for (let count = 0; count < 1500; count += 1) discord.build.member(guild);
    await listening();
    const members = await client?.guilds.cache.get(guild.id)?.members.fetch();
    expect(members?.size).toBe(guild.members.size);
  });
});
