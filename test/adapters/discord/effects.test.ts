import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { openKysely } from "../../../adapters/postgres/kysely.ts";
import { makePlatformMemory } from "../../../adapters/postgres/platform-memory.ts";
import { madeAt } from "../../../adapters/discord/translate.ts";
import { personOf } from "../../../src/pipeline/deps.ts";
import { openReview } from "../../../src/pipeline/open-review.ts";
import type { CaseAction } from "../../../src/engine/case/decision.ts";
import { bits } from "../../support/discord/permissions.ts";
import { type Ground, openGround } from "../sandbox/sandbox.ts";
import { testParts } from "../postgres/databases.ts";
import { type Desk, openCommunity, openDesk, soon } from "./desk.ts";

const HOUR = 3_600_000;
const ROOM_RIGHTS = bits(
  "manageChannels",
  "manageGuild",
  "manageNicknames",
  "manageRoles",
  "manageMessages",
  "moderateMembers",
  "banMembers",
  "pinMessages",
);

let ground: Ground;
let desk: Desk;
let place: Awaited<ReturnType<typeof openCommunity>>;
beforeAll(async () => {
  ground = await openGround();
}, 60_000);
afterAll(() => ground.close());
beforeEach(async () => {
  desk = await openDesk(ground);
  place = await openCommunity(desk);
  const { act, build } = desk.server;
  const chief = build.role(place.guild, "Chief", ROOM_RIGHTS, 60);
  act.setRoles(place.guild, place.mo.user.id, [chief], {
    userId: place.guild.ownerId,
    reason: null,
  });
  await desk.start();
  await soon(async () => {
    const team = await desk.platform.team(place.guild.id);
    return team.ok && team.value.some(({ rights }) => rights.includes("manage-server"));
  });
}, 60_000);
afterEach(async () => {
  const { refusals } = desk.server;
  await desk.close();
  if (refusals.length > 0) throw new Error(`Discord refused: ${JSON.stringify(refusals)}`);
});

/** A moderator gives a command in the general channel; what they are answered. */
async function give(command: string, options: Readonly<Record<string, string>> = {}) {
  const { general, mo } = place;
  const given = desk.server.use.slash({ channel: general, userId: mo.user.id }, command, options);
  const reply = await given.replied();
  return JSON.stringify(reply);
}

/** An act on somebody by a moderator, as a case with its decision. */
async function review(authorIds: readonly string[], actions: readonly CaseAction[]) {
  const { deps, store } = desk;
  const { guild, general, mo } = place;
  const messages = await Promise.all(
    authorIds.map((id) => store.recentMessages(guild.id, id, null, 100)),
  );
  const reviewed = await openReview(deps, {
    platform: "discord",
    communityId: guild.id,
    channelId: general.id,
    by: mo.user.id,
    author: { id: authorIds[0] ?? "", role: "member" },
    messageKeys: messages.flat().map(({ key }) => key),
    severity: null,
    requestId: null,
    outcome: "uphold",
    rule: "INV-01",
    reason: "call 139 0000 0000 about it",
    actions: [...actions],
  });
  if (!reviewed.ok) throw new Error(JSON.stringify(reviewed.error));
  await desk.work();
}

/** Somebody posts so many harmless messages, which are recorded. */
async function post(authorId: string, count: number) {
  const { act } = desk.server;
  for (let each = 0; each < count; each += 1) act.post(place.general, authorId, `tea ${each}`);
  await soon(async () => {
    const found = await desk.store.recentMessages(place.guild.id, authorId, null, 200);
    return found.length >= count;
  });
}

