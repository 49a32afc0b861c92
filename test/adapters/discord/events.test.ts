import { caseCard } from "../../../src/commands/case-card.ts";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  jest,
  test,
} from "@jest/globals";
import { policySchema } from "../../../src/engine/policy.ts";
import { type Desk, isThere, openCommunity, openDesk, soon } from "./desk.ts";
import { type Ground, openGround } from "../sandbox/sandbox.ts";

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
}, 60_000);
afterEach(async () => {
  // Nothing that follows from an event is noise for whoever runs Candor.
  const loud = desk.log.lines.filter(({ level }) => level === "error");
  await desk.close();
  // A file that is gone is no request of ours that Discord's document refuses.
  const refused = desk.server.refusals.filter(({ path }) => !path.startsWith("/attachments"));
  if (loud.length + refused.length > 0) throw new Error(JSON.stringify([loud, refused]));
});

const PROMISE = "保本保息，年化收益稳赚不赔，最低 12%";

async function join(platform: object = {}) {
  await desk.setPolicy(place.guild.id, {
    platform: policySchema.parse({ platform: { moderatorChannel: place.team.id, ...platform } })
      .platform,
  });
  await desk.start();
  await isThere(desk, place);
}

function firstCase() {
  return soon(async () => (await desk.store.listCases({ limit: 10 }))[0]);
}

async function eventsOf(type: string) {
  const all = await desk.store.recentAuditEvents(place.guild.id, 100);
  return all.filter((event) => event.type === type);
}

/** Waits until everything that was told before is dealt with: a message in `other` is recorded last. */
async function caughtUp() {
  const last = desk.server.act.post(place.other, place.mei.user.id, "tea?");
  const target = { communityId: place.guild.id, channelId: place.other.id, messageId: last.id };
  await soon(() => desk.store.findMessage(target));
}

function card() {
  return desk.server.look.fromBot(place.team.id)[0]?.embeds[0]?.description ?? "";
}

describe("what is deleted on the platform", () => {
  test("stands on the card of its case, and the decision finds it gone", async () => {
    await join();
    const { act } = desk.server;
    const message = act.post(place.general, place.lin.user.id, PROMISE);
    const item = await firstCase();
    await desk.work();
    expect(card()).not.toContain("deleted on the platform");
    act.delete(message);
    await soon(async () => (await eventsOf("message.deleted"))[0]);
    await desk.work();
    expect(card()).toContain("1 message was deleted on the platform");
    expect(card()).toContain("稳赚不赔");
    expect(await desk.store.deletedMessages(item.id)).toBe(1);
    const by = { channel: place.team, userId: place.mo.user.id };
    await desk.server.use
      .slash(by, "mod decide", { case: "#1", outcome: "uphold", reason: "a promise" })
      .replied();
    await desk.work();
    expect((await eventsOf("message.hidden"))[0]?.payload).toMatchObject({ gone: true });
    expect(desk.log.lines.filter(({ words }) => words.includes("refused an action"))).toEqual([]);
  });

  test("is told once for many, and with its channel", async () => {
    await join();
    const { act, build } = desk.server;
    const thread = build.thread(place.general, "tea", place.lin.user.id);
    const one = act.post(place.general, place.lin.user.id, PROMISE);
    const two = act.post(place.general, place.lin.user.id, `${PROMISE}!`);
    act.post(thread, place.lin.user.id, `${PROMISE}?`);
    await soon(async () => (await firstCase()).messages === 3);
    act.bulkDelete(place.general, [one, two]);
    await soon(async () => (await eventsOf("message.deleted")).length === 1);
    act.deleteChannel(place.general);
    await soon(async () => (await eventsOf("message.deleted")).length === 2);
    const counts = (await eventsOf("message.deleted")).map(({ payload }) => payload);
    expect(counts).toMatchObject([
      { messages: 1, deleted: 3 },
      { messages: 2, deleted: 2 },
    ]);
    await desk.work();
    expect(card()).toContain("3 messages were deleted");
  });

  test("is nothing where it had no case, or where Candor deleted it", async () => {
    await join();
    const { act, look } = desk.server;
    act.delete(act.post(place.general, place.lin.user.id, "good morning"));
    act.post(place.general, place.lin.user.id, PROMISE);
    await firstCase();
    await desk.work();
    const by = { channel: place.team, userId: place.mo.user.id };
    await desk.server.use
      .slash(by, "mod decide", { case: "#1", outcome: "uphold", reason: "a promise" })
      .replied();
    await desk.work();
    expect(look.messages(place.general.id)).toHaveLength(0);
    await caughtUp();
    expect(await eventsOf("message.deleted")).toEqual([]);
  });
});

