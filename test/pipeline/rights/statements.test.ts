import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { CaseAction } from "../../../src/engine/case/decision.ts";
import { transparencyRecordSchema } from "../../../src/engine/statement/transparency-record.ts";
import { policySchema } from "../../../src/engine/policy.ts";
import { undoDecision } from "../../../src/pipeline/work-case.ts";
import { sayTime } from "../../../src/words/say.ts";
import { openLines } from "../line.ts";
import {
  DAY,
  HOUR,
  LIST,
  type Lines,
  only,
  openLine,
  post,
  PROMISE,
  statements,
  told,
} from "./rights-line.ts";

let lines: Lines;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterAll(() => lines.close());

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function undo(line: Awaited<ReturnType<typeof openLine>>, caseId: string) {
  return undoDecision(line.deps, { caseId, by: "mo", reason: null });
}

describe("a message that is hidden at once", () => {
  test("is explained to its author, by the machine, without a word of it in the record", async () => {
    const line = await openLine(lines);
    await post(line, LIST);
    const [statement, ...more] = await statements(line);
    expect(more).toEqual([]);
    const { record } = statement!;
    expect(statement).toMatchObject({ authorId: "ana", decisionId: null, revokedAt: null });
    expect(record).toMatchObject({
      decision_visibility: ["DECISION_VISIBILITY_CONTENT_DISABLED"],
      category: "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
      source_type: "SOURCE_VOLUNTARY",
      automated_detection: "Yes",
      automated_decision: "AUTOMATED_DECISION_FULLY",
      puid: statement!.id,
    });
    expect(JSON.stringify(record)).not.toMatch(/"ana"|张三|139/u);
    await line.work();
    const [words, ...others] = told(line, "ana");
    expect(others).toEqual([]);
    expect(words).toContain("Your message is hidden until somebody has looked at it.");
    expect(words).toContain("A program did this by itself.");
    expect(words).toContain("/appeal #1");
    expect(words).toContain("客户名单");
    expect(words).not.toContain("13900000001");
    expect(line.platform.messages("example")).toMatchObject([{ hidden: true, nudge: null }]);
  });

  test("twice by one author in one round is told once", async () => {
    const line = await openLine(lines);
    await post(line, LIST);
    await post(line, `${LIST}\n赵六 13900000004`);
    await line.work();
    expect(told(line, "ana")).toHaveLength(1);
    expect(await statements(line)).toHaveLength(1);
  });

  test("and dismissed is taken back, and its author hears so; undone, it is hidden with new reasons", async () => {
    const line = await openLine(lines);
    await post(line, LIST);
    const { id } = await only(line);
    await line.work();
    line.pass(HOUR);
    await line.decide(id, "dismiss");
    await line.work();
    await line.work();
    expect(await statements(line)).toMatchObject([{ revokedAt: line.now }]);
    expect(told(line, "ana")).toMatchObject([
      {},
      "#1 — taken back\nThis no longer stands: the hiding of your message.\nIt does not count against you.",
    ]);
    line.pass(HOUR);
    await undo(line, id);
    await line.work();
    await line.work();
    expect(line.platform.messages("example")).toMatchObject([{ hidden: true }]);
    const [, again] = await statements(line);
    expect(again).toMatchObject({
      revokedAt: null,
      record: { automated_decision: "AUTOMATED_DECISION_NOT_AUTOMATED" },
    });
    expect(told(line, "ana")[2]).toContain("is hidden until somebody has looked at it");
  });

  test("where nothing brings it back, is said to be removed, and never to be readable again", async () => {
    const line = await openLine(lines);
    line.platform.hidesForGood = true;
    await post(line, LIST);
    const { id } = await only(line);
    await line.work();
    expect(told(line, "ana")[0]).toContain("What is removed here cannot be brought back");
    line.pass(HOUR);
    await line.decide(id, "dismiss");
    await line.work();
    await line.work();
    expect(told(line, "ana")[1]).toBe(
      "#1 — taken back\nThis no longer stands: the hiding of your message.\nYour message was removed, and what is removed here cannot be brought back. You may write it again.\nIt does not count against you.",
    );
    line.pass(HOUR);
    await undo(line, id);
    await line.work();
    await line.work();
    expect(told(line, "ana").join("\n")).not.toMatch(/is hidden|can be read/u);
  });

  test("late, after a person let it through, is no restriction that stands", async () => {
    const line = await openLine(lines);
    const message = line.message(LIST, { author: { id: "ana", role: "member" } });
    await line.platform.post(message);
    const hide = line.platform.hideMessage.bind(line.platform);
    line.platform.hideMessage = async (target) => {
      const hidden = await hide(target);
      await line.decide((await only(line)).id, "dismiss");
      return hidden;
    };
    await line.run(await line.job("hide"));
    expect(line.platform.messages("example")).toMatchObject([{ hidden: false }]);
    expect(await statements(line, false)).toEqual([]);
    expect(await statements(line)).toHaveLength(1);
  });
});

