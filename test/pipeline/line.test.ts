import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { policySchema } from "../../src/engine/policy.ts";
import { verifyChain } from "../../src/pipeline/audit-report.ts";
import { handleMessage } from "../../src/pipeline/handle-message.ts";
import { openLines, type Line } from "./line.ts";

let lines: Awaited<ReturnType<typeof openLines>>;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterEach(() => lines.clear());
afterAll(() => lines.close());

async function started(): Promise<Line> {
  const line = lines.makeLine();
  await line.start();
  return line;
}

const PROMISE = "加群稳赚不赔，保本保息，年化30%";
const LIST = "客户名单\n张三 13900000001\n李四 13900000002\n王五 13900000003";

describe("a flagged message", () => {
  test("opens one case with its evidence, is shown, and can be decided; the audit log has every step", async () => {
    const line = await started();
    const handled = await handleMessage(line.deps, line.message(PROMISE));
    expect(handled).toMatchObject({
      verdict: { flags: ["claim"] },
      case: { number: 1 },
      duplicate: false,
    });
    await line.work();
    const [view] = await line.cases();
    expect(view).toMatchObject({ state: "open", severity: "S1", message: { evidence: PROMISE } });
    line.pass(90_000);
    const decided = await line.decide(view!.id, "dismiss", { reason: "自己人开玩笑" });
    expect(decided).toMatchObject({ ok: true, value: { state: "decided" } });
    await line.work();
    const types = ["message.judged", "case.opened", "case.shown", "case.decided"];
    expect((await line.auditTypes()).filter((type) => types.includes(type))).toEqual(types);
    expect(await verifyChain(line.deps.store, line.deps.digests, line.community)).toMatchObject({
      problem: null,
    });
    expect(line.platform.cases.get(view!.id)?.state).toBe("decided");
  });

  test("delivered twice opens no second case and writes no second job", async () => {
    const line = await started();
    const message = line.message(PROMISE);
    await handleMessage(line.deps, message);
    expect(await handleMessage(line.deps, message)).toMatchObject({
      duplicate: true,
      case: { number: 1 },
    });
    expect(await line.cases()).toHaveLength(1);
    expect(await line.jobs()).toHaveLength(2);
  });

  test("decided twice: the second moderator is told", async () => {
    const line = await started();
    const { case: opened } = await handleMessage(line.deps, line.message(PROMISE));
    const decide = (reason: string) => line.decide(opened!.id, "uphold", { reason });
    expect(await decide("  ")).toEqual({ ok: false, error: { kind: "reason-required" } });
    const both = await Promise.all([decide("一"), decide("二")]);
    expect(both.map((result) => (result.ok ? "decided" : result.error.kind)).toSorted()).toEqual([
      "already-decided",
      "decided",
    ]);
  });
});

describe("a leak", () => {
  test("is hidden at once, its author is told, and neither record nor log holds a value of it", async () => {
    const line = await started();
    const message = line.message(LIST);
    await line.platform.post(message);
    await line.work();
    expect(line.platform.messages("example")).toMatchObject([{ hidden: true }]);
    expect(line.platform.inbox(line.community, message.author.id)).toHaveLength(1);
    const kept = JSON.stringify([
      await line.cases(),
      await line.deps.store.auditEvents(line.community, 0, 100),
      await line.jobs(),
      line.log.lines,
    ]);
    expect(kept).not.toMatch(/1390000000[123]/u);
    expect(kept).toContain("█");
  });

  test("dismissed, comes back; upheld, stays hidden", async () => {
    for (const [outcome, hidden] of [
      ["dismiss", false],
      ["uphold", true],
    ] as const) {
      const line = await started();
      await line.platform.post(line.message(LIST));
      await line.work();
      const [view] = await line.cases();
      await line.decide(view!.id, outcome, { reason: "looked at" });
      await line.work();
      expect(line.platform.messages("example")).toMatchObject([{ hidden }]);
    }
  });
});

