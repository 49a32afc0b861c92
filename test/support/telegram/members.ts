import { createService, deleteMessage } from "./messages.ts";
import { chatRef, memberPayload } from "./payloads.ts";
import type { Chat, Member, User } from "./types.ts";
import { outsider, type World } from "./world.ts";

/** Changes somebody's standing and tells of it: the bot of its own always, of others' where it is an administrator. */
export function setMember(
  world: World,
  chat: Chat,
  user: User,
  change: Partial<Member>,
  by: User,
  more: { readonly via_join_request?: boolean } = {},
): Member {
  const old = world.member(chat, user);
  const changed: Member = { ...old, ...change };
  chat.members.set(user.id, changed);
  const isOwn = user.id === world.bot.id;
  if (!isOwn && world.botMember(chat).status !== "administrator") return changed;
  world.tell({
    kind: isOwn ? "my_chat_member" : "chat_member",
    about: chat.id,
    body: {
      chat: chatRef(world, chat),
      from: by,
      date: world.now(),
      old_chat_member: memberPayload(chat, old),
      new_chat_member: memberPayload(chat, changed),
      ...more,
    },
  });
  return changed;
}

/** Somebody comes in, or is let in by `by`. */
export function addMember(
  world: World,
  chat: Chat,
  user: User,
  by: User,
  how: { readonly via_join_request?: boolean } = {},
): void {
  const usual: Partial<Member> = { ...outsider(user), status: "member", isInside: true };
  const old = world.member(chat, user);
  // Whoever left while restricted is so again.
  setMember(world, chat, user, old.status === "restricted" ? { isInside: true } : usual, by, how);
  if (chat.type === "channel") return;
  const doer = how.via_join_request ? user : by;
  createService(world, chat, doer, { new_chat_members: [user] });
}

/** Somebody goes out: on their own, or put out by `by` for as long as `until` says, if at all. */
export function removeMember(
  world: World,
  chat: Chat,
  user: User,
  by: User,
  ban: { readonly until: number } | null = null,
): void {
  const old = world.member(chat, user);
  const out = outsider(user);
  if (ban && chat.type !== "group") {
    setMember(world, chat, user, { ...out, status: "kicked", until: ban.until }, by);
  } else if (old.status === "restricted") setMember(world, chat, user, { isInside: false }, by);
  else if (ban && user.id === world.bot.id) {
    setMember(world, chat, user, { ...out, status: "kicked" }, by);
  } else setMember(world, chat, user, out, by);
  if (!old.isInside || chat.type === "channel") return;
  createService(world, chat, by, { left_chat_member: user });
}

/** Deletes what somebody has written in a chat. */
export function deleteAllOf(chat: Chat, userId: number): void {
  for (const [id, kept] of chat.log) if (kept.authorId === userId) deleteMessage(chat, id);
}
