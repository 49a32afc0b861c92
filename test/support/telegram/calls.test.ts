import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { call, post } from "./client-for-test.ts";
import { type LoopbackTelegram, startLoopbackTelegram } from "./loopback.ts";
import type { Chat, Message, Person } from "./types.ts";

let telegram: LoopbackTelegram;
let group: Chat;
let alice: Person;

beforeEach(async () => {
  telegram = await startLoopbackTelegram();
  group = telegram.build.supergroup();
  alice = telegram.build.member(group, "Alice");
});

afterEach(() => telegram.close());

const button = (more: object) => ({
  inline_keyboard: [[{ text: "Open", ...more }]],
});

describe("a call is held to the description", () => {
  const long = "长".repeat(4097);
  const cases: [why: string, method: string, params: object, words: RegExp][] = [
    ["an unknown method", "sendMesage", {}, /method not found/u],
    ["a method not built", "sendGift", { gift_id: "1" }, /loopback server does not/u],
    ["an unknown parameter", "sendMessage", { text: "x", hide: false }, /"hide"/u],
    [
      "a stray field deep inside",
      "sendMessage",
      { reply_markup: button({ hide: false, callback_data: "a" }) },
      /"hide"/u,
    ],
    ["a number as text", "deleteMessage", { message_id: "7" }, /message_id must be integer/u],
    ["a missing parameter", "deleteMessage", {}, /'message_id'/u],
    [
      "a word of no enumeration",
      "sendMessage",
      { entities: [{ type: "loud", offset: 0, length: 1 }] },
      /allowed values/u,
    ],
    ["no message to delete", "deleteMessages", { message_ids: [] }, /fewer than 1/u],
    [
      "too many to delete",
      "deleteMessages",
      { message_ids: Array.from({ length: 101 }, (_, i) => i) },
      /more than 100/u,
    ],
    ["a text too long", "sendMessage", { text: long }, /message is too long/u],
    ["a text of nothing", "sendMessage", { text: " \n" }, /message text is empty/u],
    ["half a character", "sendMessage", { text: "a\ud83d" }, /UTF-8/u],
    [
      "an entity beyond the text",
      "sendMessage",
      { entities: [{ type: "bold", offset: 0, length: 9 }] },
      /beyond/u,
    ],
    [
      "an entity that cuts an emoji",
      "sendMessage",
      { text: "🎉", entities: [{ type: "bold", offset: 0, length: 1 }] },
      /splits/u,
    ],
    [
      "65 bytes on a button",
      "sendMessage",
      { reply_markup: button({ callback_data: "数".repeat(22) }) },
      /BUTTON_DATA_INVALID/u,
    ],
    ["a button of no use", "sendMessage", { reply_markup: button({}) }, /unallowed/u],
    [
      "a button to nowhere",
      "sendMessage",
      { reply_markup: button({ url: "nowhere" }) },
      /Wrong HTTP URL/u,
    ],
    [
      "a scope that is no JSON",
      "setMyCommands",
      { commands: [], scope: "{" },
      /scope must be object/u,
    ],
    [
      "a command in capitals",
      "setMyCommands",
      { commands: [{ command: "Report", description: "x" }] },
      /pattern/u,
    ],
    [
      "an answer too long",
      "answerCallbackQuery",
      { callback_query_id: "1", text: "x".repeat(201) },
      /too long/u,
    ],
    [
      "a scope of no kind",
      "setMyCommands",
      { commands: [], scope: { type: "everybody" } },
      /scope/u,
    ],
    [
      "a secret with a space",
      "setWebhook",
      { url: "http://127.0.0.1/", secret_token: "a b" },
      /pattern/u,
    ],
  ];

  test.each(cases)("%s is refused", async (_why, method, params, words) => {
    const isAboutChat = /^(?:send|delete)M/u.test(method);
    const base = { chat_id: group.id, ...(method === "sendMessage" ? { text: "see" } : {}) };
    const answer = await call(telegram, method, isAboutChat ? { ...base, ...params } : params);
    expect(answer.description).toMatch(words);
    expect(telegram.refusals).toMatchObject([{ path: `/${method}` }]);
    expect(telegram.look.messages(group)).toEqual([]);
  });

  test("64 bytes on a button, 4096 units of text and 100 messages to delete are fine", async () => {
    const data = `${"数".repeat(21)}a`;
    const sent = await call<Message>(telegram, "sendMessage", {
      chat_id: group.id,
      text: "文".repeat(4096),
      reply_markup: button({ callback_data: data }),
    });
    expect(sent.result.reply_markup?.inline_keyboard[0]?.[0]?.callback_data).toBe(data);
    const ids = Array.from({ length: 100 }, (_, i) => i + 1);
    const gone = await call(telegram, "deleteMessages", { chat_id: group.id, message_ids: ids });
    expect(gone.result).toBe(true);
    expect(telegram.look.messages(group)).toEqual([]);
    expect(telegram.refusals).toEqual([]);
  });

  test("a wrong token is 401, whatever is asked for", async () => {
    const response = await fetch(`${telegram.url}/bot1:wrong/getMe`);
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      ok: false,
      error_code: 401,
      description: "Unauthorized",
    });
  });
});

