import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { DEFAULT_POLICY, policySchema } from "../../src/engine/policy.ts";
import { openLines } from "../pipeline/line.ts";
import { BAD_TEXT, Desk, GOOD_TEXT } from "./desk.ts";

// One test here is up to a hundred transactions, on a machine that may be busy.
jest.setTimeout(30_000);

const DAY_MS = 24 * 60 * 60_000;

let lines: Awaited<ReturnType<typeof openLines>>;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterAll(() => lines.close());

async function openDesk(): Promise<Desk> {
  await lines.clear();
  return new Desk(lines.makeLine());
}

describe("privacy", () => {
  test("shows what is stored, asks before erasing, and erases", async () => {
    const desk = await openDesk();
    await desk.post("lin", GOOD_TEXT);
    desk.line.pass(DAY_MS);
    expect((await desk.type("lin", "privacy")).lines[0]).toContain("1 message");
    const asked = await desk.type("lin", "privacy erase");
    expect(asked.buttons).toStrictEqual([{ label: "Yes, erase it", command: "privacy erase yes" }]);
    expect((await desk.type("lin", "privacy")).lines[0]).toContain("1 message");
    expect((await desk.type("lin", "privacy erase yes")).lines[0]).toContain("It is erased.");
    expect((await desk.type("lin", "privacy")).lines).toStrictEqual([
      "Nothing is stored about you here.",
    ]);
    expect(await desk.events()).toContain("person.erased");
  });

  test("a member waits a day after a message, so that it can still be reported", async () => {
    const desk = await openDesk();
    const message = await desk.post("lin", GOOD_TEXT);
    const waits = await desk.type("lin", "privacy erase yes");
    expect(waits.kind).toBe("bad-input");
    expect(waits.lines[1]).toContain("a day after your last message");
    const replyTo = { channelId: "general", messageId: message.id };
    await desk.type("wei", "report rude", { replyTo });
    expect((await desk.case(1)).authorId).toBe("lin");
    await desk.type("mo", "decide 1 dismiss fine");
    await desk.line.live(15 * DAY_MS);
    expect((await desk.type("lin", "privacy erase yes")).kind).toBe("done");
    const late = await desk.type("mo", "report rude", { replyTo });
    expect(late.kind).toBe("bad-input");
    expect(late.lines[0]).toContain("had their data erased");
    expect(await desk.line.cases()).toHaveLength(1);
    // Nor may they report themselves, whom nobody knows as its author any more.
    expect((await desk.type("lin", "report rude", { replyTo })).lines).toStrictEqual(late.lines);
  });

  test("an edit of an old message, and one that is first heard of edited, may be reported for a day too", async () => {
    const desk = await openDesk();
    const { line } = desk;
    const message = await desk.post("lin", GOOD_TEXT);
    line.pass(2 * DAY_MS);
    expect((await desk.type("lin", "privacy erase")).kind).toBe("done");
    await line.platform.post({ ...message, text: "you fools", revisedAt: line.now });
    const old = line.message("you fools", {
      author: { id: "wei", role: "member" },
      channel: { id: "general" },
    });
    await line.platform.post({ ...old, sentAt: line.now - 9 * DAY_MS, revisedAt: line.now });
    for (const who of ["lin", "wei"]) {
      const waits = await desk.type(who, "privacy erase yes");
      expect(waits.kind).toBe("bad-input");
      expect(waits.lines[1]).toContain("a day after your last message");
    }
    line.pass(DAY_MS);
    expect((await desk.type("lin", "privacy erase yes")).kind).toBe("done");
  });

  test("a report that comes before the erasure holds it up, though it was not there when they asked", async () => {
    const desk = await openDesk();
    const message = await desk.post("lin", GOOD_TEXT);
    desk.line.pass(DAY_MS);
    const { store } = desk.deps;
    const replyTo = { channelId: "general", messageId: message.id };
    const asked = jest.spyOn(store, "personRecord").mockImplementationOnce(async (who) => {
      asked.mockRestore();
      const record = await store.personRecord(who);
      await desk.type("wei", "report rude", { replyTo });
      return record;
    });
    const waits = await desk.type("lin", "privacy erase yes");
    expect(waits.kind).toBe("bad-input");
    expect(waits.lines[1]).toContain("1 case that concerns you");
    expect((await desk.case(1)).authorId).toBe("lin");
    expect(await desk.events()).not.toContain("person.erased");
  });

  test("whoever has reported hears what is kept of that", async () => {
    const desk = await openDesk();
    const message = await desk.post("wei", GOOD_TEXT);
    const replyTo = { channelId: "general", messageId: message.id };
    await desk.type("lin", "report spam", { replyTo });
    await desk.type("mo", "decide 1 dismiss fine");
    const asked = await desk.type("lin", "privacy erase");
    expect(asked.lines[1]).toContain("for 90 days");
    expect((await desk.type("lin", "privacy erase yes")).kind).toBe("done");
    for (const line of ["privacy", "privacy erase yes"]) {
      const { lines: left } = await desk.type("lin", line);
      expect(left).toHaveLength(1);
      expect(left[0]).toMatch(/1 report of yours can still be counted[^]*, until /u);
    }
    desk.line.pass(91 * DAY_MS);
    expect((await desk.type("lin", "privacy")).lines).toStrictEqual([
      "Nothing is stored about you here.",
    ]);
    desk.line.pass(-91 * DAY_MS);
    // The limits on reports hold for them as before.
    await desk.policy({ reports: { ...DEFAULT_POLICY.reports, perReporterPerHour: 1 } });
    const again = await desk.post("wei", `${GOOD_TEXT} again`);
    const asReply = { replyTo: { channelId: "general", messageId: again.id } };
    expect((await desk.type("lin", "report rude", asReply)).lines[0]).toContain("1 report within");
  });

  test("nobody erases the case that is open against them", async () => {
    const desk = await openDesk();
    await desk.openCase();
    expect((await desk.type("lin", "privacy erase yes")).kind).toBe("bad-input");
    await desk.type("mo", "decide 1 dismiss fine");
    // It can still be taken back.
    expect((await desk.type("lin", "privacy erase yes")).kind).toBe("bad-input");
    await desk.line.live(15 * DAY_MS);
    expect((await desk.type("lin", "privacy erase yes")).kind).toBe("done");
    expect((await desk.case()).authorId).toBe("");
    expect((await desk.type("mo", "case 1")).lines.join("\n")).toContain("somebody who was erased");
  });

  test("somebody of the team is not erased by their own hand, whatever names them", async () => {
    const desk = await openDesk();
    const shift = { people: ["wei"], from: "00:00", to: "24:00" };
    const rungs = [{ afterMinutes: 0, who: ["person:mei"] }];
    const policy = policySchema.parse({
      team: [{ id: "gone", role: "moderator" }],
      rotas: { night: { shifts: [shift] } },
      escalation: { ladders: [{ rungs }] },
    });
    await desk.line.usePolicy(policy);
    await desk.openCase();
    await desk.type("mo", "decide 1 uphold ban scam");
    desk.join("mei", "member");
    for (const who of ["mo", "owner", "service", "staff", "gone", "wei", "mei"]) {
      for (const line of ["privacy erase", "privacy erase yes"]) {
        const { kind, lines: words, buttons } = await desk.type(who, line);
        expect({ who, kind, buttons }).toStrictEqual({ who, kind: "refused", buttons: [] });
        expect(words[0]).toContain("candor audit erase");
      }
    }
    // About oneself nobody is refused for lack of a role: it is in no log.
    expect(await desk.refusals()).toStrictEqual([]);
    expect((await desk.type("mo", "confirm 1")).lines[0]).toContain("Somebody other than");
    expect(await desk.deps.store.policyOf(desk.line.community)).toStrictEqual(policy);
    expect((await desk.type("mo", "privacy")).buttons).toStrictEqual([]);
  });

  test("a member waits while a decision or a strike of theirs counts, and hears until when", async () => {
    const desk = await openDesk();
    await desk.openCase();
    await desk.type("mo", "decide 1 uphold delete scam");
    const first = await desk.type("lin", "privacy erase yes");
    expect(first.kind).toBe("bad-input");
    expect(first.lines.join("\n")).toMatch(
      /a decision that can be appealed[^]*strike points that count, until[^]*An owner/u,
    );
    const shown = await desk.type("lin", "privacy");
    expect(shown.lines.join("\n")).toMatch(/4 strike points count until /u);
    expect(shown.lines).toContain("Decisions about you: 1");
    await desk.type("lin", "appeal 1 it was a joke");
    const appealed = (await desk.type("lin", "privacy erase")).lines.join("\n");
    expect(appealed).toMatch(/1 case that concerns you[^]*1 appeal of yours/u);
    await desk.type("moderator", "decide 1 uphold it was none");
    desk.line.pass(DAY_MS);
    const decided = await desk.type("lin", "privacy erase yes");
    expect(decided.lines).toHaveLength(3);
    expect(decided.lines[1]).toContain("strike points that count");
    desk.line.pass(91 * DAY_MS);
    expect((await desk.type("lin", "privacy erase yes")).kind).toBe("done");
  });

  test("the words of a message among others of an open case are not erased either", async () => {
    const desk = await openDesk();
    await desk.openCase("lin");
    await desk.post("wei", BAD_TEXT);
    expect((await desk.case(1)).messages).toBe(2);
    expect((await desk.type("wei", "privacy erase yes")).kind).toBe("bad-input");
  });

  test("a member waits until their reports are decided", async () => {
    const desk = await openDesk();
    const message = await desk.post("wei", GOOD_TEXT);
    const replyTo = { channelId: "general", messageId: message.id };
    await desk.type("lin", "report spam", { replyTo });
    const shown = await desk.type("lin", "privacy");
    expect(shown.lines).toContain("Reports that you made: 1");
    for (let i = 0; i < 5; i += 1) {
      const { kind, lines: words } = await desk.type("lin", "privacy erase yes");
      expect(kind).toBe("bad-input");
      expect(words[1]).toContain("1 report of yours");
      expect((await desk.type("lin", "report spam", { replyTo })).kind).toBe("bad-input");
    }
    expect((await desk.case(1)).severity).toBe("S3");
    await desk.type("mo", "decide 1 dismiss fine");
    expect((await desk.type("lin", "privacy erase yes")).kind).toBe("done");
  });

  test("a report that nobody may ever decide is not waited for, and no answer to it is promised", async () => {
    const desk = await openDesk();
    await desk.policy({ reports: { ...DEFAULT_POLICY.reports, openAt: 1 } });
    const message = await desk.post("wei", GOOD_TEXT);
    const replyTo = { channelId: "general", messageId: message.id };
    const taken = await desk.type("lin", "report spam", { replyTo });
    expect(taken.lines[0]).toContain("when others report the message too");
    expect((await desk.type("lin", "privacy erase yes")).kind).toBe("done");
  });

  test("who was a moderator waits while a decision of theirs can be appealed, or is", async () => {
    const desk = await openDesk();
    await desk.openCase();
    await desk.type("mo", "decide 1 uphold delete scam");
    desk.join("mo", "member");
    const decided = await desk.type("mo", "privacy erase yes");
    expect(decided.kind).toBe("bad-input");
    expect(decided.lines[1]).toMatch(/a decision of yours that can be appealed, until /u);
    await desk.type("lin", "appeal 1 it was a joke");
    const appealed = await desk.type("mo", "privacy erase yes");
    expect(appealed.kind).toBe("bad-input");
    expect(appealed.lines[1]).toContain("1 decision of yours that is under appeal");
    await desk.type("moderator", "decide 1 uphold it was none");
    expect((await desk.type("mo", "privacy erase yes")).kind).toBe("done");
  });

  test("a member waits until their question is answered, and no longer", async () => {
    const desk = await openDesk();
    await desk.type("lin", "question when do you open?");
    const waits = await desk.type("lin", "privacy erase yes");
    expect(waits.lines[1]).toContain("1 question");
    await desk.type("service", "answer 1 at nine");
    expect((await desk.type("lin", "privacy erase yes")).kind).toBe("done");
  });

  test("nobody of whom something is kept hears that nothing is", async () => {
    const desk = await openDesk();
    const nothing = "Nothing is stored about you here.";
    expect((await desk.type("wei", "privacy")).lines).toStrictEqual([nothing]);
    await desk.type("moderator", "warn @wei rule:“be kind” off topic");
    const warned = (await desk.type("wei", "privacy")).lines;
    expect(warned).not.toContain(nothing);
    expect(warned).toContain("1 case is about you.");
    await desk.openCase();
    await desk.type("mo", "take 2");
    expect((await desk.type("mo", "privacy")).lines.join("\n")).toContain("What you did");
  });
});
