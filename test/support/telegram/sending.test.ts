import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { call } from "./client-for-test.ts";
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

/** The words with which Telegram refuses; null when it does not. */
async function refused(method: string, params: object): Promise<string | null> {
  return (await call(telegram, method, params)).description;
}

const send = (chat: Chat | Person, more: object = {}) =>
  refused("sendMessage", { chat_id: "user" in chat ? chat.user.id : chat.id, text: "hi", ...more });

describe("whom the bot may write to", () => {
  test("nobody before they pressed start, nor after they blocked it or are gone", async () => {
    const bob = telegram.build.person("Bob");
    expect(await send(bob)).toBe("Forbidden: bot can't initiate conversation with a user");
    telegram.act.start(bob, "onboard_7");
    expect(telegram.look.waiting().at(-1)).toMatchObject({
      message: { text: "/start onboard_7", entities: [{ type: "bot_command" }] },
    });
    expect(await send(bob)).toBeNull();
    expect(telegram.look.dms(bob.user.id).map((each) => each.text)).toEqual([
      "/start onboard_7",
      "hi",
    ]);
    telegram.act.block(bob);
    expect(await send(bob)).toBe("Forbidden: bot was blocked by the user");
    expect(telegram.look.waiting().at(-1)).toMatchObject({
      my_chat_member: { chat: { type: "private" }, new_chat_member: { status: "kicked" } },
    });
    expect(telegram.act.barredFrom(telegram.world.chat(bob.user.id), bob)).toBe(
      "has blocked the bot",
    );
    telegram.act.block(bob, false);
    expect(await send(bob)).toBeNull();
    telegram.act.deactivate(bob);
    expect(await send(bob)).toBe("Forbidden: user is deactivated");
    expect(await send({ ...group, id: -5 })).toBe("Bad Request: chat not found");
  });

  test("no chat from which it was put out, none in which it is not", async () => {
    const owner = telegram.build.person("Owner");
    telegram.act.removeBot(group, owner);
    expect(await send(group)).toBe("Forbidden: bot was kicked from the supergroup chat");
    telegram.act.addBot(group, owner);
    expect(await send(group)).toBeNull();
    expect(await refused("leaveChat", { chat_id: group.id })).toBeNull();
    expect(await send(group)).toBe("Forbidden: bot is not a member of the supergroup chat");
    const standings = telegram.look.waiting().flatMap((each) => {
      const change = each["my_chat_member"] as { new_chat_member: { status: string } } | undefined;
      return change ? [change.new_chat_member.status] : [];
    });
    expect(standings).toEqual(["kicked", "member", "left"]);
    const basic = telegram.build.basicGroup();
    telegram.act.removeBot(basic, owner);
    expect(await send(basic)).toBe("Forbidden: bot was kicked from the group chat");
  });

  test("no chat in which it may not speak, and topics that are open", async () => {
    const quiet = telegram.build.supergroup({ bot: "member" });
    quiet.permissions = new Set();
    expect(await send(quiet)).toBe(
      "Bad Request: not enough rights to send text messages to the chat",
    );
    const channel = telegram.build.channel({ bot: ["can_delete_messages"] });
    expect(await send(channel)).toBe("Bad Request: need administrator rights in the channel chat");
    const forum = telegram.build.supergroup({ isForum: true, bot: ["can_delete_messages"] });
    const topic = telegram.build.topic(forum, "News");
    expect(await send(forum, { message_thread_id: 99 })).toBe(
      "Bad Request: message thread not found",
    );
    expect(await send(forum, { message_thread_id: topic.id })).toBeNull();
    expect(telegram.look.fromBot(forum)).toMatchObject([
      { message_thread_id: topic.id, is_topic_message: true, chat: { is_forum: true } },
    ]);
    topic.isClosed = true;
    expect(await send(forum, { message_thread_id: topic.id })).toBe("Bad Request: TOPIC_CLOSED");
  });

  test("replies need what they reply to, unless told otherwise", async () => {
    const message = telegram.act.post(group, alice, "spam");
    const reply = { reply_parameters: { message_id: message.message_id } };
    expect(await send(group, reply)).toBeNull();
    expect(telegram.look.fromBot(group)[0]?.reply_to_message?.text).toBe("spam");
    telegram.act.delete(message);
    expect(await send(group, reply)).toBe("Bad Request: message to be replied not found");
    const lenient = { ...reply.reply_parameters, allow_sending_without_reply: true };
    expect(await send(group, { reply_parameters: lenient })).toBeNull();
  });
});

const answer = (callback_query_id: string, more: object = {}) =>
  refused("answerCallbackQuery", { callback_query_id, ...more });

