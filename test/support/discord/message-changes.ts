import type { APIMessage } from "discord.js";
import { MessageLog } from "./message-log.ts";
import { messageEventPayload, memberPayload } from "./payloads.ts";
import { timeOfId } from "./snowflake.ts";
import type { Channel, Message, Reaction, User } from "./world-types.ts";
import { CHANNEL_TYPES } from "./world-types.ts";
import type { World } from "./world.ts";
import { wire } from "./wire.ts";

/** What a message says, in the wire format; whatever is left out is empty. */
export type Draft = Partial<Omit<APIMessage, "id" | "author" | "channel_id">> & {
  /** Epoch milliseconds, for a message older than the test. */
  readonly at?: number;
};

const DEFAULT = 0;
const REPLY = 19;

/** Puts a message into a channel and tells of it. */
export function createMessage(world: World, channel: Channel, author: User, draft: Draft): Message {
  const { at, ...said } = draft;
  const message = composeMessage(world, channel, author, said, at);
  channel.log.add(message);
  if (channel.thread) channel.thread.members.add(author.id);
  world.emit({
    name: "MESSAGE_CREATE",
    guild: channel.guild,
    channel,
    data: messageEventPayload(world, channel, message),
  });
  return message;
}

/** A message that stands in no channel yet, or never will (an ephemeral one). */
export function composeMessage(
  world: World,
  channel: Channel,
  author: User,
  said: Omit<Draft, "at">,
  at?: number,
): Message {
  const id = at === undefined ? world.ids.next() : world.ids.at(at);
  const content = said.content ?? "";
  const isReply = said.message_reference !== undefined && said.message_snapshots === undefined;
  const data: APIMessage = {
    id,
    channel_id: channel.id,
    author,
    timestamp: new Date(timeOfId(id)).toISOString(),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mention_roles: rolesIn(content),
    mentions: peopleIn(world, content),
    attachments: [],
    embeds: [],
    components: [],
    flags: wire<NonNullable<APIMessage["flags"]>>(0),
    pinned: false,
    type: wire<APIMessage["type"]>(isReply ? REPLY : DEFAULT),
    ...said,
    content,
  };
  return { id, data, reactions: new Map() };
}

function peopleIn(world: World, content: string): User[] {
  if (!content.includes("<@")) return [];
  const ids = new Set([...content.matchAll(/<@!?(\d+)>/gu)].map((match) => match[1] ?? ""));
  return [...ids].flatMap((id) => world.users.get(id) ?? []);
}

function rolesIn(content: string): string[] {
  if (!content.includes("<@&")) return [];
  return [...content.matchAll(/<@&(\d+)>/gu)].map((match) => match[1] ?? "");
}

/** Changes what a message says and tells of it. `silent` leaves `edited_timestamp` alone, as a link preview does. */
export function editMessage(
  world: World,
  channel: Channel,
  message: Message,
  change: Omit<Draft, "at">,
  silent = false,
): void {
  const { content } = change;
  message.data = {
    ...message.data,
    ...change,
    ...(content === undefined
      ? {}
      : { mentions: peopleIn(world, content), mention_roles: rolesIn(content) }),
    ...(silent ? {} : { edited_timestamp: world.now() }),
  };
  if (!channel.log.get(message.id)) return;
  tellOfUpdate(world, channel, message);
}

export function tellOfUpdate(world: World, channel: Channel, message: Message): void {
  const data = messageEventPayload(world, channel, message);
  world.emit({ name: "MESSAGE_UPDATE", guild: channel.guild, channel, data });
}

function place(channel: Channel) {
  return {
    channel_id: channel.id,
    ...(channel.guild ? { guild_id: channel.guild.id } : {}),
  };
}

/** Removes one message; false when it was not there. */
export function deleteMessage(world: World, channel: Channel, id: string): boolean {
  if (!channel.log.delete(id)) return false;
  forgetPins(channel, [id]);
  const data = { id, ...place(channel) };
  world.emit({ name: "MESSAGE_DELETE", guild: channel.guild, channel, data });
  return true;
}

