import type { APIAttachment, APIEmbed, APIMessage, APIPoll } from "discord.js";
import { invalidForm } from "./errors.ts";
import type { Draft } from "./message-changes.ts";
import type { ComponentBody, MessageBody } from "./prose-messages.ts";
import type { UploadedFile } from "./routing.ts";
import type { Channel } from "./world-types.ts";
import type { World } from "./world.ts";
import { isSet, wire } from "./wire.ts";

/** A file of a message, as tests and uploads bring it. */
export interface NewFile {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  readonly description?: string;
}

export interface SentMessage extends MessageBody {
  readonly nonce?: string | number | null;
  readonly enforce_nonce?: boolean | null;
  readonly tts?: boolean | null;
  readonly message_reference?: {
    readonly type?: number | null;
    readonly message_id: string;
    readonly channel_id?: string | null;
    readonly guild_id?: string | null;
    readonly fail_if_not_exists?: boolean | null;
  } | null;
}

/** Keeps a file and gives the attachment under whose address it can be fetched. */
export function storeFile(world: World, channel: Channel, file: NewFile): APIAttachment {
  const id = world.ids.next();
  const path = `/attachments/${channel.id}/${id}/${encodeURIComponent(file.name)}`;
  world.files.set(path, { bytes: file.bytes, contentType: file.contentType });
  const url = `${world.baseUrl}${path}`;
  return {
    id,
    filename: file.name,
    size: file.bytes.length,
    url,
    proxy_url: url,
    content_type: file.contentType,
    ...(file.description === undefined ? {} : { description: file.description }),
  };
}

/** What a body of ours says, as it will stand in the message. */
export function draftOf(
  world: World,
  channel: Channel,
  body: SentMessage,
  files: readonly UploadedFile[],
): Draft {
  return {
    content: body.content ?? "",
    embeds: embedsOf(body),
    components: componentsOf(body),
    attachments: files.map((file) => storeFile(world, channel, file)),
    flags: wire<Flags>(body.flags ?? 0),
    tts: body.tts ?? false,
    ...(body.poll ? { poll: pollOf(world, body.poll as AskedPoll) } : {}),
    ...referenceOf(world, channel, body),
    ...(!isSet(body.nonce) ? {} : { nonce: body.nonce }),
  };
}

/** The fields that an edit changes; those it does not name stay. */
export function changeOf(
  world: World,
  channel: Channel,
  body: SentMessage,
  files: readonly UploadedFile[],
  before: APIMessage,
): Omit<Draft, "at"> {
  const change: Omit<Draft, "at"> = {};
  if (body.content !== undefined) change.content = body.content ?? "";
  if (body.embeds !== undefined) change.embeds = embedsOf(body);
  if (body.components !== undefined) change.components = componentsOf(body);
  if (isSet(body.flags)) change.flags = wire<Flags>(body.flags | ((before.flags ?? 0) & EPHEMERAL));
  if (body.attachments !== undefined || files.length > 0) {
    const kept: readonly { readonly id?: string }[] | null | undefined = body.attachments;
    const stay = before.attachments.filter(
      (each) => body.attachments === undefined || kept?.some(({ id }) => id === each.id),
    );
    change.attachments = [...stay, ...files.map((file) => storeFile(world, channel, file))];
  }
  return change;
}

export const EPHEMERAL = 1 << 6;
export const LOADING = 1 << 7;

/** What Discord fills in, by component type. */
const DEFAULTS: Readonly<Record<number, object>> = {
  3: { min_values: 1, max_values: 1 },
  5: { min_values: 1, max_values: 1 },
  6: { min_values: 1, max_values: 1 },
  7: { min_values: 1, max_values: 1 },
  8: { min_values: 1, max_values: 1 },
  14: { spacing: 1, divider: true },
  17: { accent_color: null, spoiler: false },
};

type Flags = NonNullable<APIMessage["flags"]>;

function componentsOf({ components }: MessageBody): NonNullable<APIMessage["components"]> {
  let count = 0;
  const given = (each: ComponentBody): object => ({
    ...DEFAULTS[each.type],
    id: (count += 1),
    ...each,
    ...(each.components ? { components: each.components.map(given) } : {}),
    ...(each.accessory ? { accessory: given(each.accessory) } : {}),
  });
  return (components ?? []).map(given) as NonNullable<APIMessage["components"]>;
}

function embedsOf({ embeds }: MessageBody): APIEmbed[] {
  return (embeds ?? []).map((embed) => {
    const fields = embed.fields?.map((field) => ({ inline: false, ...field }));
    const rich: object = { type: "rich", ...embed, ...(fields ? { fields } : {}) };
    return rich;
  });
}

interface AskedPoll {
  readonly question: { readonly text?: string | null };
  readonly answers: readonly { readonly poll_media: object }[];
  readonly duration?: number;
  readonly allow_multiselect?: boolean;
  readonly layout_type?: number;
}

function pollOf(world: World, asked: AskedPoll): APIPoll {
  const expiry = new Date(world.clock.now() + (asked.duration ?? 24) * 3_600_000).toISOString();
  return {
    question: asked.question,
    answers: asked.answers.map((answer, index) => ({ answer_id: index + 1, ...answer })),
    expiry,
    allow_multiselect: asked.allow_multiselect ?? false,
    layout_type: asked.layout_type ?? 1,
    results: { answer_counts: [], is_finalized: false },
  } as unknown as APIPoll;
}

const FORWARD = 1;

function referenceOf(world: World, channel: Channel, body: SentMessage): Draft {
  const asked = body.message_reference;
  if (!asked) return {};
  const from = !isSet(asked.channel_id) ? channel : world.channels.get(asked.channel_id);
  const found = from?.log.get(asked.message_id);
  if (!from || !found) {
    if (asked.fail_if_not_exists === false) return {};
    throw invalidForm(["message_reference"], "REPLIES_UNKNOWN_MESSAGE", "Unknown message");
  }
  const type = asked.type ?? 0;
  const reference = {
    type: wire<NonNullable<NonNullable<APIMessage["message_reference"]>["type"]>>(type),
    channel_id: from.id,
    message_id: found.id,
    ...(from.guild ? { guild_id: from.guild.id } : {}),
  };
  if (type !== FORWARD) return { message_reference: reference };
  return { message_reference: reference, message_snapshots: [{ message: snapshotOf(found.data) }] };
}

/** What a forward carries of a message. */
export function snapshotOf(
  data: APIMessage,
): NonNullable<APIMessage["message_snapshots"]>[number]["message"] {
  const { attachments, components, content, edited_timestamp, embeds, flags, mentions } = data;
  const { mention_roles, sticker_items, timestamp, type } = data;
  return {
    attachments,
    content,
    edited_timestamp,
    embeds,
    mentions,
    mention_roles,
    timestamp,
    type,
    ...(components ? { components } : {}),
    ...(flags === undefined ? {} : { flags }),
    ...(sticker_items ? { sticker_items } : {}),
  };
}

/** Whether nothing would be left to read. */
export function saysNothing(data: APIMessage): boolean {
  return (
    data.content.trim() === "" &&
    data.embeds.length === 0 &&
    data.attachments.length === 0 &&
    (data.components ?? []).length === 0 &&
    (data.sticker_items ?? []).length === 0 &&
    data.poll === undefined &&
    data.message_snapshots === undefined
  );
}