describe("many at once", () => {
  test("a purge is one request, with the case and its rule as its reason, and nobody's words", async () => {
    await post(place.lin.user.id, 5);
    await review([place.lin.user.id], [{ kind: "delete" }]);
    const { journal, look } = desk.server;
    expect(look.messages(place.general.id)).toHaveLength(0);
    expect(journal.find("POST", /bulk-delete$/u)).toMatchObject([{ reason: "Candor #1 INV-01" }]);
    expect(journal.find("DELETE", /messages\/\d+$/u)).toHaveLength(0);
  });

  test("a message that is older than two weeks goes alone, and one that is gone keeps no other", async () => {
    const { act, clock, journal, look } = desk.server;
    const old = act.post(place.general, place.lin.user.id, "old tea");
    await soon(() => desk.store.newestMessage(place.guild.id, place.general.id));
    clock.advance(madeAt(old.id) - clock.now() + 15 * 24 * HOUR);
    const young = [1, 2, 3].map((nth) => act.post(place.general, place.lin.user.id, `tea ${nth}`));
    const ids = [old, ...young].map(({ id }) => id);
    const where = { communityId: place.guild.id, channelId: place.general.id };
    const done = await desk.platform.extras.deleteMessages(where, [...ids, ids[1] ?? ""], "why");
    expect([...done.values()].map(({ ok }) => ok)).toEqual([true, true, true, true]);
    expect(look.messages(place.general.id)).toHaveLength(0);
    expect(journal.find("POST", /bulk-delete$/u)).toHaveLength(1);
    expect(journal.find("DELETE", /messages\/\d+$/u)).toHaveLength(1);
  });

  test("a raid is banned with one request, its words with it, and whoever is above the bot is spared", async () => {
    const { build, journal, look } = desk.server;
    const boss = build.member(place.guild, "boss", [build.role(place.guild, "Boss", 0n, 200)]);
    const raiders = [1, 2, 3].map((nth) => build.member(place.guild, `raider${nth}`));
    const bans = [...raiders, boss].map(({ user }) => ({ memberId: user.id, until: null }));
    const banned = await desk.platform.extras.banMembers(place.guild.id, bans, "why", 86_400);
    expect(raiders.every(({ user }) => look.isBanned(place.guild, user.id))).toBe(true);
    expect(banned.get(boss.user.id)).toMatchObject({ ok: false, error: { kind: "forbidden" } });
    expect(journal.find("POST", /bulk-ban$/u)).toMatchObject([
      { body: { delete_message_seconds: 86_400 }, reason: "why" },
    ]);
    const again = await desk.platform.extras.banMembers(place.guild.id, bans.slice(0, 3), "why");
    expect([...again.values()].every(({ ok }) => ok)).toBe(true);
  });

  test("a case of several people bans them together", async () => {
    const { build, journal, look } = desk.server;
    const raiders = ["ann", "bob", "cem"].map((name) => build.member(place.guild, name));
    for (const { user } of raiders) await post(user.id, 1);
    await review(
      raiders.map(({ user }) => user.id),
      [{ kind: "ban", minutes: 60, deleteDays: 1 }],
    );
    const [item] = await desk.store.listCases({ limit: 1 });
    // A ban waits for a second moderator.
    expect(item?.proposal).not.toBeNull();
    const { mei } = place;
    const where = { channel: place.general, userId: mei.user.id };
    await desk.server.use.slash(where, "mod confirm", { case: "#1" }).replied();
    await desk.work();
    expect(raiders.map(({ user }) => look.isBanned(place.guild, user.id))).toEqual([
      true,
      true,
      true,
    ]);
    expect(journal.find("POST", /bulk-ban$/u)).toHaveLength(1);
  });
});

describe("a ban that ends", () => {
  test("names nobody, ends all the same, and leaves alone what somebody banned by hand", async () => {
    const { act, clock, look } = desk.server;
    const { guild, lin, mei, mo } = place;
    const memberId = lin.user.id;
    const target = { communityId: guild.id, memberId };
    await desk.platform.banMember(target, clock.now() + HOUR, "why", 3600);
    act.ban(guild, mei.user.id, { userId: mo.user.id, reason: null });
    await desk.platform.banMember(
      { communityId: guild.id, memberId: mei.user.id },
      clock.now() + HOUR,
      "why",
    );
    const kept = await sql<{ key: string; value: string }>`
      select key, value from platform_memory`.execute(openKysely(ground.pool));
    expect(JSON.stringify(kept.rows)).toContain(personOf(testParts, "discord", memberId));
    expect(JSON.stringify(kept.rows)).not.toContain(memberId);
    await desk.restart(() => clock.advance(2 * HOUR));
    await soon(() => !look.isBanned(guild, memberId));
    expect(look.isBanned(guild, mei.user.id)).toBe(true);
    expect(look.audit(guild, memberId).at(-1)?.reason).toBe("Candor: the ban has ended");
  });

  test("never ends one that somebody gave by hand, before or since, with many or alone", async () => {
    const { act, build, clock, look } = desk.server;
    const { guild } = place;
    const [first = place.lin, second = place.lin, raider = place.lin] = ["a", "b", "c"].map(
      (name) => build.member(guild, name),
    );
    const byHand = { userId: guild.ownerId, reason: "for ever, by hand" };
    const until = clock.now() + HOUR;
    act.ban(guild, first.user.id, byHand);
    const bans = [first, raider].map(({ user }) => ({ memberId: user.id, until }));
    const banned = await desk.platform.extras.banMembers(guild.id, bans, "raid");
    expect([...banned.values()].every(({ ok }) => ok)).toBe(true);
    const target = { communityId: guild.id, memberId: second.user.id };
    await desk.platform.banMember(target, until, "an hour");
    act.unban(guild, second.user.id, byHand);
    act.ban(guild, second.user.id, byHand);
    await desk.restart(() => clock.advance(2 * HOUR));
    await soon(() => !look.isBanned(guild, raider.user.id));
    const memory = makePlatformMemory(openKysely(ground.pool), "discord");
    await soon(async () => (await memory.due(clock.now(), 10)).length === 0);
    expect([first, second].map(({ user }) => look.isBanned(guild, user.id))).toEqual([true, true]);
  });
});