describe("a platform that refuses", () => {
  test("for a while: the job fails, so that the queue repeats it, and the effect is not noted", async () => {
    const line = await started();
    await line.platform.post(line.message(LIST));
    line.platform.refuse = { kind: "unavailable", cause: null };
    await expect(line.run(await line.job("hide"))).rejects.toThrow("unavailable");
    line.platform.refuse = null;
    await line.work();
    expect(line.platform.messages("example")).toMatchObject([{ hidden: true }]);
  });

  test("for good: the audit log says what was not done", async () => {
    const line = await started();
    await line.platform.post(line.message(LIST));
    line.platform.refuse = { kind: "forbidden", permission: "delete messages" };
    await line.work();
    const events = await line.deps.store.auditEvents(line.community, 0, 100);
    expect(
      events.filter((event) => event.type === "action.failed").map((event) => event.payload),
    ).toContainEqual(expect.objectContaining({ action: "message.hidden", refused: "forbidden" }));
    line.platform.refuse = null;
  });
});

describe("a dismissal that comes while the message is being hidden", () => {
  test("the message comes back, whoever is faster", async () => {
    const line = await started();
    await line.platform.post(line.message(LIST));
    line.platform.refuse = { kind: "unavailable", cause: null };
    const hide = await line.job("hide");
    await expect(line.run(hide)).rejects.toThrow("unavailable");
    line.platform.refuse = null;
    const [view] = await line.cases();
    await line.decide(view!.id, "dismiss", { reason: "fine" });
    await line.run(await line.job("act"));
    await line.run(hide);
    expect(line.platform.messages("example")).toMatchObject([{ hidden: false }]);
  });
});

test("a late hide is undone even when bringing the message back fails at first", async () => {
  const line = await started();
  await line.platform.post(line.message(LIST));
  const hideJob = await line.job("hide");
  const [view] = await line.cases();
  const { platform } = line;
  const [hide, restore] = [
    platform.hideMessage.bind(platform),
    platform.restoreMessage.bind(platform),
  ];
  platform.hideMessage = async (target) => {
    const reason = "decided while the message was being hidden";
    await line.decide(view!.id, "dismiss", { reason });
    platform.restoreMessage = async () => ({
      ok: false,
      error: { kind: "unavailable", cause: null },
    });
    return hide(target);
  };
  await expect(line.run(hideJob)).rejects.toThrow("message.restored");
  platform.restoreMessage = restore;
  await line.run(hideJob);
  expect(platform.messages("example")).toMatchObject([{ hidden: false }]);
});

test("an upheld message is hidden, though the platform refused at first", async () => {
  const line = await started();
  await line.platform.post(line.message(LIST));
  line.platform.refuse = { kind: "forbidden", permission: "delete messages" };
  await line.work();
  line.platform.refuse = null;
  const [view] = await line.cases();
  await line.decide(view!.id, "uphold", { reason: "yes" });
  await line.work();
  expect(line.platform.messages("example")).toMatchObject([{ hidden: true }]);
});

test("the author gets the word of the finding that asks for one, not of another", async () => {
  const line = await started();
  const quiet = { S1: "log", S2: "log", S3: "log", S4: "log" };
  const loud = { S1: "nudge", S2: "nudge", S3: "nudge", S4: "nudge" };
  await line.usePolicy(policySchema.parse({ actions: { leak: loud, complaint: quiet } }));
  await line.platform.post(line.message("身份证号 110101190001011009，再不退款我就打12315投诉"));
  await line.work();
  expect(line.platform.messages("example")).toMatchObject([
    { hidden: false, nudge: "An identity or bank card number was posted" },
  ]);
});

test("a message that could not be hidden is still shown to a person", async () => {
  const line = await started();
  await line.platform.post(line.message(LIST));
  const hide = line.platform.hideMessage.bind(line.platform);
  line.platform.hideMessage = async () => ({
    ok: false,
    error: { kind: "unavailable", cause: null },
  });
  await expect(line.run(await line.job("hide"))).rejects.toThrow("message.hidden");
  await line.run(await line.job("show"));
  expect(line.platform.cases.size).toBe(1);
  line.platform.hideMessage = hide;
});

