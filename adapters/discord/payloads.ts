import { z } from "zod";

/** What is read of Discord's payloads. Keys that nobody reads are left out, unknown ones are dropped. */

export const snowflake = z.string().regex(/^\d{1,20}$/u);
const bits = z.string().regex(/^\d+$/u).transform(BigInt);
const text = z.string();

export const userSchema = z.object({
  id: snowflake,
  username: text,
  global_name: text.nullish(),
  bot: z.boolean().optional(),
});
export type User = z.infer<typeof userSchema>;

/** A member without their user, as a message carries it. */
export const partialMemberSchema = z.object({
  nick: text.nullish(),
  roles: z.array(snowflake).default([]),
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
  title: text.optional(),
  description: text.optional(),
  content_type: text.optional(),
  url: text.optional(),
});

const embedSchema = z.object({
  type: text.optional(),
  title: text.optional(),
  description: text.optional(),
  url: text.optional(),
  author: z.object({ name: text, url: text.optional() }).optional(),
  footer: z.object({ text }).optional(),
  fields: z.array(z.object({ name: text, value: text })).optional(),
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
    content: text.optional(),
    label: text.optional(),
    url: text.optional(),
    placeholder: text.optional(),
    description: text.nullish(),
    components: z.array(componentSchema).optional(),
    accessory: componentSchema.optional(),
    items: z.array(componentSchema).optional(),
    options: z.array(z.object({ label: text, description: text.optional() })).optional(),
  }),
);

const pollSchema = z.object({
  question: z.object({ text: text.optional() }),
  answers: z.array(z.object({ poll_media: z.object({ text: text.optional() }) })).default([]),
});

/** What a message says, wherever it says it; a forward carries the same of the message it forwards. */
const wordsSchema = z.object({
  content: text.default(""),
  embeds: z.array(embedSchema).default([]),
  attachments: z.array(attachmentSchema).default([]),
  components: z.array(componentSchema).default([]),
  sticker_items: z.array(z.object({ name: text })).default([]),
});
export type Words = z.infer<typeof wordsSchema>;

export const messageSchema = wordsSchema.extend({
  id: snowflake,
  channel_id: snowflake,
  guild_id: snowflake.optional(),
  type: z.number(),
  author: userSchema,
  member: partialMemberSchema.optional(),
  webhook_id: snowflake.optional(),
  timestamp: text,
  edited_timestamp: text.nullish(),
  mentions: z.array(z.object({ id: snowflake })).default([]),
  poll: pollSchema.optional(),
  message_reference: z
    .object({ type: z.number().optional(), message_id: snowflake.optional() })
    .optional(),
  referenced_message: z.object({ content: text.default("") }).nullish(),
  message_snapshots: z.array(z.object({ message: wordsSchema })).default([]),
});
export type DiscordMessage = z.infer<typeof messageSchema>;
