import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { once } from "node:events";
import { connect } from "node:net";
import { call } from "./client-for-test.ts";
import { contentsWith } from "./contents.ts";
import { sharedDescription } from "./description.ts";
import { Refusal } from "./errors.ts";
import { SendLimits } from "./limits.ts";
import { type LoopbackTelegram, startLoopbackTelegram } from "./loopback.ts";
import type { Chat, Person } from "./types.ts";

let telegram: LoopbackTelegram;
let group: Chat;
let alice: Person;

beforeEach(async () => {
  telegram = await startLoopbackTelegram();
  group = telegram.build.supergroup();
  alice = telegram.build.member(group, "Alice");
});

afterEach(() => telegram.close());

const messages = () => telegram.look.waiting().map((each) => each["message"]);

describe("what people post", () => {
  test("comes in every kind of content, each as the description has it", () => {
    const contents = Object.values(contentsWith("保证收益 🎉", telegram.build));
    for (const content of contents) telegram.act.post(group, alice, content);
    // What the description does not have makes `close` throw.
    expect(messages()).toHaveLength(contents.length);
    expect(messages()).toMatchObject(contents);
  });

  test("an object that Telegram would not send makes closing fail", async () => {
    const other = await startLoopbackTelegram();
    const chat = other.build.supergroup();
    other.act.post(chat, other.build.member(chat, "Bob"), { text: "x", is_spam: true });
    await expect(other.close()).rejects.toThrow("is_spam");
  });

  test("an album is several messages of one group", () => {
    const ref = telegram.build.file("a.jpg", new Uint8Array(1));
    const photo = [{ ...ref, width: 1, height: 1 }];
    const [first, second] = telegram.act.album(group, alice, [
      { photo, caption: "t.me/ads" },
      { photo },
    ]);
    expect(first?.media_group_id).toBe(second?.media_group_id);
    expect(messages()).toMatchObject([
      { caption_entities: [{ type: "url" }], media_group_id: first?.media_group_id },
      { media_group_id: first?.media_group_id },
    ]);
  });

  test("is edited, with the date of it", () => {
    telegram.act.edit(telegram.act.post(group, alice, "see https://a.example"), "harmless");
    const [, edited] = telegram.look.waiting();
    expect(edited).toMatchObject({
      edited_message: { text: "harmless", edit_date: expect.any(Number) as unknown },
    });
    expect(edited?.["edited_message"]).not.toHaveProperty("entities");
  });

  test("is forwarded with its first origin", () => {
    const bob = telegram.build.member(group, "Bob");
    const first = telegram.act.forward(telegram.act.post(group, alice, "tip"), group, bob);
    const twice = telegram.act.forward(first, group, alice);
    expect(twice["forward_origin"]).toMatchObject({
      type: "user",
      sender_user: { id: alice.user.id },
    });
  });

  test("stands in a topic, or in the chat's name when an administrator is anonymous", () => {
    const forum = telegram.build.supergroup({ isForum: true });
    const topic = telegram.build.topic(forum, "News");
    const admin = telegram.build.admin(forum, "Admin", ["can_delete_messages"], {
      isAnonymous: true,
    });
    expect(telegram.act.post(forum, admin, "notice", { topic })).toMatchObject({
      message_thread_id: topic.id,
      is_topic_message: true,
      from: { username: "GroupAnonymousBot" },
      sender_chat: { id: forum.id },
    });
    expect(messages()).toHaveLength(1);
  });

  test("in a channel comes as a post, and in its group once more by itself", async () => {
    const channel = telegram.build.channel({ title: "News" }, group);
    const post = telegram.act.publish(channel, "release");
    telegram.act.edit(post, "release 2");
    expect(telegram.look.waiting()).toMatchObject([
      { channel_post: { text: "release", sender_chat: { id: channel.id } } },
      {
        message: {
          from: { id: 777_000 },
          is_automatic_forward: true,
          forward_origin: {
            type: "channel",
            chat: { id: channel.id },
            message_id: post.message_id,
          },
        },
      },
      { edited_channel_post: { text: "release 2" } },
    ]);
    await call(telegram, "sendMessage", { chat_id: channel.id, text: "ours" });
    expect(telegram.look.messages(group).map((each) => each.text)).toEqual(["release", "ours"]);
    expect((await call(telegram, "getChat", { chat_id: group.id })).result).toMatchObject({
      linked_chat_id: channel.id,
    });
    // Somebody who posts in its name there is told apart by the lack of the mark.
    expect(telegram.act.post(group, alice, "as channel", { as: channel })).not.toHaveProperty(
      "is_automatic_forward",
    );
    const origin = telegram.act.forward(
      telegram.act.post(group, alice, "x", { as: channel }),
      group,
      alice,
    );
    expect(origin["forward_origin"]).toMatchObject({
      type: "chat",
      sender_chat: { id: channel.id },
    });
    telegram.act.removeBot(channel, alice);
    await call(telegram, "deleteWebhook", { drop_pending_updates: true });
    telegram.act.publish(channel, "unseen");
    expect(telegram.look.waiting().map((each) => Object.keys(each)[1])).toEqual(["message"]);
  });

  test("is kept from whoever left, was banned or was silenced", async () => {
    const bob = telegram.build.person("Bob");
    expect(telegram.act.barredFrom(group, bob)).toBe("not in the chat");
    telegram.act.join(group, bob);
    telegram.act.post(group, bob, "hello");
    telegram.act.ban(group, bob, alice);
    expect(() => telegram.act.post(group, bob, "hello")).toThrow(
      "Bob cannot post: not in the chat",
    );
    expect(messages()).toMatchObject([
      { new_chat_members: [{ id: bob.user.id }] },
      { text: "hello" },
      { left_chat_member: { id: bob.user.id }, from: { id: alice.user.id } },
    ]);
    telegram.act.boost(group, alice);
    expect(telegram.look.waiting().at(-1)).toHaveProperty("chat_boost");
    const permissions = { can_send_messages: true };
    await call(telegram, "restrictChatMember", {
      chat_id: group.id,
      user_id: alice.user.id,
      permissions,
    });
    expect(telegram.act.barredFrom(group, alice, { poll: {} })).toBe("may not: can_send_polls");
    expect(telegram.act.barredFrom(group, alice, "words")).toBeNull();
    telegram.act.deactivate(alice);
    expect(telegram.act.barredFrom(group, alice)).toBe("deactivated");
  });
});