describe("a reaction that the policy names", () => {
  const FLAG = { reportEmoji: "🚩" };

  test("reports the message as the command does, and answers in private", async () => {
    await join(FLAG);
    const { act, look } = desk.server;
    const message = act.post(place.general, place.lin.user.id, "buy my old kettle");
    act.react(message, place.mei.user.id, "👍");
    act.react(message, place.mei.user.id, "🚩");
    act.unreact(message, place.mei.user.id, "🚩");
    act.react(message, place.mei.user.id, "🚩");
    const item = await firstCase();
    expect(item).toMatchObject({ source: "report", reports: 1, severity: "S3" });
    await soon(() => look.dms(place.mei.user.id).length === 1);
    await caughtUp();
    expect(look.dms(place.mei.user.id)).toHaveLength(1);
    const reports = await desk.store.reportsOf(item.id);
    expect(reports.map(({ reason }) => reason)).toEqual(["Reported with a reaction: 🚩"]);
  });

  test("is refused on one's own message, and nothing where nobody named it", async () => {
    await join(FLAG);
    const { act, look } = desk.server;
    const message = act.post(place.general, place.lin.user.id, "buy my old kettle");
    act.react(message, place.lin.user.id, "🚩");
    const [answer] = await soon(() => {
      const found = look.dms(place.lin.user.id);
      return found.length > 0 && found;
    });
    expect(JSON.stringify(answer)).toContain("own message");
    expect(await desk.store.listCases({ limit: 1 })).toEqual([]);
  });

  test("is nothing without the policy's word, or from a bot", async () => {
    await join();
    const { act, build, look } = desk.server;
    const message = act.post(place.general, place.lin.user.id, "buy my old kettle");
    act.react(message, place.mei.user.id, "🚩");
    await caughtUp();
    expect(look.dms(place.mei.user.id)).toEqual([]);
    await desk.setPolicy(place.guild.id, {
      platform: policySchema.parse({ platform: { moderatorChannel: place.team.id, ...FLAG } })
        .platform,
    });
    await desk.restart(() => undefined);
    const helper = build.member(place.guild, build.user("helper", { bot: true }));
    act.react(message, helper.user.id, "🚩");
    await caughtUp();
    expect(await desk.store.listCases({ limit: 1 })).toEqual([]);
  });
});

describe("AutoMod", () => {
  test("what it blocked is judged, counted and never hidden; its actions stand in the record", async () => {
    await join();
    const { act, build } = desk.server;
    const rule = build.automodRule(place.guild, "no promises", {
      actions: [
        { type: 1, metadata: {} },
        { type: 2, metadata: { channel_id: place.team.id } },
      ] as never,
    });
    act.automod(place.general, place.lin.user.id, rule, { content: PROMISE, keyword: "稳赚" });
    const item = await firstCase();
    expect(item).toMatchObject({ authorId: place.lin.user.id, held: false, messages: 1 });
    await desk.work();
    expect(card()).toContain("own filter kept this");
    expect((await eventsOf("message.filtered")).map(({ payload }) => payload)).toEqual([
      { rule: rule.id, action: "alert" },
      { rule: rule.id, action: "block" },
    ]);
    const at = desk.server.clock.now();
    const standing = await desk.store.standing(place.guild.id, place.lin.user.id, at);
    expect(standing).toMatchObject({ messages: 1, flagged: 1 });
    expect(JSON.stringify(await desk.store.recentAuditEvents(place.guild.id, 100))).not.toContain(
      "稳赚",
    );
    // The channel is caught up with from there all the same.
    await desk.restart(() => {
      desk.server.gateway.forgetSessions();
      act.post(place.general, place.mei.user.id, "good evening");
    });
    await soon(async () => {
      const newest = await desk.store.newestMessage(place.guild.id, place.general.id);
      return newest?.authorId === place.mei.user.id;
    });
  });
});

