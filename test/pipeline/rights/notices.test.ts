import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { CaseAction } from "../../../src/engine/case/decision.ts";
import { type Locale, policySchema } from "../../../src/engine/policy.ts";
import { fail } from "../../../src/engine/result.ts";
import { undoDecision } from "../../../src/pipeline/work-case.ts";
import { sayTime } from "../../../src/words/say.ts";
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
  settle,
  statements,
  told,
} from "./rights-line.ts";

let lines: Lines;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterAll(() => lines.close());

/** A decision of `mo` about the only case, delivered. */
async function decided(line: Line, actions: readonly CaseAction[], more: object = {}) {
  const { id } = await only(line);
  const done = await line.decide(id, "uphold", { actions, ...more });
  if (!done.ok) throw new Error(done.error.kind);
  await line.work();
  return id;
}

async function undo(line: Line, caseId: string) {
  const undone = await undoDecision(line.deps, { caseId, by: "mo", reason: null });
  if (!undone.ok) throw new Error(undone.error.kind);
  await line.work();
}

function attemptsOf(line: Line, personId: string) {
  return line.deps.store.attempts({ communityId: line.community, personId, limit: 99 });
}

/** The platform refuses direct messages to everybody. */
function refuseDirect(line: Line, error: { kind: "unreachable" } | "busy") {
  line.platform.direct = async () =>
    fail(error === "busy" ? { kind: "throttled", retryAfterMs: 1000 } : error);
}

test.each([
  [["EU", "HK"], "out-of-court dispute settlement body under Article 21 of the EU’s"],
  [["HK"], "You may also turn to a court, where"],
  [[], "settlement body (in the EU, under Article 21"],
])("who else decides is said by the law of %j", async (jurisdictions, words) => {
  const line = await openLine(lines, { jurisdictions });
  await post(line, LIST);
  await decided(line, []);
  expect(told(line, "ana").join("\n")).toContain(words);
});

describe("strike points and nothing else", () => {
  /** What was done, the points, the rule, the facts, the reason, the appeal, the courts. */
  const sentences: Readonly<Record<Locale, readonly RegExp[]>> = {
    en: [
      /^A moderator found that this breaks the rules\.$/mu,
      /^You got 4 strike points, counting until May 30, 2026/mu,
      /^Rule: Guaranteed or protected return$/mu,
      /^What was relied on: an automatic rule flagged the message, and a moderator looked at it/mu,
      /^A person decided this\.$/mu,
      /^The moderator’s reason: just noting$/mu,
      /^If you disagree, write \/appeal #1/mu,
      /or to a court, where the law gives you that right\.$/mu,
    ],
    "zh-CN": [
      /^管理员认定此事违反规则。$/mu,
      /^您被记 4 分，有效期至 2026年5月30日/mu,
      /^依据规则：保本保收益\n承诺保本/mu,
      /^判断依据：自动规则命中该消息，管理员查看了该消息及其前后内容。$/mu,
      /^这是由人工作出的决定。$/mu,
      /^管理员的理由：just noting$/mu,
      /\/appeal #1/u,
      /^如果法律赋予您这项权利，.+《数字服务法》第 21 条/mu,
    ],
    "zh-TW": [
      /^管理員認定此事違反規則。$/mu,
      /^您被記 4 分，有效期限至 2026年5月30日/mu,
      /^依據規則：保本保收益\n承諾保本/mu,
      /^判斷依據：自動規則偵測到該訊息，管理員檢視了該訊息及其前後內容。$/mu,
      /^這是由人工作出的決定。$/mu,
      /^管理員的理由：just noting$/mu,
      /\/appeal #1/u,
      /^如果法律賦予您這項權利，.+《數位服務法》第 21 條/mu,
    ],
  };

  test.each(Object.entries(sentences))("are told in %s", async (locale, words) => {
    const line = await openLine(lines, {}, locale as Locale);
    await post(line, PROMISE);
    await decided(line, [], { reason: "just noting" });
    const [notice, ...more] = told(line, "ana");
    expect(more).toEqual([]);
    for (const sentence of words) expect(notice).toMatch(sentence);
    // The record is for restrictions only.
    expect(await statements(line)).toEqual([]);
  });

  test("can be appealed, and the appeal takes them back", async () => {
    const line = await openLine(lines);
    await post(line, PROMISE);
    const id = await decided(line, []);
    expect(await appeal(line, id)).toMatchObject({ ok: true, value: { kind: "appealed" } });
    expect(await settle(line, id, true)).toMatchObject({ ok: true });
    await line.work();
    expect(told(line, "ana")).toHaveLength(2);
    expect(told(line, "ana")[1]).toContain("does not count against you");
  });

  test("reach every author of the case, each once", async () => {
    const line = await openLine(lines);
    await post(line, PROMISE);
    await post(line, PROMISE, "bob");
    const id = await decided(line, []);
    for (const author of ["ana", "bob"]) {
      expect(told(line, author)).toHaveLength(1);
      expect(told(line, author)[0]).toContain("You got 4 strike points");
    }
    expect(await appeal(line, id, "not me", "bob")).toMatchObject({ ok: true });
  });

  test("are told to nobody in shadow mode", async () => {
    const line = await openLine(lines);
    await post(line, PROMISE);
    await line.usePolicy(policySchema.parse({ mode: "shadow" }));
    await decided(line, [{ kind: "warn" }]);
    expect(told(line, "ana")).toEqual([]);
    expect((await attemptsOf(line, "ana")).length).toBe(0);
  });
});

