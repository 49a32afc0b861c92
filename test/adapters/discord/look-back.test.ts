import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import { policySchema } from "../../../src/engine/policy.ts";
import { type Ground, openGround } from "../sandbox/sandbox.ts";
import { type Desk, isThere, openCommunity, openDesk, soon } from "./desk.ts";

jest.setTimeout(60_000);

const CLAIM = "保本保息，年化收益稳赚不赔，最低 12%";
const HOUR_MS = 3_600_000;
const FLAG = "🚩";

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
  await desk.setPolicy(place.guild.id, {
    platform: policySchema.parse({
      platform: { moderatorChannel: place.team.id, reportEmoji: FLAG },
    }).platform,
  });
  await desk.start();
  await isThere(desk, place);
}, 60_000);
afterEach(() => desk.close());

/** Candor is away, and its session is lost. */
async function away(meanwhile: () => void) {
  await desk.restart(() => {
    desk.server.gateway.forgetSessions();
    meanwhile();
  });
}

function say(words: string, authorId = place.lin.user.id) {
  return desk.server.act.post(place.general, authorId, words);
}

async function isRecorded(messageId: string) {
  return desk.store.findMessage({
    communityId: place.guild.id,
    channelId: place.general.id,
    messageId,
  });
}

async function cases() {
  return desk.store.listCases({ communityId: place.guild.id, limit: 10 });
}

function told() {
  return desk.server.look.dms(place.mei.user.id);
}

/** How often it was asked for, once nothing more is. */
async function settled(method: string, path: RegExp) {
  const { journal } = desk.server;
  for (let before = -1; before !== journal.count; ) {
    before = journal.count;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return journal.find(method, path).length;
}

test("a harmless message that was edited into abuse meanwhile is judged, once", async () => {
  const message = say("tea at five");
  await soon(() => isRecorded(message.id));
  await away(() => desk.server.act.edit(message, CLAIM));
  const [item] = await soon(async () => {
    const all = await cases();
    return all.length > 0 && all;
  });
  expect(item).toMatchObject({ message: { messageId: message.id, authorRole: "member" } });
  await away(() => undefined);
  await settled("GET", /messages$/u);
  expect(await cases()).toHaveLength(1);
});

test("what was said and edited before Candor came is not judged", async () => {
  const { build, act, clock, journal } = desk.server;
  const guild = build.guild({ botPermissions: null });
  // Ids of the loopback follow its clock only once it is past the real one.
  clock.advance(Math.max(0, Date.now() - clock.now()) + HOUR_MS);
  const old = build.channel(guild, "old");
  act.edit(act.post(old, build.member(guild, "ann").user.id, "tea"), CLAIM);
  clock.advance(HOUR_MS);
  build.bot(guild);
  await soon(() => journal.find("GET", `/channels/${old.id}/messages`).length > 0);
  await settled("GET", /messages$/u);
  expect(await desk.store.listCases({ communityId: guild.id, limit: 10 })).toEqual([]);
});

test("a message that is gone since stands so on its case; one that Candor deleted does not", async () => {
  const gone = say(CLAIM);
  const own = say("稳赚不赔，保本保息，内部渠道", place.mei.user.id);
  await soon(async () => (await cases()).length === 2);
  const target = { communityId: place.guild.id, channelId: place.general.id };
  await away(() => undefined);
  await isThere(desk, place);
  await desk.platform.hideMessage({ ...target, messageId: own.id }, "why");
  await away(() => desk.server.act.delete(gone));
  const byMessage = new Map((await cases()).map((item) => [item.message.messageId, item.id]));
  await soon(async () => (await desk.store.deletedMessages(byMessage.get(gone.id) ?? "")) === 1);
  expect(await desk.store.deletedMessages(byMessage.get(own.id) ?? "")).toBe(0);
});

test("a reaction that reports and was put on meanwhile is heard, once, and answered", async () => {
  const message = say("buy my course");
  await soon(() => isRecorded(message.id));
  await away(() => desk.server.act.react(message, place.mei.user.id, FLAG));
  await soon(() => told().length === 1);
  await away(() => undefined);
  await settled("GET", /reactions/u);
  expect(told()).toHaveLength(1);
});

test("a session that goes on is not looked back on, and requests are limited", async () => {
  const { build, act, journal } = desk.server;
  for (let nth = 0; nth < 15; nth += 1) {
    const channel = build.channel(place.guild, `room-${nth}`);
    act.post(channel, place.lin.user.id, `tea ${nth}`);
  }
  await soon(async () => {
    const all = await desk.store.recentMessages(place.guild.id, place.lin.user.id, null, 100);
    return all.length === 15;
  });
  journal.clear();
  await desk.restart(() => undefined);
  await isThere(desk, place);
  expect(await settled("GET", /messages$/u)).toBe(0);
  await away(() => undefined);
  await soon(() => journal.find("GET", /messages$/u).length >= 10);
  expect(await settled("GET", /messages$/u)).toBe(10);
});