describe("what the bot has written", () => {
  const keyboard = { inline_keyboard: [[{ text: "Delete", callback_data: "d:1" }]] };

  test("is edited when it changes, and only by it", async () => {
    await send(group, { text: "card", reply_markup: keyboard });
    const id = telegram.look.fromBot(group)[0]?.message_id ?? 0;
    const about = { chat_id: group.id, message_id: id };
    const edit = (more: object, method = "editMessageText") =>
      refused(method, { ...about, ...more });
    expect(await edit({ text: "card", reply_markup: keyboard })).toMatch(
      /^Bad Request: message is not modified: /u,
    );
    expect(await edit({ text: "done" })).toBeNull();
    expect(telegram.look.fromBot(group)[0]).not.toHaveProperty("reply_markup");
    expect(await edit({ reply_markup: keyboard }, "editMessageReplyMarkup")).toBeNull();
    expect(await edit({ caption: "x" }, "editMessageCaption")).toMatch(
      /no caption in the message/u,
    );
    expect(await edit({ text: "x".repeat(4097) })).toBe("Bad Request: message is too long");
    const theirs = telegram.act.post(group, alice, "mine");
    const { message_id } = theirs;
    expect(await edit({ text: "x", message_id })).toBe("Bad Request: message can't be edited");
    expect(await edit({ text: "x", message_id: 999 })).toBe(
      "Bad Request: message to edit not found",
    );
    expect(await refused("editMessageText", { text: "x" })).toBe("Bad Request: chat_id is empty");
  });

  test("has a caption of its own under a file", async () => {
    const { file_id } = telegram.build.file("a.csv", new Uint8Array(1));
    const document = { chat_id: group.id, document: file_id };
    expect(await refused("sendDocument", { ...document, caption: "x".repeat(1025) })).toBe(
      "Bad Request: message caption is too long",
    );
    expect(await refused("sendDocument", { ...document, caption: "x".repeat(1024) })).toBeNull();
    const about = { chat_id: group.id, message_id: telegram.look.fromBot(group)[0]?.message_id };
    expect(await refused("editMessageCaption", { ...about, caption: "new" })).toBeNull();
    expect(await refused("editMessageText", { ...about, text: "x" })).toMatch(
      /no text in the message/u,
    );
    expect(telegram.look.fromBot(group)[0]?.caption).toBe("new");
  });

  test("is answered once when its button is pressed, and soon", async () => {
    await send(group, { text: "card", reply_markup: keyboard });
    const [card] = telegram.look.fromBot(group);
    if (!card) throw new Error("no card");
    expect(() => telegram.act.press(card, alice, "d:2")).toThrow("no such button");
    const id = telegram.act.press(card, alice, "d:1");
    expect(telegram.look.waiting()).toMatchObject([
      { callback_query: { id, data: "d:1", message: { text: "card" } } },
    ]);
    expect(telegram.look.answer(id)).toBeNull();
    expect(await answer(id, { text: "Done", show_alert: true })).toBeNull();
    expect(telegram.look.answer(id)).toEqual({ text: "Done", isAlert: true });
    const words =
      "Bad Request: query is too old and response timeout expired or query ID is invalid";
    expect(await answer(id)).toBe(words);
    expect(await answer("none")).toBe(words);
    const late = telegram.act.press(card, alice, "d:1");
    telegram.clock.advance(60_000);
    expect(await answer(late)).toBe(words);
    telegram.act.delete(card);
    telegram.act.press(card, alice, "d:1");
    expect(telegram.look.waiting().at(-1)).toMatchObject({
      callback_query: { message: { date: 0 } },
    });
  });

  test("is pinned and forwarded with the right to", async () => {
    const { message_id } = telegram.act.post(group, alice, "evidence");
    const about = { chat_id: group.id, message_id };
    expect(await refused("pinChatMessage", about)).toBeNull();
    expect(telegram.look.waiting().at(-1)).toMatchObject({
      message: { pinned_message: { text: "evidence" } },
    });
    expect((await call(telegram, "getChat", { chat_id: group.id })).result).toMatchObject({
      pinned_message: { message_id },
    });
    expect(await refused("unpinChatMessage", about)).toBeNull();
    expect(await refused("unpinChatMessage", about)).toBe(
      "Bad Request: message to unpin not found",
    );
    expect(await refused("pinChatMessage", { ...about, message_id: 999 })).toMatch(
      /pin not found/u,
    );
    const log = telegram.build.supergroup({ username: "modlog" });
    const forward = { chat_id: "@modlog", from_chat_id: group.id, message_id };
    expect(await refused("forwardMessage", forward)).toBeNull();
    expect(telegram.look.fromBot(log)).toMatchObject([
      { text: "evidence", forward_origin: { type: "user", sender_user: { id: alice.user.id } } },
    ]);
    expect(await refused("forwardMessage", { ...forward, message_id: 999 })).toMatch(/not found/u);
    telegram.act.setBotRights(group, [], alice);
    expect(await refused("pinChatMessage", about)).toMatch(/manage pinned messages/u);
    await send(alice).then(() => telegram.act.start(alice));
    const said = telegram.look.dms(alice.user.id)[0]?.message_id;
    expect(
      await refused("pinChatMessage", { chat_id: alice.user.id, message_id: said }),
    ).toBeNull();
  });
});

test("a basic group that becomes a supergroup is of no use any more, and says where it went", async () => {
  const basic = telegram.build.basicGroup();
  const owner = telegram.build.person("Owner");
  const grown = telegram.act.migrate(basic, owner);
  const { status, migrateTo, description } = await call(telegram, "sendMessage", {
    chat_id: basic.id,
    text: "x",
  });
  expect([status, migrateTo]).toEqual([400, grown.id]);
  expect(description).toBe("Bad Request: group chat was upgraded to a supergroup chat");
  expect(telegram.look.waiting()).toMatchObject([
    { message: { chat: { id: basic.id }, migrate_to_chat_id: grown.id } },
    { my_chat_member: { chat: { id: basic.id }, new_chat_member: { status: "left" } } },
    { my_chat_member: { chat: { id: grown.id }, new_chat_member: { status: "administrator" } } },
    { message: { chat: { id: grown.id }, migrate_from_chat_id: basic.id } },
  ]);
  expect(await send(grown)).toBeNull();
  expect(telegram.refusals).toEqual([]);
});