describe("a warning", () => {
  test.each([
    ["en", "You were warned.", "This no longer stands: the decision about you."],
    ["zh-CN", "您已受到警告。", "以下处理不再有效：对您作出的处理决定。"],
    ["zh-TW", "您已受到警告。", "以下處置不再有效：對您作出的處置決定。"],
  ] as const)(
    "is told once, in the member's %s, and so is its undo",
    async (locale, words, undone) => {
      const line = await openLine(lines, { language: locale === "en" ? "zh-CN" : "en" }, locale);
      await post(line, PROMISE);
      const id = await decided(line, [{ kind: "warn" }]);
      expect(told(line, "ana")).toHaveLength(1);
      expect(told(line, "ana")[0]).toContain(words);
      expect(line.platform.messages("example")).toMatchObject([{ nudge: null }]);
      line.pass(HOUR);
      await undo(line, id);
      expect(told(line, "ana")).toHaveLength(2);
      expect(told(line, "ana")[1]).toContain(undone);
    },
  );

  test("with a deletion and a timeout is one message that tells all of it", async () => {
    const line = await openLine(lines);
    await post(line, PROMISE);
    const at = line.now;
    await decided(line, [{ kind: "delete" }, { kind: "warn" }, { kind: "timeout", minutes: 60 }], {
      rule: "No promises, garden rule 7",
      reason: "call 13900000001 if unsure",
    });
    const [notice, ...more] = told(line, "ana");
    expect(more).toEqual([]);
    for (const words of [
      "Your message was removed.",
      "You were warned.",
      `You cannot write here for 1 hour, until ${sayTime("en", "UTC", at + HOUR)}.`,
      `You got 4 strike points, counting until ${sayTime("en", "UTC", at + 90 * DAY)}.`,
      "Rule: No promises, garden rule 7",
      "These words: “加群稳赚不赔",
      "The moderator’s reason: call ",
    ]) {
      expect(notice).toContain(words);
    }
    expect(notice).not.toContain("13900000001");
  });

  test("under a message that comes back says so in the same notice; one that does not, that it is removed", async () => {
    const line = await openLine(lines);
    await post(line, LIST);
    await decided(line, [{ kind: "restore" }, { kind: "warn" }]);
    const [hidden, warned, ...more] = told(line, "ana");
    expect(more).toEqual([]);
    expect(hidden).toContain("What was relied on: an automatic rule flagged the message.");
    expect(warned).toContain("Your message can be read again.\nYou were warned.");
    const other = await openLine(lines);
    await post(other, LIST);
    await decided(other, [{ kind: "warn" }]);
    expect(told(other, "ana")[1]).toContain("Your message was removed.\nYou were warned.");
  });
});

