import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { policySchema } from "../../src/engine/policy.ts";
import { openInquiry, openReview, type ReviewInput } from "../../src/pipeline/open-review.ts";
import { undoDecision } from "../../src/pipeline/work-case.ts";
import { type Line, openLines } from "./line.ts";

let lines: Awaited<ReturnType<typeof openLines>>;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterEach(() => lines.clear());
afterAll(() => lines.close());

async function started(): Promise<Line> {
  const line = lines.makeLine();
  await line.start();
  line.platform.addMember(line.community, { id: "ana" });
  return line;
}

function review(line: Line, changes: Partial<ReviewInput> = {}): ReviewInput {
  return {
    platform: line.platform.name,
    communityId: line.community,
    channelId: "example",
    by: "mo",
    author: { id: "ana", role: "member" },
    messageKeys: [],
    severity: null,
    requestId: null,
    outcome: "uphold",
    rule: "be civil",
    reason: "shouts at people",
    actions: [{ kind: "timeout", minutes: 60 }],
    ...changes,
  };
}

function fallOver(): never {
  throw new Error("killed");
}

/** Keys of what ana wrote, newest first. */
async function keysOf(line: Line): Promise<readonly string[]> {
  const recent = await line.deps.store.recentMessages(line.community, "ana", null, 10);
  return recent.map(({ key }) => key);
}

