import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { call, eventually } from "./client-for-test.ts";
import { type LoopbackTelegram, startLoopbackTelegram } from "./loopback.ts";
import type { Chat, Person } from "./types.ts";

interface Update {
  readonly update_id: number;
  readonly message?: { readonly text?: string; readonly chat: { readonly id: number } };
}

let telegram: LoopbackTelegram;
let group: Chat;
let alice: Person;

beforeEach(async () => {
  telegram = await startLoopbackTelegram();
  group = telegram.build.supergroup();
  alice = telegram.build.member(group, "Alice");
});

afterEach(() => telegram.close());

const poll = (params: object = {}) => call<Update[]>(telegram, "getUpdates", params);
const texts = (updates: readonly Update[]) => updates.map((each) => each.message?.text);

describe("long polling", () => {
  test("an update comes until a higher offset confirms it", async () => {
    for (const text of ["1", "2", "3"]) telegram.act.post(group, alice, text);
    const first = await poll({ limit: 2 });
    expect(texts(first.result)).toEqual(["1", "2"]);
    expect(texts((await poll()).result)).toEqual(["1", "2", "3"]);
    const offset = (first.result.at(-1)?.update_id ?? 0) + 1;
    expect(texts((await poll({ offset })).result)).toEqual(["3"]);
    telegram.act.post(group, alice, "4");
    expect(texts((await poll({ offset: -1 })).result)).toEqual(["4"]);
    expect(texts((await poll()).result)).toEqual(["4"]);
  });

  test("a poll waits for what comes, and ends empty when nothing does", async () => {
    const waiting = poll({ timeout: 30 });
    await eventually(() => telegram.polling.isOpen);
    telegram.act.post(group, alice, "late");
    expect(texts((await waiting).result)).toEqual(["late"]);
    const offset = Number(telegram.look.waiting()[0]?.["update_id"]) + 1;
    expect((await poll({ offset, timeout: 1 })).result).toEqual([]);
  });

  test("of two polls the earlier is ended with 409", async () => {
    const earlier = poll({ timeout: 30 });
    await eventually(() => telegram.polling.isOpen);
    const later = poll({ timeout: 30 });
    const ended = await earlier;
    expect([ended.status, ended.description]).toEqual([
      409,
      "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    ]);
    telegram.act.post(group, alice, "hello");
    expect(texts((await later).result)).toEqual(["hello"]);
  });

  test("a webhook shuts polls out until it is deleted", async () => {
    const open = poll({ timeout: 30 });
    await eventually(() => telegram.polling.isOpen);
    await call(telegram, "setWebhook", { url: "http://127.0.0.1:1/" });
    expect((await open).status).toBe(409);
    expect((await poll()).description).toMatch(/^Conflict: can't use getUpdates method while/u);
    await call(telegram, "deleteWebhook");
    expect((await poll()).status).toBe(200);
    expect((await call(telegram, "setWebhook", { url: "nowhere" })).status).toBe(400);
  });

  test("standings and reactions come to those who ask, and the list stays", async () => {
    const message = telegram.act.post(group, alice, "1");
    const bob = telegram.build.person("Bob");
    const kinds = async (params: object = {}) =>
      (await poll(params)).result.flatMap((each) => Object.keys(each).slice(1));
    telegram.act.react(message, alice, ["👍"]);
    telegram.act.join(group, bob);
    expect(await kinds()).toEqual(["message", "message"]);
    const allowed_updates = ["chat_member", "message_reaction"];
    await poll({ offset: -1, allowed_updates });
    telegram.act.react(message, alice, [], ["👍"]);
    telegram.act.leave(group, bob);
    telegram.act.post(group, alice, "unasked");
    expect(await kinds()).toEqual(["message", "message_reaction", "chat_member"]);
    const info = await call(telegram, "getWebhookInfo");
    expect(info.result).toMatchObject({ url: "", pending_update_count: 3, allowed_updates });
    telegram.act.setBotRights(group, [], telegram.build.person("Owner"));
    telegram.act.react(message, alice, ["👍"]);
    telegram.act.join(group, bob);
    expect(await kinds()).toHaveLength(3);
  });

  test("after a day an update is gone", async () => {
    telegram.act.post(group, alice, "old");
    telegram.clock.advance(86_400_000);
    telegram.act.post(group, alice, "new");
    expect(texts((await poll()).result)).toEqual(["new"]);
    await call(telegram, "deleteWebhook", { drop_pending_updates: true });
    expect((await poll()).result).toEqual([]);
  });
});

const seen = async () => texts((await poll()).result);

describe("privacy mode", () => {
  test("hides from a plain member what is not meant for it", async () => {
    telegram.world.seesEverything = false;
    const own = telegram.build.basicGroup({ bot: "member" });
    telegram.build.member(own, alice);
    const { act } = telegram;
    const sent = await call<{ message_id: number }>(telegram, "sendMessage", {
      chat_id: own.id,
      text: "hello",
    });
    const ours = telegram.look.messages(own)[0];
    if (!ours) throw new Error("nothing was sent");
    expect(ours.message_id).toBe(sent.result.message_id);
    act.post(own, alice, "chatter");
    act.post(own, alice, "/help@Other_bot");
    act.post(own, alice, "/help");
    act.post(own, alice, "/help@Candor_bot");
    act.post(own, alice, "yes", { replyTo: ours });
    act.post(own, alice, { text: "inline", via_bot: telegram.world.bot });
    act.dm(alice, "in private");
    act.event(own, alice, { new_chat_title: "Renamed" });
    const expected = ["/help", "/help@Candor_bot", "yes", "inline", "in private", undefined];
    expect(await seen()).toEqual(expected);
    expect((await call(telegram, "getMe")).result).toMatchObject({
      can_read_all_group_messages: false,
    });
  });

  test("hides nothing from an administrator or when it is off, but for other bots", async () => {
    const off = telegram.build.supergroup({ bot: "member" });
    telegram.build.member(off, alice);
    telegram.act.post(off, alice, "read");
    telegram.world.seesEverything = false;
    telegram.act.post(group, alice, "seen");
    const robot = telegram.build.member(group, telegram.build.person("Robot", { is_bot: true }));
    telegram.act.post(group, robot, "beep");
    const without = telegram.build.supergroup({ bot: null });
    telegram.build.member(without, alice);
    telegram.act.post(without, alice, "elsewhere");
    expect(await seen()).toEqual(["read", "seen"]);
  });
});