describe("a policy", () => {
  test("that goes into shadow mode stops what is still queued", async () => {
    const line = await started();
    await line.platform.post(line.message(LIST));
    await line.usePolicy(policySchema.parse({ mode: "shadow" }));
    await line.work({ delayed: true });
    expect(line.platform.messages("example")).toMatchObject([{ hidden: false, nudge: null }]);
    expect(line.platform.cases.size).toBe(0);
  });

  test("in shadow mode: an upheld case touches nothing", async () => {
    const line = await started();
    await line.usePolicy(policySchema.parse({ mode: "shadow" }));
    await line.platform.post(line.message(LIST));
    const [view] = await line.cases();
    await line.decide(view!.id, "uphold", { reason: "我电话 13900000009" });
    await line.work();
    expect(line.platform.messages("example")).toMatchObject([{ hidden: false }]);
    expect(JSON.stringify(await line.cases())).not.toContain("13900000009");
  });

  test("earlier copies of a text count in the next verdict", async () => {
    const line = await started();
    const text = "新店开业欢迎大家到店里来坐坐，到店优惠多多";
    const scores: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      line.pass(60_000);
      scores.push((await handleMessage(line.deps, line.message(text))).verdict.scores.promotion);
    }
    expect(scores[2]).toBeGreaterThan(scores[0] ?? 1);
  });

  test("in shadow mode records and opens the case, but touches nothing and wakes nobody", async () => {
    const line = await started();
    await line.usePolicy(policySchema.parse({ mode: "shadow" }));
    await line.platform.post(line.message(LIST));
    expect(await line.jobs()).toEqual([]);
    expect(await line.cases()).toMatchObject([{ shadow: true, held: false }]);
    expect(line.platform.messages("example")).toMatchObject([{ hidden: false, nudge: null }]);
  });

  test("that nudges opens no case", async () => {
    const line = await started();
    const nudge = { S1: "nudge", S2: "nudge" };
    await line.usePolicy(policySchema.parse({ actions: { claim: nudge } }));
    await line.platform.post(line.message(PROMISE));
    await line.work();
    expect(await line.cases()).toEqual([]);
    expect(line.platform.messages("example")).toMatchObject([
      { hidden: false, nudge: expect.any(String) },
    ]);
  });
});

describe("an ordinary message", () => {
  test("leaves no audit event, and its words for the hours in which they explain others", async () => {
    const line = await started();
    const message = line.message("明天下午三点开会");
    const handled = await handleMessage(line.deps, message);
    expect(handled).toMatchObject({ case: null, verdict: { decision: "none" } });
    expect(await line.auditTypes()).toEqual([]);
    const target = { communityId: line.community, channelId: "example", messageId: message.id };
    const kept = await line.deps.store.findMessage(target);
    expect(kept).toMatchObject({
      evidence: "明天下午三点开会",
      contextUntil: line.now + 24 * 3_600_000,
    });
  });

  test("leaves no text at all where the policy wants none", async () => {
    const line = await started();
    await line.usePolicy(policySchema.parse({ retentionDays: { contextHours: 0 } }));
    const message = line.message("明天下午三点开会");
    await handleMessage(line.deps, message);
    const target = { communityId: line.community, channelId: "example", messageId: message.id };
    expect(await line.deps.store.findMessage(target)).toMatchObject({ evidence: null });
  });
});

test("a rule that breaks asks for review once, not once for each message", async () => {
  const ruleSet = lines.makeLine().deps.ruleSet;
  const broken = {
    ...ruleSet.rules[0]!,
    detect: () => {
      throw new Error("broken");
    },
  };
  const line = lines.makeLine({ version: "broken-1", rules: [broken] });
  await line.start();
  for (const text of ["早", "大家好", "吃了吗"]) await handleMessage(line.deps, line.message(text));
  expect(await line.cases()).toMatchObject([{ families: [], severity: null }]);
});
