import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { call } from "./client-for-test.ts";
import { type LoopbackTelegram, startLoopbackTelegram } from "./loopback.ts";
import { type Chat, PERMISSIONS, type Person } from "./types.ts";

const DAY_MS = 86_400_000;

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

const remove = (message_id: number, chat = group) =>
  refused("deleteMessage", { chat_id: chat.id, message_id });

describe("deleting", () => {
  test("works within 48 hours and with the right, once", async () => {
    const { message_id } = telegram.act.post(group, alice, "spam");
    expect(await remove(message_id)).toBeNull();
    expect(await remove(message_id)).toBe("Bad Request: message to delete not found");
    const old = telegram.act.post(group, alice, "old");
    telegram.clock.advance(2 * DAY_MS);
    expect(await remove(old.message_id)).toBe("Bad Request: message can't be deleted");
    const recent = telegram.act.post(group, alice, "recent");
    telegram.act.setBotRights(group, ["can_pin_messages"], telegram.build.person("Owner"));
    expect(await remove(recent.message_id)).toBe("Bad Request: message can't be deleted");
    await send(group);
    expect(await remove(telegram.look.fromBot(group)[0]?.message_id ?? 0)).toBeNull();
    const basic = telegram.build.basicGroup({ bot: ["can_pin_messages"] });
    const theirs = telegram.act.post(basic, telegram.build.member(basic, "Bob"), "x");
    expect(await remove(theirs.message_id, basic)).toBeNull();
    const said = telegram.act.dm(alice, "mine");
    expect(await remove(said.message_id, telegram.world.chat(alice.user.id))).toBeNull();
  });

  test("many at once skips what is gone, and stops for what must stay", async () => {
    const [a, b] = ["a", "b"].map((text) => telegram.act.post(group, alice, text).message_id);
    const many = (message_ids: unknown[]) =>
      refused("deleteMessages", { chat_id: group.id, message_ids });
    expect(await many([a, 777])).toBeNull();
    telegram.clock.advance(2 * DAY_MS);
    const c = telegram.act.post(group, alice, "c").message_id;
    expect(await many([b, c])).toBe("Bad Request: message can't be deleted");
    expect(telegram.look.messages(group).map((each) => each.text)).toEqual(["b", "c"]);
  });
});

const target = () => ({ chat_id: group.id, user_id: alice.user.id });

const seconds = (ms: number) => Math.floor((telegram.clock.now() + ms) / 1000);

