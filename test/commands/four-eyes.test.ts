import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { policySchema } from "../../src/engine/policy.ts";
import { openLines } from "../pipeline/line.ts";
import { BAD_TEXT, Desk } from "./desk.ts";

let lines: Awaited<ReturnType<typeof openLines>>;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterEach(() => lines.clear());
afterAll(() => lines.close());

const LIST = "客户名单\n张三 13900000001\n李四 13900000002\n王五 13900000003";
const SECOND_LIST = "客户名单2\n赵六 13800000011\n钱七 13800000012\n孙八 13800000013";
const HOUR = 3_600_000;

async function desk(policy: object = {}): Promise<Desk> {
  const made = new Desk(lines.makeLine());
  await made.line.usePolicy(policySchema.parse(policy));
  return made;
}

/** Whether each message of the community is hidden, in the order in which they were posted. */
function hidden({ line }: Desk): readonly boolean[] {
  return line.platform
    .messages("general")
    .filter(({ message }) => message.community.id === line.community)
    .map((each) => each.hidden);
}

function barOf({ line }: Desk, memberId: string) {
  return line.platform.barOf({ communityId: line.community, memberId });
}

async function said(reply: ReturnType<Desk["type"]>): Promise<string> {
  return (await reply).lines.join("\n");
}