/** Removes many messages with one event. Ids that are not there are passed over. */
export function bulkDelete(world: World, channel: Channel, ids: readonly string[]): number {
  const gone = ids.filter((id) => channel.log.delete(id));
  if (gone.length === 0) return 0;
  forgetPins(channel, gone);
  const data = { ids: gone, ...place(channel) };
  world.emit({ name: "MESSAGE_DELETE_BULK", guild: channel.guild, channel, data });
  return gone.length;
}

function forgetPins(channel: Channel, ids: readonly string[]): void {
  if (channel.pins.length === 0) return;
  channel.pins = channel.pins.filter((pin) => !ids.includes(pin.messageId));
}

/** The key of an emoji: its id when it is a guild's own, else the character. */
export function parseEmoji(text: string): Reaction["emoji"] {
  const [name, id] = text.split(":");
  return id === undefined ? { id: null, name: text } : { id, name: name ?? null };
}

function reactionData(channel: Channel, message: Message, userId: string, emoji: object) {
  return {
    user_id: userId,
    message_id: message.id,
    emoji,
    burst: false,
    type: 0,
    message_author_id: message.data.author.id,
    ...place(channel),
  };
}

/** Adds somebody's reaction; false when it was there. */
export function addReaction(
  world: World,
  channel: Channel,
  message: Message,
  userId: string,
  text: string,
): boolean {
  const emoji = parseEmoji(text);
  const key = emoji.id ?? text;
  const reaction = message.reactions.get(key) ?? { emoji, users: new Set<string>() };
  if (reaction.users.has(userId)) return false;
  reaction.users.add(userId);
  message.reactions.set(key, reaction);
  const member = channel.guild?.members.get(userId);
  const data = {
    ...reactionData(channel, message, userId, emoji),
    ...(member ? { member: memberPayload(member) } : {}),
  };
  world.emit({ name: "MESSAGE_REACTION_ADD", guild: channel.guild, channel, data });
  return true;
}

export function removeReaction(
  world: World,
  channel: Channel,
  message: Message,
  userId: string,
  text: string,
): boolean {
  const emoji = parseEmoji(text);
  const key = emoji.id ?? text;
  const reaction = message.reactions.get(key);
  if (!reaction?.users.delete(userId)) return false;
  if (reaction.users.size === 0) message.reactions.delete(key);
  const data = reactionData(channel, message, userId, emoji);
  world.emit({ name: "MESSAGE_REACTION_REMOVE", guild: channel.guild, channel, data });
  return true;
}

/** Pins or unpins; `pinned` says what it shall be. */
export function setPinned(
  world: World,
  channel: Channel,
  message: Message,
  pinned: boolean,
): boolean {
  if (message.data.pinned === pinned) return false;
  message.data = { ...message.data, pinned };
  forgetPins(channel, [message.id]);
  if (pinned) channel.pins.unshift({ messageId: message.id, pinnedAt: world.now() });
  const data = {
    ...place(channel),
    last_pin_timestamp: channel.pins[0]?.pinnedAt ?? null,
  };
  world.emit({ name: "CHANNEL_PINS_UPDATE", guild: channel.guild, channel, data });
  tellOfUpdate(world, channel, message);
  return true;
}

/** The direct-message channel with somebody; made when there is none. */
export function dmChannel(world: World, userId: string): Channel {
  const known = world.dms.get(userId);
  if (known) return known;
  const channel: Channel = {
    id: world.ids.next(),
    guild: null,
    type: CHANNEL_TYPES.dm,
    name: null,
    parentId: null,
    position: 0,
    topic: null,
    slowModeSeconds: 0,
    overwrites: new Map(),
    log: new MessageLog(world.keepMessages),
    pins: [],
    thread: null,
    recipientId: userId,
  };
  world.dms.set(userId, channel);
  world.channels.set(channel.id, channel);
  return channel;
}
