import { basename } from "node:path";
import { z } from "zod";
import { parseTime, present, valueAt } from "../../src/engine/message-input.ts";
import type { Attachment, Author, Message, Place } from "../../src/engine/message.ts";
import {
  type JsonValueAt,
  type RecordOutcome,
  type RecordReader,
  distinct,
  idPart,
  localPath,
  messageOutcome,
  safeWord,
  unreadable,
} from "./export-record.ts";
import {
  type RichText,
  plainText,
  readLinks,
  readMentions,
  richTextSchema,
} from "./telegram-text.ts";

const CHAT_KEYS = ["name", "type", "id", "messages.*"];

/** Where a Telegram Desktop export keeps its chats: at the root, or in the lists of a whole account. */
export const TELEGRAM_PATHS: readonly string[] = [
  "$",
  "$.chats.list.*",
  "$.left_chats.list.*",
].flatMap((chat) => CHAT_KEYS.map((key) => `${chat}.${key}`));

const word = z.string().nullish();
const idOf = z.union([z.string(), z.number()]);
const number = z.union([z.string(), z.number()]).nullish();

/** Keys as Telegram Desktop writes them (export_output_json.cpp); others are ignored. */
const recordSchema = z.object({
  id: idOf,
  type: word,
  action: word,
  date: word,
  date_unixtime: number,
  edited: word,
  edited_unixtime: number,
  from: word,
  from_id: number,
  text: richTextSchema.nullish(),
  reply_to_message_id: number,
  forwarded_from: z.unknown().optional(),
  via_bot: word,
  photo: word,
  file: word,
  file_name: word,
  mime_type: word,
  media_type: word,
  contact_information: z.unknown().optional(),
  contact_vcard: word,
  poll: z
    .object({
      question: richTextSchema.nullish(),
      answers: z.array(z.object({ text: richTextSchema.nullish() })).nullish(),
    })
    .nullish(),
  game_title: word,
  game_description: word,
  invoice_information: z.object({ title: word, description: word }).nullish(),
  inline_bot_buttons: z
    .array(z.array(z.object({ type: word, data: z.unknown().optional() })))
    .nullish(),
});

/**
 * Kinds of chat that are nobody else's business: an account's export holds them beside its groups, and
 * they are left out there. An export of one such chat alone was asked for, and is read.
 */
const PRIVATE_CHATS = new Set([
  "personal_chat",
  "bot_chat",
  "saved_messages",
  "verification_codes",
  "replies",
]);

type TelegramRecord = z.infer<typeof recordSchema>;

/** What the export says of the chat that is being read; each part may be missing. */
interface Chat {
  name?: string;
  type?: string;
  id?: string;
}

/**
 * Reads the values at {@link TELEGRAM_PATHS}. `folder` is where the export lies, for its files. The
 * parts of a chat that stand behind its messages come too late and are done without.
 */
export function makeTelegramReader(folder: string): RecordReader {
  let chat: Chat = {};
  let chatAt = "";
  return ({ keys, value }: JsonValueAt) => {
    const messages = keys.lastIndexOf("messages");
    const prefix = keys.slice(0, messages >= 0 ? messages : -1).join("/");
    if (prefix !== chatAt) {
      chat = {};
      chatAt = prefix;
    }
    if (messages >= 0) {
      const isPrivate = prefix !== "" && PRIVATE_CHATS.has(chat.type ?? "");
      return isPrivate
        ? { kind: "skipped", ...idPart(value), reason: "private chat" }
        : readRecord(value, chat, folder);
    }
    const key = keys.at(-1);
    const known = typeof value === "string" || typeof value === "number";
    if (known && (key === "name" || key === "type" || key === "id")) chat[key] = String(value);
    return null;
  };
}

function readRecord(value: unknown, chat: Chat, folder: string): RecordOutcome {
  const parsed = recordSchema.safeParse(value);
  // A service record may hold anything; its type alone decides that it is no message.
  const type = valueAt(value, ["type"]);
  if (type === "service") {
    const action = safeWord(valueAt(value, ["action"]));
    return { kind: "skipped", ...idPart(value), reason: `service record: ${action}` };
  }
  if (type === "unsupported") {
    return { kind: "skipped", ...idPart(value), reason: "not supported by the exporter" };
  }
  if (!parsed.success) return unreadable(parsed.error, value);
  const record = parsed.data;
  if ((record.type ?? "message") !== "message") {
    const reason = `type ${safeWord(record.type)}, accepted are message and service`;
    return { kind: "unreadable", id: String(record.id), reason };
  }
  return messageOutcome(toMessage(record, chat, folder));
}

