import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import type { InteractionHandle } from "../../support/discord/interaction-handle.ts";
import { bits } from "../../support/discord/permissions.ts";
import { type Ground, openGround } from "../sandbox/sandbox.ts";
import { type Desk, isThere, openCommunity, openDesk, soon } from "./desk.ts";

// What a channel's own settings keep from a moderator Candor does not do for them there.
jest.setTimeout(60_000);

const PROMISE = "保本保息，年化收益稳赚不赔，最低 12%";

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
  await desk.start();
  await isThere(desk, place);
}, 60_000);
afterEach(() => desk.close());

async function said(handle: InteractionHandle): Promise<string> {
  const { embeds } = await handle.replied();
  await desk.work();
  return embeds.map(({ description = "" }) => description).join("\n");
}

/** Members' words in #other, of which the last opens a case. */
async function openCase(...words: readonly string[]): Promise<void> {
  for (const each of words) desk.server.act.post(place.other, place.lin.user.id, each);
  await soon(async () => (await desk.store.listCases({ limit: 1 })).length > 0);
  await desk.work();
}

function modRole(): string {
  const [role] = place.mo.roles;
  if (role === undefined) throw new Error("mo moderates by a role");
  return role;
}

test("messages stay where the channel does not let a moderator delete them", async () => {
  await openCase("one", PROMISE);
  desk.server.build.overwrite(place.other, modRole(), { deny: bits("manageMessages") });
  const mo = { channel: place.other, userId: place.mo.user.id, locale: "en-US", override: true };
  const purge = { who: place.lin.user.id, reason: "spam", rule: "INV-01" };
  await soon(async () => (await standing(place.mo.user.id))?.rights.length === 0);
  expect(await said(desk.server.use.slash(mo, "team purge", purge))).toContain(
    "settings do not give you the right to delete messages",
  );
  const upheld = { case: "1", outcome: "uphold", actions: "delete", reason: "promise" };
  expect(await said(desk.server.use.slash(mo, "mod decide", upheld))).toContain(
    "settings do not give you the right to delete messages",
  );
  expect(desk.server.look.messages(place.other.id)).toHaveLength(2);
});

test("a channel is slowed down and locked by those who manage it, a thread by those who manage threads", async () => {
  const keeper = desk.server.build.role(
    place.guild,
    "Keeper",
    bits("moderateMembers", "manageChannels", "manageRoles"),
    51,
  );
  const jo = desk.server.build.member(place.guild, "jo", [keeper]);
  desk.server.build.overwrite(place.other, keeper.id, { deny: bits("manageChannels") });
  const asked = { channel: place.other, userId: jo.user.id, locale: "en-US", override: true };
  await soon(async () => (await standing(jo.user.id))?.rights.join() === "manage-roles");
  for (const [command, options] of [
    ["team slowmode", { wait: "6h" }],
    ["team lock", {}],
  ] as const) {
    expect(await said(desk.server.use.slash(asked, command, options))).toContain(
      "settings do not give you the right to manage channels",
    );
  }
  const thread = desk.server.build.thread(place.general, "tea", place.lin.user.id);
  const inThread = { ...asked, channel: thread };
  const lock = () => said(desk.server.use.slash(inThread, "team lock"));
  // In the channel of the thread jo manages channels and roles: that is not what a thread takes.
  expect(await lock()).toContain("settings do not give you the right to manage threads");
  const threads = desk.server.build.role(place.guild, "Threads", bits("manageThreads"), 52);
  const kim = desk.server.build.member(place.guild, "kim", [keeper, threads]);
  const byKim = { ...inThread, userId: kim.user.id };
  expect(await said(desk.server.use.slash(byKim, "team lock"))).toContain("locked");
});

test("what stands beside a case is not shown to whoever cannot see its channel", async () => {
  await openCase("the company is for sale", PROMISE);
  const asked = { channel: place.team, userId: place.mo.user.id, locale: "en-US" };
  const look = () => said(desk.server.use.slash(asked, "mod case", { case: "1" }));
  expect(await look()).toContain("the company is for sale");
  desk.server.build.overwrite(place.other, modRole(), { deny: bits("viewChannel") });
  await soon(async () => (await standing(place.mo.user.id))?.sees === false);
  const shown = await look();
  expect(shown).not.toContain("the company is for sale");
  expect(shown).toContain("you cannot see that channel");
});

async function standing(memberId: string) {
  const asked = await desk.platform.inChannel?.(
    { communityId: place.guild.id, memberId },
    place.other.id,
  );
  return asked?.ok ? asked.value : null;
}
