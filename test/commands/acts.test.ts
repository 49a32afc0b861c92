import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { runLine } from "../../src/commands/run.ts";
import { LOCALES, policySchema } from "../../src/engine/policy.ts";
import { openLines } from "../pipeline/line.ts";
import { Desk, GOOD_TEXT } from "./desk.ts";

// One test here is up to a hundred transactions, on a machine that may be busy.
jest.setTimeout(30_000);

let lines: Awaited<ReturnType<typeof openLines>>;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterAll(() => lines.close());

const DAY_MS = 86_400_000;

async function openDesk(): Promise<Desk> {
  await lines.clear();
  return new Desk(lines.makeLine());
}

function barOf(desk: Desk, memberId = "lin") {
  return desk.line.platform.barOf({ communityId: desk.line.community, memberId });
}

/** lin is banned by mo and another moderator. */
async function banned(): Promise<Desk> {
  const desk = await openDesk();
  await desk.openCase();
  await desk.type("mo", "decide 1 uphold ban scam");
  await desk.type("moderator", "confirm 1");
  await desk.line.work();
  expect(barOf(desk)).toMatchObject({ kind: "banned" });
  return desk;
}

/** Somebody's line and the first words of the answer. */
async function say(desk: Desk, who: string, line: string, more = {}) {
  const { kind, lines: words } = await desk.type(who, line, more);
  return `${kind}: ${words[0]}`;
}

/** Unbans lin, who is not of the community any more and is found by id. */
async function unban(desk: Desk, who: string, reason: string) {
  const deps = { ...desk.deps, findPerson: async () => "lin" };
  const { kind, lines: words } = await runLine(deps, desk.actor(who), `unban @lin ${reason}`);
  return `${kind}: ${words[0]}`;
}

describe("the rule of an act", () => {
  test("is asked for with those that are likely, and nothing is opened", async () => {
    const desk = await openDesk();
    const kinds = ["warn @lin", "timeout @lin 1h", "kick @lin", "ban @lin", "ban @lin forever"];
    for (const line of kinds) {
      expect(await say(desk, "moderator", `${line} too pushy`)).toMatch(
        /^bad-input: Please name the rule before the reason, such as rule:INV-01, rule:leak\./u,
      );
    }
    expect(await desk.line.cases()).toEqual([]);
    expect(await say(desk, "mo", "warn @lin rule:“be kind” too pushy")).toMatch(/^done/u);
    expect(await say(desk, "moderator", "kick @lin too pushy")).toContain(
      'such as rule:"be kind", rule:INV-01',
    );
    expect(await say(desk, "moderator", "warn @lin x", { language: "zh-CN" })).toContain(
      "请在理由前写明规则",
    );
  });

  test("is asked for where members reported and nothing was found; a false alarm needs none", async () => {
    const desk = await openDesk();
    for (const number of [1, 2, 3]) {
      const { id: messageId } = await desk.post("wei", `${GOOD_TEXT} ${number}`);
      await desk.type("lin", "report rude", { replyTo: { channelId: "general", messageId } });
      desk.line.pass(DAY_MS);
    }
    expect(await say(desk, "mo", "decide 1 uphold delete,warn rude")).toContain("name the rule");
    expect(await desk.case()).toMatchObject({ state: "open" });
    const upheld = "decide 1 uphold delete,warn rule:“be kind” rude";
    expect(await say(desk, "mo", upheld)).toMatch(/^done/u);
    expect((await desk.case()).decision).toMatchObject({ rule: "be kind" });
    expect(await say(desk, "mo", "answer 2 uphold we never say so")).toContain("name the rule");
    const answered = "answer 2 uphold rule:INV-01 we never say so";
    expect(await say(desk, "mo", answered)).toMatch(/^done/u);
    expect((await desk.case(2)).decision).toMatchObject({ rule: "INV-01" });
    expect(await say(desk, "mo", "decide 3 dismiss nothing in it")).toMatch(/^done/u);
  });

  test("is one in force, however its id is typed, or stands in quotation marks", async () => {
    const desk = await openDesk();
    expect(await say(desk, "mo", "warn @lin rule:LEK-99 x")).toMatch(
      /^bad-input: There is no rule “LEK-99”\. Did you mean leak\./u,
    );
    expect(await say(desk, "mo", "warn @lin rule:INV-99 x")).toMatch(/Did you mean INV-\d\d/u);
    expect(await say(desk, "mo", "warn @lin 规则：群规第三条 x", { language: "zh-TW" })).toBe(
      'bad-input: 沒有規則「群规第三条」。用 /rules 查看全部規則；自訂的規則請加引號：rule:"群规第三条"',
    );
    expect(await desk.line.cases()).toEqual([]);
    expect(await say(desk, "mo", "warn @lin rule:inv-01 x")).toMatch(/^done/u);
    expect((await desk.case()).decision).toMatchObject({ rule: "INV-01" });
    const form = { who: "lin", rule: "LEK-99", reason: "x" };
    expect(await desk.fill("mo", "warn", form)).toMatchObject({ kind: "bad-input" });
    expect(await desk.fill("mo", "warn", { ...form, rule: '"LEK-99"' })).toMatchObject({
      kind: "done",
    });
  });

  test("does not vanish in the reason behind a word that nobody understood", async () => {
    const desk = await openDesk();
    expect(await say(desk, "mo", 'ban @lin quickly rule:"be kind" x')).toMatch(
      /^bad-input: “quickly” was not understood, and “rule:"be kind"” after it/u,
    );
    expect(await say(desk, "mo", "kick @lin time:1d x")).toContain("name the rule");
    expect(await say(desk, "mo", "ban @lin time:1d x")).toContain("“time:1d” has no place");
    for (const language of LOCALES) {
      const said = await say(desk, "mo", "ban @lin quickly rule:INV-01 x", { language });
      expect(said).toMatch(/^bad-input: .*quickly.*rule:INV-01/u);
    }
    expect(await desk.line.cases()).toEqual([]);
  });
});

