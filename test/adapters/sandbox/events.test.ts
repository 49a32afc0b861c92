import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Ground, openGround, serveSandbox } from "./sandbox.ts";

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

function namesIn(stream: string): readonly string[] {
  return [...stream.matchAll(/^event: (.*)$/gmu)].map(([, name = ""]) => name);
}

/** Reads server-sent events until the stream ends. */
async function follow() {
  const response = await fetch(new URL("/api/events", served.server.url));
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    type: response.headers.get("content-type"),
    /** Names of the events until `last` has come, or the stream has ended. */
    async until(last: string): Promise<readonly string[]> {
      while (!namesIn(text).includes(last)) {
        const next = await reader?.read();
        if (!next || next.done) break;
        text += next.value;
      }
      return namesIn(text);
    },
    text: () => text,
    leave: () => reader?.cancel(),
  };
}

describe("open pages", () => {
  test("are told of messages, verdicts, effects and cases, in order", async () => {
    const stream = await follow();
    expect(stream.type).toBe("text/event-stream");
    expect(await stream.until("hello")).toEqual(["hello"]);
    const { body } = await served.write("/api/messages", {
      channel: "general",
      author: "lin",
      text: "Callers: Mia (415) 555-0141, Jo (415) 555-0142, Sam (415) 555-0143",
    });
    const messageId = body.message?.id ?? "";
    const target = { communityId: "sandbox", channelId: "general", messageId };
    await served.sandbox.platform.hideMessage(target);
    await served.sandbox.platform.restoreMessage(target);
    expect(await stream.until("restored")).toEqual([
      "hello",
      "message",
      "verdict",
      "case",
      "audit",
      "hidden",
      "restored",
    ]);
    await stream.leave();
  });

  test("are told whom a notice or a sanction concerns, and not what it says", async () => {
    const stream = await follow();
    await stream.until("hello");
    const target = { communityId: "sandbox", memberId: "mei" };
    const notice = { id: "n", communityId: "sandbox", caseNumber: 1, title: "secret words" };
    await served.sandbox.platform.direct(target, { ...notice, lines: [], buttons: [] });
    await served.sandbox.platform.kickMember({ ...target, memberId: "ana" }, "a reason");
    expect(await stream.until("member")).toEqual(["hello", "inbox", "member"]);
    expect(stream.text()).toMatch(/data: \{"person":"mei"\}[^]*data: \{"person":"ana"\}/u);
    expect(stream.text()).not.toContain("secret");
    await stream.leave();
  });

  test("end with the platform, and do not keep the server from closing", async () => {
    const stream = await follow();
    await stream.until("hello");
    expect(served.sandbox.openPages).toBe(1);
    await served.sandbox.platform.stop();
    expect(await stream.until("the end")).toEqual(["hello"]);
    await served.server.close();
    expect(served.sandbox.openPages).toBe(0);
  });

  test("are told when the record has changed in another way", async () => {
    const stream = await follow();
    await stream.until("hello");
    served.sandbox.notifyChanged();
    expect(await stream.until("audit")).toEqual(["hello", "case", "audit"]);
    await stream.leave();
  });

  test("are not taken once the platform has stopped", async () => {
    await served.sandbox.platform.stop();
    expect((await served.read("/api/events")).status).toBe(503);
  });

  test("that nobody can read are not begun", async () => {
    const head = await fetch(new URL("/api/events", served.server.url), { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(served.sandbox.openPages).toBe(0);
  });

  test("are forgotten when they leave", async () => {
    const stream = await follow();
    await stream.until("hello");
    await stream.leave();
    while (served.sandbox.openPages > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(served.sandbox.openPages).toBe(0);
  });
});
