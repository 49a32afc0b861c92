import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Author } from "../../src/engine/message.ts";
import { policySchema } from "../../src/engine/policy.ts";
import { handleMessage } from "../../src/pipeline/handle-message.ts";
import { decideCase, holdCase, takeCase } from "../../src/pipeline/work-case.ts";
import { openInquiry } from "../../src/pipeline/open-review.ts";
import { type Line, openLines } from "./line.ts";

let lines: Awaited<ReturnType<typeof openLines>>;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterEach(() => lines.clear());
afterAll(() => lines.close());

const MINUTE = 60_000;
const PROMISE = "加群稳赚不赔，保本保息，年化30%";
const LIST = "客户名单\n张三 13900000001\n李四 13900000002\n王五 13900000003";
const ANA: Author = { id: "ana", role: "member" };
const BEN: Author = { id: "ben", role: "member" };

async function started(): Promise<Line> {
  const line = lines.makeLine();
  await line.start();
  return line;
}

async function say(line: Line, text: string, author: Author) {
  const handled = await handleMessage(line.deps, line.message(text, { author }));
  return handled.case?.number ?? null;
}

describe("messages that belong together are one case", () => {
  test("of the same author, within the window", async () => {
    const line = await started();
    expect(await say(line, PROMISE, ANA)).toBe(1);
    line.pass(59 * 60_000);
    expect(await say(line, `${PROMISE} 速来`, ANA)).toBe(1);
    expect(await line.cases()).toMatchObject([{ messages: 2, lastSeenAt: line.now }]);
    expect(await line.auditTypes()).toContain("case.joined");
  });

  test("of the same text, whoever posts it", async () => {
    const line = await started();
    expect(await say(line, PROMISE, ANA)).toBe(1);
    expect(await say(line, PROMISE, BEN)).toBe(1);
    expect(await line.cases()).toMatchObject([{ messages: 2, authorId: "ana" }]);
  });

  test("not of different authors and texts", async () => {
    const line = await started();
    expect(await say(line, PROMISE, ANA)).toBe(1);
    expect(await say(line, `${PROMISE} 速来`, BEN)).toBe(2);
  });

  test("not after the window, and not once the case is decided", async () => {
    const line = await started();
    expect(await say(line, PROMISE, ANA)).toBe(1);
    line.pass(61 * 60_000);
    expect(await say(line, PROMISE, ANA)).toBe(2);
    const [newest] = (await line.cases()).filter(({ number }) => number === 2);
    await line.decide(newest!.id, "uphold", { actions: [] });
    expect(await say(line, PROMISE, ANA)).toBe(3);
  });

  test("an edit joins the case of the message", async () => {
    const line = await started();
    const message = line.message(PROMISE);
    await handleMessage(line.deps, message);
    line.pass(1000);
    const edited = { ...message, text: `${PROMISE}！`, revisedAt: line.now };
    expect(await handleMessage(line.deps, edited)).toMatchObject({ case: { number: 1 } });
    expect(await line.cases()).toMatchObject([{ messages: 2 }]);
  });

  test("a case of shadow mode is not joined by what is live", async () => {
    const line = await started();
    await line.usePolicy(policySchema.parse({ mode: "shadow" }));
    expect(await say(line, PROMISE, ANA)).toBe(1);
    await line.usePolicy(policySchema.parse({}));
    expect(await say(line, PROMISE, ANA)).toBe(2);
  });
});

test("a raid of 500 messages is one case, one climb and few cards", async () => {
  const line = await started();
  for (let i = 0; i < 500; i += 1) {
    await say(line, PROMISE, { id: `raider-${i % 50}`, role: "member" });
  }
  expect(await line.cases()).toMatchObject([{ messages: 500, number: 1 }]);
  const jobs = await line.jobs();
  expect(jobs.filter(({ name }) => name === "climb")).toHaveLength(1);
  // 1, 2, 3, 5, 10, 20, 50, 100, 200 and 500.
  expect(jobs.filter(({ name }) => name === "show")).toHaveLength(10);
}, 60_000);

describe("a case becomes graver", () => {
  test("not by one of the same severity: what was gathered stays, and nobody is woken twice", async () => {
    const line = await started();
    await say(line, PROMISE, ANA);
    const [before] = await line.cases();
    await say(line, LIST, ANA);
    const [after] = await line.cases();
    expect(before).toMatchObject({ families: ["claim"], held: false });
    expect(after).toMatchObject({ families: ["claim", "leak"], held: true, messages: 2 });
    expect(after?.ladder.round).toBe(1);
  });

  test("a hold and an acknowledgement end with it", async () => {
    const line = await started();
    const mild = await mildCase(line);
    await holdCase(line.deps, { caseId: mild, by: "mo", hours: null });
    await say(line, PROMISE, ANA);
    const [after] = await line.cases();
    expect(after).toMatchObject({
      id: mild,
      severity: "S1",
      state: "open",
      onHoldUntil: null,
      ladder: { round: 2, acknowledged: null, nextAt: line.now },
    });
  });

  test("by whoever speaks for the company", async () => {
    const line = await started();
    await say(line, PROMISE, ANA);
    await say(line, PROMISE, { id: "sam", role: "staff" });
    expect(await line.cases()).toMatchObject([{ speaker: "staff", messages: 2 }]);
  });
});