describe("bodies of every kind", () => {
  test("a query, a form and JSON say the same", async () => {
    const fields = { chat_id: String(group.id), text: "你好", disable_notification: "true" };
    const markup = JSON.stringify(button({ callback_data: "a" }));
    const form = new URLSearchParams({ ...fields, reply_markup: markup });
    const multipart = new FormData();
    for (const [name, value] of form) multipart.set(name, value);
    await fetch(`${telegram.url}/bot${telegram.token}/sendMessage?${form.toString()}`);
    await post(telegram, "sendMessage", form);
    await post(telegram, "sendMessage", multipart);
    await call(telegram, "sendMessage", {
      chat_id: group.id,
      text: "你好",
      disable_notification: true,
      reply_markup: button({ callback_data: "a" }),
    });
    const said = telegram.look.fromBot(group).map((each) => [each.text, each.reply_markup]);
    expect(said).toEqual(Array.from({ length: 4 }, () => ["你好", button({ callback_data: "a" })]));
    expect(telegram.refusals).toEqual([]);
  });

  test("a file is sent, found under its number and fetched", async () => {
    const form = new FormData();
    form.set("chat_id", String(group.id));
    form.set("document", new Blob([new Uint8Array([1, 2, 3])]), "报告.csv");
    form.set("caption", "<b>cases</b>");
    form.set("parse_mode", "HTML");
    const sent = await post<Message>(telegram, "sendDocument", form);
    expect(sent.result).toMatchObject({
      document: { file_name: "报告.csv", file_size: 3 },
      caption: "cases",
      caption_entities: [{ type: "bold", offset: 0, length: 5 }],
    });
    const { file_id } = sent.result["document"] as { file_id: string };
    const again = { chat_id: group.id, document: file_id };
    expect((await call<Message>(telegram, "sendDocument", again)).result).toMatchObject({
      document: { file_name: "报告.csv" },
    });
    const file = await call<{ file_path: string }>(telegram, "getFile", { file_id });
    const base = `${telegram.url}/file/bot${telegram.token}`;
    const fetched = await fetch(`${base}/${file.result.file_path}`);
    expect([...new Uint8Array(await fetched.arrayBuffer())]).toEqual([1, 2, 3]);
    expect((await fetch(`${base}/documents/none`)).status).toBe(404);
  });

  test("files of more than 20 MB are not to be had", async () => {
    const most = telegram.build.file("most.bin", new Uint8Array(20 * 1024 * 1024));
    const more = telegram.build.file("more.bin", new Uint8Array(20 * 1024 * 1024 + 1));

    expect((await call(telegram, "getFile", { file_id: most.file_id })).status).toBe(200);
    const refused = await call(telegram, "getFile", { file_id: more.file_id });
    expect(refused.description).toBe("Bad Request: file is too big");
  });

  test("a picture and profile pictures", async () => {
    const face = telegram.build.profilePhoto(alice, new Uint8Array([9]));
    const photos = await call(telegram, "getUserProfilePhotos", { user_id: alice.user.id });
    expect(photos.result).toMatchObject({ total_count: 1, photos: [[{ file_id: face.file_id }]] });
    const sent = await call(telegram, "sendPhoto", { chat_id: group.id, photo: face.file_id });
    expect(sent.result).toMatchObject({ photo: [{ file_id: face.file_id }] });
    const odd = await call(telegram, "sendPhoto", { chat_id: group.id, photo: "none" });
    expect(odd.description).toMatch(/wrong file identifier/u);
  });
});

