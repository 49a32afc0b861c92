import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import { type Ground, openGround, serveSandbox } from "./sandbox.ts";

const PROMISE = "加群稳赚不赔，保本保息，年化30%";
const RAIDERS = ["lin", "ana", "newcomer", "affiliate"];

// One test here is dozens of transactions, on a machine that may be busy.
jest.setTimeout(30_000);

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

async function post(author: string, text: string) {
  await served.write("/api/messages", { channel: "general", author, text });
  await served.work();
}

async function marks() {
  const { messages } = (await served.read("/api/state")).body;
  return (messages ?? []).map(({ hidden, case: mark }) => ({ hidden, mark }));
}

test("every message of a case shows how far that has come", async () => {
  for (const author of RAIDERS) await post(author, PROMISE);
  await served.command("mei", "/decide #1 uphold delete seen:4 no such promises here");
  const deleted = { hidden: true, mark: { number: 1, outcome: "uphold", deletes: true } };
  expect(await marks()).toMatchObject(RAIDERS.map(() => deleted));
  await served.command("lin", "/appeal 1 I quoted an advert");
  const appealed = { mark: { state: "appealed" } };
  expect(await marks()).toMatchObject(RAIDERS.map(() => appealed));
});

test("a message that joins a case later begins with what is known of it", async () => {
  await post("lin", PROMISE);
  await served.command("mei", "/take #1");
  await post("ana", PROMISE);
  expect(await marks()).toMatchObject([
    { mark: { number: 1, state: "assigned" } },
    { mark: { number: 1, state: "assigned" } },
  ]);
});

test("messages that a moderator purged are deleted, and wait for nobody", async () => {
  for (const text of ["one", "two", "three"]) {
    await post("lin", text);
    served.clock.at += 1000;
  }
  await served.command("mei", '/purge @lin 2 rule:"be brief" noise');
  const deleted = { hidden: true, mark: { outcome: "uphold", deletes: true } };
  expect(await marks()).toMatchObject([{ hidden: false, mark: null }, deleted, deleted]);
});

test("a message that was judged in shadow mode says so", async () => {
  await post("lin", PROMISE);
  await served.command("olivia", "/shadow on");
  await post("ana", PROMISE);
  const { messages } = (await served.read("/api/state")).body;
  expect(messages?.map(({ shadow }) => shadow)).toEqual([false, true]);
});
