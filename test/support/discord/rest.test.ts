import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  type Client,
  DiscordAPIError,
  type Guild as ClientGuild,
  type TextChannel,
} from "discord.js";
import { closeSound, loggedIn } from "./client-for-test.ts";
import { type LoopbackDiscord, startLoopbackDiscord } from "./loopback.ts";
import { BOT_DEFAULT, PERMISSIONS } from "./permissions.ts";
import type { Channel, Guild } from "./world-types.ts";

const DAY = 86_400_000;

let discord: LoopbackDiscord;
let guild: Guild;
let channel: Channel;
let alice: string;
let client: Client<true>;
let theirs: ClientGuild;
let room: TextChannel;

beforeEach(async () => {
  discord = await startLoopbackDiscord({ checkAnswers: true });
  guild = discord.build.guild();
  channel = discord.build.channel(guild, "general");
  alice = discord.build.member(guild, "alice").user.id;
  client = await loggedIn(discord);
  theirs = client.guilds.cache.get(guild.id) as ClientGuild;
  room = client.channels.cache.get(channel.id) as TextChannel;
});

afterEach(async () => {
  await client.destroy();
  await closeSound(discord);
});

const until = (ms: number) => ({
  communication_disabled_until: new Date(Date.now() + ms).toISOString(),
});

/** The code with which Discord refuses; null when it does not. */
async function refused(work: Promise<unknown>): Promise<number | string | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (error instanceof DiscordAPIError) return error.code;
    throw error;
  }
}

describe("moderation over REST", () => {
  test("a message is deleted with its reason in the audit log", async () => {
    const { id } = discord.act.post(channel, alice, "bad");
    // discord.js takes a reason for most things, but deletes messages without one.
    await client.rest.delete(`/channels/${channel.id}/messages/${id}`, { reason: "case 1 · 违规" });
    expect(discord.look.messages(channel.id)).toEqual([]);
    expect(discord.look.audit(guild, alice)[0]).toMatchObject({
      action_type: 72,
      reason: "case 1 · 违规",
    });
    expect(await refused(room.messages.delete(id))).toBe(10008);
    expect(discord.refusals).toEqual([]);
  });

  test("timeout, nickname, role, kick, ban and unban do what they say", async () => {
    const role = discord.build.role(guild, "quiet");
    const member = await theirs.members.fetch(alice);
    await member.timeout(60_000, "case 2");
    expect(discord.look.timedOutUntil(guild, alice)).toBeGreaterThan(Date.now());
    expect(discord.act.barredFrom(channel, alice)).toBe("timed out");
    await member.timeout(null);
    expect(discord.look.timedOutUntil(guild, alice)).toBeNull();
    await member.setNickname("Alice");
    await member.roles.add(role.id);
    expect(guild.members.get(alice)?.nick).toBe("Alice");
    expect(guild.members.get(alice)?.roles.has(role.id)).toBe(true);
    discord.act.post(channel, alice, "recent");
    await theirs.bans.create(alice, { deleteMessageSeconds: 3600, reason: "case 3" });
    expect(discord.look.isBanned(guild, alice)).toBe(true);
    expect(discord.look.messages(channel.id)).toEqual([]);
    await theirs.bans.remove(alice);
    expect(await refused(theirs.bans.remove(alice))).toBe(10026);
    expect(await refused(theirs.members.kick(alice))).toBe(10007);
    const bob = discord.build.member(guild, "bob").user.id;
    await theirs.members.kick(bob, "case 4");
    expect(discord.look.isMember(guild, bob)).toBe(false);
    expect(discord.refusals).toEqual([]);
  });

  test("channels are slowed, locked, and the guild's invites paused", async () => {
    await room.setRateLimitPerUser(30, "slow down");
    expect(channel.slowModeSeconds).toBe(30);
    await room.permissionOverwrites.edit(guild.id, { SendMessages: false });
    expect(discord.act.barredFrom(channel, alice)).toBe("not allowed to write here");
    await theirs.setIncidentActions({ invitesDisabledUntil: new Date(Date.now() + 3_600_000) });
    expect(guild.incidents?.invites_disabled_until).not.toBeNull();
    const pinned = discord.act.post(discord.build.channel(guild, "rules"), alice, "the rules");
    const rules = (await client.channels.fetch(pinned.data.channel_id)) as TextChannel;
    await rules.messages.pin(pinned.id);
    expect((await rules.messages.fetchPins()).items).toHaveLength(1);
    const thread = await room.threads.create({ name: "case 5" });
    await thread.send("evidence");
    expect(discord.look.messages(thread.id)).toHaveLength(1);
    expect(discord.refusals).toEqual([]);
  });

  test("many messages are deleted at once, and a channel is caught up page by page", async () => {
    const posts = Array.from({ length: 250 }, (_, at) => discord.act.post(channel, alice, `${at}`));
    const after = posts[99]?.id ?? "";
    const page = await room.messages.fetch({ after, limit: 100 });
    expect([...page.values()].map((each) => each.content)).toEqual(
      Array.from({ length: 100 }, (_, at) => String(199 - at)),
    );
    await room.bulkDelete(posts.slice(0, 100).map((each) => each.id));
    expect(discord.look.messages(channel.id)).toHaveLength(150);
    expect(discord.refusals).toEqual([]);
  });

  test("direct messages reach people unless closed or strangers", async () => {
    const user = await client.users.fetch(alice);
    await user.send({ content: "a private word", embeds: [{ title: "Notice" }] });
    expect(discord.look.dms(alice).map((each) => each.content)).toEqual(["a private word"]);
    discord.act.closeDms(alice);
    expect(await refused(user.send("again"))).toBe(50007);
    discord.act.openDms(alice);
    discord.act.leave(guild, alice);
    expect(await refused(user.send("again"))).toBe(50278);
  });

  test("a nonce that is enforced brings one message, however often it is sent", async () => {
    const body = { content: "once", nonce: "n-1", enforceNonce: true };
    const [first, second] = [await room.send(body), await room.send(body)];
    expect(second.id).toBe(first.id);
    expect(discord.look.messages(channel.id)).toHaveLength(1);
  });

  test("files are uploaded and can be fetched", async () => {
    const sent = await room.send({ files: [{ attachment: Buffer.from("语"), name: "a.txt" }] });
    const url = sent.attachments.first()?.url ?? "";
    expect(await (await fetch(url)).text()).toBe("语");
    expect(discord.refusals).toEqual([]);
  });
});

