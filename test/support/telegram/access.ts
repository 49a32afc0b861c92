import { badRequest, forbidden, type Refusal } from "./errors.ts";
import type { AdminRight, Chat, Member, Permission, User } from "./types.ts";
import type { World } from "./world.ts";

/** Throws unless the bot can use a chat at all. */
export function requireInside(world: World, chat: Chat): void {
  world.current(chat);
  if (chat.type === "private") return requireContact(world, chat);
  const { status, isInside } = world.botMember(chat);
  if (status === "kicked") throw forbidden(`bot was kicked from the ${chat.type} chat`);
  if (!isInside) throw forbidden(`bot is not a member of the ${chat.type} chat`);
}

function requireContact(world: World, chat: Chat): void {
  const person = world.person(chat.id);
  if (person.isDeactivated) throw forbidden("user is deactivated");
  if (person.hasBlocked) throw forbidden("bot was blocked by the user");
  if (person.hasStarted || person.contactUntil > world.clock.now()) return;
  throw forbidden("bot can't initiate conversation with a user");
}

/** Throws unless the bot may write what takes `permission` in a chat. */
export function requireVoice(world: World, chat: Chat, permission: Permission): void {
  requireInside(world, chat);
  if (chat.type === "private") return;
  if (chat.type === "channel") {
    if (world.botHas(chat, "can_post_messages")) return;
    throw badRequest("need administrator rights in the channel chat");
  }
  if (allows(chat, world.botMember(chat), permission)) return;
  const what = permission === "can_send_messages" ? "text messages" : permission.slice(9);
  throw badRequest(`not enough rights to send ${what} to the chat`);
}

/** Whether a chat and somebody's standing in it allow something to them. */
export function allows(chat: Chat, member: Member, permission: Permission): boolean {
  switch (member.status) {
    case "creator":
    case "administrator":
      return true;
    case "member":
      return chat.permissions.has(permission);
    case "restricted":
      return (
        member.isInside && member.permissions.has(permission) && chat.permissions.has(permission)
      );
    case "left":
    case "kicked":
      return false;
  }
}

export function requireRight(world: World, chat: Chat, right: AdminRight, words: string): void {
  requireInside(world, chat);
  if (!world.botHas(chat, right)) throw badRequest(words);
}

/** Throws unless the bot may do something to a member: nobody does it to administrators. */
export function requireOver(world: World, chat: Chat, user: User): void {
  const words = "not enough rights to restrict/unrestrict chat member";
  requireRight(world, chat, "can_restrict_members", words);
  const wrong = untouchable(world, chat, user);
  if (wrong) throw wrong;
}

function untouchable(world: World, chat: Chat, user: User): Refusal | null {
  if (user.id === world.bot.id) return badRequest("can't restrict self");
  const { status } = world.member(chat, user);
  if (status === "creator") return badRequest("can't remove chat owner");
  return status === "administrator" ? badRequest("user is an administrator of the chat") : null;
}
