import { z } from "zod";

/** What is read of Discord's payloads. Keys that nobody reads are left out, unknown ones are dropped. */

export const snowflake = z.string().regex(/^\d{1,20}$/u);
const bits = z.string().regex(/^\d+$/u).transform(BigInt);
const text = z.string();

/** What may be missing, null, or another than documented: whatever stands beside it is read all the same. */
function maybe<T>(schema: z.ZodType<T>) {
  return schema
    .nullish()
    .catch(undefined)
    .transform((value) => value ?? undefined);
}

/** A list of which whatever cannot be read is left out. */
function list<T>(schema: z.ZodType<T>) {
  return z
    .array(z.unknown())
    .nullish()
    .catch(null)
    .transform((all) =>
      (all ?? []).flatMap((each) => {
        const read = schema.safeParse(each);
        return read.success ? [read.data] : [];
      }),
    );
}

const words = text
  .nullish()
  .catch(null)
  .transform((value) => value ?? "");

export const userSchema = z.object({
  id: snowflake,
  username: text,
  global_name: text.nullish(),
  bot: maybe(z.boolean()),
});
export type User = z.infer<typeof userSchema>;

/** A member without their user, as a message carries it. */
export const partialMemberSchema = z.object({
  nick: text.nullish(),
  roles: list(snowflake),
  joined_at: text.nullish(),
  communication_disabled_until: text.nullish(),
});

export const memberSchema = partialMemberSchema.extend({ user: userSchema });
export type Member = z.infer<typeof memberSchema>;

export const roleSchema = z.object({
  id: snowflake,
  name: text,
  position: z.number(),
  permissions: bits,
});

export const overwriteSchema = z.object({
  id: snowflake,
  type: z.number(),
  allow: bits,
  deny: bits,
});

export const channelSchema = z.object({
  id: snowflake,
  type: z.number(),
  guild_id: snowflake.optional(),
  name: text.nullish(),
  parent_id: snowflake.nullish(),
  last_message_id: snowflake.nullish(),
  /** Of a thread: who opened it; and, in THREAD_CREATE, that this was just now. */
  owner_id: snowflake.optional(),
  newly_created: z.boolean().optional(),
  thread_metadata: z.object({ archived: z.boolean() }).optional(),
  permission_overwrites: z.array(overwriteSchema).default([]),
});
export type Channel = z.infer<typeof channelSchema>;

export const guildSchema = z.object({
  id: snowflake,
  name: text,
  owner_id: snowflake,
  member_count: z.number().optional(),
  preferred_locale: text.optional(),
  /** Where Discord itself greets people; null or absent where there is none. */
  system_channel_id: snowflake.nullish(),
  roles: z.array(roleSchema),
  channels: z.array(channelSchema).default([]),
  threads: z.array(channelSchema).default([]),
  /** In GUILD_CREATE: the bot among them, and of a small server everybody. */
  members: z.array(memberSchema).default([]),
});

/** A server that Discord cannot show at the moment, or, without `unavailable`, one that the bot was removed from. */
export const unavailableGuildSchema = z.object({
  id: snowflake,
  unavailable: z.boolean().optional(),
});

const attachmentSchema = z.object({
  filename: text,
  title: maybe(text),
  description: maybe(text),
  content_type: maybe(text),
  url: maybe(text),
});

const embedSchema = z.object({
  type: maybe(text),
  title: maybe(text),
  description: maybe(text),
  url: maybe(text),
  author: maybe(z.object({ name: words, url: maybe(text) })),
  footer: maybe(z.object({ text: words })),
  fields: list(z.object({ name: words, value: words })),
});

/** Components nest; only where text and addresses may stand is read. */
export interface Component {
  readonly content?: string | undefined;
  readonly label?: string | undefined;
  readonly url?: string | undefined;
  readonly placeholder?: string | undefined;
  readonly description?: string | null | undefined;
  readonly components?: readonly Component[] | undefined;
  readonly accessory?: Component | undefined;
  readonly items?: readonly Component[] | undefined;
  readonly options?:
    | readonly { readonly label: string; readonly description?: string | undefined }[]
    | undefined;
}
const componentSchema: z.ZodType<Component> = z.lazy(() =>
  z.object({
    content: maybe(text),
    label: maybe(text),
    url: maybe(text),
    placeholder: maybe(text),
    description: maybe(text),
    components: list(componentSchema),
    accessory: maybe(componentSchema),
    items: list(componentSchema),
    options: list(z.object({ label: words, description: maybe(text) })),
  }),
);

const pollSchema = z.object({
  question: z.object({ text: maybe(text) }),
  answers: list(z.object({ poll_media: z.object({ text: maybe(text) }) })),
});

/** What a message says, wherever it says it; a forward carries the same of the message it forwards. */
const wordsSchema = z.object({
  content: words,
  embeds: list(embedSchema),
  attachments: list(attachmentSchema),
  components: list(componentSchema),
  sticker_items: list(z.object({ name: text })),
});
export type Words = z.infer<typeof wordsSchema>;

/** An emoji: of a server's own with an id, of all people's with a name alone. */
export const emojiSchema = z.object({ id: snowflake.nullish(), name: text.nullish() });
export type Emoji = z.infer<typeof emojiSchema>;

export const messageSchema = wordsSchema.extend({
  id: snowflake,
  channel_id: snowflake,
  guild_id: maybe(snowflake),
  type: z.number(),
  author: userSchema,
  member: maybe(partialMemberSchema),
  webhook_id: maybe(snowflake),
  timestamp: text,
  edited_timestamp: text.nullish(),
  mentions: list(z.object({ id: snowflake })),
  poll: maybe(pollSchema),
  message_reference: maybe(z.object({ type: maybe(z.number()), message_id: maybe(snowflake) })),
  referenced_message: maybe(z.object({ content: words })),
  message_snapshots: list(z.object({ message: wordsSchema })),
  /** Of REST only: an event of a message comes before anybody has reacted. */
  reactions: list(z.object({ emoji: emojiSchema })),
});
export type DiscordMessage = z.infer<typeof messageSchema>;
