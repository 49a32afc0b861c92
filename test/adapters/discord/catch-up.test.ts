import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import { policySchema } from "../../../src/engine/policy.ts";
import { GatewaySession } from "../../support/discord/gateway-session.ts";
import { type Ground, openGround } from "../sandbox/sandbox.ts";
import { type Desk, isThere, openCommunity, openDesk, soon } from "./desk.ts";

jest.setTimeout(60_000);

const HOUR_MS = 3_600_000;

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

async function recorded(authorId = place.lin.user.id) {
  const found = await desk.store.recentMessages(place.guild.id, authorId, null, 100);
  return found.length;
}

/** Something is said and recorded, so that Candor has been there; then it is away, and its session is lost. */
async function away(meanwhile: () => void) {
  desk.server.act.post(place.general, place.lin.user.id, "before");
  await soon(async () => (await recorded()) === 1);
  await desk.restart(() => {
    desk.server.gateway.forgetSessions();
    meanwhile();
  });
}

test("one message that cannot be understood keeps no other from being read", async () => {
  await away(() => {
    const { act } = desk.server;
    act.post(place.general, place.lin.user.id, "one");
    const odd = act.post(place.general, place.lin.user.id, "two");
    act.post(place.general, place.lin.user.id, "three");
    Object.assign(odd.data, { author: null });
  });
  await soon(async () => (await recorded()) === 3);
  expect(await recorded()).toBe(3);
});

test("a page that failed is read again, also by the next process", async () => {
  const path = `/channels/${place.general.id}/messages`;
  await away(() => {
    desk.server.act.post(place.general, place.lin.user.id, "missed");
    desk.server.faults.next({ kind: "status", status: 500 }, { method: "GET", path, times: 100 });
  });
  await isThere(desk, place);
  // What is said now must not hide what is missing.
  desk.server.act.post(place.general, place.lin.user.id, "now");
  await soon(async () => (await recorded()) === 2);
  await desk.restart(() => {
    desk.server.gateway.forgetSessions();
    desk.server.faults.clear();
    desk.server.faults.next({ kind: "status", status: 500 }, { method: "GET", path });
  });
  await soon(async () => (await recorded()) === 3);
  expect(await recorded()).toBe(3);
});

test("a place that is younger than when Candor was last there is read from its beginning", async () => {
  await away(() => {
    const { act, build } = desk.server;
    const thread = build.thread(place.general, "new", place.lin.user.id);
    act.post(thread, place.lin.user.id, "first in a thread");
    act.post(place.other, place.lin.user.id, "first ever in a channel");
  });
  await soon(async () => (await recorded()) === 3);
  expect(await recorded()).toBe(3);
});

test("the last day is read, however much came before; the owner is told what was left out", async () => {
  const { clock: now } = desk.server;
  // Ids of the loopback never go back: they follow its clock once it is past the real one.
  now.advance(Math.max(0, Date.now() - now.now()) + HOUR_MS);
  await away(() => {
    const { act, clock } = desk.server;
    clock.advance(HOUR_MS);
    for (let i = 0; i < 120; i += 1) act.post(place.general, place.mei.user.id, `old ${i}`);
    clock.advance(30 * HOUR_MS);
    act.post(place.general, place.lin.user.id, "fresh");
  });
  await soon(async () => (await recorded()) === 2);
  expect(await recorded(place.mei.user.id)).toBe(0);
  const owner = place.guild.ownerId;
  await soon(() => JSON.stringify(desk.server.look.dms(owner)).includes("more than a day"));
});

test("who has a role of the company is known in what is caught up with", async () => {
  const { build } = desk.server;
  const official = build.role(place.guild, "Official", 0n, 20);
  const nan = build.member(place.guild, "nan", [official]);
  await desk.setPolicy(place.guild.id, {
    platform: policySchema.parse({ platform: { roles: { staff: [official.id] } } }).platform,
  });
  await away(() => {
    desk.server.act.post(place.general, nan.user.id, "an official answer");
  });
  const [message] = await soon(async () => {
    const found = await desk.store.recentMessages(place.guild.id, nan.user.id, null, 1);
    return found.length > 0 && found;
  });
  expect(message).toMatchObject({ authorRole: "staff" });
});

test("a session that takes long to go on keeps no server from being watched, nor the process from ending", async () => {
  desk.server.act.post(place.general, place.lin.user.id, "before");
  await soon(async () => (await recorded()) === 1);
  // oxlint-disable-next-line typescript/unbound-method -- called with the session that it is taken from
  const dispatch = GatewaySession.prototype.dispatch;
  const resumes: (() => void)[] = [];
  try {
    await desk.restart(() => {
      desk.server.act.post(place.general, place.lin.user.id, "while away");
      GatewaySession.prototype.dispatch = function (name, data) {
        if (name === "RESUMED") resumes.push(() => dispatch.call(this, name, data));
        else dispatch.call(this, name, data);
      };
    });
    await soon(async () => (await recorded()) === 2);
  } finally {
    GatewaySession.prototype.dispatch = dispatch;
  }
  for (const resume of resumes) resume();
  await desk.platform.stop();
  expect(await recorded()).toBe(2);
});

test("nobody is refused as a stranger while a server is read after a restart", async () => {
  await desk.restart(() => {
    const path = `/guilds/${place.guild.id}`;
    desk.server.faults.next({ kind: "delay", ms: 500 }, { method: "GET", path, times: 3 });
  });
  const target = { communityId: place.guild.id, memberId: place.mo.user.id };
  const first = await soon(async () => {
    const found = await desk.platform.member(target);
    return found.ok && found;
  });
  expect(first.value?.roles).toContain("moderator");
});

test("a server that the bot was removed from is gone, and the others stand", async () => {
  const { act, build, gateway } = desk.server;
  const second = build.guild({ name: "Second" });
  const channel = build.channel(second, "general");
  await desk.restart(() => gateway.forgetSessions());
  await soon(async () => {
    const team = await desk.platform.team(second.id);
    return team.ok && team.value.length > 0;
  });
  act.kickBot(second);
  const target = { communityId: second.id, channelId: channel.id, messageId: channel.id };
  const gone = await soon(async () => {
    const hidden = await desk.platform.hideMessage(target, "x");
    return !hidden.ok && hidden.error.kind === "gone" && hidden;
  });
  expect(gone.ok).toBe(false);
});