describe("a decision", () => {
  /** The action, its fields, what its author reads, and for how many hours it stands. */
  const kinds: readonly (readonly [CaseAction, object, string, number | null])[] = [
    [
      { kind: "delete" },
      { decision_visibility: ["DECISION_VISIBILITY_CONTENT_REMOVED"] },
      "Your message was removed.",
      null,
    ],
    [
      { kind: "timeout", minutes: 24 * 60 },
      { decision_provision: "DECISION_PROVISION_PARTIAL_SUSPENSION" },
      "You cannot write here for 1 day, until ",
      24,
    ],
    [
      { kind: "kick" },
      { decision_account: "DECISION_ACCOUNT_TERMINATED" },
      "You may come back",
      null,
    ],
    [
      { kind: "ban", minutes: 2 * 60 },
      { decision_account: "DECISION_ACCOUNT_SUSPENDED" },
      "You are banned for 2 hours, until ",
      2,
    ],
    [
      { kind: "ban", minutes: null },
      { decision_account: "DECISION_ACCOUNT_TERMINATED" },
      "You are banned for good.",
      null,
    ],
  ];

  test.each(kinds)(
    "%j is explained, and recorded as the database wants it",
    async (action, fields, words, hours) => {
      const line = await openLine(lines);
      await post(line, PROMISE);
      const at = line.now;
      await line.decide((await only(line)).id, "uphold", {
        actions: [action],
        reason: "Mo says so",
      });
      await line.work();
      await line.work();
      const [statement] = await statements(line);
      const record = transparencyRecordSchema.parse(statement?.record);
      const ends = record.end_date_service_restriction ?? record.end_date_account_restriction;
      expect(ends).toBe(hours === null ? undefined : dayOf(at + hours * HOUR));
      expect(record).toMatchObject({
        ...fields,
        category: "STATEMENT_CATEGORY_CONSUMER_INFORMATION",
        automated_decision: "AUTOMATED_DECISION_NOT_AUTOMATED",
        content_date: dayOf(at),
        application_date: dayOf(at),
      });
      expect(JSON.stringify(statement?.record)).not.toMatch(/稳赚|Mo says so/u);
      const [notice] = told(line, "ana");
      const until = hours === null ? "" : sayTime("en", "UTC", at + hours * HOUR);
      expect(notice).toContain(`${words}${until}`);
      expect(notice).toMatch(/Rule: .+/u);
      expect(notice).toContain("What was relied on: an automatic rule flagged the message, and");
      expect(notice).toContain("A person decided this.\nThe moderator’s reason: Mo says so\n");
      const appealed = sayTime("en", "UTC", at + 14 * DAY);
      expect(notice).toContain(`write /appeal #1 and why, until ${appealed}`);
      expect(notice).toContain("You got 4 strike points, counting until");
      expect(notice).toContain("where the law gives you that right.");
      expect(notice).not.toMatch(/\bmo\b/u);
    },
  );

  test("without a restriction is no statement", async () => {
    const line = await openLine(lines);
    await post(line, PROMISE);
    await line.decide((await only(line)).id, "uphold", { actions: [{ kind: "warn" }] });
    await line.work();
    expect(await statements(line)).toEqual([]);
    expect(told(line, "ana")).toHaveLength(1);
  });

  test("in the words of a rule of the community's own keeps them out of the record", async () => {
    const line = await openLine(lines);
    await post(line, PROMISE);
    const rule = "Frau Schmidt's garden rule";
    await line.decide((await only(line)).id, "uphold", { rule });
    await line.work();
    await line.work();
    const [statement] = await statements(line);
    expect(statement?.record.incompatible_content_ground).toBe("the rules of this community");
    expect(told(line, "ana")[0]).toContain(`Rule: ${rule}`);
  });

  test("undone is taken back, and only once", async () => {
    const line = await openLine(lines);
    await post(line, PROMISE);
    const { id } = await only(line);
    const actions: CaseAction[] = [{ kind: "delete" }, { kind: "kick" }];
    await line.decide(id, "uphold", { actions });
    await line.work();
    await line.work();
    line.pass(HOUR);
    await undo(line, id);
    await line.work();
    await line.work();
    expect(await statements(line, false)).toEqual([]);
    expect(told(line, "ana")[1]).toContain(
      "the removal of your message and your removal from the community",
    );
    expect(told(line, "ana")[1]).toContain("You may come back to the community.");
    await line.decide(id, "uphold");
    await undo(line, id);
    await line.work();
    await line.work();
    // The second decision's reasons were never read: they were taken back before.
    expect(told(line, "ana")).toHaveLength(3);
  });

  test("on messages of several authors is explained to each, in person to whom it touches in person", async () => {
    const line = await openLine(lines);
    await post(line, PROMISE);
    await post(line, PROMISE, "bob");
    const message = line.message(PROMISE, { author: { id: "sam", role: "staff" } });
    await line.platform.post(message);
    const { id } = await only(line);
    await line.decide(id, "uphold", {
      actions: [{ kind: "delete" }, { kind: "timeout", minutes: 60 }],
    });
    await line.work();
    await line.work();
    expect((await statements(line)).map(({ authorId }) => authorId).toSorted()).toEqual([
      "ana",
      "bob",
      "sam",
    ]);
    for (const author of ["ana", "bob"]) {
      expect(told(line, author)[0]).toContain("Your message was removed.\nYou cannot write here");
      expect(told(line, author)[0]).toContain("strike points");
    }
    // One of the team, of whose message the case only happens to be: see act-on-authors.ts.
    expect(told(line, "sam")[0]).toContain("Your message was removed.");
    expect(told(line, "sam")[0]).not.toMatch(/You cannot write|strike/u);
  });

  test("in shadow mode is explained to nobody", async () => {
    const line = await openLine(lines);
    await post(line, PROMISE);
    await line.usePolicy(policySchema.parse({ mode: "shadow" }));
    await line.decide((await only(line)).id, "uphold");
    await line.work();
    expect(await statements(line)).toEqual([]);
    expect(told(line, "ana")).toEqual([]);
  });
});

