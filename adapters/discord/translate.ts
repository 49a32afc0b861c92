import { MessageReferenceType } from "discord.js";
import type { AuthorRole, Message } from "../../src/engine/message.ts";
import type { DiscordMessage, Member, User } from "./payloads.ts";
import { linksOf, textOf } from "./text.ts";

/** First second of Discord's ids, in epoch ms. */
const EPOCH_MS = 1_420_070_400_000n;

/** Where a message stands, as the server names it. */
export interface Surroundings {
  readonly guild: { readonly id: string; readonly name: string; readonly members: number | null };
  readonly channelName: string | null;
  /** What stands in its text files; comes after its own words, so that positions in those stay. */
  readonly files: readonly string[];
  /** How many of those were not read, or not to their end. */
  readonly unreadFiles: number;
  /** How the company sees the author; asked of people only. */
  readonly roleOf: (author: User, roles: readonly string[]) => AuthorRole;
}

/** The platform-neutral form of a message of a server. */
export function toMessage(message: DiscordMessage, around: Surroundings): Message {
  const { guild, channelName, files, unreadFiles, roleOf } = around;
  const { author, member, message_reference: reference } = message;
  const isForward = reference?.type === MessageReferenceType.Forward;
  const speaks = message.webhook_id !== undefined || author.bot === true;
  const editedAt = timeOf(message.edited_timestamp);
  const joinedAt = timeOf(member?.joined_at);
  const quoted = message.referenced_message?.content;
  return {
    id: message.id,
    platform: "discord",
    community: { id: guild.id, name: guild.name },
    channel: { id: message.channel_id, ...(channelName !== null && { name: channelName }) },
    author: {
      id: author.id,
      displayName: displayName(author, member?.nick),
      role: speaks ? "bot" : roleOf(author, member?.roles ?? []),
      ...(joinedAt !== null && { joinedAt }),
      accountCreatedAt: madeAt(author.id),
    },
    text: [textOf(message), ...files].filter((part) => part !== "").join("\n"),
    sentAt: timeOf(message.timestamp) ?? madeAt(message.id),
    ...(editedAt !== null && { revisedAt: editedAt }),
    ...(reference?.message_id !== undefined && !isForward && { replyTo: reference.message_id }),
    ...(quoted && { quoted }),
    ...(isForward &&
      reference?.message_id !== undefined && { forwardedFrom: reference.message_id }),
    mentions: message.mentions.map(({ id }) => id),
    links: linksOf(message),
    attachments: message.attachments.map(({ filename, content_type: mime }) => ({
      name: filename,
      ...(mime !== undefined && { mime }),
    })),
    ...(unreadFiles > 0 && { unreadFiles }),
    ...(guild.members !== null && { reach: guild.members }),
  };
}

/** How people call a member. */
export function displayName(user: User, nick?: string | null): string {
  return nick ?? user.global_name ?? user.username;
}

export function memberName({ user, nick }: Member): string {
  return displayName(user, nick);
}

/** Epoch ms at which Discord made an id. */
export function madeAt(id: string): number {
  return Number((BigInt(id) >> 22n) + EPOCH_MS);
}

/** The first id that Discord makes at a time (epoch ms). */
export function firstIdAt(at: number): bigint {
  return (BigInt(at) - EPOCH_MS) << 22n;
}

/** Discord's ISO times as epoch ms; null for none, and for what is no time. */
export function timeOf(iso: string | null | undefined): number | null {
  if (iso === null || iso === undefined) return null;
  const at = Date.parse(iso);
  return Number.isNaN(at) ? null : at;
}
