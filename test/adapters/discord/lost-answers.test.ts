import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import { openKysely } from "../../../adapters/postgres/kysely.ts";
import { bits } from "../../support/discord/permissions.ts";
import { type Ground, openGround } from "../sandbox/sandbox.ts";
import { type Desk, isThere, openCommunity, openDesk } from "./desk.ts";

jest.setTimeout(60_000);

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

function loseNextAnswer(path: RegExp) {
  desk.server.faults.next({ kind: "reset", after: true } as never, { method: "PATCH", path });
}

test("what a channel's slow mode was is known after an answer that was lost, also to the next process", async () => {
  const where = { communityId: place.guild.id, channelId: place.general.id };
  place.general.slowModeSeconds = 5;
  loseNextAnswer(/channels/u);
  expect(await desk.platform.extras.slowDown(where, 60, "why")).toMatchObject({ ok: false });
  place.general.slowModeSeconds = 60;
  await desk.restart(() => undefined);
  await isThere(desk, place);
  expect(await desk.platform.extras.slowDown(where, 60, "why")).toEqual({ ok: true, value: 5 });
  expect(await desk.platform.extras.slowDown(where, 5, "why")).toEqual({ ok: true, value: 60 });
});

test("what somebody was called is known after an answer that was lost, and read by nobody else", async () => {
  const { guild, lin } = place;
  const target = { communityId: guild.id, memberId: lin.user.id };
  desk.server.act.setNick(guild, lin.user.id, "Original");
  loseNextAnswer(/members/u);
  expect(await desk.platform.extras.rename(target, "Moderated", "why")).toMatchObject({
    ok: false,
  });
  desk.server.act.setNick(guild, lin.user.id, "Moderated");
  expect(await desk.platform.extras.rename(target, "Moderated", "why")).toEqual({
    ok: true,
    value: "Original",
  });
  const kept = await openKysely(ground.pool).selectFrom("platform_memory").selectAll().execute();
  expect(kept.some(({ key }) => key.startsWith("before/"))).toBe(true);
  expect(JSON.stringify(kept)).not.toMatch(/Original|Moderated/u);
});

test("one message of many that Discord refuses keeps no other from being deleted", async () => {
  const ids = [1, 2, 3].map(
    (nth) => desk.server.act.post(place.general, place.lin.user.id, `tea ${nth}`).id,
  );
  desk.server.faults.next(
    { kind: "status", status: 400 },
    { method: "POST", path: /bulk-delete$/u },
  );
  const where = { communityId: place.guild.id, channelId: place.general.id };
  const done = await desk.platform.extras.deleteMessages(where, ids, "why");
  expect([...done.values()].map(({ ok }) => ok)).toEqual([true, true, true]);
});

test("in a voice channel that the bot may not connect to, that is named, and Discord is not asked", async () => {
  const { build, botId, journal } = desk.server;
  const lounge = build.channel(place.guild, "lounge", "voice");
  build.overwrite(lounge, botId, { deny: bits("connect") });
  await desk.restart(() => undefined);
  await isThere(desk, place);
  const target = { communityId: place.guild.id, channelId: lounge.id, messageId: "1" };
  expect(await desk.platform.hideMessage(target)).toMatchObject({
    error: { permission: "Connect", where: { channel: "#lounge" } },
  });
  expect(journal.find("DELETE", /messages/u)).toHaveLength(0);
});
