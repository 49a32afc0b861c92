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
    rule: null,
    reason: "shouts at people",
    actions: [{ kind: "timeout", minutes: 60 }],
    ...changes,
  };
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
        decision: { rule: "review", reason: "shouts at people", strikePoints: 1 },
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
        "Rule: the rules of this community",
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
    const decided = await openReview(line.deps, review(line, { messageKeys, actions: [] }));
    expect(decided).toMatchObject({
      value: { number: 1, source: "rule", state: "decided", messages: 2, decision: { rule: /./u } },
    });
    expect(await line.cases()).toHaveLength(1);
  });

  test("a message whose case waits with messages of others is decided in a case of its own", async () => {
    const line = await started();
    const text = "加群稳赚不赔，保本保息，年化30%";
    for (const id of ["bo", "ana", "cy"]) {
      await line.platform.post(line.message(text, { author: { id, role: "member" } }));
    }
    const messageKeys = await keysOf(line);
    const timeout = await openReview(line.deps, review(line, { messageKeys }));
    expect(timeout).toMatchObject({ value: { number: 2, source: "review", authorId: "ana" } });
    // The newest case of the message is decided now, and that of the others still waits.
    const again = await openReview(line.deps, review(line, { messageKeys }));
    expect(again).toMatchObject({ value: { number: 3 } });
    await line.work();
    const bars = ["bo", "ana", "cy"].map((memberId) =>
      line.platform.barOf({ communityId: line.community, memberId }),
    );
    expect(bars).toMatchObject([null, { kind: "timed-out" }, null]);
    const raid = await line.deps.store.findCaseByNumber(line.community, 1);
    expect(raid).toMatchObject({ state: "open", messages: 3 });
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

  test("two clicks are one case and one timeout", async () => {
    const line = await started();
    const input = review(line, { requestId: "click-1" });
    const both = [await openReview(line.deps, input), await openReview(line.deps, input)];
    expect(both).toMatchObject([{ ok: true }, { error: { kind: "already-decided", by: "mo" } }]);
    expect(await line.cases()).toHaveLength(1);
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
      value: { decision: { rule: "question", actions: [], strikePoints: 0 } },
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
