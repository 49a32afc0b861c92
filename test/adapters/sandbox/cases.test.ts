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
import { builtInPeople } from "../../../adapters/sandbox/people.ts";
import { DEFAULT_POLICY } from "../../../src/engine/policy.ts";
import { HOUR, NOW, makeAttempt } from "../../conformance/recordings.ts";
import { client, type Ground, openGround, openSandbox, serveSandbox } from "./sandbox.ts";

const PROMISE = "加群稳赚不赔，保本保息，年化30%";
const LIST = "赵晓 13900000021，钱朗 13900000022，孙禾 13900000023";
const REASON = "these are people's own numbers";

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

async function post(author: string, text: string, clientId?: string) {
  const answer = await served.write("/api/messages", {
    channel: "general",
    author,
    text,
    ...(clientId !== undefined && { clientId }),
  });
  await served.work();
  return answer;
}

async function casesFor(person: string, query = "") {
  return (await served.read(`/api/cases?person=${person}${query}`)).body.cases ?? [];
}

async function caseFor(person: string, id: string | number) {
  const { body } = await served.read(`/api/cases/${id}?person=${person}`);
  if (!body.case) throw new Error(body.error ?? "no case");
  return body.case;
}

/** Why a command was not even read. */
async function ask(changes: object) {
  const asked = { actor: "mei", channel: "general", text: "/queue", ...changes };
  return (await served.write("/api/commands", asked)).body.error;
}

async function noticesOf(person: string) {
  return (await served.read(`/api/inbox?person=${person}`)).body.notices ?? [];
}

describe("who sees cases", () => {
  test("those who work on them, and nobody else", async () => {
    await post("lin", LIST);
    for (const person of ["olivia", "chen", "mei", "sam", "ada"]) {
      expect(await casesFor(person)).toHaveLength(1);
      expect((await caseFor(person, 1)).number).toBe(1);
    }
    for (const person of ["lin", "wang", "bot", "Somebody New"]) {
      for (const path of ["/api/cases", "/api/cases/1"]) {
        expect(await served.read(`${path}?person=${encodeURIComponent(person)}`)).toEqual({
          status: 403,
          body: { error: "This person does not work on cases; choose one of the team." },
        });
      }
      expect((await served.read(`/api/inbox?person=${person}`)).body.channel).toBeNull();
    }
    expect((await served.read("/api/inbox?person=mei")).body.channel).toHaveLength(1);
  });

  test("the service team sees questions and feedback only", async () => {
    await post("lin", LIST);
    expect(await casesFor("yu")).toEqual([]);
    expect(await served.read("/api/cases/1?person=yu")).toMatchObject({ status: 404 });
    const asked = await served.command("ana", "/question When does the office open again?");
    expect(asked.kind).toBe("done");
    expect(await casesFor("yu")).toMatchObject([{ number: 2, source: "question" }]);
    expect(await casesFor("mei", "&sources=question")).toHaveLength(1);
  });

  test("whom the policy adds to the team sees them too", async () => {
    await post("lin", PROMISE);
    await served.setPolicy({ ...DEFAULT_POLICY, team: [{ id: "ana", role: "moderator" }] });
    expect(await casesFor("ana")).toHaveLength(1);
    const { members } = (await served.read("/api/state")).body;
    expect(members?.find(({ id }) => id === "ana")?.roles).toContain("moderator");
  });

  test("nobody sees the case about themselves", async () => {
    await served.setPolicy({ ...DEFAULT_POLICY, team: [{ id: "ana", role: "moderator" }] });
    await post("ana", PROMISE);
    expect(await casesFor("mei")).toHaveLength(1);
    expect(await casesFor("ana")).toEqual([]);
    expect((await served.read("/api/cases/1?person=ana")).status).toBe(403);
  });

  test("a case says how many could have seen it", async () => {
    await post("lin", PROMISE);
    expect((await casesFor("mei"))[0]?.reach).toBe(builtInPeople(0).length);
  });

  test("an unknown case and a wrong query are refused in words", async () => {
    for (const id of ["nothing", "99", "%00", "a%20b"]) {
      expect(await served.read(`/api/cases/${id}?person=mei`)).toEqual({
        status: 404,
        body: { error: "There is no such case here." },
      });
    }
    const wrong = await served.read("/api/cases?person=mei&states=open,lost");
    expect(wrong.body.error).toBe(
      "states: read a text of 9 characters, accepted is some of open, assigned, on-hold, decided, appealed, reopened, closed, separated by commas.",
    );
    expect((await served.read("/api/cases")).body.error).toContain("person: read nothing");
  });
});

