import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { CaseAction } from "../../src/engine/case/decision.ts";
import { policySchema } from "../../src/engine/policy.ts";
import { verifyChain } from "../../src/pipeline/audit-report.ts";
import { personOf } from "../../src/pipeline/deps.ts";
import { decideCase, undoDecision } from "../../src/pipeline/work-case.ts";
import { type Line, openLines } from "./line.ts";

let lines: Awaited<ReturnType<typeof openLines>>;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterEach(() => lines.clear());
afterAll(() => lines.close());

const PROMISE = "加群稳赚不赔，保本保息，年化30%";
const LIST = "客户名单\n张三 13900000001\n李四 13900000002\n王五 13900000003";
const HOUR = 3_600_000;
/** Decisions of one moderator, without strikes: each test sets what it is about. */
const PLAIN = { cases: { secondModerator: { actions: [] } }, strikes: { thresholds: [] } };

async function withCase(text = PROMISE, policy: object = PLAIN) {
  const line = lines.makeLine();
  await line.start();
  await line.usePolicy(policySchema.parse(policy));
  await line.platform.post(line.message(text));
  await line.work();
  const [view] = await line.cases();
  const author = { communityId: line.community, memberId: view!.authorId };
  return { line, caseId: view!.id, author };
}

async function only(line: Line) {
  const [view] = await line.cases();
  return view!;
}

async function events(line: Line, type: string) {
  return (await line.audit()).filter((event) => event.type === type).map(({ payload }) => payload);
}

function undo(line: Line, caseId: string) {
  return undoDecision(line.deps, { caseId, by: "mo", reason: null });
}

describe("an upheld case", () => {
  test("deletes every message of the case when nothing else is chosen, and takes back what was not held before", async () => {
    const { line, caseId } = await withCase();
    await line.platform.post(line.message(PROMISE));
    await line.decide(caseId, "uphold");
    await line.work();
    expect(line.platform.messages("example")).toMatchObject([{ hidden: true }, { hidden: true }]);
    expect(await events(line, "action.done")).toMatchObject([{ action: "delete", messages: 2 }]);
    await undo(line, caseId);
    await line.work();
    expect(line.platform.messages("example")).toMatchObject([{ hidden: false }, { hidden: false }]);
    expect(await events(line, "action.undone")).toMatchObject([{ action: "delete", messages: 2 }]);
    expect(await only(line)).toMatchObject({ state: "reopened", decision: null });
  });

  test("undone, a message that was held before anybody decided stays hidden until somebody does", async () => {
    const { line, caseId } = await withCase(LIST);
    await line.decide(caseId, "uphold");
    await line.work();
    await undo(line, caseId);
    await line.work();
    expect(line.platform.messages("example")).toMatchObject([{ hidden: true }]);
    await line.decide(caseId, "dismiss");
    await line.work();
    expect(line.platform.messages("example")).toMatchObject([{ hidden: false }]);
    await undo(line, caseId);
    await line.work();
    expect(line.platform.messages("example")).toMatchObject([{ hidden: true }]);
  });

  test.each<[CaseAction, object]>([
    [{ kind: "timeout", minutes: 60 }, { kind: "timed-out" }],
    [{ kind: "ban", minutes: 60 }, { kind: "banned" }],
    [
      { kind: "ban", minutes: null },
      { kind: "banned", until: null },
    ],
  ])(
    "%j is carried out until its time from the decision, and lifted by an undo",
    async (action, bar) => {
      const { line, caseId, author } = await withCase();
      await line.decide(caseId, "uphold", { actions: [action] });
      const until = line.now + HOUR;
      line.pass(60_000);
      await line.work();
      expect(line.platform.barOf(author)).toMatchObject({ until, ...bar });
      await undo(line, caseId);
      await line.work();
      expect(line.platform.barOf(author)).toBeNull();
    },
  );

  test("a kick cannot be taken back", async () => {
    const { line, caseId, author } = await withCase();
    await line.decide(caseId, "uphold", { actions: [{ kind: "kick" }] });
    await line.work();
    await undo(line, caseId);
    await line.work();
    expect(line.platform.barOf(author)).toEqual({ kind: "removed" });
    expect(await events(line, "action.undone")).toEqual([]);
  });

  test("an official answer stands under the message once, however often it is tried", async () => {
    const { line, caseId } = await withCase();
    const text = "Nobody can promise returns. See example.com/risk";
    await line.decide(caseId, "uphold", { actions: [{ kind: "publish-answer", text }] });
    const act = await line.job("act");
    await line.run(act);
    await line.run(act);
    const [message] = line.platform.messages("example");
    expect([...(message?.answers.values() ?? [])]).toEqual([text]);
    expect(await events(line, "action.done")).toHaveLength(1);
  });
});