function toMessage(record: TelegramRecord, chat: Chat, folder: string): Message {
  const place = toPlace(chat);
  const revisedAt = readTime(record.edited_unixtime, record.edited);
  const forwardedFrom = record.forwarded_from;
  const forwarded = typeof forwardedFrom === "string" ? forwardedFrom : "unknown";
  return {
    id: String(record.id),
    platform: "telegram",
    community: place,
    channel: place,
    author: toAuthor(record, chat),
    text: toText(record),
    sentAt: readTime(record.date_unixtime, record.date) ?? 0,
    ...present({ revisedAt, replyTo: record.reply_to_message_id?.toString() }),
    // Null stands for a source whose account is gone: forwarded all the same.
    ...(forwardedFrom !== undefined && { forwardedFrom: forwarded }),
    mentions: readMentions(record.text),
    links: distinct([...readLinks(record.text), ...buttonLinks(record)]),
    attachments: toAttachments(record, folder),
  };
}

/**
 * The author's words: the text or caption, and what a poll, game or invoice says. A shared contact is
 * somebody else's personal data and stays out.
 */
function toText(record: TelegramRecord): string {
  const { poll, invoice_information: invoice } = record;
  const parts: (RichText | null | undefined)[] = [
    record.text,
    poll?.question,
    ...(poll?.answers ?? []).map((answer) => answer.text),
    record.game_title,
    record.game_description,
    invoice?.title,
    invoice?.description,
  ];
  return parts
    .map(plainText)
    .filter((part) => part !== "")
    .join("\n");
}

function buttonLinks(record: TelegramRecord): readonly string[] {
  const buttons = (record.inline_bot_buttons ?? []).flat();
  return buttons.flatMap(({ type, data }) =>
    type === "url" && typeof data === "string" ? [data] : [],
  );
}

/**
 * Exports hold bare ids. The Bot API, and so the rest of Candor, writes supergroups and channels with
 * -100 before them and basic groups with a minus (core.telegram.org/api/bots/ids).
 */
function toPlace(chat: Chat): Place {
  const name = chat.name === undefined ? {} : { name: chat.name };
  if (chat.id === undefined) return { id: "default", ...name };
  return { id: botApiId(chat.id, placeKind(chat.type)), ...name };
}

type PeerKind = "user" | "chat" | "channel";

function placeKind(type: string | undefined): PeerKind {
  if (type === "private_group") return "chat";
  return type?.endsWith("_supergroup") || type?.endsWith("_channel") ? "channel" : "user";
}

function botApiId(bare: string, kind: PeerKind): string {
  if (kind === "user" || bare.startsWith("-")) return bare;
  return kind === "channel" ? `-100${bare}` : `-${bare}`;
}

function toAuthor(record: TelegramRecord, chat: Chat): Author {
  const inChannel = chat.type?.endsWith("_channel") ?? false;
  const id = authorId(record, chat, inChannel);
  const isChannel = inChannel && id === toPlace(chat).id;
  const isBot = Boolean(record.via_bot) || (chat.type === "bot_chat" && id === chat.id);
  return {
    id,
    ...present({ displayName: record.from }),
    role: isBot ? "bot" : isChannel ? "staff" : "member",
  };
}

/** Posts of a channel carry no author in some exports: the channel itself speaks. */
function authorId(record: TelegramRecord, chat: Chat, inChannel: boolean): string {
  const fromId = record.from_id?.toString();
  if (fromId === undefined) return inChannel ? toPlace(chat).id : "unknown";
  const match = /^(user|chat|channel)(\d+)$/u.exec(fromId);
  if (!match) return fromId;
  const [, kind = "", bare = ""] = match;
  return botApiId(bare, kind === "chat" || kind === "channel" ? kind : "user");
}

function toAttachments(record: TelegramRecord, folder: string): readonly Attachment[] {
  const attachments: Attachment[] = [];
  const { file, photo, file_name: fileName, media_type: mediaType, mime_type: mime } = record;
  if (file || fileName || mediaType) {
    const path = localPath(folder, file);
    const name = fileName ?? (path ? basename(path) : (mediaType ?? "file"));
    attachments.push({ name, ...present({ mime, path }) });
  }
  if (photo) {
    const path = localPath(folder, photo);
    attachments.push({ name: path ? basename(path) : "photo", ...present({ path }) });
  }
  if (record.contact_information || record.contact_vcard) attachments.push({ name: "contact" });
  return attachments;
}

/** Seconds since the epoch where the export has them; else its local time, which names no zone and is read as UTC. */
function readTime(
  seconds: string | number | null | undefined,
  local: string | null | undefined,
): number | null {
  if (/^\d{1,12}$/u.test(String(seconds))) return Number(seconds) * 1000;
  return local ? parseTime(local) : null;
}