describe("the room", () => {
  test("is slowed down, and goes back to what it was", async () => {
    expect(await give("team slowmode", { wait: "30s" })).toContain("30 seconds");
    expect(place.general.slowModeSeconds).toBe(30);
    const taken = await give("team slowmode", { wait: "off" });
    expect(place.general.slowModeSeconds).toBe(0);
    expect(taken).toContain("run:slowmode 30s");
  });

  test("is locked but for the bot, and opened as it was before", async () => {
    const { build, botId } = desk.server;
    const { general, guild } = place;
    const everyone = { allow: bits("addReactions"), deny: bits("attachFiles") };
    build.overwrite(general, guild.id, everyone);
    const before = structuredClone([...general.overwrites.values()]);
    expect(await give("team lock")).toContain("locked");
    expect(await give("team lock")).toContain("locked");
    expect(BigInt(general.overwrites.get(guild.id)?.deny ?? 0) & bits("sendMessages")).not.toBe(0n);
    expect(BigInt(general.overwrites.get(botId)?.allow ?? 0) & bits("sendMessages")).not.toBe(0n);
    expect(await give("team unlock")).toContain("as it was");
    expect([...general.overwrites.values()]).toEqual(before);
    expect(await give("team unlock")).toContain("has not locked");
  });

  test("is locked to a role that may write there, but not to moderators", async () => {
    const { act, build } = desk.server;
    const { general, guild, lin } = place;
    const verified = build.role(guild, "Verified", 0n, 5);
    const helpers = build.role(guild, "Helpers", bits("moderateMembers"), 6);
    const mia = build.member(guild, "mia", [verified]);
    const ola = build.member(guild, "ola", [helpers]);
    build.overwrite(general, verified.id, { allow: bits("sendMessages", "addReactions") });
    build.overwrite(general, helpers.id, { allow: bits("sendMessages") });
    const before = structuredClone([...general.overwrites.values()]);
    await give("team lock");
    const barred = [lin, mia, ola].map(({ user }) => act.barredFrom(general, user.id) !== null);
    expect(barred).toEqual([true, true, false]);
    await give("team unlock");
    expect([...general.overwrites.values()]).toEqual(before);
  });

  test("that was closed or made private while it was locked stays so", async () => {
    const { act, botId, build } = desk.server;
    const { general, guild, lin } = place;
    build.overwrite(general, botId, { allow: bits("viewChannel") });
    build.overwrite(general, place.mo.user.id, { allow: bits("viewChannel") });
    await give("team lock");
    const locked = BigInt(general.overwrites.get(guild.id)?.deny ?? 0);
    build.overwrite(general, guild.id, { deny: locked | bits("viewChannel") });
    await give("team unlock");
    expect(general.overwrites.get(guild.id)).toMatchObject({ deny: String(bits("viewChannel")) });
    build.overwrite(general, guild.id, {});
    await give("team lock");
    build.overwrite(general, guild.id, { deny: bits("sendMessages", "attachFiles") });
    await give("team unlock");
    expect(act.barredFrom(general, lin.user.id)).not.toBeNull();
  });

  test("is not called locked where the bot may not write itself, which is said", async () => {
    const { act, build, botId } = desk.server;
    build.overwrite(place.general, botId, { deny: bits("sendMessages") });
    expect(await give("team lock")).toContain("Send Messages");
    expect(act.barredFrom(place.general, place.lin.user.id)).toBeNull();
  });

  test("is calmed for a while, which the record says, and no longer", async () => {
    const { clock } = desk.server;
    await give("team calm", { duration: "2h" });
    const until = new Date(clock.now() + 2 * HOUR).toISOString();
    expect(Date.parse(place.guild.incidents?.dms_disabled_until ?? "")).toBeCloseTo(
      Date.parse(until),
      -4,
    );
    await give("team calm", { switch: "off" });
    expect(place.guild.incidents).toEqual({
      invites_disabled_until: null,
      dms_disabled_until: null,
    });
    const events = await desk.store.auditEvents(place.guild.id, 0, 1000);
    const acts = events.filter(({ payload }) => payload?.["action"] === "calm");
    expect(acts.map(({ type }) => type)).toEqual(["action.done", "action.undone"]);
  });

  test("where Discord asks to wait is left to the queue, which asks for the right once more", async () => {
    const { faults, act } = desk.server;
    faults.next({ kind: "throttle", retryAfter: 60 }, { method: "PATCH", path: /channels/u });
    expect(await give("team slowmode", { wait: "30s" })).toContain("asks to wait");
    expect(place.general.slowModeSeconds).toBe(0);
    await desk.work();
    expect(place.general.slowModeSeconds).toBe(30);
    faults.next({ kind: "throttle", retryAfter: 60 }, { method: "PATCH", path: /channels/u });
    await give("team slowmode", { wait: "1m" });
    act.setRoles(place.guild, place.mo.user.id, [], { userId: place.guild.ownerId, reason: null });
    await soon(async () => {
      const team = await desk.platform.team(place.guild.id);
      return team.ok && team.value.every(({ id }) => id !== place.mo.user.id);
    });
    await desk.work();
    expect(place.general.slowModeSeconds).toBe(30);
  });
});

