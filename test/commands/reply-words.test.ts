import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { Reply } from "../../src/commands/reply.ts";
import { runLine } from "../../src/commands/run.ts";
import { policySchema } from "../../src/engine/policy.ts";
import { openLines } from "../pipeline/line.ts";
import { BAD_TEXT, Desk, GOOD_TEXT } from "./desk.ts";

// One test here is up to a hundred transactions, on a machine that may be busy.
jest.setTimeout(30_000);

const DAY_MS = 24 * 60 * 60_000;

let lines: Awaited<ReturnType<typeof openLines>>;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterAll(() => lines.close());

async function openDesk(): Promise<Desk> {
  await lines.clear();
  return new Desk(lines.makeLine());
}

/** What somebody was told, in order. */
function told(desk: Desk, who: string): readonly string[] {
  return desk.line.platform.inbox(desk.line.community, who).flatMap(({ lines: words }) => words);
}

/** Somebody types a line about lin, who is found though they are out, as a platform finds them. */
function unban(desk: Desk, who: string, line: string): Promise<Reply> {
  return runLine({ ...desk.deps, findPerson: async () => "lin" }, desk.actor(who), line);
}

function barOf(desk: Desk) {
  return desk.line.platform.barOf({ communityId: desk.line.community, memberId: "lin" });
}

/** lin is banned by a case that mo decided and moderator confirmed. */
async function banned(): Promise<Desk> {
  const desk = await openDesk();
  await desk.openCase();
  await desk.type("mo", "decide 1 uphold ban scam");
  await desk.type("moderator", "confirm 1");
  await desk.line.work();
  expect(barOf(desk)).toMatchObject({ kind: "banned" });
  return desk;
}

