import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { policySchema } from "../../src/engine/policy.ts";
import { openLines } from "../pipeline/line.ts";
import { Desk, GOOD_TEXT } from "./desk.ts";

const MINUTE = 60_000;

let lines: Awaited<ReturnType<typeof openLines>>;
let desk: Desk;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterAll(() => lines.close());
beforeEach(async () => {
  await lines.clear();
  desk = new Desk(lines.makeLine());
});

/** Whoever moderates is called at once, and the managers after half an hour. */
const LADDER = [
  { afterMinutes: 0, who: ["person:mo", "person:moderator"] },
  { afterMinutes: 30, who: ["role:manager"] },
];

async function open(rungs: readonly object[] = LADDER): Promise<void> {
  const escalation = { ladders: [{ rungs }] };
  await desk.line.usePolicy(policySchema.parse({ escalation }));
}

/** Notices that somebody has had, once all that was due in a minute has happened. */
async function heard(who: string): Promise<number> {
  await desk.line.live(MINUTE);
  return desk.line.platform.inbox(desk.line.community, who).length;
}

/** Somebody answers the message of a case, or another one. */
async function answer(who: string, line: string, messageId?: string) {
  const id = messageId ?? (await desk.case()).message.messageId;
  return desk.type(who, line, { replyTo: { channelId: "general", messageId: id } });
}

describe("an escalation of what has a case already", () => {
  test("ends the lease of whoever wants others to decide, who are called at once", async () => {
    await open();
    await desk.openCase();
    await desk.type("mo", "take 1");
    const [before, own] = [await heard("moderator"), await heard("mo")];
    const reply = await answer("mo", "escalate I do not want to decide this alone");
    expect(reply).toMatchObject({ kind: "done" });
    expect(reply.lines[0]).toMatch(/^Case #1 is about that message/u);
    expect(await desk.case()).toMatchObject({
      state: "open",
      assignment: null,
      ladder: { acknowledged: null },
    });
    expect(await heard("moderator")).toBeGreaterThan(before);
    // Whoever reported it may not decide it, and is not asked.
    expect(await heard("mo")).toBe(own);
    expect((await desk.type("moderator", "decide 1 dismiss harmless")).kind).toBe("done");
  });

  test("ends the hold of another", async () => {
    await open();
    await desk.openCase();
    await desk.type("moderator", "hold 1 2h waiting for the lawyer");
    const before = await heard("moderator");
    await answer("mo", "escalate this is fraud, act now");
    expect(await desk.case()).toMatchObject({ state: "open", onHoldUntil: null });
    expect(await heard("moderator")).toBeGreaterThan(before);
  });

  test("leaves the lease of another, who is called with the rest", async () => {
    await open();
    await desk.openCase();
    await desk.type("moderator", "take 1");
    const before = await heard("moderator");
    await answer("mo", "escalate this is fraud, act now");
    expect(await desk.case()).toMatchObject({
      state: "assigned",
      assignment: { moderatorId: "moderator" },
    });
    expect(await heard("moderator")).toBeGreaterThan(before);
  });

  test("is taken of whoever has reported it before", async () => {
    await open();
    const { id: messageId } = await desk.post("lin", GOOD_TEXT);
    await answer("mo", "report odd", messageId);
    expect(await desk.case()).toMatchObject({ severity: "S3" });
    const before = await heard("moderator");
    const reply = await answer("mo", "escalate more than I thought", messageId);
    expect(reply.kind).toBe("done");
    expect(await desk.case()).toMatchObject({ severity: "S2", reports: 1 });
    expect(await heard("moderator")).toBeGreaterThan(before);
  });
});

test("where nobody of a rung may decide, because they reported it, the next is due at once", async () => {
  await open([{ afterMinutes: 0, who: ["person:mo"] }, ...LADDER.slice(1)]);
  const { id: messageId } = await desk.post("lin", GOOD_TEXT);
  expect((await answer("mo", "escalate look", messageId)).lines[0]).toContain("#1 was opened");
  expect(await heard("manager")).toBe(1);
  expect(await heard("mo")).toBe(0);
});
