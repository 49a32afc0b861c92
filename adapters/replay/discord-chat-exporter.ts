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

export const DISCORD_PATHS: readonly string[] = ["$.guild", "$.channel", "$.messages.*"];

/**
 * Types that hold somebody's words. The exporter writes the type's name, or its number where it has
 * no name for it: 20 answers a slash command and 23 a context menu (Discord API, message types). All
 * others are notices of the system, such as a pinned message or a new member.
 */
const WRITTEN_TYPES: ReadonlySet<string> = new Set(
  "Default Reply ChatInputCommand ContextMenuCommand 0 19 20 23".split(" "),
);

const word = z.string().nullish();
const idOf = z.union([z.string(), z.number()]);

const attachmentSchema = z.object({ fileName: word, url: word });
const stickerSchema = z.object({ name: word });
const embedSchema = z.object({
  title: word,
  url: word,
  description: word,
  author: z.object({ url: word }).nullish(),
  fields: z.array(z.object({ name: word, value: word })).nullish(),
});
const attached = {
  attachments: z.array(attachmentSchema).nullish(),
  embeds: z.array(embedSchema).nullish(),
  stickers: z.array(stickerSchema).nullish(),
};
const buttonSchema = z.object({ url: word });
const componentSchema = z.object({ url: word, components: z.array(buttonSchema).nullish() });

/** Keys as the exporter writes them (JsonMessageWriter.cs); others are ignored. */
const recordSchema = z.object({
  id: idOf,
  type: z.union([z.string(), z.number()]).nullish(),
  timestamp: word,
  timestampEdited: word,
  content: word,
  author: z
    .object({ id: idOf.nullish(), name: word, nickname: word, isBot: z.boolean().nullish() })
    .nullish(),
  ...attached,
  components: z.array(componentSchema).nullish(),
  mentions: z.array(z.object({ id: idOf.nullish(), name: word })).nullish(),
  reference: z.object({ messageId: word, channelId: word }).nullish(),
  forwardedMessage: z.object({ content: word, ...attached }).nullish(),
});

type DiscordRecord = z.infer<typeof recordSchema>;
type Embed = z.infer<typeof embedSchema>;
type Attached = Pick<DiscordRecord, "attachments" | "embeds" | "stickers">;

/**
 * Reads the values at {@link DISCORD_PATHS}. `folder` is where the export lies, for its files. A guild
 * or channel that stands behind the messages comes too late and is done without.
 */
export function makeDiscordReader(folder: string): RecordReader {
  let community: Place = { id: "default" };
  let channel: Place = { id: "default" };
  return ({ keys, value }: JsonValueAt) => {
    const [section] = keys;
    if (section === "guild") community = toPlace(value);
    else if (section === "channel") channel = toPlace(value);
    else return readRecord(value, community, channel, folder);
    return null;
  };
}

function toPlace(value: unknown): Place {
  const { id } = idPart(value);
  const name = valueAt(value, ["name"]);
  return { id: id ?? "default", ...(typeof name === "string" && name !== "" && { name }) };
}

function readRecord(
  value: unknown,
  community: Place,
  channel: Place,
  folder: string,
): RecordOutcome {
  // A notice may hold anything; its type alone decides that it is no message.
  const type = valueAt(value, ["type"]);
  if ((typeof type === "string" || typeof type === "number") && !WRITTEN_TYPES.has(String(type))) {
    return {
      kind: "skipped",
      ...idPart(value),
      reason: `system record: ${safeWord(type)}`,
    };
  }
  const parsed = recordSchema.safeParse(value);
  if (!parsed.success) return unreadable(parsed.error, value);
  return messageOutcome(toMessage(parsed.data, community, channel, folder));
}

function toMessage(
  record: DiscordRecord,
  community: Place,
  channel: Place,
  folder: string,
): Message {
  const author = toAuthor(record);
  const forwarded = record.forwardedMessage;
  const ownEmbeds = (record.embeds ?? []).map(embedText);
  // Only a program writes embeds; under a member's words they are the preview of a linked page.
  const authored = [record.content, ...(author.role === "bot" ? ownEmbeds : [])];
  const quoted = joinLines([
    ...(author.role === "bot" ? [] : ownEmbeds),
    forwarded?.content,
    ...(forwarded?.embeds ?? []).map(embedText),
  ]);
  const revisedAt = parseTime(record.timestampEdited ?? "");
  const replyTo = forwarded ? null : record.reference?.messageId;
  return {
    id: String(record.id),
    platform: "discord",
    community,
    channel,
    author,
    text: joinLines(authored),
    sentAt: parseTime(record.timestamp ?? "") ?? 0,
    ...present({ revisedAt, replyTo }),
    ...(quoted !== "" && { quoted }),
    ...(forwarded && { forwardedFrom: record.reference?.channelId ?? "unknown" }),
    mentions: distinct((record.mentions ?? []).map(({ id, name }) => String(id ?? name ?? ""))),
    links: distinct([...embedLinks(record), ...buttonLinks(record), ...embedLinks(forwarded)]),
    attachments: [...toAttachments(record, folder), ...toAttachments(forwarded, folder)],
  };
}

function toAuthor({ author }: DiscordRecord): Author {
  return {
    id: String(author?.id ?? "unknown"),
    ...present({ displayName: author?.nickname ?? author?.name }),
    role: author?.isBot ? "bot" : "member",
  };
}

function embedText(embed: Embed): string {
  const fields = (embed.fields ?? []).flatMap(({ name, value }) => [name, value]);
  return joinLines([embed.title, embed.description, ...fields]);
}

function joinLines(parts: readonly (string | null | undefined)[]): string {
  return parts.filter(Boolean).join("\n");
}

function embedLinks(source: Attached | null | undefined): readonly string[] {
  const links = (source?.embeds ?? []).flatMap((embed) => [embed.url, embed.author?.url]);
  return distinct(links);
}

function buttonLinks(record: DiscordRecord): readonly string[] {
  const rows = record.components ?? [];
  return distinct(rows.flatMap((row) => [row.url, ...(row.components ?? []).map((b) => b.url)]));
}

/** Files and stickers. Addresses stay out: the exporter leaves a path only for files that it fetched. */
function toAttachments(source: Attached | null | undefined, folder: string): readonly Attachment[] {
  const files = (source?.attachments ?? []).map(({ fileName, url }) => {
    return { name: fileName ?? "file", ...present({ path: localPath(folder, url) }) };
  });
  const stickers = (source?.stickers ?? []).map(({ name }) => ({ name: name ?? "sticker" }));
  return [...files, ...stickers];
}
