import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { policySchema } from "../../src/engine/policy.ts";
import { confirmDecision, rejectProposal, undoDecision } from "../../src/pipeline/work-case.ts";
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

async function points(line: Line, memberId: string) {
  return (await line.deps.store.standing(line.community, memberId, line.now))?.strikePoints;
}

describe("four eyes", () => {
  const SEVERE = { strikes: { thresholds: [] } };
  const ban = { actions: [{ kind: "ban", minutes: null }] } as const;

  test("a ban waits for somebody else, who is called", async () => {
    const { line, caseId, author } = await withCase(PROMISE, SEVERE);
    expect(await line.decide(caseId, "uphold", ban)).toMatchObject({
      ok: true,
      value: {
        state: "open",
        decision: null,
        proposal: { moderatorId: "mo" },
        ladder: { round: 2 },
      },
    });
    await line.work();
    expect(line.platform.barOf(author)).toBeNull();
    expect(await confirmDecision(line.deps, { caseId, by: "mo" })).toEqual({
      ok: false,
      error: { kind: "needs-another" },
    });
    line.pass(1000);
    const confirmed = await confirmDecision(line.deps, { caseId, by: "kim" });
    expect(confirmed).toMatchObject({
      ok: true,
      value: { decision: { moderatorId: "mo", confirmedBy: "kim", decidedAt: line.now } },
    });
    await line.work();
    expect(line.platform.barOf(author)).toEqual({ kind: "banned", until: null });
    expect(await line.auditTypes()).toEqual(
      expect.arrayContaining(["case.proposed", "case.decided", "action.done"]),
    );
  });

  test("a rejected proposal does nothing, and says why to the team", async () => {
    const { line, caseId, author } = await withCase(PROMISE, SEVERE);
    await line.decide(caseId, "uphold", ban);
    await rejectProposal(line.deps, { caseId, by: "kim", reason: "too hard" });
    await line.work();
    expect(line.platform.barOf(author)).toBeNull();
    expect(await only(line)).toMatchObject({ state: "open", proposal: null, decision: null });
    expect(await line.deps.store.caseNotes(caseId)).toMatchObject([{ text: "too hard" }]);
    expect(await events(line, "case.rejected")).toHaveLength(1);
  });

  test("severities that the policy names wait too", async () => {
    const asks = { cases: { secondModerator: { severities: ["S1"], actions: [] } } };
    const { line, caseId } = await withCase(PROMISE, asks);
    await line.decide(caseId, "dismiss");
    expect(await only(line)).toMatchObject({ proposal: { outcome: "dismiss" }, decision: null });
  });
});

describe("strikes", () => {
  const RULES = {
    cases: { secondModerator: { actions: [] } },
    strikes: { points: { S1: 4 }, expireDays: 30 },
  };
  test("add up to a threshold, whose action is added; an undo takes them back", async () => {
    const { line, caseId, author } = await withCase(PROMISE, RULES);
    await line.decide(caseId, "uphold");
    expect((await only(line)).decision).toMatchObject({
      strikePoints: 4,
      actions: [{ kind: "delete" }, { kind: "timeout", minutes: 1440 }],
    });
    await line.work();
    expect(await points(line, author.memberId)).toBe(4);
    expect(line.platform.barOf(author)).toMatchObject({ kind: "timed-out" });
    await undo(line, caseId);
    await line.work();
    expect(await points(line, author.memberId)).toBe(0);
    expect(line.platform.barOf(author)).toBeNull();
  });

  test("of a ban by a threshold, a second moderator knows too", async () => {
    const { line, caseId } = await withCase(PROMISE, { strikes: RULES.strikes });
    await line.decide(caseId, "uphold");
    await line.platform.post(line.message(`${PROMISE} again`));
    const next = (await line.cases()).find(({ state }) => state === "open");
    await line.decide(next!.id, "uphold");
    const proposed = (await line.cases()).find(({ id }) => id === next!.id);
    expect(proposed?.proposal?.actions).toContainEqual({ kind: "ban", minutes: null });
  });

  test("expire", async () => {
    const { line, caseId, author } = await withCase(PROMISE, RULES);
    await line.decide(caseId, "uphold", { actions: [] });
    line.pass(30 * 24 * HOUR);
    expect(await points(line, author.memberId)).toBe(0);
  });
});

describe("shadow mode", () => {
  test("a decision is recorded and nothing follows: no job, no strike, no second moderator", async () => {
    const line = lines.makeLine();
    await line.start();
    await line.usePolicy(policySchema.parse({ mode: "shadow" }));
    await line.platform.post(line.message(PROMISE));
    const { id, authorId } = await only(line);
    const actions = [{ kind: "ban", minutes: null }] as const;
    expect(await line.decide(id, "uphold", { actions })).toMatchObject({
      ok: true,
      value: { state: "decided", decision: { strikePoints: 0 } },
    });
    expect(await line.jobs()).toEqual([]);
    const standing = await line.deps.store.standing(line.community, authorId, line.now);
    expect(standing).toMatchObject({ strikePoints: 0 });
  });

  test("that begins after a decision stops what it asked for, but brings back what was hidden", async () => {
    const { line, caseId, author } = await withCase(LIST);
    await line.decide(caseId, "uphold", { actions: [{ kind: "timeout", minutes: 60 }] });
    await line.usePolicy(policySchema.parse({ ...PLAIN, mode: "shadow" }));
    await line.work();
    expect(line.platform.barOf(author)).toBeNull();
    await undo(line, caseId);
    await line.decide(caseId, "dismiss");
    await line.work();
    expect(line.platform.messages("example")).toMatchObject([{ hidden: false }]);
  });
});
