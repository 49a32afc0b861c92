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
import type { APIMessage } from "discord.js";
import type { InteractionHandle } from "../../support/discord/interaction-handle.ts";
import { type Desk, isThere, openCommunity, openDesk, soon } from "./desk.ts";
import { type Ground, openGround } from "../sandbox/sandbox.ts";

// Each test is a whole story of several transactions, on a machine that may be busy.
jest.setTimeout(30_000);

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

const PROMISE = "保本保息，年化收益稳赚不赔，最低 12%";

/** A member's post that became case #1, with its card. */
async function openCase(words = PROMISE): Promise<APIMessage> {
  desk.server.act.post(place.general, place.lin.user.id, words);
  await soon(async () => (await desk.store.listCases({ limit: 1 }))[0]);
  await desk.work();
  return card();
}

function card(): APIMessage {
  const [shown] = desk.server.look.fromBot(place.team.id);
  if (!shown) throw new Error("there is no card");
  return shown;
}

function textOf({ embeds }: APIMessage): string {
  return embeds
    .map(({ title, description }) => `${title ?? ""}\n${description ?? ""}`)
    .join("")
    .replaceAll("\\", "");
}

function buttonsOf({ components = [] }: APIMessage): readonly string[] {
  return components.flatMap((row) =>
    "components" in row
      ? row.components.flatMap((each) => ("custom_id" in each ? [each.custom_id] : []))
      : [],
  );
}

function by(userId: string, locale = "en-US") {
  return { channel: place.team, userId, locale };
}

/** Where somebody and Candor talk. */
function inDm(userId: string, locale = "en-US") {
  const channel = desk.server.look.dmChannel(userId);
  if (!channel) throw new Error("nobody wrote to them");
  return { channel, userId, locale };
}

/** What came back, once the jobs that follow are done. */
async function saidTo(handle: InteractionHandle): Promise<string> {
  const said = textOf(await handle.replied());
  await desk.work();
  return said;
}

async function decideAsMo(fields: Readonly<Record<string, string | readonly string[]>> = {}) {
  const { use } = desk.server;
  const opened = use.click(by(place.mo.user.id), card().id, "run:decide #1");
  await opened.until(() => opened.modal !== null);
  const given = { outcome: ["uphold"], reason: "nobody can keep that", ...fields };
  return saidTo(use.submitModal(opened, given));
}

/** The notice in which the author is told, with its buttons. */
function notice(): APIMessage {
  const found = desk.server.look.dms(place.lin.user.id).at(-1);
  if (!found) throw new Error("the author was not told");
  return found;
}

describe("a card", () => {
  test("shows evidence, matched words, citation, a way to the message and a clock", async () => {
    const shown = await openCase();
    expect(textOf(shown)).toMatch(/稳赚不赔[^]*INV-01[^]*Matched: “[^”]+”[^]*Citation: /u);
    const fields = JSON.stringify(shown.embeds[0]?.fields);
    expect(fields).toContain(`https://discord.com/channels/${place.guild.id}/${place.general.id}/`);
    expect(fields).toMatch(/<t:\d+:R>/u);
    expect(buttonsOf(shown)).toEqual(["run:take #1", "run:ack #1", "run:case #1", "run:decide #1"]);
  });

  test("changes in place when somebody acknowledges, takes, decides and undoes", async () => {
    const { id } = await openCase();
    const { use } = desk.server;
    await saidTo(use.click(by(place.mei.user.id), id, "run:ack #1"));
    expect(textOf(card())).toContain("Seen by mei");
    expect(buttonsOf(card())).not.toContain("run:ack #1");
    await saidTo(use.click(by(place.mo.user.id), id, "run:take #1"));
    expect(textOf(card())).toContain("mo is on it until");
    expect(buttonsOf(card())).toContain("run:handover #1");
    expect(await decideAsMo()).toContain("upheld");
    expect(textOf(card())).toContain("Decided");
    expect(buttonsOf(card())).toContain("run:undo #1");
    await saidTo(use.click(by(place.mo.user.id), id, "run:undo #1"));
    expect(buttonsOf(card())).toContain("run:take #1");
    expect(card().id).toBe(id);
  });

  test("is handed over to one of the team, who is chosen from it", async () => {
    const { id } = await openCase();
    const { use } = desk.server;
    await saidTo(use.click(by(place.mo.user.id), id, "run:take #1"));
    const opened = use.click(by(place.mo.user.id), id, "run:handover #1");
    await opened.until(() => opened.modal !== null);
    const offered = JSON.stringify(opened.modal);
    expect(offered).toContain(place.mei.user.id);
    expect(offered).not.toContain(place.lin.user.id);
    expect(offered).not.toContain(place.mo.user.id);
    const said = await saidTo(use.submitModal(opened, { who: [place.mei.user.id] }));
    expect(said).toContain("mei");
    expect(textOf(card())).toContain("mei is on it until");
  });
});