/** A case of S2 or milder by ana. */
async function mildCase(line: Line): Promise<string> {
  await say(line, "明天下午三点开会，电话 13900000004", ANA);
  const [view] = await line.cases();
  expect(["S2", "S3", "S4"]).toContain(view?.severity);
  return view!.id;
}

test("a finding about a member does not vanish in the question they asked", async () => {
  const line = await started();
  await openInquiry(line.deps, {
    kind: "question",
    platform: "fake",
    communityId: line.community,
    channelId: "example",
    authorId: "ana",
    text: "什么时候到账？",
    requestId: null,
  });
  await say(line, PROMISE, ANA);
  expect(await line.cases()).toMatchObject([
    { source: "rule", severity: "S1", families: ["claim"], ladder: { nextAt: line.now } },
    { source: "question", severity: null, messages: 1 },
  ]);
});

test("a moderator's lease survives what joins", async () => {
  const line = await started();
  await say(line, PROMISE, ANA);
  const [view] = await line.cases();
  await takeCase(line.deps, { caseId: view!.id, by: "mo" });
  await say(line, PROMISE, ANA);
  expect(await line.cases()).toMatchObject([{ state: "assigned", messages: 2 }]);
  const other = await decideCase(line.deps, {
    caseId: view!.id,
    by: "kim",
    outcome: "uphold",
    rule: null,
    reason: "mine",
    actions: null,
  });
  expect(other).toMatchObject({
    ok: false,
    error: { kind: "assigned-to-other", moderatorId: "mo" },
  });
});

const rung = (afterMinutes: number, id: string) => ({ afterMinutes, who: [`person:${id}`] });
const pages = (line: Line, id: string) => line.platform.inbox(line.community, id).length;

describe("a case that nobody has looked at", () => {
  const TEAM = ["mo", "moderator", "manager", "owner"];

  async function teamOf(policy: object = {}): Promise<Line> {
    const line = await started();
    for (const id of TEAM) line.platform.addMember(line.community, { id });
    const roles = ["moderator", "moderator", "manager", "owner"];
    const team = TEAM.map((id, i) => ({ id, role: roles[i] }));
    await line.usePolicy(policySchema.parse({ team, ...policy }));
    return line;
  }
  test("calls again at once when something joins it while its ladder rests, and once in an hour", async () => {
    const line = await teamOf();
    await say(line, PROMISE, ANA);
    await line.live(50 * MINUTE);
    await say(line, PROMISE, ANA);
    await line.live(50 * MINUTE);
    expect(await line.cases()).toMatchObject([{ messages: 2, ladder: { round: 1 } }]);
    const before = pages(line, "mo");
    for (let i = 0; i < 5; i += 1) await say(line, PROMISE, ANA);
    await line.live(MINUTE);
    expect(pages(line, "mo")).toBe(before + 1);
    expect(await line.cases()).toMatchObject([{ messages: 7, ladder: { round: 2 } }]);
  });

  test("of one rung is no page for each message of a raid", async () => {
    const line = await teamOf({ escalation: { ladders: [{ rungs: [rung(0, "mo")] }] } });
    for (let i = 0; i < 20; i += 1) {
      await say(line, PROMISE, { id: `raider-${i}`, role: "member" });
      await line.live(MINUTE);
    }
    expect(pages(line, "mo")).toBe(1);
  });

  test("is for other people once another ladder is in force for it", async () => {
    const ladders = [
      { families: ["leak"], rungs: [rung(0, "manager")] },
      { speakers: ["staff"], rungs: [rung(0, "owner")] },
      { rungs: [rung(0, "mo"), rung(15, "moderator")] },
    ];
    for (const [text, author, called] of [
      [PROMISE, { id: "sam", role: "staff" }, "owner"],
      [LIST, ANA, "manager"],
    ] as const) {
      const line = await teamOf({ escalation: { ladders } });
      await say(line, PROMISE, ANA);
      await line.live(MINUTE);
      await say(line, text, author);
      await line.live(MINUTE);
      expect([called, pages(line, called)]).toEqual([called, 1]);
    }
  });

  test("is asked of nobody who wrote one of its messages", async () => {
    const line = await teamOf();
    await say(line, PROMISE, ANA);
    await say(line, PROMISE, { id: "mo", role: "staff" });
    await line.live(MINUTE);
    expect([pages(line, "mo"), pages(line, "moderator")]).toEqual([0, 1]);
  });

  test("does not rest any longer when an S1 or another kind of finding joins it", async () => {
    const line = await teamOf();
    await say(line, PROMISE, ANA);
    const [view] = await line.cases();
    await holdCase(line.deps, { caseId: view!.id, by: "mo", hours: null });
    await say(line, PROMISE, ANA);
    expect(await line.cases()).toMatchObject([
      { state: "open", onHoldUntil: null, ladder: { round: 2, acknowledged: null } },
    ]);
    const mild = await teamOf();
    const id = await mildCase(mild);
    await holdCase(mild.deps, { caseId: id, by: "mo", hours: null });
    await mildCase(mild);
    expect(await mild.cases()).toMatchObject([{ state: "on-hold", messages: 2 }]);
  });
});
