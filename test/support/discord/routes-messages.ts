import { inChannel, needIn } from "./access.ts";
import { Refusal, refusal } from "./errors.ts";
import { blankMessage, contentIsShared } from "./intents.ts";
import { changeOf, draftOf, saysNothing, type SentMessage } from "./message-bodies.ts";
import {
  addReaction,
  bulkDelete,
  createMessage,
  deleteMessage,
  editMessage,
  removeReaction,
  setPinned,
} from "./message-changes.ts";
import { messagePayload } from "./payloads.ts";
import { holds } from "./permissions.ts";
import type { Call, Result, Route } from "./routing.ts";
import { compareIds } from "./snowflake.ts";
import { CHANNEL_TYPES, type Channel, type Message } from "./world-types.ts";
import { isSet } from "./wire.ts";

const AUDIT = { messageDelete: 72, bulkDelete: 73, pin: 74, unpin: 75 } as const;
const MOST_PINS = 250;
const TEXTLESS: ReadonlySet<number> = new Set([CHANNEL_TYPES.category, CHANNEL_TYPES.forum]);

export const messageRoutes: readonly Route[] = [
  { method: "GET", template: "/channels/{channel_id}/messages", handle: list },
  { method: "POST", template: "/channels/{channel_id}/messages", handle: post },
  { method: "GET", template: "/channels/{channel_id}/messages/{message_id}", handle: getOne },
  { method: "PATCH", template: "/channels/{channel_id}/messages/{message_id}", handle: patch },
  { method: "DELETE", template: "/channels/{channel_id}/messages/{message_id}", handle: remove },
  { method: "POST", template: "/channels/{channel_id}/messages/bulk-delete", handle: removeMany },
  {
    method: "GET",
    template: "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}",
    handle: reactors,
  },
  {
    method: "PUT",
    template: "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me",
    handle: react,
  },
  {
    method: "DELETE",
    template: "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me",
    handle: unreact,
  },
  { method: "GET", template: "/channels/{channel_id}/messages/pins", handle: pins },
  { method: "GET", template: "/channels/{channel_id}/pins", handle: oldPins },
  ...[
    "/channels/{channel_id}/messages/pins/{message_id}",
    "/channels/{channel_id}/pins/{message_id}",
  ]
    .map((template): Route[] => [
      { method: "PUT", template, handle: (call) => pin(call, true) },
      { method: "DELETE", template, handle: (call) => pin(call, false) },
    ])
    .flat(),
];

/** What the bot is shown of a message: without the content intent, little. */
function shown(call: Call, channel: Channel, message: Message): object {
  const data = messagePayload(call.world, channel, message);
  const mayRead =
    call.gateway.privileged.messageContent ||
    channel.guild === null ||
    contentIsShared(call.world, data);
  return mayRead ? data : blankMessage(data);
}

function list(call: Call): Result {
  const channel = inChannel(call);
  if (!holds(call.world.botRightsIn(channel), "readMessageHistory")) return [];
  const { query } = call;
  const given = (name: "after" | "before" | "around") => {
    const value = query.get(name);
    return value === null ? {} : { [name]: value };
  };
  const limit = Number(query.get("limit") ?? 50);
  const where = { ...given("after"), ...given("before"), ...given("around"), limit };
  return channel.log.page(where).map((message) => shown(call, channel, message));
}

function getOne(call: Call): Result {
  const channel = inChannel(call);
  if (!holds(call.world.botRightsIn(channel), "readMessageHistory")) throw refusal("missingAccess");
  return shown(call, channel, call.world.message(channel, call.param("message_id")));
}

function post(call: Call): Result {
  const { world } = call;
  const channel = inChannel(call);
  const body = call.body as SentMessage;
  if (channel.guild) mayPost(call, channel, body);
  else mayWriteTo(call, channel.recipientId ?? "");
  const nonce = !isSet(body.nonce) || !body.enforce_nonce ? null : String(body.nonce);
  if (nonce !== null) {
    const known = world.nonces.get(`${channel.id} ${nonce}`);
    const before = known === undefined ? undefined : channel.log.get(known);
    if (before) return messagePayload(world, channel, before);
  }
  const message = createMessage(
    world,
    channel,
    world.bot,
    draftOf(world, channel, body, call.files),
  );
  if (nonce !== null) world.rememberNonce(`${channel.id} ${nonce}`, message.id);
  return messagePayload(world, channel, message);
}

function mayPost(call: Call, channel: Channel, body: SentMessage): void {
  if (TEXTLESS.has(channel.type)) {
    throw new Refusal(400, 50008, "Cannot send messages in a non-text channel");
  }
  needIn(call, channel, channel.thread ? "sendMessagesInThreads" : "sendMessages");
  if ((body.embeds?.length ?? 0) > 0) needIn(call, channel, "embedLinks");
  if (call.files.length > 0) needIn(call, channel, "attachFiles");
  if (body.poll) needIn(call, channel, "sendPolls");
  const rights = call.world.botRightsIn(channel);
  if (body.message_reference && !holds(rights, "readMessageHistory")) {
    throw refusal("replyNeedsHistory");
  }
  if (!channel.thread?.archived) return;
  if (channel.thread.locked && !holds(rights, "manageThreads")) throw refusal("threadArchived");
  channel.thread.archived = false;
}