describe("a decision's form", () => {
  test("is the first answer, offers the rule of the card first, and does what was chosen", async () => {
    const { id } = await openCase();
    const opened = desk.server.use.click(by(place.mo.user.id, "zh-TW"), id, "run:decide #1");
    expect((await opened.answered()).kind).toBe("modal");
    expect(JSON.stringify(opened.modal)).toMatch(/決定 #1[^]*成立[^]*INV-01/u);
    expect(JSON.stringify(opened.modal).indexOf("INV-01")).toBeLessThan(
      JSON.stringify(opened.modal).indexOf("INV-02"),
    );
    const given = {
      outcome: ["uphold"],
      actions: ["delete", "timeout"],
      duration: "3d",
      rule: ["INV-01"],
    };
    expect(await decideAsMo(given)).toContain("upheld");
    const [item] = await desk.store.listCases({ limit: 1 });
    expect(item?.decision).toMatchObject({
      rule: "INV-01",
      reason: "nobody can keep that",
      actions: [{ kind: "delete" }, { kind: "timeout", minutes: 4320 }],
    });
  });

  test("takes words that look like an option as words", async () => {
    await openCase();
    await decideAsMo({ reason: "rule:INV-02 ban 7d is what they said" });
    const [item] = await desk.store.listCases({ limit: 1 });
    expect(item?.decision).toMatchObject({
      rule: "INV-01",
      reason: "rule:INV-02 ban 7d is what they said",
    });
  });
});

describe("in direct messages", () => {
  test("the team's buttons act in the community of the notice, and go when they have", async () => {
    desk.server.build.guild({ name: "Another" });
    await openCase();
    const page = desk.server.look.dms(place.mo.user.id).at(-1);
    const id = `at:${place.guild.id}:ack #1`;
    expect(page && buttonsOf(page)).toContain(id);
    const said = await saidTo(desk.server.use.click(inDm(place.mo.user.id), page?.id ?? "", id));
    expect(said).toContain("Nobody else is called");
    expect(textOf(card())).toContain("Seen by mo");
    await soon(() => {
      const after = desk.server.look.dms(place.mo.user.id).find((each) => each.id === page?.id);
      return after && !buttonsOf(after).includes(id);
    });
  });

  test("somebody who was banned appeals from the notice, once, and says what they think", async () => {
    await openCase();
    await decideAsMo({ actions: ["delete"] });
    const { id } = notice();
    desk.server.act.ban(place.guild, place.lin.user.id, { userId: place.mo.user.id, reason: null });
    const { use } = desk.server;
    const who = inDm(place.lin.user.id, "zh-CN");
    const appeal = `at:${place.guild.id}:appeal #1`;
    const [first, second] = [use.click(who, id, appeal), use.click(who, id, appeal)];
    await Promise.all([first, second].map((each) => each.until(() => each.modal !== null)));
    const said = await saidTo(use.submitModal(first, { reason: "这是玩笑" }, "zh-CN"));
    expect(said).toContain("申诉");
    expect(await saidTo(use.submitModal(second, { reason: "这是玩笑" }, "zh-CN"))).toContain(
      "只能申诉一次",
    );
    const item = await desk.store.findCaseByNumber(place.guild.id, 1);
    expect(item?.state).toBe("appealed");
    await soon(() => !buttonsOf(notice()).includes(appeal));
    // The card offers what an appeal takes, and nothing else.
    expect(buttonsOf(card())).toContain("run:decide #1 appeal:1");
    const opened = use.click(by(place.mei.user.id), card().id, "run:decide #1 appeal:1");
    await opened.until(() => opened.modal !== null);
    expect(opened.modal?.components).toHaveLength(2);

    const feedback = `at:${place.guild.id}:feedback about:#1`;
    const asked = [use.click(who, id, feedback), use.click(who, id, feedback)];
    await Promise.all(asked.map((each) => each.until(() => each.modal !== null)));
    for (const each of asked) {
      expect(await saidTo(use.submitModal(each, { text: "太快了" }))).toContain("#2");
    }
    const told = await desk.store.findCaseByNumber(place.guild.id, 2);
    expect(told).toMatchObject({ source: "feedback", authorId: place.lin.user.id });
    expect(told?.message.evidence).toContain("#1");
  });

  test("a person is written to in their language after a restart", async () => {
    await saidTo(
      desk.server.use.slash(
        { ...by(place.lin.user.id, "zh-TW"), channel: place.general },
        "candor help",
      ),
    );
    const target = { communityId: place.guild.id, memberId: place.lin.user.id };
    await soon(async () => (await desk.platform.languageOf(target)) === "zh-TW");
    await desk.restart(() => undefined);
    expect(await desk.platform.languageOf(target)).toBe("zh-TW");
  });
});

describe("what does nothing any more is said in the person's language", () => {
  test("a case that moved on, and two clicks at once", async () => {
    const { id } = await openCase();
    const { use } = desk.server;
    const both = [place.mo, place.mei].map((who) =>
      use.click(by(who.user.id), id, "run:take #1").replied(),
    );
    const said = (await Promise.all(both)).map(textOf);
    expect(said.filter((each) => each.includes("is yours"))).toHaveLength(1);
    await desk.work();
  });

  test("a button of another version", async () => {
    const { id } = await openCase();
    const shown = desk.server.look.fromBot(place.team.id).find((each) => each.id === id);
    const [row] = shown?.components ?? [];
    const [button] = row && "components" in row ? row.components : [];
    if (!button || !("custom_id" in button)) throw new Error("there is no button");
    Object.assign(button, { custom_id: "v9:take #1" });
    const pressed = desk.server.use.click(by(place.mo.user.id, "zh-CN"), id, "v9:take #1");
    expect(textOf(await pressed.replied())).toContain("已经失效");
    expect(pressed.first?.ephemeral).toBe(true);
    Object.assign(button, { custom_id: "run:fly #1" });
    const unknown = desk.server.use.click(by(place.mo.user.id), id, "run:fly #1");
    expect(textOf(await unknown.replied())).toContain("fly");
  });

  test("a member who may not", async () => {
    const { id } = await openCase();
    const pressed = desk.server.use.click(by(place.lin.user.id), id, "run:take #1");
    expect(textOf(await pressed.replied())).toContain("not part of your role");
  });
});

describe("from a direct conversation", () => {
  test("a command is about the only server there is, and of several Candor does not guess", async () => {
    const { use, build } = desk.server;
    await openCase();
    await decideAsMo();
    const who = inDm(place.lin.user.id);
    const asked = use.slash(who, "candor feedback", { text: "thanks" });
    expect(await saidTo(asked)).toContain("#2");
    build.guild({ name: "Another" });
    await soon(async () => (await desk.store.communities()).length > 1);
    const unclear = use.slash(who, "candor feedback", { text: "thanks" });
    expect(textOf(await unclear.replied())).toContain("which server");
    expect(unclear.first?.ephemeral).toBe(true);
  });
});

test("what takes longer than a quarter of an hour is said in a direct message", async () => {
  await openCase();
  const { use, clock, look } = desk.server;
  const shown = use.slash(by(place.mo.user.id), "mod case", { case: "#1" });
  await shown.answered();
  clock.advance(16 * 60_000);
  const late = await soon(() =>
    look.dms(place.mo.user.id).find((each) => textOf(each).includes("They wrote")),
  );
  expect(textOf(late)).toContain("稳赚不赔");
});

describe("menus", () => {
  test("Escalate opens a case for others, Explain says why, History what is known", async () => {
    const { act, use } = desk.server;
    const { id } = act.post(place.general, place.lin.user.id, "the tea tastes odd today");
    await soon(() =>
      desk.store.findMessage({
        communityId: place.guild.id,
        channelId: place.general.id,
        messageId: id,
      }),
    );
    const where = { ...by(place.mo.user.id), channel: place.general };
    const opened = use.messageMenu(where, "Escalate", id);
    await opened.until(() => opened.modal !== null);
    expect(await saidTo(use.submitModal(opened, { reason: "look at this" }))).toContain("#1");
    expect(await desk.store.findCaseByNumber(place.guild.id, 1)).toMatchObject({
      source: "report",
      severity: "S2",
      authorId: place.lin.user.id,
    });
    expect(textOf(card())).toContain("look at this");
    const explained = use.messageMenu(
      where,
      "Explain",
      act.post(place.general, place.lin.user.id, PROMISE).id,
    );
    expect(textOf(await explained.replied())).toContain("INV-01");
    const history = use.userMenu(where, "History", place.lin.user.id);
    expect(textOf(await history.replied())).toContain("lin");
    const report = use.messageMenu({ ...where, userId: place.mei.user.id }, "Report message", id);
    await report.until(() => report.modal !== null);
    expect(await saidTo(use.submitModal(report, { reason: "odd" }))).toContain("moderators");
  });
});

describe("what is typed is completed", () => {
  test("with the cases that the command is for, for those who may see them", async () => {
    await openCase();
    const { use } = desk.server;
    const typed = (userId: string, command: string, option: string, words: string) => {
      const where = { ...by(userId), override: true };
      const handle = use.autocomplete(where, command, option, words);
      return handle.until(() => handle.choices !== null).then(() => handle.choices);
    };
    expect(await typed(place.mo.user.id, "mod take", "case", "")).toMatchObject([{ value: "#1" }]);
    expect(await typed(place.mo.user.id, "mod undo", "case", "")).toEqual([]);
    expect(await typed(place.lin.user.id, "mod take", "case", "")).toEqual([]);
    const rules = await typed(place.mo.user.id, "mod decide", "rule", "inv-0");
    expect(rules?.[0]).toMatchObject({ value: "INV-01" });
    expect(await typed(place.lin.user.id, "candor appeal", "number", "")).toEqual([]);
    await decideAsMo();
    expect(await typed(place.mo.user.id, "mod undo", "case", "1")).toMatchObject([{ value: "#1" }]);
    expect(await typed(place.lin.user.id, "candor appeal", "number", "")).toMatchObject([
      { value: "1" },
    ]);
  });
});