describe("restricting and banning", () => {
  const permissions = { can_send_messages: false };

  test("a restriction bars somebody until it runs out or is lifted", async () => {
    const until_date = seconds(3_600_000);
    expect(
      await refused("restrictChatMember", { ...target(), permissions, until_date }),
    ).toBeNull();
    expect(telegram.act.barredFrom(group, alice)).toBe("may not: can_send_messages");
    expect((await call(telegram, "getChatMember", target())).result).toMatchObject({
      status: "restricted",
      is_member: true,
      until_date,
    });
    telegram.clock.advance(3_600_000);
    expect(telegram.act.barredFrom(group, alice)).toBeNull();
    await call(telegram, "restrictChatMember", { ...target(), permissions });
    telegram.clock.advance(400 * DAY_MS);
    expect(telegram.look.status(group, alice.user.id)).toBe("restricted");
    // Out and in again changes nothing of it.
    telegram.act.leave(group, alice);
    telegram.act.join(group, alice);
    expect(telegram.look.status(group, alice.user.id)).toBe("restricted");
    const all = Object.fromEntries(PERMISSIONS.map((each) => [each, true]));
    await call(telegram, "restrictChatMember", { ...target(), permissions: all });
    expect(telegram.look.status(group, alice.user.id)).toBe("member");
  });

  test("less than half a minute, or more than 366 days, is for ever", async () => {
    for (const ms of [20_000, 367 * DAY_MS]) {
      await call(telegram, "banChatMember", { ...target(), until_date: seconds(ms) });
      telegram.clock.advance(400 * DAY_MS);
      expect(telegram.look.status(group, alice.user.id)).toBe("kicked");
    }
  });

  test("richer permissions bring the plainer, unless they stand by themselves", async () => {
    const media = { can_send_other_messages: true };
    const granted = async (more: object) => {
      await call(telegram, "restrictChatMember", { ...target(), permissions: media, ...more });
      return (await call(telegram, "getChatMember", target())).result;
    };
    expect(await granted({})).toMatchObject({ can_send_messages: true, can_send_polls: false });
    const alone = await granted({ use_independent_chat_permissions: true });
    expect(alone).toMatchObject({ can_send_messages: false, can_send_other_messages: true });
    const polls = { can_send_polls: true };
    await call(telegram, "setChatPermissions", { chat_id: group.id, permissions: polls });
    expect((await call(telegram, "getChat", { chat_id: group.id })).result).toMatchObject({
      permissions: { can_send_polls: true, can_send_messages: true, can_send_photos: false },
    });
  });

  test("a ban takes the messages, an unban lets in again and does not bring in", async () => {
    telegram.act.post(group, alice, "spam");
    const unban = (only_if_banned: boolean) =>
      refused("unbanChatMember", { ...target(), only_if_banned });
    expect(await unban(true)).toBeNull();
    expect(telegram.look.status(group, alice.user.id)).toBe("member");
    expect(await refused("banChatMember", target())).toBeNull();
    expect(telegram.look.messages(group).map((each) => Object.keys(each).at(-1))).toEqual([
      "left_chat_member",
    ]);
    expect(await unban(true)).toBeNull();
    expect(telegram.look.status(group, alice.user.id)).toBe("left");
    telegram.act.join(group, alice);
    expect(await unban(false)).toBeNull();
    expect(telegram.look.status(group, alice.user.id)).toBe("left");
  });

  test("administrators, the owner and the bot itself are left alone", async () => {
    const admin = telegram.build.admin(group, "Admin", ["can_delete_messages"]);
    const owner = [...group.members.values()].find((each) => each.status === "creator");
    const ban = (user_id: number) => refused("banChatMember", { chat_id: group.id, user_id });
    expect(await ban(admin.user.id)).toBe("Bad Request: user is an administrator of the chat");
    expect(await ban(owner?.user.id ?? 0)).toBe("Bad Request: can't remove chat owner");
    expect(await ban(telegram.world.bot.id)).toBe("Bad Request: can't restrict self");
    expect(await ban(5)).toBe("Bad Request: user not found");
    telegram.act.setBotRights(group, ["can_delete_messages"], admin);
    const words = "Bad Request: not enough rights to restrict/unrestrict chat member";
    expect(await ban(alice.user.id)).toBe(words);
    const listed = await call<object[]>(telegram, "getChatAdministrators", { chat_id: group.id });
    expect(listed.result).toMatchObject([
      { status: "creator" },
      { status: "administrator", user: { is_bot: true }, can_delete_messages: true },
      { status: "administrator", can_delete_messages: true, can_restrict_members: false },
    ]);
    const count = await call(telegram, "getChatMemberCount", { chat_id: group.id });
    expect(count.result).toBe(4);
  });

  test("a basic group knows no restriction and no unban", async () => {
    const basic = telegram.build.basicGroup();
    const bob = telegram.build.member(basic, "Bob");
    telegram.act.post(basic, bob, "stays");
    const about = { chat_id: basic.id, user_id: bob.user.id };
    expect(await refused("restrictChatMember", { ...about, permissions })).toBe(
      "Bad Request: method is available only for supergroups",
    );
    expect(await refused("unbanChatMember", about)).toBe(
      "Bad Request: method is available for supergroup and channel chats only",
    );
    expect(await refused("banChatMember", about)).toBeNull();
    expect(telegram.look.status(basic, bob.user.id)).toBe("left");
    expect(telegram.look.messages(basic)[0]?.text).toBe("stays");
    const sender = { chat_id: basic.id, sender_chat_id: group.id };
    expect(await refused("banChatSenderChat", sender)).toMatch(
      /supergroup and channel chats only/u,
    );
  });

  test("a channel that posts is banned as a channel", async () => {
    const channel = telegram.build.channel({ title: "Ads" });
    const message = telegram.act.post(group, alice, "ad", { as: channel });
    expect(message).toMatchObject({
      from: { username: "Channel_Bot" },
      sender_chat: { id: channel.id },
    });
    const about = { chat_id: group.id, sender_chat_id: channel.id };
    expect(await refused("banChatSenderChat", about)).toBeNull();
    expect(() => telegram.act.post(group, alice, "ad", { as: channel })).toThrow("banned here");
    expect(await refused("unbanChatSenderChat", about)).toBeNull();
    telegram.act.post(group, alice, "ad", { as: channel });
  });
});

