import {
  ADMIN_RIGHTS,
  type AdminRight,
  type Chat,
  type ChatRef,
  type Member,
  PERMISSIONS,
  type Person,
} from "./types.ts";
import type { World } from "./world.ts";

export function chatRef(world: World, chat: Chat): ChatRef {
  const { id, type, title, username, isForum } = chat;
  if (type === "private") {
    const { first_name, username: own } = world.person(id).user;
    return { id, type, first_name, ...(own === undefined ? {} : { username: own }) };
  }
  return {
    id,
    type,
    title,
    ...(username === null ? {} : { username }),
    ...(isForum ? { is_forum: true } : {}),
  };
}

/** A `ChatMember`, of whichever kind the status is. */
export function memberPayload(chat: Chat, member: Member): object {
  const { user, status } = member;
  const until_date = Math.floor(member.until / 1000);
  switch (status) {
    case "creator":
      return { status, user, is_anonymous: member.isAnonymous, ...titleOf(member) };
    case "administrator": {
      const { isAnonymous } = member;
      const base = { status, user, can_be_edited: false, is_anonymous: isAnonymous };
      return { ...base, ...rightsIn(chat, member), ...titleOf(member) };
    }
    case "restricted":
      return {
        status,
        user,
        is_member: member.isInside,
        until_date,
        ...flags(PERMISSIONS, member.permissions),
      };
    case "kicked":
      return { status, user, until_date };
    case "member":
    case "left":
      return { status, user };
  }
}

function titleOf({ title }: Member): object {
  return title === null ? {} : { custom_title: title };
}

const OF_CHANNELS = ["can_post_messages", "can_edit_messages"] as const;
const NOT_OF_CHANNELS = ["can_pin_messages", "can_manage_topics"] as const;
const NOT_OF_GROUPS = [...OF_CHANNELS, "can_manage_topics"] as const;

/** Some rights are said of channels alone, some of groups, some of forums. */
function rightsIn(chat: Chat, { rights }: Member): object {
  const unsaid: ReadonlySet<AdminRight> = new Set(
    chat.type === "channel" ? NOT_OF_CHANNELS : chat.isForum ? OF_CHANNELS : NOT_OF_GROUPS,
  );
  const said = ADMIN_RIGHTS.filter((right) => !unsaid.has(right));
  return flags(said, rights);
}

export function flags<T extends string>(
  names: readonly T[],
  set: ReadonlySet<T>,
): Readonly<Record<string, boolean>> {
  return Object.fromEntries(names.map((name) => [name, set.has(name)]));
}

const ANY_GIFT = {
  unlimited_gifts: true,
  limited_gifts: true,
  unique_gifts: true,
  premium_subscription: true,
  gifts_from_channels: true,
};

/** What `getChat` tells. */
export function fullChat(world: World, chat: Chat): object {
  const base = {
    ...chatRef(world, chat),
    accent_color_id: 0,
    max_reaction_count: 11,
    accepted_gift_types: ANY_GIFT,
  };
  if (chat.type === "private") {
    const { bio } = world.person(chat.id);
    return { ...base, ...(bio === null ? {} : { bio }) };
  }
  const pinned = chat.log.get(chat.pinned.at(-1) ?? 0);
  return {
    ...base,
    permissions: flags(PERMISSIONS, chat.permissions),
    ...(chat.linked ? { linked_chat_id: chat.linked.id } : {}),
    ...(pinned ? { pinned_message: pinned.data } : {}),
  };
}

/** A picture in the one size that there is here. */
export function photoSizes(ref: Person["photos"][number]): readonly object[] {
  return [{ ...ref, width: 640, height: 640 }];
}
