import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { policySchema } from "../../src/engine/policy.ts";
import { CHANNEL } from "../../src/ports/attempts.ts";
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

describe("take next", () => {
  test("gives the most pressing case that is free, not skipped, and not about oneself", async () => {
    const desk = await openDesk();
    await desk.openCase("moderator", BAD_TEXT);
    await desk.openCase("lin", `${BAD_TEXT}，内部渠道`);
    await desk.type("wei", "question when do you open?");
    expect((await desk.type("moderator", "take next")).lines[0]).toContain(
      "Case #2 is yours until",
    );
    await desk.type("moderator", "skip 2");
    expect((await desk.type("moderator", "take next")).lines[0]).toContain("#3");
    await desk.type("moderator", "skip 3");
    const left = await desk.type("moderator", "take next");
    expect(left.lines[0]).toContain("The most pressing one is #2");
    expect(left.buttons).toStrictEqual([{ label: "Take #2", command: "take #2" }]);
    // Taken again on purpose, it is no longer one that was skipped.
    expect((await desk.type("moderator", "take 2")).kind).toBe("done");
    expect((await desk.type("mo", "take next")).lines[0]).toContain("#1");
    await desk.type("manager", "take 3");
    expect((await desk.type("owner", "take next")).lines).toStrictEqual([
      "No case is free right now.",
    ]);
  });

  test("gives nobody the case with their own report, which they may not decide", async () => {
    const desk = await openDesk();
    const { message } = await desk.openCase();
    const replyTo = { channelId: "general", messageId: message.messageId };
    await desk.type("mo", "report a scam", { replyTo });
    const before = await desk.case();
    for (const line of ["take 1", "hold 1 1h", "ack 1", "decide 1 need-more ask the bank"]) {
      const reply = await desk.type("mo", line);
      expect({ line, kind: reply.kind }).toStrictEqual({ line, kind: "bad-input" });
      expect(reply.lines[0]).toContain("You reported something in case #1");
    }
    expect((await desk.type("mo", "take next")).lines[0]).toBe("No case is free right now.");
    expect((await desk.type("mo", "queue")).buttons).toStrictEqual([]);
    expect((await desk.type("mo", "case 1")).buttons).toStrictEqual([]);
    expect(await desk.case()).toStrictEqual(before);
    expect((await desk.type("moderator", "take next")).lines[0]).toContain("#1");
    expect((await desk.type("moderator", "handover 1 @mo")).kind).toBe("bad-input");
    expect((await desk.case()).assignment?.moderatorId).toBe("moderator");
  });

  test("gives the service team a question", async () => {
    const desk = await openDesk();
    await desk.openCase();
    await desk.type("wei", "question when do you open?");
    expect((await desk.type("service", "queue")).lines).toHaveLength(1);
    expect((await desk.type("service", "take next")).lines[0]).toContain("#2");
  });
});