describe("a request for a correction", () => {
  test.each([
    ["en", "A moderator asks you to correct your message: add a source"],
    ["zh-CN", "管理员请您更正您的消息：add a source"],
    ["zh-TW", "管理員請您更正您的訊息：add a source"],
  ] as const)("is told with its text in %s", async (locale, words) => {
    const line = await openLine(lines, {}, locale);
    await post(line, PROMISE);
    await decided(line, [{ kind: "ask-correction", text: "add a source" }]);
    expect(told(line, "ana")).toHaveLength(1);
    expect(told(line, "ana")[0]).toContain(words);
  });

  test("to staff counts nothing and offers no appeal that would be refused", async () => {
    const line = await openLine(lines);
    const message = line.message(PROMISE, { author: { id: "ana", role: "staff" } });
    await line.platform.post(message);
    await line.work();
    const id = await decided(line, [{ kind: "ask-correction", text: "add a source" }]);
    expect(told(line, "ana")[0]).toContain("add a source");
    expect(told(line, "ana")[0]).not.toMatch(/strike|\/appeal|court/u);
    expect(await appeal(line, id)).toMatchObject({ error: { kind: "nothing-to-appeal" } });
  });
});

describe("an author whose direct messages are closed", () => {
  test("reads it under the message, where that is still to be read", async () => {
    const line = await openLine(lines);
    refuseDirect(line, { kind: "unreachable" });
    await post(line, PROMISE);
    await decided(line, [{ kind: "warn" }]);
    const [message] = line.platform.messages("example");
    expect(message?.nudge).toMatch(/^#1 — what was done, and why\nYou were warned\./u);
    expect(await attemptsOf(line, "ana")).toMatchObject([
      { outcome: "delivered", way: "nudge", refused: ["direct: unreachable"] },
    ]);
    const [event] = (await line.audit()).filter(
      ({ type, payload }) => type === "people.told" && payload?.["kind"] === "statement",
    );
    expect(event?.payload).toMatchObject({ ways: ["nudge"] });
    expect(JSON.stringify(event?.payload)).not.toContain('"ana"');
  });

  test("has no word under a message that was deleted", async () => {
    const line = await openLine(lines);
    refuseDirect(line, { kind: "unreachable" });
    await post(line, PROMISE);
    await decided(line, [{ kind: "delete" }, { kind: "warn" }]);
    expect(line.platform.messages("example")).toMatchObject([{ nudge: null }]);
    expect(await attemptsOf(line, "ana")).toMatchObject([{ outcome: "unreachable" }]);
  });

  test("is not passed over for a platform that is only busy", async () => {
    const line = await openLine(lines);
    await post(line, PROMISE);
    const { id } = await only(line);
    await line.decide(id, "uphold", { actions: [{ kind: "warn" }] });
    refuseDirect(line, "busy");
    await expect(line.run(await line.job("deliver"))).rejects.toThrow("could not be told yet");
    expect(line.platform.messages("example")).toMatchObject([{ nudge: null }]);
    expect(await attemptsOf(line, "ana")).toMatchObject([{ outcome: "pending" }]);
  });
});

test("a page gives the rule's reason in its reader's language, not in the verdict's", async () => {
  const team = [
    { id: "mo", role: "moderator", language: "zh-TW" },
    { id: "kim", role: "moderator", language: "zh-CN" },
  ];
  const ladders = [
    { rungs: [{ afterMinutes: 0, who: ["person:mo", "person:kim", "person:max"] }] },
  ];
  const line = await openLine(lines, { team, escalation: { ladders }, language: "en" });
  await post(line, PROMISE);
  expect(told(line, "max")[0]).toContain("Promises that capital or returns are guaranteed");
  expect(told(line, "kim")[0]).toContain("承诺");
  expect(told(line, "mo")[0]).toContain("承諾");
  expect(told(line, "mo")[0]).not.toContain("Promises that");
});

test("the notice of several messages that were removed says how many, an edited one being one", async () => {
  const line = await openLine(lines, {}, "zh-TW");
  const first = await post(line, PROMISE);
  await post(line, `${PROMISE}！`);
  await post(line, PROMISE, "bob");
  line.pass(1);
  await line.platform.post({ ...first, text: `${PROMISE}，快來`, revisedAt: line.now });
  await line.work();
  await decided(line, [{ kind: "delete" }]);
  expect(told(line, "ana").at(-1)).toContain("您的 2 則訊息已被刪除。");
  line.platform.addMember(line.community, { id: "cy" });
  line.pass(60 * 60_000 + 1);
  await post(line, PROMISE, "cy");
  const other = (await line.cases()).find(({ state }) => state === "open");
  await line.decide(other!.id, "uphold", { actions: [{ kind: "delete" }] });
  await line.work();
  expect(told(line, "cy").at(-1)).toContain("Your message was removed.");
});
