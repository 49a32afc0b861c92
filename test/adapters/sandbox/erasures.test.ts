import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  jest,
  test,
} from "@jest/globals";
import { personOf } from "../../../src/pipeline/deps.ts";
import { BAD_TEXT, GOOD_TEXT } from "../../commands/desk.ts";
import { type Ground, openGround, serveSandbox } from "./sandbox.ts";

// Each is many transactions, on a machine that may be busy.
jest.setTimeout(60_000);

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

const NAME = "Bob Ziffer";

/** As `candor audit erase` does it in a process of its own: the sandbox is not told. */
async function erase(id: string) {
  const { deps, clock } = served;
  const event = { type: "person.erased", at: clock.at, person: null, payload: {} } as const;
  expect(
    await ground.store.erasePerson("sandbox", id, personOf(deps, "sandbox", id), event),
  ).not.toBeNull();
}

const post = async (author: string, text: string) => {
  const { body } = await served.write("/api/messages", { channel: "general", author, text });
  await served.work();
  return body.message;
};
const inboxOf = async (person: string) => {
  const { body } = await served.read(`/api/inbox?person=${encodeURIComponent(person)}`);
  return { ...body, words: JSON.stringify([body.notices, body.channel]) };
};

test("a guest who was erased leaves neither words nor name, and others keep theirs", async () => {
  const bad = await post(NAME, `${BAD_TEXT} zebra`);
  const id = bad?.author.id ?? "";
  const good = await post("ana", GOOD_TEXT);
  await served.command("sam", "decide 1 uphold warn first time");
  await served.command("lin", "question when do you open?");
  expect((await inboxOf("sam")).words).toContain("zebra");
  const told = await inboxOf(id);
  expect(told.notices).not.toEqual([]);
  const before = await inboxOf("yu");
  expect(before.words).toContain("when do you open?");
  await erase(id);
  expect((await inboxOf(id)).notices).toEqual([]);
  for (const person of ["sam", "mei", "olivia"]) {
    expect((await inboxOf(person)).words).not.toContain("zebra");
  }
  // That they were told, when, and about which case stays on record.
  const about = (await inboxOf("sam")).notices?.find(({ caseNumber }) => caseNumber === 1);
  expect(about).toMatchObject({ title: null, lines: [], kind: "page" });
  expect((await inboxOf("yu")).notices).toEqual(before.notices);
  const { body: state } = await served.read("/api/state");
  expect(JSON.stringify(state)).not.toMatch(/zebra|Ziffer/u);
  expect(state.messages?.map((message) => message.id)).toEqual([good?.id]);
});

/** The events of a page that is open, as far as `last`. */
async function until(last: string, then: () => void): Promise<string> {
  const response = await fetch(new URL("/api/events", served.server.url));
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let asked = false; !text.includes(`event: ${last}\n`); asked = true) {
    const next = await reader?.read();
    if (!next || next.done) break;
    text += next.value;
    if (!asked) then();
  }
  await reader?.cancel();
  return text;
}

describe("open pages are told to read everything anew", () => {
  test("when anything of the record changes after an erasure, with no word of whose it was", async () => {
    const bad = await post(NAME, `${BAD_TEXT} zebra`);
    await erase(bad?.author.id ?? "");
    const told = await until("erased", () => served.sandbox.notifyChanged());
    expect(told).toMatch(/event: erased\ndata: \{\}/u);
    expect(told).not.toContain(bad?.author.id);
  });

  test("when another process erased and nothing else happens", async () => {
    const everyNow = jest.spyOn(globalThis, "setInterval");
    const again = await serveSandbox(ground);
    const looks = everyNow.mock.calls.filter(([, ms]) => ms === 5000).map(([look]) => look);
    everyNow.mockRestore();
    await served.close();
    served = again;
    const good = await post(NAME, GOOD_TEXT);
    await erase(good?.author.id ?? "");
    const told = await until("erased", () => {
      for (const look of looks) look();
    });
    expect(told).toContain("event: erased");
  });
});

test("whoever asked and was erased leaves no question in the inbox of those who answer", async () => {
  await served.command("lin", "question is the zebra yours?");
  expect((await inboxOf("yu")).words).toContain("zebra");
  await erase("lin");
  expect((await inboxOf("yu")).words).not.toContain("zebra");
  expect((await inboxOf("lin")).notices).toEqual([]);
});

test("the page of a case shows nothing that somebody wrote who was erased, not even beside it", async () => {
  const beside = await post(NAME, "zebra, says the neighbour");
  const reported = await post("ana", "an ordinary okapi");
  await post("lin", BAD_TEXT);
  await served.command("yu", "report rude", { replyTo: reported?.id ?? "" });
  const caseOf = async (number: number) =>
    JSON.stringify((await served.read(`/api/cases/${number}?person=sam`)).body);
  expect(await caseOf(1)).toContain("zebra");
  await erase(beside?.author.id ?? "");
  await erase("ana");
  for (const number of [1, 2]) expect(await caseOf(number)).not.toMatch(/zebra|okapi|Ziffer/u);
  const { body } = await served.read("/api/cases?person=sam");
  expect(JSON.stringify(body)).not.toMatch(/zebra|okapi|Ziffer/u);
});

test("what of theirs could not be recorded is forgotten too", async () => {
  const first = await post(NAME, GOOD_TEXT);
  const record = jest.spyOn(ground.store, "record").mockRejectedValueOnce(new Error("away"));
  const refused = await served.write("/api/messages", {
    channel: "general",
    author: NAME,
    text: "zebra unrecorded",
  });
  record.mockRestore();
  expect(refused.status).toBe(503);
  const state = async () => JSON.stringify((await served.read("/api/state")).body);
  expect(await state()).toContain("zebra");
  await erase(first?.author.id ?? "");
  expect(await state()).not.toMatch(/zebra|Ziffer/u);
});
