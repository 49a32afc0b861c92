import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { type CandorProcess, startCandorProcess } from "../support/candor-process.ts";
import { postMessage } from "../support/post.ts";

jest.setTimeout(60_000);

let folder = "";
let candor: CandorProcess;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "candor-product-"));
  candor = await startCandorProcess({
    CANDOR_DATA_DIR: join(folder, "data"),
    CANDOR_HTTP_PORT: "0",
  });
}, 60_000);
afterAll(async () => {
  await candor.stop();
  await rm(folder, { recursive: true, force: true });
});

async function read(path: string): Promise<unknown> {
  return (await fetch(new URL(path, candor.url))).json();
}

async function send(path: string, body: object): Promise<unknown> {
  const response = await fetch(new URL(path, candor.url), {
    method: "POST",
    headers: { "content-type": "application/json", origin: new URL(candor.url).origin },
    body: JSON.stringify(body),
  });
  return response.json();
}

/** Reads until what comes back matches; jest's time limit ends a wait in vain. */
async function until(path: string, expected: object): Promise<void> {
  for (;;) {
    const answer = await read(path);
    try {
      expect(answer).toMatchObject(expected);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function happened(type: string): unknown {
  return expect.objectContaining({ type });
}

const LIST = "客户名单\n张三 13900000001\n李四 13900000002\n王五 13900000003";

test("a leak is hidden, its case decided, the message comes back, and the audit log has every step", async () => {
  expect(await postMessage(candor.url, { clientId: "leak", text: LIST })).toBe(201);
  await until("/api/state", { messages: [{ id: "leak", hidden: true, text: null }] });
  await until("/api/audit?person=ada", {
    events: expect.arrayContaining([happened("case.shown")]),
  });
  const { cases } = (await read("/api/cases?person=mei&state=open")) as {
    cases: { id: string; evidence: string }[];
  };
  expect(cases).toMatchObject([{ number: 1, severity: "S1", held: true }]);
  expect(cases[0]?.evidence).not.toMatch(/\d{6}/u);
  const decided = await send("/api/commands", {
    actor: "mei",
    channel: "general",
    text: "/decide #1 dismiss 测试名单",
  });
  expect(decided).toMatchObject({ reply: { kind: "done" } });
  await until("/api/state", { messages: [{ id: "leak", hidden: false, text: LIST }] });
  await until("/api/audit?person=ada", {
    events: expect.arrayContaining([happened("action.done")]),
  });
  const { events } = (await read("/api/audit?person=ada")) as { events: { type: string }[] };
  // Hiding, paging and the moderators' card follow the opening in any order.
  expect(new Set(events.map((event) => event.type))).toEqual(
    new Set([
      "message.judged",
      "case.opened",
      "message.hidden",
      "case.escalated",
      "people.told",
      "case.shown",
      "case.decided",
      "message.restored",
      "action.done",
    ]),
  );
  expect(await send("/api/audit/verify", { person: "ada" })).toMatchObject({
    report: { problem: null },
  });
});

test("an ordinary message passes, and nothing of it is kept as evidence", async () => {
  expect(await postMessage(candor.url, { clientId: "hello", text: "大家早上好" })).toBe(201);
  await until("/api/state", {
    messages: expect.arrayContaining([expect.objectContaining({ id: "hello", hidden: false })]),
  });
  const { cases } = (await read("/api/cases?person=mei")) as { cases: { messageId: string }[] };
  expect(cases.map((item) => item.messageId)).not.toContain("hello");
});