describe("an act on somebody", () => {
  test("that is too much says how much may be", async () => {
    const desk = await openDesk();
    expect(await say(desk, "mo", "timeout @lin 99d rule:INV-01 x")).toBe(
      "bad-input: TIME: “99d” is too much. Accepted: a time such as 30m, 2h, 1d or 1w, at most 28 days.",
    );
    expect(await say(desk, "mo", "purge @lin 500 rule:INV-01 x")).toBe(
      "bad-input: HOW-MANY: “500” is too much. Accepted: a whole number from 1 to 100.",
    );
    expect(await say(desk, "mo", "timeout @lin 24x x")).toContain("“24x” was not understood");
  });

  test.each(["warn rule:INV-01 x", "timeout 1h x", "ban forever x", "purge 3 x"])(
    "without a person is asked for one, and answers no message: /%s",
    async (line) => {
      const desk = await openDesk();
      const reply = await desk.type("mo", line);
      expect(reply).toMatchObject({ kind: "bad-input" });
      expect(reply.lines[0]).toContain("Something is missing: PERSON.");
      expect((await desk.type("mo", "warn @nobody x")).kind).toBe("refused");
    },
  );

  test("on messages says how many there are", async () => {
    const desk = await openDesk();
    for (const text of ["one", "two", "three"]) await desk.post("lin", text);
    const some = await desk.type("mo", "purge @lin 2 rule:INV-01 spam");
    expect(some.lines).toContain("It is about their 2 newest messages here.");
  });

  test("on somebody who has written nothing shows in their history", async () => {
    const desk = await openDesk();
    expect((await desk.type("mo", "history @wei")).lines).toHaveLength(1);
    await desk.type("mo", "warn @wei rule:INV-01 rude in voice chat");
    const standing = await desk.deps.store.standing(desk.line.community, "wei", desk.line.now);
    expect(standing).toMatchObject({ messages: 0, upheld: 1, dismissed: 0 });
    expect(standing?.strikePoints).toBeGreaterThan(0);
    const { lines: words } = await desk.type("mo", "history @wei");
    expect(words[0]).toContain(`${standing?.strikePoints}`);
    expect(words.slice(1)).toEqual([
      expect.stringContaining("#1 · S3"),
      "From 4 points: timeout (1 day)",
    ]);
    await desk.type("mo", "undo 1 not them");
    expect(await desk.deps.store.standing(desk.line.community, "wei", desk.line.now)).toBeNull();
  });

  test("asked for twice at once is done once", async () => {
    const desk = await openDesk();
    const line = "warn @lin rule:“be kind” off topic";
    const [one, other] = await Promise.all(
      ["a", "b"].map((requestId) => desk.type("mo", line, { requestId })),
    );
    expect(other).toEqual(one);
    expect(await desk.line.cases()).toHaveLength(1);
    const standing = await desk.deps.store.standing(desk.line.community, "lin", desk.line.now);
    expect(standing?.strikePoints ?? 0).toBeLessThanOrEqual(1);
    for (let time = 0; time < 3; time += 1) await desk.type("mo", "ban @wei rule:INV-01 spam");
    expect(await desk.line.cases()).toHaveLength(2);
  });

  test("in answer to a mild message leaves what else is known of them undecided", async () => {
    const desk = await openDesk();
    await desk.openCase("lin", "客户名单\n张三 13900000001\n李四 13900000002\n王五 13900000003");
    const { id: messageId } = await desk.post("lin", "明天下午三点开会，电话 13900000004");
    expect(await desk.case()).toMatchObject({ severity: "S1", messages: 2 });
    const replyTo = { channelId: "general", messageId };
    expect(await say(desk, "mo", "warn no numbers here please", { replyTo })).toBe(
      "done: Case #2 is decided: upheld.",
    );
    expect(await desk.case(1)).toMatchObject({ state: "open", severity: "S1" });
    expect(await desk.case(2)).toMatchObject({ messages: 1, decision: { strikePoints: 1 } });
  });

  test("does not get round the second moderator whom something graver about them needs", async () => {
    const desk = await openDesk();
    const secondModerator = { severities: ["S1"], actions: [] };
    await desk.line.usePolicy(policySchema.parse({ cases: { secondModerator } }));
    await desk.openCase();
    expect(await say(desk, "mo", "timeout @lin 28d rule:INV-01 because")).toContain(
      "waits for a second moderator",
    );
    expect(await say(desk, "moderator", "purge @lin rule:INV-01 because")).toContain(
      "waits for a second moderator",
    );
  });
});