describe("a typed line decides by words", () => {
  test("correct upholds and asks for a correction, and deletes nothing", async () => {
    const desk = await openDesk();
    await desk.line.usePolicy(policySchema.parse({ strikes: { thresholds: [] } }));
    await desk.openCase();
    const reply = await desk.type("mo", "correct #1 rule:INV-01 say that it is not certain");
    expect(reply.lines).toContain("Actions: ask for a correction");
    expect((await desk.case()).decision).toMatchObject({
      outcome: "uphold",
      rule: "INV-01",
      reason: "say that it is not certain",
      actions: [{ kind: "ask-correction", text: "say that it is not certain" }],
    });
    await desk.line.work();
    expect(desk.line.platform.messages("general").map(({ hidden }) => hidden)).toStrictEqual([
      false,
    ]);
  });

  test("answer publishes under the message of a case whose outcome it names", async () => {
    for (const [line, outcome] of [
      ["answer 1 uphold we never promise returns", "uphold"],
      ["answer 1 dismiss we never promise returns", "dismiss"],
    ] as const) {
      const desk = await openDesk();
      await desk.openCase();
      expect((await desk.type("mo", line)).kind).toBe("done");
      expect((await desk.case()).decision?.outcome).toBe(outcome);
      await desk.line.work();
      const [message] = desk.line.platform.messages("general");
      expect([...(message?.answers.values() ?? [])]).toStrictEqual(["we never promise returns"]);
    }
  });

  test("answer on a case that is no question decides nothing by default, and names what does", async () => {
    const desk = await openDesk();
    await desk.openCase();
    const before = await desk.state();
    const reply = await desk.type("mo", "answer 1 we never promise returns");
    expect(reply).toMatchObject({ kind: "bad-input" });
    expect(reply.lines[0]).toMatch(/no question.*\/answer #1 uphold.*\/decide #1/u);
    expect(await desk.state()).toStrictEqual(before);
  });

  test("decide with such an action says what to type instead, and decides nothing", async () => {
    const desk = await openDesk();
    await desk.openCase();
    const before = await desk.state();
    const corrected = await desk.type("mo", "decide #1 uphold ask-correction please fix it");
    expect(corrected).toMatchObject({ kind: "bad-input" });
    expect(corrected.lines[0]).toContain("/correct #1");
    const answered = await desk.type("mo", "decide #1 uphold delete,publish-answer we never do");
    expect(answered.lines[0]).toContain("/answer #1");
    expect(await desk.state()).toStrictEqual(before);
  });

  test("an appeal takes neither", async () => {
    const desk = await openDesk();
    await desk.openCase();
    await desk.type("mo", "decide 1 uphold scam");
    await desk.type("lin", "appeal 1 it was a joke");
    for (const line of ["correct 1 fix it", "answer 1 we never do"]) {
      expect((await desk.type("moderator", line)).kind).toBe("bad-input");
    }
    expect((await desk.case()).state).toBe("appealed");
  });
});

describe("whoever asked is answered", () => {
  test("by the words of whatever decides, in their own language", async () => {
    const desk = await openDesk();
    const { platform, community } = desk.line;
    platform.addMember(community, { id: "lin", language: "zh-CN" });
    await desk.type("lin", "question 什么时候开门？");
    const reply = await desk.type("service", "answer 1 九点");
    expect(reply.lines).toStrictEqual([
      "Question #1 is answered.",
      "Your words go to whoever asked, as the answer.",
    ]);
    await desk.line.work();
    expect(desk.line.platform.inbox(community, "lin")).toMatchObject([
      { title: "#1 — 团队的答复", lines: ["您写的是：“什么时候开门？”", "九点"] },
    ]);
    await desk.type("wei", "feedback nice place");
    await desk.type("service", "answer 2 come again");
    await desk.line.work();
    expect(told(desk, "wei")).toContain("come again");
  });

  test("and not by the reason of a decision, which is the team's: uphold is refused, dismiss says that it is closed", async () => {
    const desk = await openDesk();
    await desk.type("lin", "question when do you open?");
    const before = await desk.state();
    const refused = await desk.type("service", "decide 1 uphold answered before");
    expect(refused).toMatchObject({ kind: "bad-input" });
    expect(refused.lines[0]).toMatch(/\/answer #1 .*\/decide #1 dismiss/u);
    expect(await desk.state()).toStrictEqual(before);
    const closed = await desk.type("service", "decide 1 误报 重复提问，这个客户很烦");
    expect(closed.lines).toStrictEqual([
      "Case #1 is closed without an answer. Whoever asked hears that and nothing more; your reason stays with the team.",
    ]);
    await desk.line.work();
    expect(desk.line.platform.inbox(desk.line.community, "lin")).toMatchObject([
      {
        title: "#1 — closed",
        lines: [
          "You wrote: “when do you open?”",
          "The team has looked at what you wrote and closed it without a further answer.",
        ],
      },
    ]);
    expect((await desk.type("service", "undo 1")).lines.join()).not.toContain("answer was sent");
    await desk.type("service", "answer 1 at nine");
    await desk.line.work();
    expect(told(desk, "lin").join("\n")).toMatch(/at nine(?![^]*takes the place)/u);
  });

  test("with an official answer in a form, which is published nowhere", async () => {
    const desk = await openDesk();
    await desk.type("lin", "question when do you open?");
    const form = { case: 1, outcome: "uphold", answer: "We open at nine.", reason: "known" };
    expect((await desk.fill("service", "decide", form)).kind).toBe("done");
    await desk.line.work();
    expect(told(desk, "lin").join("\n")).toContain("We open at nine.");
    expect(await desk.events()).not.toContain("action.failed");
  });

  test("though the answer be as long as an answer may be", async () => {
    const desk = await openDesk();
    await desk.type("lin", "question when do you open?");
    const long = "好".repeat(1000);
    expect((await desk.type("service", `answer 1 ${long}`)).kind).toBe("done");
    await desk.line.work();
    expect(told(desk, "lin")).toContain(long);
  });

  test("in the transaction that decides: nothing can come between the two", async () => {
    const desk = await openDesk();
    await desk.type("lin", "question when do you open?");
    const { id } = await desk.case();
    const steps = jest.spyOn(desk.deps.store, "changeCase");
    await desk.type("service", "answer 1 at nine");
    const { length } = steps.mock.calls;
    steps.mockRestore();
    expect(length).toBe(1);
    expect(await desk.deps.store.caseNotes(id)).toMatchObject([
      { audience: "author", by: "service", text: "at nine" },
    ]);
  });

  test("with nothing personal, and with the company's own hotline as it is", async () => {
    const desk = await openDesk();
    await desk.type("lin", "question whom do I call?");
    const refused = await desk.type("service", "answer 1 call Wang on 13900000004");
    expect(refused).toMatchObject({ kind: "bad-input" });
    expect(refused.lines[0]).toContain("leave that out");
    expect((await desk.case()).state).toBe("open");
    await desk.type("service", "answer 1 客服热线 400-820-8820");
    await desk.line.work();
    expect(told(desk, "lin")).toContain("客服热线 400-820-8820");
  });

  test("anew where an earlier answer was taken back, and both are told so", async () => {
    const desk = await openDesk();
    await desk.type("lin", "question when do you open?");
    await desk.type("service", "answer 1 at nine");
    const undone = await desk.type("service", "undo 1");
    expect(undone.lines.at(-1)).toMatch(/^The answer was sent and cannot be taken back/u);
    desk.line.pass(1000);
    await desk.type("service", "answer 1 at ten");
    await desk.line.work();
    const [first, second] = desk.line.platform.inbox(desk.line.community, "lin");
    expect(first?.lines).toStrictEqual(["You wrote: “when do you open?”", "at nine"]);
    expect(second?.lines).toStrictEqual([
      "You wrote: “when do you open?”",
      "at ten",
      "This takes the place of the answer that you got before.",
    ]);
  });

  test("by the words of the form, though a second moderator confirms them", async () => {
    const desk = await openDesk();
    await desk.type("lin", "question when do you open?");
    const ban = { actions: "ban", rule: '"be kind"', reason: "abuse" };
    const form = { case: 1, outcome: "uphold", answer: "Never.", ...ban };
    expect((await desk.fill("mo", "decide", form)).lines[0]).toContain("waits for a second");
    await desk.type("moderator", "confirm 1");
    await desk.line.work();
    expect(told(desk, "lin")).toContain("Never.");
  });

  test("by nothing where they are shut out instead: that needs a rule, and its notice gives the reason", async () => {
    const desk = await openDesk();
    await desk.type("lin", "question you fools, when do you open?");
    for (const action of ["warn", "timeout 1h", "ban", "kick"]) {
      const refused = await desk.type("mo", `decide 1 uphold ${action} enough of this`);
      expect(refused).toMatchObject({ kind: "bad-input" });
      expect(refused.lines[0]).toContain("name the rule");
    }
    expect((await desk.case()).proposal).toBeNull();
    const timeout = await desk.type(
      "mo",
      'decide 1 uphold timeout 1h rule:"be kind" enough of this',
    );
    expect(timeout.lines[0]).toBe("Case #1 is decided: upheld.");
    await desk.line.work();
    const inbox = desk.line.platform.inbox(desk.line.community, "lin");
    expect(inbox.map(({ title }) => title)).toStrictEqual(["#1 — what was done, and why"]);
    expect(await desk.deps.store.caseNotes((await desk.case()).id)).toStrictEqual([]);
  });

  test("and nothing of theirs is deleted or corrected, for nobody else can read it", async () => {
    const desk = await openDesk();
    await desk.type("lin", "question when do you open?");
    for (const line of [
      'decide 1 uphold delete rule:"be kind" spam',
      'decide 1 uphold delete,ban rule:"be kind" spam',
      'correct 1 rule:"be kind" ask nicely',
    ]) {
      const refused = await desk.type("mo", line);
      expect(refused).toMatchObject({ kind: "bad-input" });
      expect(refused.lines[0]).toContain("not a message in a channel");
    }
    expect((await desk.case()).state).toBe("open");
  });

  test("and who answered may take that back, and nobody else's", async () => {
    const desk = await openDesk();
    desk.join("sue", "service");
    await desk.type("lin", "question when do you open?");
    const { buttons } = await desk.type("service", "answer 1 at ten");
    expect((await desk.type("sue", "undo 1")).kind).toBe("refused");
    expect((await desk.type("sue", "case 1")).buttons).toStrictEqual([]);
    expect((await desk.type("service", "case 1")).buttons).toStrictEqual(buttons);
    expect((await desk.type("service", buttons[0]?.command ?? "")).kind).toBe("done");
    expect((await desk.case()).state).toBe("reopened");
  });
});

describe("unban", () => {
  test("lifts a ban of years ago, and no other decision lifts it by the way", async () => {
    const desk = await banned();
    await desk.line.live(20 * DAY_MS);
    desk.line.pass(380 * DAY_MS);
    await desk.deps.store.purgeExpired(desk.line.now);
    await desk.post("lin", BAD_TEXT);
    await desk.line.work();
    await desk.type("mo", "decide 2 uphold ban 5d again");
    await desk.type("moderator", "confirm 2");
    await desk.line.work();
    await desk.type("mo", "undo 2");
    await desk.line.work();
    expect(barOf(desk)).toMatchObject({ kind: "banned", until: null });
    expect((await unban(desk, "manager", "unban @lin long enough")).kind).toBe("done");
    await desk.line.work();
    expect(barOf(desk)).toBeNull();
  });

  test("takes back the decision that banned, with its statement and its reason", async () => {
    const desk = await banned();
    const { id } = await desk.case();
    const reply = await unban(desk, "mo", "unban @lin wrong person");
    expect(reply.lines).toStrictEqual([
      "lin may come back.",
      "The decision on case #1 was taken back.",
    ]);
    await desk.line.work();
    expect(barOf(desk)).toBeNull();
    expect(await desk.case()).toMatchObject({ state: "reopened", decision: null });
    const found = { caseId: id, includeRevoked: false, limit: 9 };
    expect(await desk.deps.store.statements(found)).toStrictEqual([]);
    expect(await desk.deps.store.caseNotes(id)).toMatchObject([{ text: "wrong person" }]);
  });

  test("of a decision of others says whose it is; those who lead lift it, even much later", async () => {
    const desk = await banned();
    desk.join("max", "moderator");
    const reply = await unban(desk, "max", "unban @lin I like them");
    expect(reply).toMatchObject({ kind: "refused" });
    expect(reply.lines[0]).toBe("mo decided this ban, in case #1. They or a manager can lift it.");
    const refusal = { command: "unban", role: "moderator" };
    expect(await desk.refusals()).toMatchObject([{ ...refusal, refusal: "not-yours" }]);
    await desk.line.live(15 * DAY_MS);
    expect((await desk.case()).state).toBe("closed");
    expect((await unban(desk, "mo", "unban @lin long enough")).kind).toBe("refused");
    expect((await desk.refusals()).at(-1)).toMatchObject({ ...refusal, refusal: "closed" });
    expect((await unban(desk, "manager", "unban @lin long enough")).kind).toBe("done");
    await desk.line.work();
    expect(barOf(desk)).toBeNull();
  });

  test("needs the rights that the rest of the decision needs, and leaves an appeal to be decided", async () => {
    const desk = await openDesk();
    await desk.openCase();
    await desk.type("mo", "decide 1 uphold delete,ban scam");
    await desk.type("moderator", "confirm 1");
    desk.join("mo", "moderator", ["ban-members"]);
    const lacking = await unban(desk, "mo", "unban @lin wrong person");
    expect(lacking.lines[0]).toContain("delete messages");
    expect(await desk.refusals()).toMatchObject([{ command: "unban", refusal: "no-right" }]);
    await desk.type("lin", "appeal 1 it was a joke");
    const appealed = await unban(desk, "manager", "unban @lin wrong person");
    expect(appealed).toMatchObject({ kind: "bad-input" });
    expect(appealed.lines[0]).toContain("/decide #1 dismiss");
  });

  test("of several people together says how many a decision bans, and leaves it whole", async () => {
    const desk = await openDesk();
    for (const author of ["lin", "wei"]) await desk.post(author, BAD_TEXT);
    await desk.type("mo", "decide 1 uphold seen:2 ban scam");
    await desk.type("moderator", "confirm 1");
    const before = await desk.case();
    const reply = await unban(desk, "mo", "unban @lin wrong person");
    expect(reply).toMatchObject({ kind: "bad-input" });
    expect(reply.lines[0]).toContain("bans 2 people together. /undo #1");
    expect(await desk.case()).toStrictEqual(before);
  });

  test("lifts a ban that only the platform knows, and says where there is none", async () => {
    const desk = await openDesk();
    const { platform, community: communityId } = desk.line;
    expect((await unban(desk, "moderator", "unban @lin a mistake")).lines).toStrictEqual([
      "lin is not banned.",
    ]);
    expect(await desk.line.audit()).toStrictEqual([]);
    await platform.banMember({ communityId, memberId: "lin" }, null);
    expect((await unban(desk, "moderator", "unban @lin")).kind).toBe("bad-input");
    expect((await unban(desk, "moderator", "unban @lin a mistake")).lines[0]).toContain(
      "come back",
    );
    expect(barOf(desk)).toBeNull();
    const event = (await desk.line.audit()).at(-1);
    expect(event).toMatchObject({ type: "action.undone", payload: { action: "ban" } });
  });
});

test("a case without a rule of its own shows the community's rules, and no word of the program", async () => {
  const desk = await openDesk();
  const { id: messageId } = await desk.post("wei", GOOD_TEXT);
  await desk.type("lin", "report off topic", { replyTo: { channelId: "general", messageId } });
  await desk.type("mo", "decide 1 dismiss nothing wrong with it");
  const said = async (language: "en" | "zh-CN" | "zh-TW") =>
    (await desk.type("mo", "case 1", { language })).lines.join("\n");
  expect(await said("en")).toContain("Rule: the rules of this community.");
  expect(await said("zh-CN")).toContain("规则：本社区的规则");
  expect(await said("zh-TW")).toContain("規則：本社群的規則");
});