describe("what the platform refuses", () => {
  test("for good stands in the audit log; for a while is tried again; what is gone is done", async () => {
    const { line, caseId } = await withCase();
    await line.decide(caseId, "uphold", { actions: [{ kind: "kick" }] });
    const act = await line.job("act");
    line.platform.refuse = { kind: "throttled", retryAfterMs: 1000 };
    await expect(line.run(act)).rejects.toThrow("throttled");
    line.platform.refuse = { kind: "forbidden", permission: "kick members" };
    await line.run(act);
    expect(await events(line, "action.failed")).toMatchObject([
      { action: "kick", refused: "forbidden", case: caseId },
    ]);
    line.platform.refuse = { kind: "gone" };
    await line.run(act);
    expect(await events(line, "action.done")).toMatchObject([{ action: "kick", gone: true }]);
  });

  test("a late retry of a timeout whose time is over does nothing", async () => {
    const { line, caseId, author } = await withCase();
    await line.decide(caseId, "uphold", { actions: [{ kind: "timeout", minutes: 1 }] });
    line.pass(60_000);
    await line.run(await line.job("act"));
    expect(line.platform.barOf(author)).toBeNull();
    expect(await events(line, "action.failed")).toMatchObject([{ refused: "over" }]);
  });

  test("one message that cannot be hidden does not keep the others", async () => {
    const { line, caseId } = await withCase();
    await line.platform.post(line.message(PROMISE));
    await line.decide(caseId, "uphold");
    const hide = line.platform.hideMessage.bind(line.platform);
    let calls = 0;
    line.platform.hideMessage = async (target) => {
      calls += 1;
      return calls === 1
        ? { ok: false, error: { kind: "unavailable", cause: null } }
        : hide(target);
    };
    const act = await line.job("act");
    await expect(line.run(act)).rejects.toThrow("unavailable");
    expect(line.platform.messages("example")).toMatchObject([{ hidden: false }, { hidden: true }]);
    await line.run(act);
    expect(line.platform.messages("example")).toMatchObject([{ hidden: true }, { hidden: true }]);
    expect(calls).toBe(3);
  });
});

describe("an undo that overtakes its action", () => {
  test("an action that comes after it is taken back, though that fails at first", async () => {
    const { line, caseId, author } = await withCase();
    await line.decide(caseId, "uphold", { actions: [{ kind: "ban", minutes: null }] });
    const act = await line.job("act");
    const { platform } = line;
    const [ban, unban] = [platform.banMember.bind(platform), platform.unbanMember.bind(platform)];
    platform.banMember = async (...parts) => {
      await undo(line, caseId);
      await line.run(await line.job("undo"));
      platform.unbanMember = async () => ({
        ok: false,
        error: { kind: "unavailable", cause: null },
      });
      return ban(...parts);
    };
    await expect(line.run(act)).rejects.toThrow("unavailable");
    expect(platform.barOf(author)).toMatchObject({ kind: "banned" });
    platform.unbanMember = unban;
    await line.run(act);
    expect(platform.barOf(author)).toBeNull();
  });

  test("a late undo does not touch what a newer decision settles", async () => {
    const { line, caseId } = await withCase();
    await line.decide(caseId, "uphold");
    await line.work();
    await undo(line, caseId);
    const late = await line.job("undo");
    await line.decide(caseId, "uphold");
    await line.run(await line.job("act"));
    await line.run(late);
    expect(line.platform.messages("example")).toMatchObject([{ hidden: true }]);
  });
});

test("what a version before noted under the fingerprint itself is done, and can be taken back", async () => {
  const { line, caseId, author } = await withCase();
  await line.decide(caseId, "uphold", { actions: [{ kind: "ban", minutes: null }] });
  const { decision, platform } = await only(line);
  const person = personOf(line.deps, platform, author.memberId);
  const event = { type: "action.done", at: line.now, person, payload: {} } as const;
  const noted = `${decision?.id}-act-0-${person.slice(0, 32)}`;
  await line.platform.banMember(author, null);
  await line.deps.store.noteEffect(noted, line.community, event);
  await line.work();
  expect(await events(line, "action.done")).toHaveLength(1);
  await undo(line, caseId);
  await line.work();
  expect(line.platform.barOf(author)).toBeNull();
  expect(await events(line, "action.undone")).toHaveLength(1);
});