describe("unban", () => {
  test("of a closed case is for those who may reopen it", async () => {
    const desk = await banned();
    await desk.line.live(15 * DAY_MS);
    const before = await desk.case();
    expect(before).toMatchObject({ state: "closed" });
    expect(await unban(desk, "mo", "i think otherwise")).toMatch(
      /^refused: Case #1 is closed.*ask an owner or a manager/u,
    );
    expect(await desk.case()).toStrictEqual(before);
    expect(await unban(desk, "manager", "long enough")).toMatch(/^done/u);
  });

  test("does not overturn what was upheld on appeal, and says who may", async () => {
    const desk = await banned();
    await desk.type("lin", "appeal 1 unfair");
    await desk.type("manager", "decide 1 uphold the ban stands");
    const before = await desk.case();
    for (const who of ["mo", "manager"]) {
      const said = await unban(desk, who, "i think otherwise");
      expect(said).toMatch(/^refused: This ban was confirmed on appeal.*\/reopen #1/u);
    }
    expect(await desk.case()).toStrictEqual(before);
    expect(await say(desk, "manager", "reopen 1 new facts")).toMatch(/^done/u);
  });

  test("of somebody who is out for another reason says that they are not banned", async () => {
    const desk = await openDesk();
    await desk.line.platform.kickMember({ communityId: desk.line.community, memberId: "lin" });
    expect(await unban(desk, "mo", "a mistake")).toBe("done: lin is not banned.");
  });
});

describe("what is no command", () => {
  test("is said back, with one that the person may use where it is near", async () => {
    const desk = await openDesk();
    expect(await say(desk, "mo", "/認領 #4", { language: "zh-TW" })).toContain("認領");
    expect((await desk.type("lin", "/qeue")).lines).toHaveLength(1);
    expect((await desk.type("mo", "/qeue")).lines[1]).toBe("Did you mean /queue?");
    expect((await desk.type("lin", "你好")).title).toBe((await desk.type("lin", "help")).title);
  });
});

test("a message is reported by an id that is a UUID", async () => {
  const desk = await openDesk();
  const id = "3f2b8c1e-77aa-4d0e-9b1f-0a1b2c3d4e5f";
  const author = { id: "wei", role: "member" } as const;
  await desk.line.start();
  await desk.line.platform.post(
    desk.line.message(GOOD_TEXT, { id, author, channel: { id: "general" } }),
  );
  expect(await say(desk, "lin", `report ${id} rude`)).toMatch(/^done/u);
});