describe("what a case shows", () => {
  test("masked evidence, standing, what was said around it, and who was told", async () => {
    await post("ana", "Who has the list of the drivers?");
    served.clock.at += 1000;
    await post("lin", LIST, "leak");
    served.clock.at += 1000;
    await post("ana", "Please take that down.");
    const shown = await caseFor("mei", 1);
    expect(shown).toMatchObject({
      state: "open",
      source: "rule",
      severity: "S1",
      held: true,
      channel: "general",
      author: { id: "lin", name: "小林 Lin", role: "member" },
      standing: { messages: 1, flagged: 1, strikePoints: 0 },
      evidence: LIST.replaceAll(/1\d{10}/gu, "█".repeat(11)),
      all: [{ messageId: "leak", held: true }],
      earlier: [],
      notes: [],
    });
    expect(shown.around.map(({ author, text }) => [author.name, text])).toEqual([
      ["Ana", "Who has the list of the drivers?"],
      ["Ana", "Please take that down."],
    ]);
    const told = shown.attempts
      .filter(({ kind }) => kind === "page")
      .map(({ person, way, outcome }) => `${person?.name ?? "channel"} ${way} ${outcome}`);
    expect(new Set(told)).toEqual(
      new Set(["Sam direct delivered", "channel announce delivered", "梅 Mei direct delivered"]),
    );
    expect(JSON.stringify(shown)).not.toContain("13900000021");
  });

  test("graver cases stand first, and later words of an author join", async () => {
    await post("ana", "Guaranteed profits for everybody, 5% per day, no risk");
    await post("lin", LIST);
    await post("lin", LIST.replace("赵晓", "周航"));
    const listed = await casesFor("mei", "&states=open");
    expect(listed).toHaveLength(2);
    expect(listed.find(({ author }) => author.id === "lin")?.messages).toBe(2);
    expect((await caseFor("mei", 2)).all).toHaveLength(2);
  });
});