describe("a dismissal", () => {
  test("allows no action against anybody", async () => {
    const { line, caseId } = await withCase();
    const dismissed = await line.decide(caseId, "dismiss", { actions: [{ kind: "warn" }] });
    expect(dismissed).toEqual({ ok: false, error: { kind: "action-not-allowed", action: "warn" } });
    expect(await only(line)).toMatchObject({ state: "open" });
  });

  test("brings back what was held, whatever else is chosen", async () => {
    const { line, caseId } = await withCase(LIST);
    const answer = { kind: "publish-answer", text: "our own list" } as const;
    await line.decide(caseId, "dismiss", { actions: [answer] });
    await line.work();
    expect(line.platform.messages("example")).toMatchObject([{ hidden: false }]);
  });
});

describe("words", () => {
  test("a reason is needed, is not too long, and is kept without personal values", async () => {
    const { line, caseId } = await withCase();
    expect(await line.decide(caseId, "uphold", { reason: " " })).toEqual({
      ok: false,
      error: { kind: "reason-required" },
    });
    expect(await line.decide(caseId, "uphold", { reason: "长".repeat(10_000) })).toEqual({
      ok: false,
      error: { kind: "reason-too-long", units: 10_000, most: 1000 },
    });
    await line.decide(caseId, "uphold", { reason: "他的电话 13900000009" });
    expect((await only(line)).decision?.reason).toMatch(/^他的电话 █+$/u);
  });

  test("the rule is that of the finding, or a named one; the audit log holds no words", async () => {
    const first = await withCase();
    await first.line.decide(first.caseId, "uphold");
    const { decision, verdict } = await only(first.line);
    expect(decision?.rule).toBe(verdict.findings[0]?.rule);
    expect(await events(first.line, "case.decided")).toMatchObject([{ rule: decision?.rule }]);
    const second = await withCase();
    await second.line.decide(second.caseId, "uphold", { rule: "House rule 3" });
    expect((await only(second.line)).decision?.rule).toBe("House rule 3");
    expect(JSON.stringify(await second.line.audit())).not.toContain("House rule");
    expect(await events(second.line, "case.decided")).toMatchObject([{ rule: "own" }]);
  });

  test("no word of an action keeps a number of somebody", async () => {
    const { line, caseId } = await withCase();
    const phone = "13900000001";
    const answer = { kind: "publish-answer", text: `call ${phone}` } as const;
    const refused = await line.decide(caseId, "uphold", { actions: [answer] });
    expect(refused).toEqual({ ok: false, error: { kind: "personal-answer" } });
    const ask = { kind: "ask-correction", text: `remove ${phone}` } as const;
    await line.decide(caseId, "uphold", { actions: [ask] });
    expect(JSON.stringify((await only(line)).decision)).not.toContain(phone);
  });

  test("the words of an action are plain, and some", async () => {
    const { line, caseId } = await withCase();
    const ask = (text: string) =>
      line.decide(caseId, "uphold", { actions: [{ kind: "ask-correction", text }] });
    expect(await ask("\u0000\u202E")).toEqual({ ok: false, error: { kind: "reason-required" } });
    await ask("fix \uD800\n this \u0000now");
    expect((await only(line)).decision?.actions).toEqual([
      { kind: "ask-correction", text: "fix \uFFFD this now" },
    ]);
  });

  test("need-more puts the case on hold with the reason as a note for the team", async () => {
    const { line, caseId } = await withCase();
    const input = { caseId, by: "mo", rule: null, reason: "ask the author", actions: null };
    await decideCase(line.deps, { ...input, outcome: "need-more" });
    expect(await only(line)).toMatchObject({ state: "on-hold", onHoldUntil: line.now + 2 * HOUR });
    expect(await line.deps.store.caseNotes(caseId)).toMatchObject([
      { text: "ask the author", audience: "team", by: "mo" },
    ]);
    await line.live(24 * HOUR);
    expect(await only(line)).toMatchObject({ state: "open", ladder: { round: 2 } });
  });
});

test("a second decision is told who decided and when", async () => {
  const { line, caseId } = await withCase();
  await line.decide(caseId, "uphold");
  const at = line.now;
  line.pass(1000);
  expect(await line.decide(caseId, "dismiss", { by: "kim" })).toEqual({
    ok: false,
    error: { kind: "already-decided", by: "mo", at },
  });
  expect(await line.decide("c-none", "dismiss")).toEqual({
    ok: false,
    error: { kind: "not-found" },
  });
});

test("a whole history is one unbroken chain", async () => {
  const { line, caseId } = await withCase(LIST);
  await line.decide(caseId, "uphold");
  await line.work();
  await undo(line, caseId);
  await line.work();
  await line.decide(caseId, "dismiss");
  await line.work();
  expect(await verifyChain(line.deps.store, line.deps.digests, line.community)).toMatchObject({
    problem: null,
  });
});