describe("what people and threads are called", () => {
  test("a name that promises profit opens a case that says so, once", async () => {
    await join();
    const { act } = desk.server;
    act.setNick(place.guild, place.lin.user.id, "稳赚不赔 保本保息");
    const item = await firstCase();
    expect(item).toMatchObject({ authorId: place.lin.user.id, held: false });
    await desk.work();
    expect(card()).toContain("what somebody is called");
    // Whatever else changes of them, or a new process, makes no second one.
    await desk.restart(() => undefined);
    act.setRoles(place.guild, place.lin.user.id, [], { userId: place.mo.user.id, reason: null });
    await caughtUp();
    expect((await firstCase()).messages).toBe(1);
    const by = { channel: place.team, userId: place.mo.user.id };
    await desk.server.use
      .slash(by, "mod decide", { case: "#1", outcome: "uphold", reason: "a promise" })
      .replied();
    await desk.work();
    const decided = (await desk.store.findCase(item.id))?.decision?.actions;
    expect(decided?.map(({ kind }) => kind)).toEqual(["timeout"]);
  });

  test("an ordinary name leaves nothing behind", async () => {
    await join();
    const { act, build } = desk.server;
    act.setNick(place.guild, place.lin.user.id, "Lin from the tea house");
    const newcomer = build.member(place.guild, "newcomer");
    await caughtUp();
    for (const id of [place.lin.user.id, newcomer.user.id]) {
      expect(await desk.store.recentMessages(place.guild.id, id, null, 5)).toEqual([]);
    }
  });

  test("a title is read when a thread is opened or called otherwise", async () => {
    await join();
    const { act, build } = desk.server;
    const thread = build.thread(place.general, "kettles", place.lin.user.id);
    await caughtUp();
    expect(await desk.store.listCases({ limit: 1 })).toEqual([]);
    act.renameChannel(thread, PROMISE);
    const item = await firstCase();
    expect(item).toMatchObject({ authorId: place.lin.user.id, held: false });
    await desk.work();
    expect(card()).toContain("title of a thread");
  });
});

function file(text: string) {
  return {
    name: "list.txt",
    contentType: "text/plain; charset=utf-8",
    bytes: Buffer.from(text),
  };
}

describe("files", () => {
  test("what stands in a text file is judged with its message, in the order of the channel", async () => {
    await join();
    const { act } = desk.server;
    const first = act.post(place.general, place.lin.user.id, {
      content: "see here",
      files: [file(PROMISE)],
    });
    act.post(place.general, place.mei.user.id, `${PROMISE} again`);
    const item = await firstCase();
    expect(item.message).toMatchObject({ messageId: first.id });
    expect(item.message.evidence).toContain("see here");
    expect(item.message.evidence).toContain("稳赚不赔");
  });

  test("a file that cannot be had leaves the words", async () => {
    await join();
    const { act, world } = { ...desk.server };
    const broken = act.post(place.other, place.mei.user.id, { content: "x", files: [file("y")] });
    world.files.clear();
    const again = { content: PROMISE, attachments: broken.data.attachments };
    act.post(place.general, place.lin.user.id, again);
    const item = await firstCase();
    expect(item.message).toMatchObject({ evidence: `${PROMISE}\nlist.txt`, unreadFiles: 1 });
    const { lines } = await caseCard(desk.deps, item);
    expect(lines.join("\n")).toContain("could not be read");
  });
});

test("a channel and a server that go while something is under way are no error", async () => {
  await join();
  const { act, build } = desk.server;
  const thread = build.thread(place.general, "tea", place.lin.user.id);
  act.post(thread, place.lin.user.id, { content: PROMISE, files: [file("more")] });
  act.post(place.general, place.lin.user.id, `${PROMISE}!`);
  act.deleteChannel(place.general);
  await soon(async () => (await eventsOf("message.deleted")).length > 0);
  act.post(place.other, place.mei.user.id, { content: `${PROMISE}?`, files: [file("more")] });
  act.kickBot(place.guild);
  await soon(async () => (await desk.store.listCases({ limit: 10 })).length === 2);
  await desk.work();
  expect(desk.log.lines.filter(({ level }) => level === "error")).toEqual([]);
});