describe("commands", () => {
  test("taking, noting and deciding change the case, and what follows is done", async () => {
    await post("lin", LIST, "leak");
    expect(await served.command("mei", "/take #1")).toMatchObject({ kind: "done" });
    expect((await caseFor("sam", 1)).assignee).toMatchObject({ name: "梅 Mei" });
    const note = { command: "note", args: { case: "#1", audience: "team", text: "seen before" } };
    await served.write("/api/commands", { actor: "mei", channel: "general", ...note });
    const args = { case: "#1", outcome: "uphold", actions: "delete,warn", reason: REASON };
    const decide = { actor: "mei", channel: "general", language: "zh-TW", command: "decide", args };
    const { body } = await served.write("/api/commands", decide);
    expect(body.reply?.kind).toBe("done");
    await served.work();
    const decided = await caseFor("mei", 1);
    expect(decided).toMatchObject({
      state: "decided",
      decision: { outcome: "uphold", reason: REASON, by: { name: "梅 Mei" } },
      notes: [{ by: { name: "梅 Mei" }, audience: "team", text: "seen before" }],
      standing: { upheld: 1 },
    });
    expect((await noticesOf("lin")).flatMap(({ lines }) => lines).join()).toContain(REASON);
    const { messages } = (await served.read("/api/state")).body;
    expect(messages?.[0]).toMatchObject({
      hidden: true,
      text: null,
      case: { state: "decided", outcome: "uphold" },
    });
  });

  test("a decision that is undone brings the message back", async () => {
    await post("lin", PROMISE);
    const shown = async () => (await served.read("/api/state")).body.messages?.[0];
    await served.command("mei", "/decide #1 uphold delete no such promises here");
    expect(await shown()).toMatchObject({ hidden: true, case: { state: "decided" } });
    expect((await served.command("mei", "/undo #1")).kind).toBe("done");
    expect(await shown()).toMatchObject({ hidden: false, text: PROMISE });
    expect((await caseFor("mei", 1)).state).toBe("reopened");
  });

  test("a ban waits for a second moderator", async () => {
    await post("lin", PROMISE);
    await served.command("mei", "/decide #1 uphold ban no such promises here");
    expect(await caseFor("sam", 1)).toMatchObject({
      state: "open",
      proposal: { outcome: "uphold", by: { name: "梅 Mei" }, actions: [{ kind: "ban" }] },
    });
    expect((await served.command("mei", "/confirm #1")).kind).toBe("bad-input");
    expect((await post("lin", "still here")).status).toBe(201);
    expect((await served.command("sam", "/confirm #1")).kind).toBe("done");
    expect(await caseFor("sam", 1)).toMatchObject({
      state: "decided",
      decision: { confirmedBy: { name: "Sam" } },
    });
    expect((await post("lin", "hello")).body.barred).toEqual({ kind: "banned", until: null });
  });

  test("an appeal is answered by another moderator than the first", async () => {
    await post("lin", PROMISE);
    await served.command("mei", "/decide #1 uphold delete no such promises here");
    expect((await served.command("lin", "/appeal 1 I quoted an advert")).kind).toBe("done");
    expect(await caseFor("mei", 1)).toMatchObject({
      state: "appealed",
      appeals: [{ reason: "I quoted an advert", decidedBy: null, overturned: null }],
    });
    expect((await served.command("mei", "/decide #1 uphold it stands")).kind).not.toBe("done");
    expect((await served.command("sam", "/decide #1 dismiss a quotation")).kind).toBe("done");
    expect((await caseFor("mei", 1)).appeals).toMatchObject([
      { overturned: true, answer: "a quotation", decidedBy: { name: "Sam" } },
    ]);
    expect((await served.read("/api/state")).body.messages?.[0]).toMatchObject({ hidden: false });
  });

  test("a case says what became of each action", async () => {
    await post("lin", PROMISE, "promise");
    await served.command("mei", "/decide #1 uphold delete,warn no such promises here");
    const decided = await caseFor("mei", 1);
    const decision = decided.decision?.id ?? "";
    expect(decided.acts).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: "delete", outcome: "done", decision }),
        expect.objectContaining({ action: "warn", outcome: "done", decision }),
      ]),
    );
    await served.command("mei", "/undo #1");
    expect((await caseFor("mei", 1)).acts).toContainEqual(
      expect.objectContaining({ action: "delete", outcome: "undone", decision }),
    );
  });

  test("a refused action is in the case, with why", async () => {
    await post("lin", PROMISE);
    const text = "/decide #1 uphold timeout 10m no such promises here";
    await served.write("/api/commands", { actor: "mei", channel: "general", text });
    served.clock.at += 30 * HOUR;
    await served.work();
    expect((await caseFor("mei", 1)).acts).toContainEqual(
      expect.objectContaining({ action: "timeout", outcome: "refused", refused: "over" }),
    );
  });

  test("a case says whether a message belongs to it", async () => {
    await post("lin", PROMISE, "promise");
    await served.command("ana", "/question When does the office open again?");
    await served.command("sam", "/warn @Ana rule:“be kind” Keep to the topic");
    const shown = [await caseFor("sam", 1), await caseFor("sam", 2), await caseFor("sam", 3)];
    expect(shown.map(({ about }) => about)).toEqual(["message", "words", "nothing"]);
  });

  test("the chat knows whether an upheld message was deleted", async () => {
    const mark = async () => (await served.read("/api/state")).body.messages?.[0]?.case;
    await post("lin", PROMISE);
    await served.command("mei", "/decide #1 uphold none no such promises here");
    expect(await mark()).toMatchObject({ outcome: "uphold", deletes: false });
    await served.command("mei", "/undo #1");
    await served.command("mei", "/decide #1 uphold delete no such promises here");
    expect(await mark()).toMatchObject({ outcome: "uphold", deletes: true });
  });

  test("notices follow the language in which somebody uses the page", async () => {
    const asked = { channel: "general", author: "newcomer", text: LIST, language: "zh-TW" };
    await served.write("/api/messages", asked);
    await served.work();
    await served.command("mei", `/decide #1 uphold delete ${REASON}`, { language: "en" });
    const lines = (await noticesOf("newcomer")).flatMap((notice) => notice.lines).join("\n");
    expect(lines).toContain("訊息");
    await post("ana", `${PROMISE} 加群`);
    const titles = (await noticesOf("mei")).map(({ title }) => title ?? "");
    expect(titles.find((title) => title.includes("#2"))).toMatch(/^[^\p{Script=Han}]+$/u);
  });

  test("everybody can see that shadow mode is on", async () => {
    const mode = async () => (await served.read("/api/state")).body.mode;
    expect(await mode()).toBe("live");
    await served.command("olivia", "/shadow on");
    expect(await mode()).toBe("shadow");
  });

  test("a member's report stands in the case with its reason", async () => {
    await post("lin", PROMISE, "promise");
    const reported = await served.command("ana", "/report promises profit", { replyTo: "promise" });
    expect(reported.kind).toBe("done");
    const shown = await caseFor("mei", 1);
    expect(shown).toMatchObject({ reports: 1, reported: [{ reason: "promises profit" }] });
    expect(JSON.stringify(shown.reported)).not.toMatch(/ana/iu);
  });

  test("a reply names the message that a command answers", async () => {
    await post("lin", "an ordinary message", "plain");
    const warned = await served.command("sam", "/warn rule:“be kind” Off topic here", {
      replyTo: "plain",
    });
    expect(warned.kind).toBe("done");
    expect((await noticesOf("lin")).flatMap(({ lines }) => lines).join()).toContain("Off topic");
  });

  test("whoever may not is told so in their language, and nothing changes", async () => {
    await post("lin", LIST);
    const refused = await served.command("ana", "/take #1", { language: "zh-CN" });
    expect(refused.kind).toBe("refused");
    expect(refused.lines[0]).toMatch(/\p{Script=Han}/u);
    expect((await caseFor("mei", 1)).state).toBe("open");
    expect((await served.command("mei", "/nothing")).kind).toBe("bad-input");
  });

  test("what cannot be read is named with what is accepted", async () => {
    expect(await ask({ text: " " })).toContain("text: read an empty text");
    expect(await ask({ text: undefined })).toContain("text: read nothing");
    expect(await ask({ command: "take" })).toContain("text:");
    expect(await ask({ text: undefined, command: "TAKE" })).toContain("command:");
    expect(await ask({ language: "fr" })).toBe(
      "language: read a text of 2 characters, accepted is one of zh-CN, zh-TW, en.",
    );
    expect(await ask({ actor: "" })).toContain("actor: read an empty text");
    expect(await ask({ channel: "secret" })).toContain("channel: read a text of 6 characters");
  });
});