const sendHtml = (text: string) =>
  call<Message>(telegram, "sendMessage", { chat_id: group.id, text, parse_mode: "HTML" });

test("a body that is none is refused", async () => {
  const odd = await post(telegram, "getMe", "chat_id", "text/plain");
  expect(odd.description).toMatch(/can't read a body of type "text\/plain/u);
  const broken = await post(telegram, "getMe", "{", "application/json");
  expect(broken.description).toBe("Bad Request: can't parse JSON object");
  expect(telegram.refusals).toHaveLength(2);
});

describe("marked-up text", () => {
  test("becomes a text with entities, in UTF-16 units", async () => {
    const { result } = await sendHtml(
      '🎉 <b>保证<i>收益</i></b> &lt;x&gt; &#128512; <a href="https://a.example/?b&amp;c">go</a>',
    );
    expect(result.text).toBe("🎉 保证收益 <x> 😀 go");
    expect(result.entities).toEqual([
      { type: "bold", offset: 3, length: 4 },
      { type: "italic", offset: 5, length: 2 },
      { type: "text_link", offset: 15, length: 2, url: "https://a.example/?b&c" },
    ]);
  });

  test.each([
    ["a < b", /Unclosed start tag|Unsupported start tag/u],
    ["<blink>x</blink>", /Unsupported start tag "blink" at byte offset 0/u],
    ["文<b>x</i>", /Unmatched end tag at byte offset 7, expected "<\/b>", found "<\/i>"/u],
    ["x</b>", /Unexpected end tag at byte offset 1/u],
    ["<b>x", /Can't find end tag corresponding to start tag "b"/u],
  ])("%s cannot be parsed", async (text, words) => {
    const { description } = await sendHtml(text);
    expect(description).toMatch(/^Bad Request: can't parse entities: /u);
    expect(description).toMatch(words);
    expect(telegram.refusals).toHaveLength(1);
  });

  test("addresses, commands and mentions are found in plain text", async () => {
    const text = "/warn@Candor_bot see https://a.example/x, @alice_1 #ad a@b.example";
    const { result } = await call<Message>(telegram, "sendMessage", { chat_id: group.id, text });
    const found = result.entities?.map(({ type, offset, length }) => [
      type,
      text.slice(offset, offset + length),
    ]);
    expect(found).toEqual([
      ["bot_command", "/warn@Candor_bot"],
      ["url", "https://a.example/x,"],
      ["mention", "@alice_1"],
      ["hashtag", "#ad"],
      ["email", "a@b.example"],
    ]);
  });
});

test("commands have scopes and languages", async () => {
  const commands = [{ command: "report", description: "举报" }];
  const scope = { type: "chat_administrators", chat_id: group.id };
  await call(telegram, "setMyCommands", { commands, scope, language_code: "zh" });
  expect((await call(telegram, "getMyCommands", { scope, language_code: "zh" })).result).toEqual(
    commands,
  );
  expect((await call(telegram, "getMyCommands")).result).toEqual([]);
  await call(telegram, "deleteMyCommands", { scope, language_code: "zh" });
  expect((await call(telegram, "getMyCommands", { scope, language_code: "zh" })).result).toEqual(
    [],
  );
});
