import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { RIGHTS } from "../../../src/engine/roles.ts";
import { Chat } from "../../../adapters/sandbox/chat.ts";
import { Inboxes } from "../../../adapters/sandbox/inboxes.ts";
import { Members } from "../../../adapters/sandbox/members.ts";
import { builtInPeople } from "../../../adapters/sandbox/people.ts";
import type { SandboxPlatform } from "../../../adapters/sandbox/platform.ts";
import { CHANNEL } from "../../../src/ports/attempts.ts";
import { describePlatform } from "../../conformance/platform.ts";
import { HOUR, NOW, freshId } from "../../conformance/recordings.ts";
import { client, type Ground, openGround, openSandbox } from "./sandbox.ts";

let ground: Ground;
beforeAll(async () => {
  ground = await openGround();
}, 60_000);
afterAll(() => ground.close());

describePlatform("the sandbox", async () => {
  const { sandbox } = openSandbox(ground);
  const { read, write } = client(sandbox.app);
  const post = async (clientId: string, channel: string, text: string) => {
    const { status } = await write("/api/messages", { clientId, channel, author: "ana", text });
    return status === 201;
  };
  const messagesOf = async (channelId: string) => {
    const { body } = await read("/api/state");
    return (body.messages ?? []).filter(({ channel }) => channel === channelId);
  };
  return {
    platform: sandbox.platform,
    communityId: "sandbox",
    channels: ["general", "support"],
    send(channelId, text) {
      const messageId = freshId("message");
      const acknowledged = post(messageId, channelId, text);
      return { channelId, messageId, authorId: "ana", acknowledged };
    },
    deliverAgain: (sent, text) => post(sent.messageId, sent.channelId, text),
    seen: async (channelId) =>
      (await messagesOf(channelId)).map(({ id, text, nudge }) => ({ messageId: id, text, nudge })),
    seenCase: async (caseId) =>
      (sandbox.platform as SandboxPlatform).board.find(caseId)?.state ?? null,
    moderatorId: "mei",
    barOf: async (person) => (await read(`/api/inbox?person=${person}`)).body.barred ?? null,
    inbox: async (person) => {
      const { body } = await read(`/api/inbox?person=${person === CHANNEL ? "mei" : person}`);
      const box = person === CHANNEL ? body.channel : body.notices;
      return (box ?? []).map(({ title }) => title ?? "").toReversed();
    },
    answers: async ({ channelId, messageId }) =>
      (await messagesOf(channelId))
        .filter(({ official, replyTo }) => official && replyTo === messageId)
        .map(({ text }) => text ?? ""),
    close: () => sandbox.platform.stop(),
  };
});

test("a channel keeps its newest messages, and those on their way", () => {
  const chat = new Chat(3);
  const add = (id: string) => {
    chat.add({
      id,
      channelId: "general",
      author: { id: "ana", displayName: "Ana", role: "member" },
      text: id,
      sentAt: NOW,
      replyTo: null,
    });
  };
  add("under-way");
  for (const id of ["a", "b", "c", "d"]) {
    add(id);
    chat.change("general", id, { status: "judged" });
  }
  expect(chat.messages().map(({ id }) => id)).toEqual(["under-way", "c", "d"]);
  expect(chat.change("general", "a", { hidden: true })).toBeUndefined();
});

function notice(id: string) {
  return { id, communityId: "sandbox", caseNumber: null, title: id, lines: [], buttons: [] };
}

test("an inbox keeps its newest notices, and one of each id", () => {
  const inboxes = new Inboxes();
  for (let count = 0; count < 201; count += 1) inboxes.deliver("mei", notice(`n${count}`), NOW);
  expect(inboxes.deliver("mei", { ...notice("n200"), title: "again" }, NOW)).toBe(false);
  const kept = inboxes.of("mei").map(({ title }) => title);
  expect([kept.length, kept[0], kept.at(-1)]).toEqual([200, "n1", "n200"]);
  expect(inboxes.of("sam")).toEqual([]);
});

test("people go by id, by name and by one word of it, where it names one", () => {
  const members = new Members(builtInPeople(NOW));
  for (const words of ["lin", "@lin", "<@lin>", "@小林", "@Lin", "小林 Lin"]) {
    expect(members.idOf(words)).toBe("lin");
  }
  expect(members.idOf("@nobody")).toBeNull();
  const guest = members.admit("Ana Two");
  expect(members.idOf("@Two")).toBe(guest.id);
  // A whole name goes before a word of another's.
  expect(members.idOf("@Ana")).toBe("ana");
  members.admit("Number Two");
  expect(members.idOf("@Two")).toBeNull();
});

test("whoever only reads is not admitted, and a guest who was forgotten can be let in again", async () => {
  const { sandbox } = openSandbox(ground);
  const { read, write } = client(sandbox.app);
  for (const path of ["inbox", "cases", "cases/1", "audit"]) {
    await read(`/api/${path}?person=Bob%20Ziffer`);
  }
  expect(sandbox.findPerson("@Ziffer")).toBeNull();
  const join = (person: string) => write("/api/members/join", { person });
  await join("Bob Ziffer");
  const target = { communityId: "sandbox", memberId: sandbox.findPerson("@Ziffer") ?? "" };
  expect(await sandbox.platform.banMember(target, null, "scam")).toMatchObject({ ok: true });
  for (let nth = 0; nth < 5000; nth += 1) await join(`Guest ${nth}`);
  expect(sandbox.findPerson("@Ziffer")).toBeNull();
  expect(await sandbox.platform.unbanMember(target)).toMatchObject({ ok: true });
  expect((await join("Bob Ziffer")).body.barred).toBeNull();
});

test("the team has the ranks and rights of its roles", () => {
  const members = new Members(builtInPeople(NOW));
  const team = members.team(NOW);
  expect(team.map(({ id, roles, rank, rights }) => [id, roles[0], rank, rights.length])).toEqual([
    ["wang", "staff", 20, 0],
    ["olivia", "owner", 100, RIGHTS.length],
    ["chen", "manager", 80, RIGHTS.length],
    ["mei", "moderator", 60, RIGHTS.length],
    ["sam", "moderator", 60, RIGHTS.length],
    ["yu", "service", 20, 0],
    ["ada", "analyst", 20, 0],
  ]);
  expect(team.find(({ id }) => id === "mei")?.language).toBe("zh-CN");
  expect(members.member("ana", NOW)).toMatchObject({ roles: ["member"], rank: 0, rights: [] });
  members.ban("mei", NOW + HOUR);
  expect(members.team(NOW).map(({ id }) => id)).not.toContain("mei");
  expect(members.team(NOW + HOUR).map(({ id }) => id)).toContain("mei");
});