describe("whoever may not write", () => {
  const target = { communityId: "sandbox", memberId: "lin" };

  test("hears why, and for how long", async () => {
    const { platform } = served.sandbox;
    await platform.timeoutMember(target, NOW + HOUR, "why");
    expect(await post("lin", "hello")).toEqual({
      status: 403,
      body: {
        error: "This person may not write until their timeout is over.",
        barred: { kind: "timed-out", until: NOW + HOUR },
      },
    });
    served.clock.at += HOUR;
    expect((await post("lin", "hello")).status).toBe(201);
    await platform.banMember(target, null, "why");
    expect((await post("lin", "hello again")).body.barred).toEqual({ kind: "banned", until: null });
    await platform.unbanMember(target);
    expect((await post("lin", "back")).status).toBe(201);
  });

  test("joins again after being removed, but not after a ban", async () => {
    await served.sandbox.platform.kickMember(target, "why");
    expect((await post("lin", "hello")).body.barred).toEqual({ kind: "removed" });
    const joined = await served.write("/api/members/join", { person: "lin" });
    expect(joined).toEqual({ status: 200, body: { barred: null } });
    expect((await post("lin", "hello")).status).toBe(201);
    await served.sandbox.platform.banMember(target, NOW + HOUR, "why");
    expect((await served.write("/api/members/join", { person: "lin" })).body.barred).toEqual({
      kind: "banned",
      until: NOW + HOUR,
    });
  });
});

describe("inboxes", () => {
  test("hold what was delivered, with its buttons", async () => {
    await post("lin", LIST);
    const [notice] = await noticesOf("mei");
    expect(notice).toMatchObject({ kind: "page", caseNumber: 1 });
    const acknowledge = notice?.buttons[0]?.command ?? "";
    expect((await served.command("mei", acknowledge)).kind).toBe("done");
    expect((await caseFor("sam", 1)).ladder.acknowledged).toMatchObject({ name: "梅 Mei" });
    expect(await noticesOf("ada")).toEqual([]);
  });

  test("still know after a restart that a notice came, and about which case", async () => {
    await post("lin", LIST);
    const again = client(openSandbox(ground).sandbox.app);
    const { notices, channel } = (await again.read("/api/inbox?person=mei")).body;
    const expected = { kind: "page", caseNumber: 1, title: null, lines: [], buttons: [] };
    expect(notices).toMatchObject([expected]);
    expect(channel).toMatchObject([expected]);
    expect((await again.read("/api/inbox?person=ana")).body.notices).toEqual([]);
  });

  test("leave out what came by another way", async () => {
    await post("lin", LIST);
    const [found] = await casesFor("mei");
    const attempt = makeAttempt("sandbox", found?.id ?? null, {
      personId: "ada",
      outcome: "delivered",
      way: "email",
    });
    await ground.store.settleAttempts({
      communityId: "sandbox",
      attempts: [],
      events: [],
      jobs: [],
      added: [attempt],
    });
    expect(await noticesOf("ada")).toEqual([]);
  });
});