test("an official answer is pinned, and unpinned", async () => {
  const { act, use } = desk.server;
  const { general, lin, mo, team } = place;
  act.post(general, lin.user.id, "保本保息，年化收益稳赚不赔，最低 12%");
  await soon(async () => (await desk.store.listCases({ limit: 1 })).length === 1);
  await desk.work();
  const inTeam = { channel: team, userId: mo.user.id };
  const options = { case: "#1", outcome: "dismiss", text: "We never promise returns." };
  await use.slash(inTeam, "mod answer", options).replied();
  await desk.work();
  await use.slash(inTeam, "mod pin", { case: "#1" }).replied();
  expect(general.pins).toHaveLength(1);
  await use.slash(inTeam, "mod pin", { case: "#1", switch: "off" }).replied();
  expect(general.pins).toHaveLength(0);
});

test("an offending name is taken away when its case is upheld, and given back when that is undone", async () => {
  const { act, use } = desk.server;
  const { guild, lin, mo, team } = place;
  act.setNick(guild, lin.user.id, "稳赚不赔保本保息");
  await soon(async () => (await desk.store.listCases({ limit: 1 })).length === 1);
  await desk.work();
  const inTeam = { channel: team, userId: mo.user.id };
  const upheld = { case: "#1", outcome: "uphold", actions: "delete", reason: "a promise" };
  await use.slash(inTeam, "mod decide", upheld).replied();
  await desk.work();
  expect(lin.nick).toBe("(name removed)");
  await use.slash(inTeam, "mod undo", { case: "#1" }).replied();
  await desk.work();
  expect(lin.nick).toBeNull();
});