const send = () => call(telegram, "sendMessage", { chat_id: group.id, text: "hi" });

describe("limits", () => {
  test("are off until they are switched on, and then answered with 429", async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, send));
    expect(answers.every((each) => each.status === 200)).toBe(true);
    telegram.limits.isOn = true;
    const two = await Promise.all([send(), send()]);
    expect(new Set(two.map((each) => each.status))).toEqual(new Set([200, 429]));
    expect(two.find((each) => each.status === 429)).toMatchObject({
      description: "Too Many Requests: retry after 1",
      retryAfter: 1,
    });
    expect(telegram.limits.given).toBe(1);
    expect(telegram.refusals).toEqual([]);
  });

  test("one a second to a chat, 20 a minute to a group, 30 a second in all", () => {
    let now = 0;
    const limits = new SendLimits({ now: () => now, advance: (ms) => (now += ms) });
    limits.isOn = true;
    const wait = (chatId: number) => {
      try {
        limits.take(chatId);
        return 0;
      } catch (error) {
        return error instanceof Refusal ? error.parameters?.retry_after : null;
      }
    };
    expect([wait(1), wait(1), wait(2)]).toEqual([0, 1, 0]);
    now = 1000;
    expect(wait(1)).toBe(0);
    now = 100_000;
    for (let i = 0; i < 20; i += 1, now += 1000) expect(wait(-1)).toBe(0);
    expect([wait(-1), wait(-2)]).toEqual([40, 0]);
    now += 40_000;
    expect(wait(-1)).toBe(0);
    now += 1000;
    const people = Array.from({ length: 31 }, (_, i) => wait(i + 1));
    expect(people).toEqual([...Array.from({ length: 30 }, () => 0), 1]);
  });
});

const url = (method: string) => `${telegram.url}/bot${telegram.token}/${method}`;

describe("trouble", () => {
  test("a page of HTML in place of an answer, before or after the call took effect", async () => {
    telegram.faults.next({ kind: "status", status: 502 }, { path: "/sendMessage" });
    telegram.faults.next({ kind: "status", status: 504, after: true }, { path: "/sendMessage" });
    const query = `?chat_id=${group.id}&text=x`;
    for (const status of [502, 504]) {
      const response = await fetch(url(`sendMessage${query}`));
      expect([response.status, response.headers.get("content-type")]).toEqual([
        status,
        "text/html",
      ]);
      expect(await response.text()).toMatch(/^<html>/u);
    }
    expect(telegram.look.fromBot(group)).toHaveLength(1);
    expect(telegram.journal.find("GET", "/sendMessage").map((each) => each.status)).toEqual([
      502, 504,
    ]);
  });

  test("an error in JSON, a 429 out of the blue, a slow answer", async () => {
    const body = { ok: false, error_code: 500, description: "Internal Server Error" };
    telegram.faults.next({ kind: "status", status: 500, body });
    telegram.faults.next({ kind: "throttle", retryAfter: 0.05 });
    telegram.faults.next({ kind: "delay", ms: 30 });
    expect(await call(telegram, "getMe")).toMatchObject({
      status: 500,
      description: body.description,
    });
    expect(await call(telegram, "getMe")).toMatchObject({ status: 429, retryAfter: 1 });
    const startedAt = performance.now();
    expect((await call(telegram, "getMe")).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(25);
  });

  test("a connection that breaks, before or after the call took effect", async () => {
    for (const after of [false, true]) {
      telegram.faults.next({ kind: "reset", after });
      await expect(fetch(url(`sendMessage?chat_id=${group.id}&text=x`))).rejects.toThrow(
        "fetch failed",
      );
    }
    expect(telegram.look.fromBot(group)).toHaveLength(1);
  });

  test("a client that breaks off in the middle is nobody's mistake", async () => {
    const other = await startLoopbackTelegram();
    const socket = connect(Number(new URL(other.url).port), "127.0.0.1");
    const path = `/bot${other.token}/getMe`;
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n`,
    );
    // The server asks for the body, so it is reading.
    await once(socket, "data");
    socket.destroy();
    await once(socket, "close");
    await expect(other.close()).resolves.toBeUndefined();
  });
});

test("a number may be the end of a standard, a range of the emoji, or a limit", () => {
  const description = sharedDescription();
  const poll = { id: "1", question: "q", options: [], total_voter_count: 0, is_closed: false };
  const flags = { is_anonymous: true, allows_multiple_answers: false, allows_revoting: false };
  const full = {
    ...poll,
    ...flags,
    type: "quiz",
    members_only: false,
    country_codes: ["HK", "TW"],
  };
  expect(description.checkType("Poll", full)).toBeNull();
  expect(description.checkType("Dice", { emoji: "🎰", value: 64 })).toBeNull();
  expect(description.checkType("Poll", { ...full, question: "q".repeat(301) })).toMatch(
    /too long/u,
  );
  expect(description.checkType("Poll", { ...full, type: "survey" })).toMatch(/allowed values/u);
  expect(description.checkType("RichText", ["a", { type: "bold", text: ["b"] }])).toBeNull();
});