test("a case is shown with its evidence, notes, standing and decision", async () => {
  const desk = await openDesk();
  await desk.post("lin", GOOD_TEXT);
  await desk.openCase();
  await desk.type("mo", "note 1 saw this before");
  const open = await desk.type("moderator", "case 1");
  const words = open.lines.join("\n");
  expect(open.title).toMatch(/^#1 · S\d · claims/u);
  expect(words).toContain("About: lin (member)");
  expect(words).toContain("They wrote: 加群稳赚不赔");
  expect(words).toMatch(/INV-\d\d S\d: /u);
  expect(words).toContain("Note for team by mo");
  expect(words).toContain("2 messages, 1 flagged");
  expect(open.buttons.map(({ command }) => command)).toStrictEqual(["take #1", "ack #1"]);
  await desk.type("mo", "decide 1 uphold delete,timeout 3d rule:INV-01 “a promise”");
  const decided = await desk.type("moderator", "case 1");
  expect(decided.lines.join("\n")).toMatch(
    /Decided: uphold, by mo, .* Rule: INV-01\. Reason: a promise/u,
  );
  expect(decided.lines.join("\n")).toContain("Actions: delete, timeout (3 days)");
  expect((await desk.type("analyst", "case 1")).buttons).toStrictEqual([]);
});

test("a second moderator confirms or turns down what is severe", async () => {
  const desk = await openDesk();
  await desk.openCase();
  const proposed = await desk.type("mo", "decide 1 uphold ban scam");
  expect(proposed.lines[0]).toContain("waits for a second moderator");
  expect((await desk.type("mo", "confirm 1")).lines[0]).toContain("Somebody other than");
  expect(
    (await desk.type("moderator", "case 1")).buttons.map(({ command }) =>
      command.replace(/p:.*/u, "p:"),
    ),
  ).toStrictEqual(["confirm #1 p:", "reject #1 p:"]);
  expect((await desk.type("moderator", "reject 1 too hard")).kind).toBe("done");
  await desk.type("mo", "decide 1 uphold ban scam");
  const confirmed = await desk.type("moderator", "confirm 1");
  expect(confirmed.lines).toContain("Case #1 is decided: upheld.");
  await desk.line.work();
  const target = { communityId: desk.line.community, memberId: "lin" };
  expect(desk.line.platform.barOf(target)).toStrictEqual({ kind: "banned", until: null });
  expect((await desk.type("moderator", "undo 1 wrong person")).kind).toBe("done");
  await desk.line.work();
  expect(desk.line.platform.barOf(target)).toBeNull();
});

test("what does not go together is no decision", async () => {
  const desk = await openDesk();
  await desk.openCase();
  const first = async (line: string) => (await desk.type("mo", line)).lines[0];
  expect(await first("decide 1 uphold timeout 60d scam")).toBe("A timeout lasts 28 days at most.");
  expect(await first("decide 1 need-more delete scam")).toContain("leave them out");
  expect(await first("decide 1 uphold ban 60d scam")).toContain("waits for a second moderator");
});

test("undo says what cannot be taken back", async () => {
  const desk = await openDesk();
  await desk.openCase();
  await desk.type("mo", "decide 1 uphold delete,warn scam");
  expect((await desk.type("mo", "undo 1")).lines).toStrictEqual([
    "The decision on case #1 was taken back.",
    "This cannot be taken back: warn.",
  ]);
});

describe("acts on somebody are decided cases", () => {
  test("a warning in answer to a message has it as evidence", async () => {
    const desk = await openDesk();
    const message = await desk.post("lin", GOOD_TEXT);
    const replyTo = { channelId: "general", messageId: message.id };
    const reply = await desk.type("moderator", "warn rule:“be kind” off topic", { replyTo });
    expect(reply.lines[0]).toBe("Case #1 is decided: upheld.");
    const item = await desk.case();
    expect(item).toMatchObject({ source: "review", authorId: "lin", state: "decided" });
    expect(item.message.messageId).toBe(message.id);
    expect(item.decision).toMatchObject({ reason: "off topic", actions: [{ kind: "warn" }] });
  });

  test("a message of somebody else is no evidence against the person named", async () => {
    const desk = await openDesk();
    const message = await desk.post("lin", GOOD_TEXT);
    const replyTo = { channelId: "general", messageId: message.id };
    await desk.type("moderator", "warn @wei rule:“be kind” off topic", { replyTo });
    const item = await desk.case();
    expect(item.authorId).toBe("wei");
    expect(item.message.messageId).not.toBe(message.id);
  });

  test("purge deletes the newest messages of one person in this channel", async () => {
    const desk = await openDesk();
    for (const text of ["one", "two", "three"]) await desk.post("lin", text);
    await desk.post("wei", "four");
    expect((await desk.type("moderator", "purge @lin 2 rule:“be kind” noise")).kind).toBe("done");
    await desk.line.work();
    const hidden = desk.line.platform.messages("general").filter((each) => each.hidden);
    expect(hidden.map(({ message }) => message.author.id)).toStrictEqual(["lin", "lin"]);
    expect((await desk.type("moderator", "purge @mo 2 noise")).kind).toBe("refused");
    desk.join("new", "member");
    expect((await desk.type("moderator", "purge @new 2 rule:“be kind” noise")).kind).toBe(
      "bad-input",
    );
  });

  test("in shadow mode nothing is touched, and the answer says so", async () => {
    const desk = await openDesk();
    await desk.policy({ mode: "shadow" });
    const reply = await desk.type("moderator", "timeout @wei 1h rule:“be kind” noise");
    expect(reply.lines.at(-1)).toMatch(/^Shadow mode: /u);
    expect((await desk.type("moderator", "unban @wei a mistake")).kind).toBe("bad-input");
    await desk.line.work();
    const target = { communityId: desk.line.community, memberId: "wei" };
    expect(desk.line.platform.barOf(target)).toBeNull();
  });
});

test("a case goes only to somebody who works on cases like it", async () => {
  const desk = await openDesk();
  await desk.openCase();
  await desk.type("moderator", "take 1");
  expect((await desk.type("moderator", "handover 1 @service")).kind).toBe("bad-input");
  expect((await desk.type("moderator", "handover 1 @wei")).kind).toBe("bad-input");
  expect((await desk.type("moderator", "handover 1 @mo")).kind).toBe("done");
  expect((await desk.case()).assignment?.moderatorId).toBe("mo");
});

test("a hold has its time and its note", async () => {
  const desk = await openDesk();
  const item = await desk.openCase();
  await desk.type("moderator", "hold 1 90m waits for the bank");
  expect((await desk.case()).onHoldUntil).toBe(desk.line.now + 90 * 60_000);
  expect(await desk.deps.store.caseNotes(item.id)).toMatchObject([{ text: "waits for the bank" }]);
});

test("a hold that rests for another time than was named, or keeps words as a note, says so", async () => {
  const desk = await openDesk();
  await desk.openCase();
  const shorter = await desk.type("moderator", "hold 1 5h");
  expect((await desk.case()).onHoldUntil).toBe(desk.line.now + 120 * 60_000);
  expect(shorter.lines[1]).toBe(
    "That is less than the 5 hours you named: an S1 rests no longer than 2 hours before others hear of it again.",
  );
  await desk.type("lin", "question when do you open?");
  expect((await desk.type("moderator", "hold 2 abc")).lines.slice(1)).toStrictEqual([
    "No time was named, so it rests for 1 day, as the policy says.",
    "“abc” is kept as a note on it, for the team only.",
  ]);
  expect((await desk.type("moderator", "hold 2 2h")).lines).toHaveLength(1);
});

test("nobody has seen more messages than a case has", async () => {
  const desk = await openDesk();
  await desk.openCase();
  for (const line of [
    "decide 1 uphold seen:999999 scam",
    "correct 1 seen:2 no promises",
    "answer 1 uphold seen:2 we never promise",
  ]) {
    const reply = await desk.type("mo", line);
    expect(reply.kind).toBe("bad-input");
    expect(reply.lines[0]).toContain("Nothing was done: case #1 has 1 message, so nobody");
  }
  expect((await desk.case()).state).toBe("open");
});

test("of an appeal and of a closed case the answer is what can be done instead", async () => {
  const desk = await openDesk();
  await desk.openCase();
  await desk.type("mo", "decide 1 uphold scam");
  await desk.type("lin", "appeal 1 a joke");
  for (const line of ["undo 1", "take 1"]) {
    expect((await desk.type("owner", line)).lines[0]).toMatch(
      /under appeal.*\/decide #1 uphold .* dismiss/u,
    );
  }
  await desk.type("moderator", "decide 1 uphold it stands");
  expect((await desk.type("owner", "undo 1")).lines[0]).toMatch(/is closed.*\/reopen #1/u);
});

test("what a threshold takes the place of is said, and its time is in the policy", async () => {
  const desk = await openDesk();
  await desk.openCase();
  const reply = await desk.type("mo", "decide 1 成立 禁言 2小时 虚假承诺");
  expect(reply.lines).toContain(
    "The policy adds that at 4 points, instead of what was chosen: timeout (2 hours).",
  );
  expect((await desk.type("owner", "policy")).lines).toContain("From 4 points: timeout (1 day)");
  await desk.line.usePolicy(policySchema.parse({}));
  await desk.openCase("wei", `${BAD_TEXT}，内部渠道`);
  const longer = await desk.type("mo", "decide 2 uphold timeout 3d scam");
  expect(longer.lines.join()).not.toContain("instead of");
});

test("what the policy would add is said before anybody decides, and by whom it must be confirmed", async () => {
  const desk = await openDesk();
  await desk.openCase();
  const before = (await desk.type("mo", "case 1")).lines;
  expect(before).toContain(
    "Upholding it gives 4 strike points, and the policy adds: timeout (1 day), because 4 points were reached.",
  );
  expect((await desk.type("mo", "history lin")).lines).toContain("From 4 points: timeout (1 day)");
  const thresholds = [{ points: 4, action: { kind: "kick" } }];
  await desk.line.usePolicy(policySchema.parse({ strikes: { thresholds } }));
  const second = "That waits for a second moderator who has the right to do it.";
  expect(before).not.toContain(second);
  expect((await desk.type("mo", "case 1")).lines).toContain(second);
  await desk.line.usePolicy(policySchema.parse({ mode: "shadow" }));
  expect((await desk.type("mo", "case 1")).lines.join()).not.toContain("the policy adds");
});

test("whoever proposed hears why it was turned down, and nobody has the case then", async () => {
  const desk = await openDesk();
  await desk.openCase();
  await desk.type("mo", "decide 1 uphold ban scam");
  await desk.type("owner", "take 1");
  const reply = await desk.type("moderator", "reject 1 a kick is enough");
  expect(reply.lines).toStrictEqual([
    "The proposed decision on case #1 was turned down. The case is open again.",
    "mo, who proposed it, is told.",
  ]);
  expect(await desk.case()).toMatchObject({ state: "open", assignment: null });
  await desk.line.work();
  const told = () =>
    desk.line.platform
      .inbox(desk.line.community, "mo")
      .filter(({ title }) => title.endsWith(" — your proposal was turned down"));
  expect(told()).toMatchObject([{ lines: ["a kick is enough"] }]);
  await desk.type("mo", "decide 1 uphold ban scam");
  expect((await desk.type("mo", "reject 1")).lines).toHaveLength(1);
  await desk.line.work();
  expect(told()).toHaveLength(1);
});

test("whoever proposes again and again hears of it no oftener than the cap, and misses nothing", async () => {
  const desk = await openDesk();
  const caps = { perPersonPerHour: 3 };
  await desk.line.usePolicy(policySchema.parse({ escalation: { caps } }));
  await desk.openCase();
  for (let nth = 1; nth <= 6; nth += 1) {
    await desk.type("mo", "decide 1 uphold ban scam");
    await desk.type("moderator", `reject 1 not for reason ${nth}`);
    await desk.line.live(1000);
  }
  const inbox = () => desk.line.platform.inbox(desk.line.community, "mo");
  const before = inbox().length;
  expect(before).toBeLessThanOrEqual(3);
  await desk.line.live(3 * 60 * 60_000);
  const words = inbox().flatMap(({ lines: said }) => said);
  for (let nth = 1; nth <= 6; nth += 1) {
    expect(words.some((line) => line.endsWith(`not for reason ${nth}`))).toBe(true);
  }
});

test("status counts what waits and names who cannot be reached", async () => {
  const desk = await openDesk();
  const rotas = {
    night: { shifts: [{ people: ["mo"], from: "00:00", to: "24:00", days: ["sun"] }] },
  };
  await desk.line.usePolicy(policySchema.parse({ rotas }));
  desk.line.platform.unreachable.add("mo");
  await desk.openCase();
  await desk.line.live(60_000);
  const { lines: words } = await desk.type("analyst", "status");
  expect(words).toContain("1 case is waiting (S1: 1).");
  expect(words).toContain("The oldest is #1, 1 minute old.");
  expect(words.some((line) => line.startsWith("night: mo, until"))).toBe(true);
  expect(words.filter((line) => line.includes("cannot be reached"))).toHaveLength(1);
  expect(words.at(-1)).toContain("mo cannot be reached since");
});

test("status names whom only ladders and rotas name and nothing reaches, and so does the channel", async () => {
  const desk = await openDesk();
  const rungs = [{ afterMinutes: 0, who: ["person:left", "on-call:night"] }];
  const shift = { people: ["away"], from: "00:00", to: "24:00", days: ["sun"] };
  const policy = { rotas: { night: { shifts: [shift] } }, escalation: { ladders: [{ rungs }] } };
  await desk.line.usePolicy(policySchema.parse(policy));
  await desk.openCase();
  await desk.line.live(60_000);
  const { lines: words } = await desk.type("owner", "status");
  expect(words.filter((line) => line.includes("cannot be reached")).join()).toMatch(
    /left cannot.*away cannot/u,
  );
  const { platform, community } = desk.line;
  const told = platform.inbox(community, CHANNEL).flatMap(({ lines: said }) => said);
  expect(told.join()).toMatch(/away and left/u);
});

test("questions go to the service team, and not without end", async () => {
  const desk = await openDesk();
  for (let i = 1; i <= 5; i += 1) {
    expect((await desk.type("lin", `question number ${i}?`)).lines[0]).toContain(`#${i}`);
  }
  expect((await desk.type("lin", "feedback number 6")).kind).toBe("bad-input");
  expect(await desk.case(1)).toMatchObject({
    source: "question",
    message: { evidence: "number 1?" },
  });
});

test("help shows what somebody may use, and how", async () => {
  const desk = await openDesk();
  const names = async (id: string) =>
    (await desk.type(id, "help")).lines.map((line) => line.split(":")[0]);
  expect(await names("lin")).toStrictEqual([
    "/question",
    "/feedback",
    "/report",
    "/appeal",
    "/rules",
    "/explain",
    "/privacy",
    "/help",
  ]);
  expect(await names("owner")).toHaveLength(35);
  const decide = await desk.type("mo", "help decide");
  // What only a platform's own form can give is not told to those who type.
  expect(decide.lines[1]).toBe(
    "How to use it: /decide CASE OUTCOME [SEEN] [APPEAL] [ACTIONS] [TIME] [RULE] REASON",
  );
  expect(decide.lines.join("\n")).not.toContain("OFFICIAL-ANSWER");
  expect((await desk.type("lin", "help ban")).kind).toBe("bad-input");
});

test("rules and policy are shown in the reader's language", async () => {
  const desk = await openDesk();
  const list = await desk.type("lin", "rules", { language: "zh-CN" });
  expect(list.visibility).toBe("public");
  expect(list.lines.some((line) => line.startsWith("INV-01: "))).toBe(true);
  expect((await desk.type("lin", "rules inv-01")).title).toMatch(/^INV-01: /u);
  expect((await desk.type("lin", "rules XXX-99")).kind).toBe("bad-input");
  expect((await desk.type("manager", "policy")).lines).toContain("Candor is live.");
  expect((await desk.type("manager", "shadow on")).kind).toBe("done");
  expect((await desk.type("manager", "shadow on")).lines).toStrictEqual([
    "Shadow mode was on already.",
  ]);
});

test("history shows what is known of somebody", async () => {
  const desk = await openDesk();
  await desk.openCase();
  await desk.type("mo", "decide 1 uphold delete scam");
  const known = await desk.type("analyst", "history @lin");
  expect(known.lines[0]).toMatch(/1 upheld, 0 false alarms, \d strike points/u);
  expect(known.lines[1]).toContain("#1");
  expect((await desk.type("analyst", "history @wei")).lines[0]).toContain(
    "Nothing is known of wei",
  );
});