describe("what can be asked", () => {
  test("every list and every thing is given as the document has it", async () => {
    const rule = discord.build.automodRule(guild, "no scams");
    const thread = discord.build.thread(channel, "a thread", alice, "first");
    const forum = discord.build.channel(guild, "questions", "forum");
    discord.build.thread(forum, "a question", alice, "how?");
    const post = discord.act.post(channel, alice, {
      content: `hello <@${discord.botId}>`,
      files: [{ name: "a.txt", contentType: "text/plain", bytes: Buffer.from("a") }],
    });
    discord.act.react(post, alice, "🚩");
    discord.act.forward(post, channel, alice);
    discord.act.reply(post, alice, "an answer");
    discord.act.automod(channel, alice, rule, { content: "free coins", keyword: "coins" });
    const bob = discord.build.member(guild, "bob").user.id;
    discord.act.ban(guild, bob, { userId: guild.ownerId, reason: "spam" });
    await room.messages.pin(post.id);
    const paths = [
      "/gateway/bot",
      "/users/@me",
      `/users/${alice}`,
      "/users/@me/guilds",
      "/applications/@me",
      "/oauth2/applications/@me",
      `/applications/${discord.applicationId}/commands`,
      `/guilds/${guild.id}?with_counts=true`,
      `/guilds/${guild.id}/roles`,
      `/guilds/${guild.id}/channels`,
      `/guilds/${guild.id}/threads/active`,
      `/guilds/${guild.id}/members?limit=10`,
      `/guilds/${guild.id}/members/${alice}`,
      `/guilds/${guild.id}/members/search?query=ali`,
      `/guilds/${guild.id}/bans`,
      `/guilds/${guild.id}/bans/${bob}`,
      `/guilds/${guild.id}/audit-logs?limit=10`,
      `/guilds/${guild.id}/auto-moderation/rules`,
      `/guilds/${guild.id}/auto-moderation/rules/${rule.id}`,
      `/channels/${channel.id}`,
      `/channels/${thread.id}`,
      `/channels/${channel.id}/messages?limit=10`,
      `/channels/${channel.id}/messages/${post.id}`,
      `/channels/${channel.id}/messages/${post.id}/reactions/${encodeURIComponent("🚩")}`,
      `/channels/${channel.id}/messages/pins`,
      `/channels/${channel.id}/pins`,
    ] as const;
    for (const path of paths) expect(await client.rest.get(path)).toBeTruthy();
    expect(discord.refusals).toEqual([]);
  });
});

describe("rights", () => {
  test("a missing permission, an unseen channel and a higher role are refused as Discord does", async () => {
    const boss = discord.build.role(guild, "boss", 0n, 200);
    const bob = discord.build.member(guild, "bob", [boss]).user.id;
    const admins = discord.build.role(guild, "admins", PERMISSIONS.administrator, 5);
    const carol = discord.build.member(guild, "carol", [admins]).user.id;
    const minute = new Date(Date.now() + 60_000);
    const timeOut = (id: string) => theirs.members.edit(id, { communicationDisabledUntil: minute });
    expect(await refused(timeOut(bob))).toBe(50013);
    expect(await refused(timeOut(carol))).toBe(50013);
    expect(await refused(theirs.members.ban(guild.ownerId))).toBe(50013);
    const { id } = discord.act.post(channel, alice, "bad");
    discord.act.setBotPermissions(guild, BOT_DEFAULT & ~PERMISSIONS.manageMessages);
    expect(await refused(room.messages.delete(id))).toBe(50013);
    discord.build.overwrite(channel, discord.botId, { deny: PERMISSIONS.viewChannel });
    expect(await refused(room.send("hello"))).toBe(50001);
    discord.act.deleteChannel(channel);
    expect(await refused(client.rest.get(`/channels/${channel.id}`))).toBe(10003);
    discord.act.kickBot(guild);
    expect(await refused(client.rest.get(`/guilds/${guild.id}`))).toBe(10004);
    expect(discord.refusals).toEqual([]);
  });
});