describe("somebody", () => {
  test("is given another name, and theirs back", async () => {
    const { lin } = place;
    desk.server.act.setNick(place.guild, lin.user.id, "tea lover");
    const given = await give("team nick", { who: lin.user.id });
    expect(lin.nick).toBeNull();
    expect(given).toContain("tea lover");
    await give("team nick", { who: lin.user.id, name: "Lin" });
    expect(lin.nick).toBe("Lin");
  });

  test("is given a role, and none that whoever gives it could not have", async () => {
    const { build } = desk.server;
    const { guild, lin } = place;
    const guest = build.role(guild, "Guest", 0n, 5);
    const high = build.role(guild, "High", 0n, 70);
    const strong = build.role(guild, "Strong", bits("viewAuditLog"), 6);
    await soon(async () => (await give("team role", role("Guest"))).includes("have the role"));
    expect(lin.roles.has(guest.id)).toBe(true);
    expect(await give("team role", role(high.id))).toContain("as high as yours");
    expect(await give("team role", role(strong.id))).toContain("as high as yours");
    expect([lin.roles.has(high.id), lin.roles.has(strong.id)]).toEqual([false, false]);
    expect(await give("team role", role("Nobody"))).toContain("No role goes by that name");
    await give("team role", { ...role("guest"), change: "withdraw" });
    expect(lin.roles.has(guest.id)).toBe(false);
  });
});

function role(name: string) {
  return { who: place.lin.user.id, change: "give", role: name };
}

/** A message that Discord would have to look for. */
function somewhere() {
  const messageId = "12345678901234567";
  return { communityId: place.guild.id, channelId: place.general.id, messageId };
}

describe("a permission that is missing", () => {
  test("is found before anything is asked, told once with where to grant it, and again once it was there", async () => {
    const { build, botId, journal, look } = desk.server;
    const { general, guild, team } = place;
    build.overwrite(general, botId, { deny: bits("manageMessages") });
    const forbidden = {
      ok: false,
      error: {
        kind: "forbidden",
        permission: "Manage Messages",
        where: { kind: "channel", channel: "#general" },
      },
    };
    await soon(async () => !(await desk.platform.hideMessage(somewhere())).ok || null);
    journal.clear();
    expect(await desk.platform.hideMessage(somewhere())).toEqual(forbidden);
    expect(await desk.platform.hideMessage(somewhere())).toEqual(forbidden);
    expect(journal.find("DELETE", /./u)).toHaveLength(0);
    const told = () => look.fromBot(team.id).filter((each) => /permission/iu.test(words(each)));
    await soon(() => told().length === 1);
    expect(words(told()[0])).toContain("#general");
    build.overwrite(general, botId, { allow: bits("manageMessages") });
    await soon(async () => {
      const asked = await desk.platform.hideMessage(somewhere());
      return !asked.ok && asked.error.kind === "gone";
    });
    expect(guild.id).toBe(somewhere().communityId);
  });

  test("is not hammered where Discord refuses what its settings allow, until they change", async () => {
    const { build, botId, faults, journal } = desk.server;
    const refusal = {
      kind: "status",
      status: 403,
      body: { code: 50_001, message: "Missing Access" },
    } as const;
    faults.next(refusal, { method: "DELETE" });
    for (let each = 0; each < 3; each += 1) {
      expect(await desk.platform.hideMessage(somewhere())).toMatchObject({
        error: { kind: "forbidden", permission: "Manage Messages" },
      });
    }
    expect(journal.find("DELETE", /messages/u)).toHaveLength(1);
    build.overwrite(place.general, botId, {
      allow: bits("manageMessages", "viewAuditLog", "mentionEveryone"),
    });
    await soon(async () => {
      const asked = await desk.platform.hideMessage(somewhere());
      return !asked.ok && asked.error.kind === "gone";
    });
  });

  test("is the order of roles, or one that nobody has over an owner", async () => {
    const { build, journal } = desk.server;
    const { guild } = place;
    const high = build.member(guild, "high", [build.role(guild, "High", 0n, 200)]);
    const member = (memberId: string) => ({ communityId: guild.id, memberId });
    journal.clear();
    await soon(async () => {
      const kicked = await desk.platform.kickMember(member(high.user.id), "why");
      return (
        !kicked.ok && kicked.error.kind === "forbidden" && kicked.error.where?.kind === "role-order"
      );
    });
    const until = desk.server.clock.now() + HOUR;
    expect(await desk.platform.timeoutMember(member(guild.ownerId), until, "why")).toMatchObject({
      error: { kind: "forbidden", where: { kind: "nowhere" } },
    });
    expect(journal.find("PATCH", /members/u)).toHaveLength(0);
  });
});

function words(
  message:
    | { readonly embeds: readonly { readonly title?: string; readonly description?: string }[] }
    | undefined,
) {
  const [embed] = message?.embeds ?? [];
  return `${embed?.title ?? ""} ${embed?.description ?? ""}`;
}
