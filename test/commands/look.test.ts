import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { LOCALES } from "../../src/engine/policy.ts";
import { say } from "../../src/words/say.ts";
import { openLines } from "../pipeline/line.ts";
import { BAD_TEXT, Desk, GOOD_TEXT } from "./desk.ts";

// One test here is up to a hundred transactions, on a machine that may be busy.
jest.setTimeout(30_000);

let lines: Awaited<ReturnType<typeof openLines>>;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterAll(() => lines.close());

async function openDesk(): Promise<Desk> {
  await lines.clear();
  return new Desk(lines.makeLine());
}

async function look(desk: Desk, number = 1, who = "owner"): Promise<string> {
  return (await desk.type(who, `case ${number}`)).lines.join("\n");
}

async function buttonsFor(desk: Desk, who: string): Promise<readonly string[]> {
  const { buttons } = await desk.type(who, "case 1");
  return buttons.map(({ command }) => command.split(" ")[0] ?? "");
}

describe("what became of a question", () => {
  test("that was answered, or dismissed without an answer", async () => {
    const desk = await openDesk();
    await desk.type("lin", "question when do you open?");
    await desk.type("wei", "feedback nice place");
    await desk.type("service", "answer 1 at nine");
    await desk.type("service", "decide 2 dismiss asked before");
    expect(await look(desk, 1)).toContain("Decided: answered, by service");
    expect(await look(desk, 2)).toContain("Decided: closed without an answer, by service");
    await desk.type("wei", "question and on Sunday?");
    expect(await look(desk, 3)).toContain("#2 (closed without an answer)");
    await desk.type("mo", 'decide 3 uphold warn rule:"be kind" no patience');
    expect(await look(desk, 3)).toContain("Decided: uphold, by mo");
  });
});

describe("a message that was caught up with", () => {
  test("says when it was sent, and when it was read", async () => {
    const desk = await openDesk();
    const { line } = desk;
    await line.start();
    await line.platform.post(line.message(BAD_TEXT, { sentAt: line.now - 10 * 60_000 }));
    expect(await look(desk)).toMatch(/Read late: sent at .+, read at .+\./u);
    await desk.openCase("wei", "新一期理财保本保息，年年稳赚不赔");
    expect(await look(desk, 2)).not.toContain("Read late");
  });
});

describe("who decided", () => {
  test("both are named where a second moderator confirmed", async () => {
    const desk = await openDesk();
    await desk.openCase();
    await desk.type("mo", "decide 1 uphold ban scam");
    await desk.type("moderator", "confirm 1");
    expect(await look(desk)).toMatch(/Decided: uphold, by mo, confirmed by moderator, /u);
  });

  test("a decision that was overturned stays to read, with who overturned it", async () => {
    const desk = await openDesk();
    await desk.openCase();
    await desk.type("mo", "decide 1 uphold delete rule:INV-01 a promise");
    await desk.type("lin", "appeal 1 I quoted an advert");
    await desk.type("manager", "decide 1 dismiss a quotation");
    const said = await look(desk);
    expect(said).toMatch(
      /Stands no longer: uphold, by mo, .*Rule: INV-01\. Reason: a promise\nActions: delete.*\nOverturned on appeal by manager, /u,
    );
    expect(said).not.toContain("hidden until somebody decides");
  });

  test("a decision that was taken back says by whom", async () => {
    const desk = await openDesk();
    await desk.openCase();
    await desk.type("mo", "decide 1 uphold delete a promise");
    await desk.type("manager", "undo 1 too hasty");
    expect(await look(desk)).toMatch(/Stands no longer: .*\n.*\nTaken back by manager, /u);
  });
});

describe("a case that a command opened", () => {
  test("says that no message belongs to it, and invents none", async () => {
    const desk = await openDesk();
    await desk.post("lin", GOOD_TEXT);
    await desk.type("moderator", 'warn @wei rule:"be kind" off topic');
    const said = await look(desk);
    expect(said).toContain("No message belongs to this case.");
    expect(said).toMatch(/: 0 messages, 0 reports/u);
    expect(said).toContain("Opened by a moderator’s own review\n");
    for (const invented of ["They wrote", "Nearby"]) expect(said).not.toContain(invented);
  });

  test("in shadow mode is no part of anybody's standing, and leaves nothing to take back", async () => {
    const desk = await openDesk();
    await desk.type("manager", "shadow on");
    await desk.post("wei", GOOD_TEXT);
    await desk.type("moderator", 'warn @wei rule:"be kind" off topic');
    expect((await desk.type("moderator", "history @wei")).lines[0]).toContain(" 0 upheld");
    const undone = await desk.type("moderator", "undo 1");
    expect(undone.lines).toStrictEqual(["The decision on case #1 was taken back."]);
  });
});