describe("requests that Discord would not take", () => {
  test("the document and the prose are held to, and every breach is kept", async () => {
    const old = discord.act.post(channel, alice, { content: "old", at: Date.now() - 15 * DAY });
    const young = discord.act.post(channel, alice, "young");
    const edit = (body: object) =>
      client.rest.patch(`/guilds/${guild.id}/members/${alice}`, { body });
    const send = (body: object) => client.rest.post(`/channels/${channel.id}/messages`, { body });
    const field = { name: "n", value: "v".repeat(1000) };
    const embeds = [{ fields: Array.from({ length: 7 }, () => field) }];
    const button = { type: 2, style: 1, label: "x", custom_id: "same" };
    const breaches: [() => Promise<unknown>, number][] = [
      [() => room.send("x".repeat(2001)), 50035],
      [
        () => client.rest.post(`/channels/${channel.id}/messages`, { body: { content: "" } }),
        50006,
      ],
      [() => room.send({ embeds }), 50035],
      [() => send({ components: [{ type: 1, components: [button, button] }] }), 50035],
      [() => edit(until(29 * DAY)), 50035],
      [() => edit({ nick: "n".repeat(33) }), 50035],
      [() => room.bulkDelete([old.id, young.id]), 50034],
      [() => room.bulkDelete([young.id, young.id]), 50035],
      [() => client.rest.get("/channels/no-snowflake"), 50035],
      [() => theirs.members.kick(alice, "r".repeat(513)), 50035],
      [() => client.rest.get("/no/such/path"), 0],
    ];
    for (const [work, code] of breaches) expect(await refused(work())).toBe(code);
    expect(discord.refusals).toHaveLength(breaches.length);
    expect(discord.refusals[0]).toMatchObject({
      code: 50035,
      errors: { content: { _errors: [{ code: "BASE_TYPE_MAX_LENGTH" }] } },
    });
    await edit(until(27 * DAY));
    expect(discord.refusals).toHaveLength(breaches.length);
  });
});

describe("limits and faults", () => {
  const route = ["POST", "/channels/{channel_id}/messages"] as const;

  test("a bucket and the global limit are waited for", async () => {
    discord.limits.setRoute(...route, { limit: 2, perMs: 300 });
    const start = Date.now();
    await Promise.all(["a", "b", "c", "d", "e"].map((text) => room.send(text)));
    expect(Date.now() - start).toBeGreaterThan(500);
    discord.limits.setRoute(...route, null);
    discord.limits.setGlobal({ limit: 1, perMs: 300 });
    await Promise.all([room.send("f"), client.rest.get("/users/@me")]);
    expect(discord.limits.given.global).toBe(1);
    expect(discord.limits.invalidRequests).toBe(1);
    expect(discord.look.messages(channel.id)).toHaveLength(6);
  });

  test("errors are planned: a status, a break before or after the effect, a delay", async () => {
    discord.faults.next({ kind: "status", status: 500 }, { method: "POST", path: /messages$/u });
    await room.send("retried by discord.js");
    discord.faults.next({ kind: "reset" });
    await expect(room.send("never arrives")).rejects.toThrow("other side closed");
    discord.faults.next({ kind: "reset", after: true });
    await expect(room.send("arrives, unanswered")).rejects.toThrow("other side closed");
    discord.faults.next({ kind: "delay", ms: 100 });
    await room.send("late");
    discord.faults.next({ kind: "throttle", retryAfter: 0.1 });
    await room.send("after a wait");
    expect(discord.look.messages(channel.id).map((each) => each.content)).toEqual([
      "retried by discord.js",
      "arrives, unanswered",
      "late",
      "after a wait",
    ]);
    const statuses = discord.journal.find("POST", /messages$/u).map((each) => each.status);
    expect(statuses).toEqual([500, 200, null, null, 200, 429, 200]);
  });

  test("one 401 makes discord.js forget its token", async () => {
    discord.faults.next({ kind: "status", status: 401 });
    await expect(room.send("x")).rejects.toThrow("401");
    await expect(room.send("x")).rejects.toThrow("Expected token to be set");
  });

  test("the same seed brings the same faults", async () => {
    const run = () => {
      discord.faults.randomly(7, { error: 0.2, resetAfter: 0.1 });
      return Array.from({ length: 50 }, () => discord.faults.draw("GET", "/x")?.kind ?? null);
    };
    expect(run()).toEqual(run());
    discord.faults.clear();
    await room.send("calm");
  });
});
