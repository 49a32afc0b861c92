import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { CaseAction } from "../../../src/engine/case/decision.ts";
import { reopenCase, undoDecision } from "../../../src/pipeline/work-case.ts";
import { type Line, openLines } from "../line.ts";
import {
  appeal,
  DAY,
  HOUR,
  LIST,
  type Lines,
  only,
  openLine,
  post,
  PROMISE,
  report,
  settle,
  told,
} from "./rights-line.ts";

// What people are told once something has happened to them, or once it no longer stands.

let lines: Lines;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterAll(() => lines.close());

async function decided(line: Line, actions: readonly CaseAction[], outcome = "uphold" as const) {
  const { id } = await only(line);
  const done = await line.decide(id, outcome, { actions, rule: "House rule" });
  if (!done.ok) throw new Error(done.error.kind);
  await line.work();
  return id;
}

async function takenBack(line: Line, caseId: string, how = undoDecision) {
  line.pass(HOUR);
  const done = await how(line.deps, { caseId, by: "mo", reason: null });
  if (!done.ok) throw new Error(done.error.kind);
  await line.work();
}

/** Runs what is done on the platform before anybody is told of it. */
async function actFirst(line: Line) {
  for (const job of await line.jobs()) {
    if (job.queue === "actions") await line.run(job);
  }
}

describe("whoever is shown the door", () => {
  test.each([[{ kind: "ban", minutes: null }], [{ kind: "kick" }]] as const)(
    "by %o is told so in their own language, though they are out by then",
    async (action) => {
      const line = await openLine(lines, { language: "en" }, "zh-TW");
      await post(line, PROMISE);
      const { id } = await only(line);
      await line.decide(id, "uphold", { actions: [action] });
      await actFirst(line);
      const target = { communityId: line.community, memberId: "ana" };
      expect(await line.platform.member(target)).toEqual({ ok: true, value: null });
      await line.work();
      expect(told(line, "ana")[0]).toMatch(/^#1 — 處置結果與理由\n/u);
      expect(told(line, "ana")[0]).toContain("管理員的理由：");
    },
  );
});

describe("a won appeal says what it changed", () => {
  test("a message and a ban", async () => {
    const line = await openLine(lines);
    await post(line, PROMISE);
    const id = await decided(line, [{ kind: "delete" }, { kind: "ban", minutes: 60 }]);
    await appeal(line, id);
    await settle(line, id, true);
    await line.work();
    const [, notice] = told(line, "ana");
    expect(notice).toContain("you were right");
    expect(notice).toContain("This no longer stands: the removal of your message and your ban.");
    expect(notice).toContain("You may come back to the community.");
  });

  test("a warning; and one that is lost changed nothing", async () => {
    for (const overturn of [true, false]) {
      const line = await openLine(lines);
      await post(line, PROMISE);
      const id = await decided(line, [{ kind: "warn" }]);
      await appeal(line, id);
      await settle(line, id, overturn);
      await line.work();
      const [, notice] = told(line, "ana");
      expect(notice?.includes("This no longer stands: the decision about you.")).toBe(overturn);
    }
  });

  test("and its author hears when somebody opens the case again", async () => {
    const line = await openLine(lines, {}, "zh-CN");
    await post(line, PROMISE);
    const id = await decided(line, [{ kind: "delete" }]);
    await appeal(line, id);
    await settle(line, id, true);
    await line.work();
    expect(told(line, "ana")).toHaveLength(2);
    await takenBack(line, id, reopenCase);
    expect(told(line, "ana")).toHaveLength(3);
    expect(told(line, "ana")[2]).toContain("#1 — 重新查看\n您的申诉此前已获支持。");
  });
});

describe("a ban that is lifted", () => {
  test.each([
    ["en", "This no longer stands: your ban."],
    ["zh-CN", "以下处理不再有效：封禁。"],
    ["zh-TW", "以下處置不再有效：停權。"],
  ] as const)("is called a ban in %s, and a kick a removal", async (locale, words) => {
    const line = await openLine(lines, {}, locale);
    await post(line, PROMISE);
    await takenBack(line, await decided(line, [{ kind: "ban", minutes: null }]));
    expect(told(line, "ana")[1]).toContain(words);
    line.pass(DAY);
    const other = await openLine(lines, {}, locale);
    await post(other, PROMISE);
    await takenBack(other, await decided(other, [{ kind: "kick" }]));
    expect(told(other, "ana")[1]).not.toContain(words);
  });
});

test("undoing the deletion of a held message says that it is hidden again", async () => {
  const line = await openLine(lines);
  await post(line, LIST);
  const id = await decided(line, [{ kind: "delete" }]);
  await takenBack(line, id);
  expect(line.platform.messages("example")).toMatchObject([{ hidden: true }]);
  const notice = told(line, "ana").at(-1);
  expect(notice).toContain("Your message is hidden again until somebody decides.");
  expect(notice).not.toContain("the removal of your message");
  // Nothing is decided differently where the message was not hidden before.
  const other = await openLine(lines);
  await post(other, PROMISE);
  await takenBack(other, await decided(other, [{ kind: "delete" }]));
  expect(told(other, "ana").at(-1)).toContain("the removal of your message");
});

describe("a reporter", () => {
  test("is told which report was looked at, in their own words", async () => {
    const line = await openLine(lines);
    const message = await post(line, "大家早上好，今天天气不错");
    const wild = `this is a scam, ${"really ".repeat(20)}`;
    await report(line, message, "rea", wild);
    await decided(line, []);
    const [notice] = told(line, "rea");
    expect(notice).toMatch(/^#1 — your report was looked at\nYou reported: “this is a scam, /u);
    expect(notice).toContain("…”");
    expect(notice).not.toContain("no longer stands");
  });

  test("who hears another answer hears that the first no longer stands", async () => {
    const line = await openLine(lines);
    const message = await post(line, "大家早上好，今天天气不错");
    await report(line, message, "rea");
    const id = await decided(line, []);
    await takenBack(line, id);
    line.pass(HOUR);
    await line.decide(id, "dismiss", { rule: "House rule" });
    await line.work();
    const [first, second] = told(line, "rea");
    expect(first).toContain("it does break the rules");
    expect(second).toContain("found nothing against the rules");
    expect(second).toContain("What you were told about it before no longer stands.");
  });
});