test("what was said nearby has its speaker, and the author's other cases their outcomes", async () => {
  const desk = await openDesk();
  await desk.openCase("lin");
  await desk.type("mo", "decide 1 dismiss a quotation");
  await desk.type("lin", "question when do you open?");
  await desk.post("wei", BAD_TEXT.replace("今晚", "明晚"));
  await desk.openCase("lin", `${BAD_TEXT}，内部渠道`);
  const said = await look(desk, 4);
  expect(said).toMatch(/Nearby, wei, .*: 加群/u);
  expect(said).toContain("Other cases of theirs: #2 (open) and #1 (a false alarm)");
});

test("the service team is shown neither the standing nor cases that are not theirs", async () => {
  const desk = await openDesk();
  await desk.openCase("lin");
  await desk.type("lin", "question when do you open?");
  const said = await look(desk, 2, "service");
  expect(said).not.toMatch(/Known for|Other cases/u);
  expect(await look(desk, 2)).toMatch(/Known for.*\nOther cases of theirs: #1/u);
});

test("what can be done is offered to those who may do it", async () => {
  const desk = await openDesk();
  await desk.openCase();
  await desk.type("mo", "decide 1 uphold ban scam");
  expect(await buttonsFor(desk, "mo")).toStrictEqual(["reject"]);
  expect(await buttonsFor(desk, "moderator")).toStrictEqual(["confirm", "reject"]);
  expect(await buttonsFor(desk, "analyst")).toStrictEqual([]);
  await desk.type("moderator", "confirm 1");
  expect(await buttonsFor(desk, "manager")).toStrictEqual(["undo"]);
  await desk.type("lin", "appeal 1 I quoted an advert");
  await desk.type("manager", "decide 1 uphold it stands");
  expect(await buttonsFor(desk, "moderator")).toStrictEqual([]);
  expect(await buttonsFor(desk, "owner")).toStrictEqual(["reopen"]);
});

test("where words were erased, no sentence ends in nothing", async () => {
  const desk = await openDesk();
  const message = await desk.post("lin", BAD_TEXT);
  const replyTo = { channelId: "general", messageId: message.id };
  await desk.type("wei", "report promises profit", { replyTo });
  await desk.type("mo", "note 1 author please explain");
  await desk.type("mo", "decide 1 uphold delete a promise");
  const { store, digests } = desk.deps;
  const person = digests.fingerprint("person", "lin");
  const { community, now } = desk.line;
  for (const id of ["lin", "wei"]) {
    const event = { type: "person.erased", at: now, person: null, payload: {} } as const;
    await store.erasePerson(community, id, person, event);
  }
  for (const language of LOCALES) {
    const { lines: said } = await desk.type("owner", "case 1", { language });
    expect(said.filter((line) => line.includes(say(language, "case.evidence-gone")))).toHaveLength(
      4,
    );
    expect(said.filter((line) => /[:：,，]\s*$/u.test(line))).toStrictEqual([]);
    expect(said.join("\n")).not.toMatch(/[:：]\s*[,，（(·]?\s*[)）]/u);
  }
});

test("help has the colon of its language", async () => {
  const desk = await openDesk();
  const { lines: said } = await desk.type("lin", "help", { language: "zh-TW" });
  expect(said.every((line) => /^\/[a-z]+：/u.test(line))).toBe(true);
});

test("whoever was banned is called by their name", async () => {
  const desk = await openDesk();
  const { platform, community: communityId } = desk.line;
  platform.addMember(communityId, { id: "u-77", name: "Wei Chen" });
  await desk.openCase("u-77");
  await platform.banMember({ communityId, memberId: "u-77" }, null);
  expect(await look(desk)).toContain("About: Wei Chen (member)");
});

test("neither the queue nor a history shows a moderator the cases about themselves", async () => {
  const desk = await openDesk();
  await desk.openCase("mo");
  await desk.openCase("wei", `${BAD_TEXT}，内部渠道`);
  desk.join("mo", "moderator");
  const numbers = async (who: string, line: string) =>
    [...(await desk.type(who, line)).lines.join("\n").matchAll(/#(\d+)/gu)].map(([, n]) => n);
  expect(await numbers("moderator", "queue")).toStrictEqual(["1", "2"]);
  expect(await numbers("mo", "queue")).toStrictEqual(["2"]);
  expect(await numbers("moderator", "history @mo")).toStrictEqual(["1"]);
  expect(await numbers("mo", "history @mo")).toStrictEqual([]);
  expect(await numbers("mo", "history @wei")).toStrictEqual(["2"]);
  // One of theirs among the messages of somebody else's case is enough.
  await desk.post("mo", `${BAD_TEXT}，内部渠道`);
  desk.join("mo", "moderator");
  expect(await numbers("mo", "history @wei")).toStrictEqual([]);
  expect((await desk.type("mo", "queue")).lines).toStrictEqual(["Nothing is waiting. Well done."]);
});