describe("a decision is about what whoever decides was shown", () => {
  test("a hidden leak that joined is not let through by whoever saw the first alone", async () => {
    const d = await desk();
    await d.openCase("lin", LIST);
    await d.post("lin", SECOND_LIST);
    await d.line.work();
    const refused = await d.type("mo", "/decide #1 dismiss our own list");
    expect(refused.kind).toBe("bad-input");
    const words = refused.lines.join("\n");
    expect(words).toContain("Nothing was done: case #1 has 2 messages by now");
    expect(words).toContain("客户名单2");
    expect(words).toContain("seen:2");
    await d.line.work();
    expect(hidden(d)).toEqual([true, true]);
    expect(await said(d.type("mo", "/case #1"))).toContain("seen:2");
    expect((await d.type("mo", "/decide #1 dismiss seen:2 our own lists")).kind).toBe("done");
    await d.line.work();
    expect(hidden(d)).toEqual([false, false]);
  });

  test("and the number to type is given with the last of what joined, not before it can be read", async () => {
    const d = await desk();
    await d.openCase("lin");
    const texts = ["甲", "乙", "丙", "丁", "戊"].map(
      (name) => `稳赚不赔，保本保息 ${name.repeat(300)}`,
    );
    const long = `稳赚不赔，保本保息 ${"开会通知 ".repeat(500)}客户名单 完`;
    for (const text of [...texts, long]) await d.post("lin", text);
    const { messages } = await d.case();
    expect(messages).toBe(7);
    const read: string[] = [];
    for (let line = "/case #1"; ; ) {
      const reply = await d.type("mo", line);
      expect(reply.kind).toBe("done");
      read.push(...reply.lines);
      const words = reply.lines.join("\n");
      expect(words.length).toBeLessThan(4000);
      const next = /\/case #1 seen:\d+(?: part:\d+)?$/mu.exec(words)?.[0];
      expect(words.includes(`type seen:${messages}`)).toBe(next === undefined);
      if (next === undefined) break;
      // Nobody is told a number of what they cannot read yet.
      expect(words).not.toContain("type seen:");
      line = next;
    }
    const all = read.join("\n");
    for (const text of texts) expect(all).toContain(text.slice(-300));
    expect(all).toContain("客户名单 完");
    // Among what was said nearby it may stand once more, cut.
    const pages = read.filter((line) => !line.startsWith("Nearby"));
    expect(pages.join("\n").match(/开会通知/gu)).toHaveLength(500);
    const refused = await d.type("mo", "/decide #1 uphold seen:2 no promises");
    expect(refused.lines.join("\n")).toContain("/case #1 seen:6");
    expect(refused.lines.join("\n")).not.toContain(`with seen:${messages}`);
    expect(refused.buttons[0]?.command).toBe("case #1 seen:6");
    expect((await d.type("mo", `/case #1 seen:${messages}`)).lines[0]).toContain("Nothing else");
    expect((await d.type("mo", `/decide #1 uphold seen:${messages} no promises`)).kind).toBe(
      "done",
    );
  });

  test("a platform's form gives the number that it showed", async () => {
    const d = await desk();
    await d.openCase("lin", LIST);
    await d.post("lin", SECOND_LIST);
    const form = { case: "#1", outcome: "dismiss", reason: "our own list" };
    expect(await d.fill("mo", "decide", { ...form, seen: 1 })).toMatchObject({ kind: "bad-input" });
    expect(await d.fill("mo", "decide", { ...form, seen: 2 })).toMatchObject({ kind: "done" });
  });

  test("what only repeats it is known: a member who posts the same again holds nobody up", async () => {
    const d = await desk();
    await d.openCase();
    await d.post("lin", BAD_TEXT);
    expect((await d.type("mo", "/decide #1 uphold no promises")).kind).toBe("done");
  });

  test("somebody else who posts the same is somebody else: they are not punished unseen", async () => {
    const d = await desk();
    await d.openCase();
    await d.post("wei", BAD_TEXT);
    expect((await d.type("mo", "/decide #1 uphold kick no promises")).kind).toBe("bad-input");
    expect((await d.type("mo", "/decide #1 uphold seen:2 kick no promises")).kind).toBe("done");
  });

  test("words alone, too: a correction and an official answer", async () => {
    const d = await desk();
    await d.openCase();
    await d.post("lin", `${BAD_TEXT} 速来`);
    expect((await d.type("mo", "/correct #1 no promises please")).kind).toBe("bad-input");
    expect((await d.type("mo", "/answer #1 uphold nobody can promise")).kind).toBe("bad-input");
    expect((await d.type("mo", "/answer #1 uphold seen:2 nobody can promise")).kind).toBe("done");
  });

  test("a raid of more people than can be told one by one is decided while it goes on", async () => {
    const d = await desk();
    const raid = async (first: number, last: number) => {
      for (let i = first; i <= last; i += 1) await d.post(`raider-${i}`, BAD_TEXT);
    };
    await raid(1, 52);
    expect((await d.type("owner", "/decide #1 uphold a raid")).kind).toBe("done");
  }, 30_000);

  test("but not where one of the team is among those who joined it", async () => {
    const d = await desk({ team: [{ id: "boss", role: "manager" }] });
    for (let i = 1; i <= 52; i += 1) await d.post(`raider-${i}`, BAD_TEXT);
    await d.post("boss", BAD_TEXT);
    const raid = await d.type("owner", "/decide #1 uphold a raid");
    expect(raid.lines.join("\n")).toContain("53 messages by now");
  }, 30_000);
});

