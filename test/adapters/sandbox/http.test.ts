import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { NOW } from "../../conformance/recordings.ts";
import { type Ground, openGround, openSandbox, serveSandbox } from "./sandbox.ts";

const PROMISE = "加群稳赚不赔，保本保息，年化30%";
let ground: Ground;
let served: Awaited<ReturnType<typeof serveSandbox>>;

beforeAll(async () => {
  ground = await openGround();
}, 60_000);
afterAll(() => ground.close());

beforeEach(async () => {
  served = await serveSandbox(ground);
});

afterEach(() => served.close());

function post(text: string, more: object = {}) {
  return served.write("/api/messages", { channel: "general", author: "lin", text, ...more });
}

async function statuses() {
  return (await served.read("/api/state")).body.messages?.map(({ status }) => status);
}

describe("posting", () => {
  test("a promise of profit is answered with its verdict and case", async () => {
    const { status, body } = await post(PROMISE);
    expect(status).toBe(201);
    expect(body.message).toMatchObject({
      author: { id: "lin", name: "小林 Lin", role: "member" },
      text: PROMISE,
      status: "judged",
      sentAt: NOW,
      case: { number: 1, state: "open" },
      verdict: {
        decision: "escalate",
        findings: expect.arrayContaining([expect.objectContaining({ rule: "INV-01" })]),
      },
    });
    const state = await served.read("/api/state");
    expect(state.body.messages).toEqual([body.message]);
    expect(state.body.channels?.map(({ id }) => id)).toEqual([
      "general",
      "announcements",
      "support",
    ]);
    expect(state.body.members?.map(({ role }) => role)).toEqual(
      expect.arrayContaining(["staff", "bot", "affiliate"]),
    );
  });

  test("the same client id is the same message", async () => {
    const first = await post("hello", { clientId: "abc" });
    const again = await post("hello", { clientId: "abc" });
    expect(again).toEqual(first);
    expect(first.body.message?.id).toBe("abc");
    expect((await served.read("/api/state")).body.messages).toHaveLength(1);
    const raced = await Promise.all([1, 2, 3].map(() => post("hi", { clientId: "race" })));
    expect(new Set(raced.map(({ body }) => body.message?.version)).size).toBe(1);
  });

  test("a name of one's own makes the same member each time, whatever it says", async () => {
    const one = await post("hi", { author: "王经理 Wang" });
    const two = await post("hi", { author: " 王经理 wang " });
    expect(one.body.message?.author).toMatchObject({ name: "王经理 Wang", role: "member" });
    expect(one.body.message?.author.id).toMatch(/^guest-[\da-f]{16}$/u);
    expect(two.body.message?.author.id).toBe(one.body.message?.author.id);
  });

  test("a reply names a message of the channel", async () => {
    const { body } = await post("first");
    const reply = await post("second", { replyTo: body.message?.id });
    expect(reply.body.message?.replyTo).toBe(body.message?.id);
    expect(await post("third", { replyTo: "nothing" })).toMatchObject({ status: 400 });
  });

  test("what cannot be read is named with what is accepted, and never repeated", async () => {
    const secret = "13900000099";
    const wrong = [
      [
        { text: "" },
        "text: read an empty text, accepted is a text of 1 to 4,000 characters (UTF-16 units).",
      ],
      [
        { text: secret.repeat(400) },
        "text: read a text of 4,400 characters, accepted is a text of 1 to 4,000 characters (UTF-16 units).",
      ],
      [
        { text: 7 },
        "text: read a number, accepted is a text of 1 to 4,000 characters (UTF-16 units).",
      ],
      [
        { text: "hi", channel: secret },
        "channel: read a text of 11 characters, accepted is one of general, announcements, support.",
      ],
      [
        { text: "hi", author: "a\nb" },
        "author: read a text of 3 characters, accepted is the id of a member, or a name of 1 to 60 characters on one line.",
      ],
      [
        { text: "hi", clientId: "a:b" },
        "clientId: read a text of 3 characters, accepted is 1 to 64 letters, digits, _ and -.",
      ],
    ] as const;
    for (const [more, error] of wrong) {
      expect(await post("", more)).toEqual({ status: 400, body: { error } });
    }
    expect(await served.write("/api/messages", "[1")).toMatchObject({ status: 400 });
    expect(await served.write("/api/messages", "[]")).toMatchObject({ status: 400 });
    const long = await served.write("/api/messages", { text: "x".repeat(70_000) });
    expect(long).toMatchObject({ status: 413, body: { error: expect.stringContaining("64 KB") } });
    expect((await post("x".repeat(4000))).status).toBe(201);
    expect((await served.read("/api/state")).body.messages).toHaveLength(1);
  });

  test("what Candor cannot record is said so, and can be sent again", async () => {
    const { sandbox, judge, log } = served;
    let broken = true;
    await sandbox.platform.start((message) => {
      if (broken && message.text === PROMISE) return Promise.reject(new Error("away"));
      return judge(message);
    });
    const failed = await post(PROMISE, { clientId: "one" });
    expect(failed).toMatchObject({
      status: 503,
      body: { error: expect.stringContaining("Send it again") },
    });
    expect((await post("hello")).status).toBe(201);
    expect(await statuses()).toEqual(["not-recorded", "judged"]);
    expect(JSON.stringify(log.lines)).not.toContain("稳赚不赔");
    broken = false;
    expect((await post(PROMISE, { clientId: "one" })).body.message).toMatchObject({
      id: "one",
      case: { number: 1 },
    });
    expect(await statuses()).toEqual(["judged", "judged"]);
  });

  test("nothing is taken in before the start and after the stop", async () => {
    await served.sandbox.platform.stop();
    expect(await post("hello")).toMatchObject({ status: 503 });
    expect((await served.read("/api/state")).body.messages).toEqual([]);
  });
});

test("the chain is checked, and a changed event is found", async () => {
  await post(PROMISE);
  const whole = await served.write("/api/audit/verify", { person: "ada" });
  expect(whole.body.report?.problem).toBeNull();
  await ground.pool.query("UPDATE audit_payloads SET payload = '{}' WHERE seq = 1");
  const broken = await served.write("/api/audit/verify", { person: "ada" });
  expect(broken.body.report?.problem).toEqual({ kind: "changed-payload", seq: 1 });
  expect((await served.read("/api/audit?person=ada&limit=0")).body.error).toContain("limit:");
});

test("a failure inside is told to people without its details", async () => {
  const failing = openSandbox(ground, { verifyChain: () => Promise.reject(new Error("detail")) });
  const response = await failing.sandbox.app.request("http://localhost/api/audit/verify", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ person: "ada" }),
  });
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("detail");
});