test("an author who cannot be written to is recorded as unreachable, and not tried for ever", async () => {
  const line = await openLine(lines);
  line.platform.unreachable.add("ana");
  await post(line, LIST);
  await line.work();
  const attempts = await line.deps.store.attempts({
    communityId: line.community,
    personId: "ana",
    limit: 9,
  });
  expect(attempts).toMatchObject([
    { kind: "statement", outcome: "unreachable", refused: ["direct: unreachable"] },
  ]);
});

test("words and times are the author's own", async () => {
  const line = await openLine(lines, { timeZone: "Asia/Taipei" }, "zh-TW");
  await post(line, PROMISE);
  const until = sayTime("zh-TW", "Asia/Taipei", line.now + HOUR);
  await line.decide((await only(line)).id, "uphold", {
    actions: [{ kind: "timeout", minutes: 60 }],
  });
  await line.work();
  await line.work();
  const [notice] = told(line, "ana");
  expect(notice).toContain(`您被禁言 1 小時，至 ${until} 為止。`);
  expect(notice).toContain("依據規則：");
  const own = notice?.split("\n").filter((words) => !words.startsWith("涉及的內容"));
  expect(own?.join("")).not.toMatch(/承诺|风险|规则|广告/u);
  expect(own?.join("")).toContain("承諾保本");
  const team = [{ id: "ana", role: "staff", language: "zh-CN", timeZone: "UTC" }];
  await line.usePolicy(policySchema.parse({ team, timeZone: "Asia/Taipei" }));
  const { id } = await only(line);
  await undo(line, id);
  await line.work();
  await line.work();
  expect(told(line, "ana").at(-1)).toContain("以下处理不再有效：禁言。");
});