describe("a proposal", () => {
  test("stands for the messages and authors that it was made about", async () => {
    const d = await desk();
    await d.openCase();
    await d.type("moderator", "/decide #1 uphold ban no promises");
    await d.post("wei", BAD_TEXT);
    const refused = await d.type("mo", "/confirm #1");
    expect(refused).toMatchObject({ kind: "bad-input" });
    expect(refused.lines.join("\n")).toContain("has 2 messages by now, and you have been shown 1");
    await d.line.work();
    expect(barOf(d, "wei")).toBeNull();
    // Proposed anew, about both, it can be confirmed.
    await d.type("moderator", "/decide #1 uphold seen:2 ban no promises");
    expect(await d.type("mo", "/confirm #1")).toMatchObject({ kind: "done" });
    await d.line.work();
    expect(barOf(d, "wei")).toMatchObject({ kind: "banned" });
  });

  test("makes way for another only where more has joined", async () => {
    const d = await desk();
    await d.openCase();
    await d.type("moderator", "/decide #1 uphold ban no promises");
    const again = await d.type("mo", "/decide #1 uphold delete no promises");
    expect(again.lines.join("\n")).toContain("waits for a second moderator");
  });

  test("is not confirmed or turned down by a button of an earlier one", async () => {
    const d = await desk();
    await d.openCase();
    await d.type("moderator", "/decide #1 uphold ban 1d no promises");
    const buttons = (await d.type("mo", "/case #1")).buttons.map(({ command }) => command);
    const [confirm = "", reject = ""] = buttons;
    expect([confirm, reject]).toEqual([
      expect.stringMatching(/^confirm #1 p:[\w-]{8}$/u),
      expect.stringMatching(/^reject #1 p:[\w-]{8}$/u),
    ]);
    await d.type("moderator", "/reject #1 too mild");
    await d.type("moderator", "/decide #1 uphold ban no promises");
    for (const old of [confirm, reject]) {
      expect(await said(d.type("mo", `/${old}`))).toContain("another decision on case #1");
    }
    expect(await d.case()).toMatchObject({ state: "open", proposal: { outcome: "uphold" } });
  });

  test("a page's button names it; a typed confirmation says what it was", async () => {
    const d = await desk();
    await d.openCase();
    await d.type("moderator", "/decide #1 uphold ban no promises");
    await d.line.live(60_000);
    const page = d.line.platform.inbox(d.line.community, "mo").at(-1);
    const commands = page?.buttons.map(({ command }) => command) ?? [];
    const confirm = commands.find((command) => command.startsWith("confirm #1 p:")) ?? "";
    expect(await said(d.type("mo", `/${confirm}`))).toContain("Reason: no promises");
    expect(await d.case()).toMatchObject({ state: "decided", decision: { confirmedBy: "mo" } });
  });

  test("is weighed again when it is confirmed: two of them cross a threshold together", async () => {
    const d = await desk({
      cases: { secondModerator: { severities: ["S1"], actions: ["ban"] } },
      strikes: { points: { S1: 2 } },
    });
    await d.openCase();
    await d.type("moderator", "/decide #1 uphold no promises");
    d.line.pass(61 * 60_000);
    await d.post("lin", `${BAD_TEXT} 速来`);
    await d.type("moderator", "/decide #2 uphold no promises");
    await d.type("mo", "/confirm #1");
    const second = await said(d.type("mo", "/confirm #2"));
    expect(second).toContain("because 4 points were reached");
    await d.line.work();
    expect(barOf(d, "lin")).toMatchObject({ kind: "timed-out" });
    const [notice] = d.line.platform
      .inbox(d.line.community, "lin")
      .filter(({ caseNumber }) => caseNumber === 2);
    expect(notice?.lines.join("\n")).toContain("your strike points reached 4");
  });

  test("is not confirmed where that would add something severe which nobody proposed", async () => {
    const d = await desk({
      cases: { secondModerator: { severities: ["S1"], actions: ["ban"] } },
      strikes: { thresholds: [{ points: 8, action: { kind: "ban", minutes: null } }] },
    });
    await d.openCase();
    await d.type("moderator", "/decide #1 uphold no promises");
    d.line.pass(61 * 60_000);
    await d.post("lin", `${BAD_TEXT} 速来`);
    await d.type("moderator", "/decide #2 uphold no promises");
    await d.type("mo", "/confirm #1");
    expect(await said(d.type("mo", "/confirm #2"))).toContain("adds something nobody has proposed");
    expect(await d.case(2)).toMatchObject({ state: "open", decision: null });
  });
});

test("actions that contradict each other are refused", async () => {
  const d = await desk();
  await d.openCase();
  for (const actions of ["delete,restore", "timeout,kick", "kick,ban", "ban,timeout"]) {
    const reply = await d.type("owner", `/decide #1 uphold ${actions} no promises`);
    expect(reply.lines.join("\n")).toContain("do not go together");
  }
  const form = { case: "#1", outcome: "uphold", reason: "no promises" };
  const both = { ...form, actions: "timeout", correction: "please" };
  expect(await d.fill("owner", "decide", both)).toMatchObject({ kind: "bad-input" });
  expect(await d.case()).toMatchObject({ state: "open" });
});

test("a request for a correction shuts nobody out, whatever points are reached", async () => {
  const d = await desk();
  await d.openCase();
  expect(await said(d.type("mo", "/correct #1 no promises please"))).not.toContain("timeout");
  await d.line.work();
  expect(barOf(d, "lin")).toBeNull();
});

test("whoever reported something neither decides nor confirms it, but may look", async () => {
  const d = await desk();
  const message = await d.openCase();
  await d.type("mo", "/report a scam", {
    replyTo: { channelId: "general", messageId: message.message.messageId },
  });
  expect((await d.type("mo", "/case #1")).kind).toBe("done");
  expect(await said(d.type("mo", "/decide #1 uphold no promises"))).toContain("somebody else");
  await d.type("moderator", "/decide #1 uphold ban no promises");
  expect(await said(d.type("mo", "/confirm #1"))).toContain("somebody else");
  expect(await d.type("owner", "/confirm #1")).toMatchObject({ kind: "done" });
});

test("in shadow mode a live case is decided for the record: the reply does not promise what is not done", async () => {
  const d = await desk();
  await d.openCase();
  await d.line.work();
  await d.line.usePolicy(policySchema.parse({ mode: "shadow" }));
  const reply = await said(d.type("mo", "/decide #1 uphold ban no promises"));
  expect(reply).toContain("Shadow mode");
  expect(reply).not.toContain("ban");
  expect(await d.case()).toMatchObject({ decision: { actions: [], strikePoints: 0 } });
  await d.line.usePolicy(policySchema.parse({}));
  await d.line.work();
  expect(barOf(d, "lin")).toBeNull();
  const standing = await d.deps.store.standing(d.line.community, "lin", d.line.now);
  expect(standing).toMatchObject({ strikePoints: 0 });
});

test("points that are taken back: whoever does so, and who decided, look at what they had added", async () => {
  const d = await desk();
  await d.openCase();
  await d.type("moderator", "/decide #1 uphold no promises");
  await d.line.work();
  await d.line.live(25 * HOUR);
  await d.post("lin", `${BAD_TEXT} 速来`);
  await d.type("mo", "/decide #2 uphold no promises");
  await d.type("owner", "/confirm #2");
  await d.line.work();
  expect(barOf(d, "lin")).toMatchObject({ kind: "banned" });
  const undone = await said(d.type("moderator", "/undo #1"));
  expect(undone).toContain("“ban” was added at 8 points, and 4 count now. /undo #2 lifts it");
  const job = await d.line.job("reweigh");
  await d.line.run(job);
  await d.line.work();
  const told = d.line.platform
    .inbox(d.line.community, "mo")
    .filter(({ lines: words }) => words.join("\n").includes("Look at #2"));
  expect(told).toHaveLength(1);
  expect(await said(d.type("owner", "/case #2"))).toContain("Look at #2");
});

test("whoever reported it neither turns down what is proposed nor takes back what was decided", async () => {
  const d = await desk({ cases: { secondModerator: { severities: ["S1"] } } });
  const { message } = await d.openCase();
  const replyTo = { channelId: message.channelId, messageId: message.messageId };
  await d.type("manager", "/report fraud", { replyTo });
  await d.type("moderator", "/decide #1 dismiss harmless");
  expect((await d.case()).proposal).not.toBeNull();
  expect(await said(d.type("manager", "/reject #1 no way"))).toContain("You reported something");
  expect((await d.case()).proposal).not.toBeNull();
  expect((await d.type("mo", "/confirm #1")).kind).toBe("done");
  expect(await said(d.type("manager", "/undo #1 no way"))).toContain("You reported something");
  expect(await d.case()).toMatchObject({ state: "decided" });
});
