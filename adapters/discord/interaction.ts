import { InteractionType } from "discord.js";
import { z } from "zod";
import { memberSchema, messageSchema, snowflake, userSchema } from "./payloads.ts";

/** Kinds of interactions; the payload says them as numbers, of which Discord may add others. */
export const TYPING: number = InteractionType.ApplicationCommandAutocomplete;
export const FORM: number = InteractionType.ModalSubmit;
export const COMPONENT: number = InteractionType.MessageComponent;

const optionSchema = z.object({
  name: z.string(),
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
  focused: z.boolean().optional(),
});
export type GivenOption = z.infer<typeof optionSchema>;
/** A subcommand with its options, or an option of a command that has none. */
const subcommandSchema = optionSchema.extend({
  options: z.array(optionSchema).default([]),
});

/** A button of ours as it comes back, with what it takes to show it again. */
const buttonSchema = z.object({
  type: z.number(),
  style: z.number().optional(),
  label: z.string().optional(),
  custom_id: z.string().optional(),
});
/** The message under which something was pressed. */
const pressedSchema = z.object({
  id: snowflake,
  flags: z.number().default(0),
  embeds: z
    .array(z.object({ title: z.string().optional(), description: z.string().optional() }))
    .default([]),
  components: z.array(z.object({ components: z.array(buttonSchema).default([]) })).default([]),
});

export const interactionSchema = z.object({
  id: snowflake,
  application_id: snowflake,
  token: z.string(),
  type: z.number(),
  guild_id: snowflake.optional(),
  channel_id: snowflake.optional(),
  locale: z.string().optional(),
  member: memberSchema.optional(),
  user: userSchema.optional(),
  message: pressedSchema.optional(),
  data: z
    .object({
      name: z.string().optional(),
      custom_id: z.string().optional(),
      target_id: snowflake.optional(),
      /** What was chosen from a menu; absent where a button was pressed. */
      values: z.array(z.string()).optional(),
      options: z.array(subcommandSchema).optional(),
      components: z.array(z.unknown()).optional(),
      /** The message on which a menu was opened. */
      resolved: z
        .object({ messages: z.record(z.string(), messageSchema).optional().catch(undefined) })
        .optional(),
    })
    .optional(),
});
export type Interaction = z.infer<typeof interactionSchema>;

/** All that the message says under which something was pressed. */
export function wordsOn(message: Interaction["message"]): string {
  const embeds = message?.embeds ?? [];
  return embeds.map(({ title, description }) => `${title ?? ""}\n${description ?? ""}`).join("\n");
}