describe("standings and names", () => {
  test("administrators come and go, and the bot is told while it is one", async () => {
    const owner = telegram.build.person("Owner");
    await call(telegram, "getUpdates", { allowed_updates: ["chat_member"] });
    telegram.act.promote(group, alice, ["can_delete_messages"], owner);
    telegram.act.promote(group, alice, [], owner);
    const rights = { can_delete_messages: true, can_restrict_members: false };
    expect(telegram.look.waiting()).toMatchObject([
      { chat_member: { new_chat_member: { status: "administrator", ...rights } } },
      { chat_member: { old_chat_member: rights, new_chat_member: { status: "member" } } },
    ]);
    const channel = telegram.build.channel();
    const forum = telegram.build.supergroup({ isForum: true });
    const rightsIn = async (chat: Chat) => {
      const about = { chat_id: chat.id, user_id: telegram.world.bot.id };
      return Object.keys((await call<object>(telegram, "getChatMember", about)).result);
    };
    expect(await rightsIn(group)).toContain("can_pin_messages");
    expect(await rightsIn(group)).not.toContain("can_manage_topics");
    expect(await rightsIn(forum)).toContain("can_manage_topics");
    expect(await rightsIn(channel)).toContain("can_post_messages");
    expect(await rightsIn(channel)).not.toContain("can_pin_messages");
  });

  test("a name that changes is the name from then on", async () => {
    const carol = telegram.build.contact("Carol");
    telegram.build.member(group, carol).bio = "t.me/ads";
    telegram.act.rename(carol, { first_name: "Admin Support", username: "support_1" });
    const about = { chat_id: group.id, user_id: carol.user.id };
    const names = { first_name: "Admin Support", username: "support_1" };
    expect((await call(telegram, "getChatMember", about)).result).toMatchObject({ user: names });
    expect((await call(telegram, "getChat", { chat_id: carol.user.id })).result).toMatchObject({
      ...names,
      bio: "t.me/ads",
    });
    expect(await send(carol)).toBeNull();
  });
});

describe("join requests", () => {
  test("are decided once; the bot may write meanwhile, for five minutes", async () => {
    const bob = telegram.build.person("Bob", { bio: "t.me/ads" });
    telegram.act.askToJoin(group, bob);
    expect(telegram.look.waiting()).toMatchObject([
      {
        chat_join_request: {
          from: { id: bob.user.id },
          user_chat_id: bob.user.id,
          bio: "t.me/ads",
        },
      },
    ]);
    expect(await send(bob)).toBeNull();
    telegram.clock.advance(300_000);
    expect(await send(bob)).toMatch(/can't initiate/u);
    const about = { chat_id: group.id, user_id: bob.user.id };
    expect(await refused("declineChatJoinRequest", about)).toBeNull();
    expect(await refused("declineChatJoinRequest", about)).toBe(
      "Bad Request: HIDE_REQUESTER_MISSING",
    );
    telegram.act.askToJoin(group, bob);
    expect(await refused("approveChatJoinRequest", about)).toBeNull();
    expect(telegram.look.status(group, bob.user.id)).toBe("member");
    expect(await refused("approveChatJoinRequest", about)).toBe(
      "Bad Request: USER_ALREADY_PARTICIPANT",
    );
    telegram.act.setBotRights(group, ["can_pin_messages"], alice);
    const before = telegram.look.waiting().length;
    telegram.act.askToJoin(group, telegram.build.person("Eve"));
    expect(telegram.look.waiting()).toHaveLength(before);
    expect(await refused("approveChatJoinRequest", about)).toMatch(/not enough rights/u);
  });
});