describe("a moderator acts on somebody without a finding", () => {
  test("the act has a case, a reason, a rule and an undo, though nothing of them is recorded", async () => {
    const line = await started();
    const ana = { communityId: line.community, memberId: "ana" };
    expect(await openReview(line.deps, review(line))).toMatchObject({
      ok: true,
      value: {
        number: 1,
        source: "review",
        severity: "S3",
        state: "decided",
        authorId: "ana",
        decision: { rule: "be civil", reason: "shouts at people", strikePoints: 1 },
      },
    });
    await line.work();
    expect(line.platform.barOf(ana)).toMatchObject({ kind: "timed-out" });
    const [view] = await line.cases();
    expect(view?.message.evidence).toBeNull();
    await undoDecision(line.deps, { caseId: view!.id, by: "mo", reason: null });
    await line.work();
    expect(line.platform.barOf(ana)).toBeNull();
    expect(await line.auditTypes()).toEqual(
      expect.arrayContaining(["case.opened", "case.decided", "action.done", "action.undone"]),
    );
  });

  test("somebody of whom no message stands is warned in a direct message", async () => {
    const line = await started();
    await openReview(line.deps, review(line, { actions: [{ kind: "warn" }] }));
    await line.work();
    const said = line.platform.inbox(line.community, "ana").flatMap(({ lines: each }) => each);
    expect(said).toEqual(
      expect.arrayContaining([
        "You were warned.",
        "Rule: be civil",
        "The moderator’s reason: shouts at people",
      ]),
    );
  });

  test("a purge deletes the messages it names", async () => {
    const line = await started();
    const author = { id: "ana", role: "member" } as const;
    for (const text of ["one", "two", "three"]) {
      line.pass(1000);
      await line.platform.post(line.message(text, { author }));
    }
    const [three, two] = await keysOf(line);
    const input = review(line, { messageKeys: [three!, two!], actions: [{ kind: "delete" }] });
    expect(await openReview(line.deps, input)).toMatchObject({ value: { messages: 2 } });
    await line.work();
    expect(line.platform.messages("example").map(({ hidden }) => hidden)).toEqual([
      false,
      true,
      true,
    ]);
  });

  test("a message whose case waits is decided there", async () => {
    const line = await started();
    const author = { id: "ana", role: "member" } as const;
    await line.platform.post(line.message("加群稳赚不赔，保本保息，年化30%", { author }));
    await line.platform.post(line.message("hello", { author }));
    const messageKeys = await keysOf(line);
    const input = review(line, { messageKeys, actions: [], rule: null });
    expect(await openReview(line.deps, input)).toMatchObject({
      value: { number: 1, source: "rule", state: "decided", messages: 2, decision: { rule: /./u } },
    });
    expect(await line.cases()).toHaveLength(1);
  });

  test("a message whose case is about others or about more, or waits for somebody, has a case of its own", async () => {
    const line = await started();
    const text = "加群稳赚不赔，保本保息，年化30%";
    for (const id of ["bo", "ana", "cy"]) {
      await line.platform.post(line.message(text, { author: { id, role: "member" } }));
    }
    const [raided] = await keysOf(line);
    const timeout = await openReview(line.deps, review(line, { messageKeys: [raided!] }));
    expect(timeout).toMatchObject({ value: { number: 2, source: "review", authorId: "ana" } });
    await line.work();
    const bars = ["bo", "ana", "cy"].map((memberId) =>
      line.platform.barOf({ communityId: line.community, memberId }),
    );
    expect(bars).toMatchObject([null, { kind: "timed-out" }, null]);
    const raid = await line.deps.store.findCaseByNumber(line.community, 1);
    expect(raid).toMatchObject({ state: "open", messages: 3 });

    line.pass(2 * 3_600_000);
    const author = { id: "ana", role: "member" } as const;
    await line.platform.post(
      line.message("客户名单\n张三 13900000001\n李四 13900000002", { author }),
    );
    line.pass(1000);
    await line.platform.post(line.message("明天下午三点开会，电话 13900000004", { author }));
    const [mild] = await keysOf(line);
    const waiting = await line.deps.store.findCaseByNumber(line.community, 3);
    expect(waiting).toMatchObject({ messages: 2, state: "open" });
    const warn = review(line, { messageKeys: [mild!], actions: [{ kind: "warn" }] });
    expect(await openReview(line.deps, warn)).toMatchObject({ value: { number: 4, messages: 1 } });
    const ban = review(line, { messageKeys: [mild!], actions: [{ kind: "ban", minutes: null }] });
    expect(await openReview(line.deps, ban)).toMatchObject({
      value: { number: 5, proposal: { actions: [{ kind: "ban" }] } },
    });
    const purge = review(line, { messageKeys: [mild!], actions: [{ kind: "delete" }], by: "kim" });
    expect(await openReview(line.deps, purge)).toMatchObject({
      value: { number: 6, decision: { actions: [{ kind: "delete" }] } },
    });
  });

  test("unknown messages are as good as none", async () => {
    const line = await started();
    const decided = await openReview(line.deps, review(line, { messageKeys: ["no-such-key"] }));
    expect(decided).toMatchObject({ ok: true, value: { number: 1, messages: 1 } });
  });

  test("without a reason nothing is opened", async () => {
    const line = await started();
    expect(await openReview(line.deps, review(line, { reason: "" }))).toEqual({
      ok: false,
      error: { kind: "reason-required" },
    });
    expect(await line.cases()).toEqual([]);
  });

  test("without a rule nothing is opened", async () => {
    const line = await started();
    expect(await openReview(line.deps, review(line, { rule: null }))).toEqual({
      ok: false,
      error: { kind: "rule-required" },
    });
    expect(await line.cases()).toEqual([]);
    expect(await line.auditTypes()).toEqual([]);
    expect(await line.jobs()).toEqual([]);
  });

  test("what ends half-way has not happened, and happens when it is tried again", async () => {
    const line = await started();
    const { ids } = line.deps;
    let made = 0;
    // The second id of a request is that of something its decision writes.
    const breaking = { ...ids, next: () => (made++ === 0 ? ids.next() : fallOver()) };
    const broken = openReview({ ...line.deps, ids: breaking }, review(line));
    await expect(broken).rejects.toThrow("killed");
    expect(await line.cases()).toEqual([]);
    expect(await openReview(line.deps, review(line))).toMatchObject({
      value: { number: 1, state: "decided" },
    });
  });

  test("the same asked at once or again within a minute is one case and one timeout", async () => {
    const line = await started();
    const click = (requestId: string) => openReview(line.deps, review(line, { requestId }));
    const all = await Promise.all(["a", "b", "a"].map(click));
    line.pass(59_000);
    all.push(await click("c"));
    expect(all.map((each) => each.ok && each.value.number)).toEqual([1, 1, 1, 1]);
    expect(await line.cases()).toHaveLength(1);
    line.pass(1001);
    expect(await click("d")).toMatchObject({ value: { number: 2 } });
    line.pass(60_001);
    expect(await click("a")).toMatchObject({ error: { kind: "already-decided", by: "mo" } });
  });

  test("another act, reason, person or moderator, and what was taken back, is no repetition", async () => {
    const line = await started();
    const first = await openReview(line.deps, review(line));
    const others: Partial<ReviewInput>[] = [
      { actions: [{ kind: "timeout", minutes: 61 }] },
      { reason: "shouts at everybody" },
      { author: { id: "bo", role: "member" } },
      { by: "kim" },
      { rule: "be kind" },
    ];
    for (const [nth, changes] of others.entries()) {
      const other = await openReview(line.deps, review(line, changes));
      expect(other).toMatchObject({ value: { number: nth + 2 } });
    }
    if (first.ok) {
      await undoDecision(line.deps, { caseId: first.value.id, by: "mo", reason: null });
    }
    expect(await openReview(line.deps, review(line))).toMatchObject({ value: { number: 7 } });
  });

  test("a purge after somebody went on is another", async () => {
    const line = await started();
    const author = { id: "ana", role: "member" } as const;
    const actions = [{ kind: "delete" }] as const;
    for (const number of [1, 2]) {
      await line.platform.post(line.message(`spam ${number}`, { author }));
      const input = review(line, { messageKeys: await keysOf(line), actions });
      for (let time = 0; time < 2; time += 1) {
        expect(await openReview(line.deps, input)).toMatchObject({ value: { number } });
      }
    }
  });

  test("a ban that waits is proposed once, however often it is asked for", async () => {
    const line = await started();
    const input = review(line, { actions: [{ kind: "ban", minutes: null }] });
    const all = await Promise.all([1, 2, 3].map(() => openReview(line.deps, input)));
    expect(all.map((each) => each.ok && each.value.number)).toEqual([1, 1, 1]);
    expect(await line.cases()).toHaveLength(1);
  });

  test("what is grave about somebody asks for a second moderator, with a milder case beside it too", async () => {
    const line = await started();
    const secondModerator = { severities: ["S1"], actions: [] };
    await line.usePolicy(policySchema.parse({ cases: { secondModerator } }));
    const author = { id: "ana", role: "member" } as const;
    await line.platform.post(line.message("加群稳赚不赔，保本保息，年化30%", { author }));
    const proposed = { value: { number: 2, severity: "S3", decision: null, proposal: {} } };
    expect(await openReview(line.deps, review(line))).toMatchObject(proposed);
    await line.decide((await line.cases()).find(({ number }) => number === 1)!.id, "dismiss");
    expect(await openReview(line.deps, review(line, { reason: "again" }))).toMatchObject({
      value: { number: 3, proposal: {} },
    });
  });

  test("a ban still needs a second moderator", async () => {
    const line = await started();
    const input = review(line, { actions: [{ kind: "ban", minutes: null }] });
    expect(await openReview(line.deps, input)).toMatchObject({
      value: { state: "open", proposal: { actions: [{ kind: "ban" }] } },
    });
  });
});

