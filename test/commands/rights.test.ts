import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { LOCALES, policySchema } from "../../src/engine/policy.ts";
import { openLines } from "../pipeline/line.ts";
import { BAD_TEXT, Desk, GOOD_TEXT } from "./desk.ts";

// One test here is up to a hundred transactions, on a machine that may be busy.
jest.setTimeout(30_000);

let lines: Awaited<ReturnType<typeof openLines>>;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterAll(() => lines.close());

async function openDesk(): Promise<Desk> {
  await lines.clear();
  return new Desk(lines.makeLine());
}

/** Somebody's line and the first words of the answer. */
async function say(desk: Desk, who: string, line: string, more = {}) {
  const { kind, lines: words } = await desk.type(who, line, more);
  return `${kind}: ${words.join(" ")}`;
}

describe("report", () => {
  test("goes by the message that it answers, or by its id in the channel", async () => {
    const desk = await openDesk();
    const message = await desk.post("wei", GOOD_TEXT);
    const replyTo = { channelId: "general", messageId: message.id };
    expect(await say(desk, "lin", "report 3 times spam", { replyTo })).toMatch(/^done: Thank you/u);
    const view = await desk.case(1);
    expect(view).toMatchObject({ source: "report", reports: 1, authorId: "wei" });
    expect(await desk.deps.store.reportsOf(view.id)).toMatchObject([{ reason: "3 times spam" }]);
    const byId = { message: message.id, reason: "spam" };
    expect(await desk.fill("mo", "report", byId)).toMatchObject({ kind: "done" });
    const shown = await desk.type("moderator", "case 1");
    expect(shown.lines.join("\n")).toContain("3 times spam");
    expect(shown.lines.join("\n")).not.toMatch(/Reported.*lin/u);
  });

  test("says what it lacks, and what cannot be", async () => {
    const desk = await openDesk();
    const message = await desk.post("wei", GOOD_TEXT);
    const replyTo = { channelId: "general", messageId: message.id };
    expect(await say(desk, "lin", "report it is spam")).toContain("Which message?");
    expect(await say(desk, "lin", "report 99999 it is spam")).toContain("not on record");
    const direct = { channelId: null };
    expect(await say(desk, "lin", "report 99999 spam", direct)).toContain("Which message?");
    expect(await say(desk, "wei", "report spam", { replyTo })).toContain("your own message");
    await desk.type("lin", "report spam", { replyTo });
    expect(await say(desk, "lin", "report spam", { replyTo })).toContain("already reported");
    await desk.type("mo", "decide 1 dismiss looked at");
    const other = { replyTo };
    expect(await say(desk, "mo", "report spam", other)).toMatch(/^done: .*nothing against/u);
  });
});

describe("appeals of several authors", () => {
  test("are decided by name, and whoever decides reads them", async () => {
    const desk = await openDesk();
    for (const who of ["lin", "wei"]) await desk.post(who, BAD_TEXT);
    await desk.type("mo", "decide 1 uphold seen:2 looked at");
    await desk.type("lin", "appeal 1 a joke");
    desk.line.pass(1);
    await desk.type("wei", "appeal 1 a quotation");
    const asked = await desk.type("moderator", "decide 1 dismiss it was a quotation");
    expect(asked.kind).toBe("bad-input");
    expect(asked.lines.slice(1)).toEqual(["appeal:1, lin: a joke", "appeal:2, wei: a quotation"]);
    expect(await say(desk, "moderator", "decide 1 dismiss appeal:3 x")).toMatch(/^bad-input/u);
    const decided = await say(desk, "moderator", "decide 1 dismiss appeal:2 it was a quotation");
    expect(decided).toContain("stands for the others");
    expect(decided).toContain("still waits");
    expect((await desk.type("moderator", "case 1")).lines.join("\n")).toContain("appeal:1");
  });
});

describe("appeal", () => {
  test("is the author's, of a decision about them, and tells nobody else that there is a case", async () => {
    const desk = await openDesk();
    await desk.openCase();
    const nothing = "bad-input: There is no decision about you under #1.";
    for (const who of ["lin", "wei", "owner"]) {
      expect(await say(desk, who, "appeal 1 not fair")).toBe(nothing);
    }
    expect(await say(desk, "wei", "appeal 77 not fair")).toBe(nothing.replace("#1", "#77"));
    await desk.type("mo", "decide 1 uphold looked at");
    expect(await say(desk, "wei", "appeal 1 not fair")).toBe(nothing);
    expect(await say(desk, "lin", "appeal #1 not fair")).toMatch(/^done: Your appeal is with/u);
    expect(await say(desk, "lin", "appeal #1 not fair")).toContain("You have appealed");
    expect(await say(desk, "lin", `appeal #1 ${"x".repeat(1001)}`)).toMatch(/^bad-input: .*1,001/u);
    const queue = await desk.type("moderator", "queue");
    expect(queue.lines[0]).toContain("appealed");
    expect(queue.buttons).toEqual([]);
  });

  test("is answered in every language", async () => {
    for (const language of LOCALES) {
      const desk = await openDesk();
      await desk.openCase();
      const { lines: words } = await desk.type("lin", "appeal 1 x", { language });
      expect(words[0]).toContain("#1");
      expect(/\p{Script=Han}/u.test(words[0] ?? "")).toBe(language !== "en");
    }
  });

  test("is acknowledged, and decided by another moderator, with a reason and nothing else", async () => {
    const desk = await openDesk();
    await desk.openCase();
    await desk.type("mo", "decide 1 uphold looked at");
    await desk.type("lin", "appeal 1 it was a joke");
    expect((await desk.type("moderator", "case 1")).lines.join("\n")).toContain("it was a joke");
    expect(await say(desk, "moderator", "ack 1")).toMatch(/^done/u);
    expect(await say(desk, "moderator", "take 1")).toMatch(/^bad-input/u);
    expect(await say(desk, "mo", "decide 1 dismiss sorry")).toContain("Somebody other");
    expect(await say(desk, "moderator", "decide 1 need-more who")).toContain("uphold or dismiss");
    expect(await say(desk, "moderator", "decide 1 uphold ban 1d so")).toContain("nothing else");
    expect(await say(desk, "lin", "decide 1 dismiss mine")).toMatch(/^refused/u);
    expect(await say(desk, "moderator", "decide 1 dismiss indeed a joke")).toMatch(
      /^done: .*is taken back\. The author is told/u,
    );
    expect((await desk.case(1)).state).toBe("closed");
    const shown = (await desk.type("moderator", "case 1")).lines.join("\n");
    expect(shown).toContain("overturned. Reason: indeed a joke");
    expect(await say(desk, "moderator", "decide 1 uphold again")).toMatch(/^bad-input/u);
  });

  test("needs the rights of what was decided, whichever way it ends", async () => {
    const desk = await openDesk();
    await desk.line.usePolicy(policySchema.parse({ strikes: { thresholds: [] } }));
    await desk.openCase();
    await desk.type("mo", "decide 1 uphold looked at");
    await desk.type("lin", "appeal 1 it was a joke");
    desk.join("moderator", "moderator", []);
    expect(await say(desk, "moderator", "decide 1 dismiss yes")).toMatch(/^refused/u);
    expect(await say(desk, "moderator", "decide 1 uphold no")).toMatch(/^refused/u);
    desk.join("moderator", "moderator");
    expect(await say(desk, "moderator", "decide 1 uphold no")).toMatch(/^done/u);
  });
});
