import { requireInside, requireOver, requireRight } from "./access.ts";
import type { Call, Handler } from "./call.ts";
import { badRequest } from "./errors.ts";
import { addMember, deleteAllOf, removeMember, setMember } from "./members.ts";
import { memberPayload } from "./payloads.ts";
import { type Chat, type Member, type Permission, PERMISSIONS, type User } from "./types.ts";
import type { World } from "./world.ts";

const SHORTEST_S = 30;
const LONGEST_S = 366 * 86_400;

type Granted = Readonly<Partial<Record<Permission, boolean>>>;

export const memberMethods: Readonly<Record<string, Handler>> = {
  getChatMember(call) {
    const chat = call.chat();
    requireInside(call.world, chat);
    return memberPayload(chat, call.world.member(chat, call.user()));
  },

  /** Bots are left out, but for the one that asks. */
  getChatAdministrators(call) {
    const chat = call.chat();
    requireInside(call.world, chat);
    return [...chat.members.values()]
      .filter(({ status }) => status === "creator" || status === "administrator")
      .filter(({ user }) => !user.is_bot || user.id === call.world.bot.id)
      .map((member) => memberPayload(chat, member));
  },

  getChatMemberCount(call) {
    const chat = call.chat();
    requireInside(call.world, chat);
    return [...chat.members.values()].filter((each) => call.world.isInside(chat, each.user)).length;
  },

  banChatMember(call) {
    const { world, chat, user } = target(call);
    const until = untilOf(call);
    const mayStay = chat.type === "group" && !call.flag("revoke_messages");
    removeMember(world, chat, user, world.bot, { until });
    if (!mayStay) deleteAllOf(chat, user.id);
    return true;
  },

  unbanChatMember(call) {
    const { world, chat, user } = target(call);
    if (chat.type === "group") {
      throw badRequest("method is available for supergroup and channel chats only");
    }
    const { status, isInside } = world.member(chat, user);
    if (status === "kicked") setMember(world, chat, user, { status: "left", until: 0 }, world.bot);
    else if (isInside && !call.flag("only_if_banned")) removeMember(world, chat, user, world.bot);
    return true;
  },

  restrictChatMember(call) {
    requireSupergroup(call);
    const { world, chat, user } = target(call);
    const granted = readPermissions(call);
    const until = untilOf(call);
    const restricted: Partial<Member> = { status: "restricted", permissions: granted, until };
    const isFree = PERMISSIONS.every((each) => granted.has(each));
    const change = isFree ? freed(world.member(chat, user)) : restricted;
    setMember(world, chat, user, change, world.bot);
    return true;
  },

  setChatPermissions(call) {
    const chat = call.chat();
    const words = "not enough rights to change chat permissions";
    requireRight(call.world, chat, "can_restrict_members", words);
    chat.permissions = readPermissions(call);
    return true;
  },

  banChatSenderChat(call) {
    const { chat, sender } = senderChat(call);
    chat.bannedSenders.add(sender);
    return true;
  },

  unbanChatSenderChat(call) {
    const { chat, sender } = senderChat(call);
    chat.bannedSenders.delete(sender);
    return true;
  },

  approveChatJoinRequest(call) {
    const { world, chat, user } = requester(call);
    addMember(world, chat, user, world.bot, { via_join_request: true });
    return true;
  },

  declineChatJoinRequest(call) {
    requester(call);
    return true;
  },

  leaveChat(call) {
    const { world } = call;
    const chat = call.chat();
    requireInside(world, chat);
    removeMember(world, chat, world.bot, world.bot);
    return true;
  },
};

function freed({ isInside }: Member): Partial<Member> {
  return { status: isInside ? "member" : "left", permissions: new Set(), until: 0 };
}

function target(call: Call): { readonly world: World; readonly chat: Chat; readonly user: User } {
  const { world } = call;
  const chat = call.chat();
  const user = call.user();
  requireOver(world, chat, user);
  return { world, chat, user };
}

function requireSupergroup(call: Call): void {
  const chat = call.chat();
  requireInside(call.world, chat);
  if (chat.type !== "supergroup") throw badRequest("method is available only for supergroups");
}

/** Epoch ms; 0 for ever, which less than half a minute and more than 366 days are as well. */
function untilOf(call: Call): number {
  const until = call.get<number>("until_date") ?? 0;
  const seconds = until - call.world.now();
  return seconds < SHORTEST_S || seconds > LONGEST_S ? 0 : until * 1000;
}

/** Unless permissions stand by themselves, whoever may send the richer may send the plainer. */
function readPermissions(call: Call): ReadonlySet<Permission> {
  const given = call.get<Granted>("permissions") ?? {};
  const granted = new Set(PERMISSIONS.filter((each) => given[each]));
  if (call.flag("use_independent_chat_permissions")) return granted;
  if (granted.has("can_send_other_messages") || granted.has("can_add_web_page_previews")) {
    for (const each of PERMISSIONS.slice(0, 7)) granted.add(each);
  }
  if (granted.has("can_send_polls")) granted.add("can_send_messages");
  return granted;
}

function senderChat(call: Call): { readonly chat: Chat; readonly sender: number } {
  const chat = call.chat();
  const words = "not enough rights to restrict/unrestrict chat member";
  requireRight(call.world, chat, "can_restrict_members", words);
  if (chat.type === "group") {
    throw badRequest("method is available for supergroup and channel chats only");
  }
  return { chat, sender: call.chat("sender_chat_id").id };
}

function requester(call: Call): {
  readonly world: World;
  readonly chat: Chat;
  readonly user: User;
} {
  const { world } = call;
  const chat = call.chat();
  const words = "not enough rights to manage chat join requests";
  requireRight(world, chat, "can_invite_users", words);
  const user = call.user();
  if (world.isInside(chat, user)) throw badRequest("USER_ALREADY_PARTICIPANT");
  if (!chat.requests.delete(user.id)) throw badRequest("HIDE_REQUESTER_MISSING");
  world.person(user.id).contactUntil = 0;
  return { world, chat, user };
}