function mayWriteTo({ world }: Call, userId: string): void {
  const mutual = [...world.guilds.values()].some(
    ({ members }) => members.has(world.bot.id) && members.has(userId),
  );
  if (!mutual) throw refusal("noMutualGuild");
  if (world.closedDms.has(userId)) throw refusal("cannotMessageUser");
}

function patch(call: Call): Result {
  const { world } = call;
  const channel = inChannel(call);
  const message = world.message(channel, call.param("message_id"));
  if (message.data.author.id !== world.bot.id) throw refusal("cannotEditOthers");
  const change = changeOf(world, channel, call.body as SentMessage, call.files, message.data);
  if (saysNothing({ ...message.data, ...change })) throw refusal("emptyMessage");
  editMessage(world, channel, message, change);
  return messagePayload(world, channel, message);
}

function remove(call: Call): Result {
  const { world } = call;
  const channel = inChannel(call);
  const message = world.message(channel, call.param("message_id"));
  const own = message.data.author.id === world.bot.id;
  if (!own) {
    if (!channel.guild) throw new Refusal(403, 50003, "Cannot execute action on a DM channel");
    needIn(call, channel, "manageMessages");
  }
  deleteMessage(world, channel, message.id);
  if (!own && channel.guild) {
    const entry = {
      action_type: AUDIT.messageDelete,
      target_id: message.data.author.id,
      user_id: world.bot.id,
      options: { channel_id: channel.id, count: "1" },
    };
    world.audit(channel.guild, entry, call.by.reason);
  }
  return undefined;
}

function removeMany(call: Call): Result {
  const { world } = call;
  const channel = inChannel(call, "manageMessages");
  if (!channel.guild) throw new Refusal(403, 50003, "Cannot execute action on a DM channel");
  const { messages } = call.body as { messages: readonly string[] };
  const count = bulkDelete(world, channel, messages);
  if (count > 0) {
    const entry = {
      action_type: AUDIT.bulkDelete,
      target_id: channel.id,
      user_id: world.bot.id,
      options: { count: String(count) },
    };
    world.audit(channel.guild, entry, call.by.reason);
  }
  return undefined;
}

function reactors(call: Call): Result {
  const { world, query } = call;
  const channel = inChannel(call, "readMessageHistory");
  const message = world.message(channel, call.param("message_id"));
  const emoji = call.param("emoji_name");
  const reaction = message.reactions.get(emoji.split(":")[1] ?? emoji);
  const after = query.get("after") ?? "0";
  return [...(reaction?.users ?? [])]
    .filter((id) => compareIds(id, after) > 0)
    .toSorted(compareIds)
    .slice(0, Number(query.get("limit") ?? 25))
    .flatMap((id) => world.users.get(id) ?? []);
}

function react(call: Call): Result {
  const { world } = call;
  const channel = inChannel(call, "readMessageHistory");
  const message = world.message(channel, call.param("message_id"));
  const emoji = call.param("emoji_name");
  // Letters and digits alone are no emoji; a guild's own is `name:id`.
  if (/^[\w-]+$/u.test(emoji)) throw refusal("unknownEmoji");
  const isNew = !message.reactions.has(emoji.split(":")[1] ?? emoji);
  if (isNew) needIn(call, channel, "addReactions");
  addReaction(world, channel, message, world.bot.id, emoji);
  return undefined;
}

function unreact(call: Call): Result {
  const { world } = call;
  const channel = inChannel(call, "readMessageHistory");
  const message = world.message(channel, call.param("message_id"));
  removeReaction(world, channel, message, world.bot.id, call.param("emoji_name"));
  return undefined;
}

function pins(call: Call): Result {
  const { world, query } = call;
  const channel = inChannel(call);
  const before = query.get("before");
  const limit = Number(query.get("limit") ?? 50);
  const older = channel.pins.filter((each) => before === null || each.pinnedAt < before);
  const items = older.slice(0, limit).flatMap(({ messageId, pinnedAt }) => {
    const message = channel.log.get(messageId);
    if (!message) return [];
    return [{ pinned_at: pinnedAt, message: messagePayload(world, channel, message) }];
  });
  return { items, has_more: older.length > limit };
}

function oldPins(call: Call): Result {
  const channel = inChannel(call);
  return channel.pins.flatMap(({ messageId }) => {
    const message = channel.log.get(messageId);
    return message ? [messagePayload(call.world, channel, message)] : [];
  });
}

function pin(call: Call, pinned: boolean): Result {
  const { world } = call;
  const channel = inChannel(call, "pinMessages");
  const message = world.message(channel, call.param("message_id"));
  if (pinned && channel.pins.length >= MOST_PINS) throw refusal("maximumPins");
  if (![0, 19, 20].includes(message.data.type)) {
    throw refusal("systemMessage");
  }
  if (!setPinned(world, channel, message, pinned) || !channel.guild) return undefined;
  const entry = {
    action_type: pinned ? AUDIT.pin : AUDIT.unpin,
    target_id: message.data.author.id,
    user_id: world.bot.id,
    options: { channel_id: channel.id, message_id: message.id },
  };
  world.audit(channel.guild, entry, call.by.reason);
  return undefined;
}