function ask(line: Line, text: string) {
  return openInquiry(line.deps, {
    kind: "question",
    platform: line.platform.name,
    communityId: line.community,
    channelId: "example",
    authorId: "ana",
    text,
    requestId: null,
  });
}

describe("a member's question", () => {
  test("is a case for the service team with a ladder of its own; its words are kept without personal values", async () => {
    const line = await started();
    expect(await ask(line, "我的电话 13900000009，什么时候到账？")).toMatchObject({
      ok: true,
      value: { source: "question", severity: null, state: "open", ladder: { nextAt: line.now } },
    });
    const [view] = await line.cases();
    expect(view?.message.evidence).toMatch(/^我的电话 █+，什么时候到账？$/u);
    expect((await line.jobs()).map(({ name }) => name).toSorted()).toEqual(["climb", "show"]);
    expect(JSON.stringify([await line.jobs(), await line.audit()])).not.toContain("到账");
  });

  test("is answered, not deleted", async () => {
    const line = await started();
    await ask(line, "什么时候到账？");
    const [view] = await line.cases();
    expect(await line.decide(view!.id, "uphold")).toMatchObject({
      error: { kind: "answer-required" },
    });
    // The clock was set back since.
    line.pass(-3);
    expect(await line.decide(view!.id, "uphold", { answer: "今天下午" })).toMatchObject({
      value: { decision: { rule: "question", actions: [], strikePoints: 0 } },
    });
    expect((await line.audit()).at(-1)).toMatchObject({
      type: "case.decided",
      payload: { openForMs: 0 },
    });
  });

  test("in shadow mode wakes nobody; without words opens nothing", async () => {
    const line = await started();
    await line.usePolicy(policySchema.parse({ mode: "shadow" }));
    expect(await ask(line, "  ")).toMatchObject({ error: { kind: "reason-required" } });
    expect(await ask(line, "什么时候到账？")).toMatchObject({ value: { shadow: true } });
    expect(await line.jobs()).toEqual([]);
  });
});
