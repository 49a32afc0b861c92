import {
  ComponentType,
  InteractionResponseType as Answer,
  InteractionType,
  MessageFlags,
  Routes,
  TextInputStyle,
} from "discord.js";
import { z } from "zod";
import type { Actor, Command } from "../../src/commands/command.ts";
import { parseArguments, parseLine } from "../../src/commands/parse.ts";
import type { Reply } from "../../src/commands/reply.ts";
import { sayArgument } from "../../src/commands/say-problem.ts";
import type { Locale } from "../../src/engine/policy.ts";
import type { Log } from "../../src/ports/log.ts";
import type { DiscordApi } from "./api.ts";
import type { Choice } from "./autocomplete.ts";
import { MENUS, type MenuKey } from "./command-definitions.ts";
import { localeOf } from "./guilds.ts";
import { memberSchema, snowflake, userSchema } from "./payloads.ts";
import { say } from "../../src/words/say.ts";
import { messageOf, RUNS, type Saying } from "./write.ts";

/** Kinds of interactions; the payload says them as numbers, of which Discord may add others. */
const TYPING: number = InteractionType.ApplicationCommandAutocomplete;
const FORM: number = InteractionType.ModalSubmit;
const BUTTON: number = InteractionType.MessageComponent;

/** Form of a menu: it asks for the words of the command, about the message whose id follows. */
const MENU = "menu:";
/** The one field of our forms. */
const FIELD = "words";
const MAX_MODAL_TITLE = 45;
const MAX_WORDS = 4000;
/** Discord takes answers for fifteen minutes; later ones go the way of a direct message. */
const TOKEN_LASTS_MS = 14.5 * 60_000;

const optionSchema = z.object({
  name: z.string(),
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
  focused: z.boolean().optional(),
});
const subcommandSchema = z.object({
  name: z.string(),
  options: z.array(optionSchema).default([]),
});

const interactionSchema = z.object({
  id: snowflake,
  application_id: snowflake,
  token: z.string(),
  type: z.number(),
  guild_id: snowflake.optional(),
  channel_id: snowflake.optional(),
  locale: z.string().optional(),
  member: memberSchema.optional(),
  user: userSchema.optional(),
  data: z
    .object({
      name: z.string().optional(),
      custom_id: z.string().optional(),
      target_id: snowflake.optional(),
      options: z.array(subcommandSchema).optional(),
      components: z.array(z.unknown()).optional(),
    })
    .optional(),
});
type Interaction = z.infer<typeof interactionSchema>;

export interface InteractionParts {
  readonly api: DiscordApi;
  readonly log: Log;
  readonly commands: readonly Command[];
  readonly now: () => number;
  readonly runLine: (actor: Actor, line: string) => Promise<Reply>;
  readonly runCommand: (
    actor: Actor,
    name: string,
    input: Readonly<Record<string, unknown>>,
  ) => Promise<Reply>;
  /** The community of somebody who writes to Candor directly; null when it cannot be told. */
  readonly homeOf: (userId: string) => string | null;
  readonly noteLocale: (userId: string, locale: Locale) => void;
  readonly complete: (
    actor: Actor,
    command: string,
    option: string,
    typed: string,
  ) => Promise<readonly Choice[]>;
  /** Says something to somebody for whom Discord no longer takes an answer. */
  readonly sayLate: (actor: Actor, saying: Saying) => Promise<void>;
}

/** What somebody asked for, before it is run. */
type Asked =
  | { readonly kind: "line"; readonly line: string; readonly actor: Actor }
  | {
      readonly kind: "options";
      readonly name: string;
      readonly input: Readonly<Record<string, unknown>>;
      readonly actor: Actor;
    };

/** Commands, buttons, menus and forms. Each is answered within the three seconds that Discord waits. */
export class Interactions {
  readonly #parts: InteractionParts;

  constructor(parts: InteractionParts) {
    this.#parts = parts;
  }

  /** Resolves once the answer was given. Whatever fails is logged; an interaction that nobody answers shows as failed. */
  async handle(payload: unknown): Promise<void> {
    const read = interactionSchema.safeParse(payload);
    if (!read.success) {
      this.#parts.log.warn(
        { issue: read.error.issues[0]?.path.join(".") },
        "an interaction of an unknown shape",
      );
      return;
    }
    const interaction = read.data;
    const actor = this.#actorOf(interaction);
    if (!actor) return;
    if (actor.language) this.#parts.noteLocale(actor.id, actor.language);
    if (interaction.type === TYPING) {
      return this.#suggest(interaction, actor);
    }
    const form = this.#formFor(interaction, actor);
    if (form) return this.#respond(interaction, { type: Answer.Modal, data: form });
    const asked = this.#read(interaction, actor);
    if (asked) await this.#run(interaction, asked);
  }

  #actorOf({ id, guild_id, channel_id, member, user, locale, data }: Interaction): Actor | null {
    const person = member?.user ?? user;
    const communityId = guild_id ?? (person ? this.#parts.homeOf(person.id) : null);
    if (!person || communityId === null) return null;
    const target = data?.target_id ?? messageIn(data?.custom_id);
    return {
      platform: "discord",
      communityId,
      channelId: guild_id === undefined ? null : (channel_id ?? null),
      id: person.id,
      language: localeOf(locale),
      replyTo:
        target !== undefined && channel_id !== undefined
          ? { channelId: channel_id, messageId: target }
          : null,
      requestId: id,
    };
  }

  /** A button or a menu whose command wants words asks for them in a form; null where nothing is missing. */
  #formFor({ type, data }: Interaction, actor: Actor) {
    if (type === FORM || !data) return null;
    const menu = MENUS.find(({ key }) => say("en", `discord.menu.${key}`) === data.name)?.key;
    const line = menu ?? runLineOf(data.custom_id);
    if (line === null || line === undefined) return null;
    const parsed = parseLine(line);
    const command = this.#parts.commands.find(({ name }) => name === parsed?.name);
    if (!parsed || !command) return null;
    const read = parseArguments(command.args, parsed.rest, actor.replyTo !== null);
    if (read.ok || read.error.kind !== "missing") return null;
    if (command.args[read.error.argument]?.kind !== "text") return null;
    const locale = actor.language ?? "en";
    const id = menu ? `${MENU}${menu}:${data.target_id ?? ""}` : `${RUNS}${line}`;
    return formOf(id, `/${line}`, sayArgument(locale, read.error.argument));
  }

  #read({ type, data }: Interaction, actor: Actor): Asked | null {
    if (!data) return null;
    if (type === FORM) {
      const words = fieldOf(data.components ?? []);
      const menu = menuIn(data.custom_id);
      const line = menu ?? runLineOf(data.custom_id);
      return line === null ? null : { kind: "line", line: `${line} ${words}`, actor };
    }
    if (type === BUTTON) {
      const line = runLineOf(data.custom_id);
      return line === null ? null : { kind: "line", line, actor };
    }
    const menu = MENUS.find(({ key }) => say("en", `discord.menu.${key}`) === data.name)?.key;
    if (menu === "history") {
      const input = { who: data.target_id };
      return { kind: "options", name: menu, input, actor: { ...actor, replyTo: null } };
    }
    if (menu) return { kind: "line", line: menu, actor };
    const [sub] = data.options ?? [];
    if (!sub) return null;
    const input = Object.fromEntries(sub.options.map(({ name, value }) => [name, value]));
    return { kind: "options", name: sub.name, input, actor };
  }

  async #run(interaction: Interaction, asked: Asked): Promise<void> {
    const { runLine, runCommand, api, now, sayLate, log } = this.#parts;
    const began = now();
    await this.#respond(interaction, {
      type: Answer.DeferredChannelMessageWithSource,
      data: { flags: MessageFlags.Ephemeral },
    });
    const reply =
      asked.kind === "line"
        ? await runLine(asked.actor, asked.line)
        : await runCommand(asked.actor, asked.name, asked.input);
    if (now() - began > TOKEN_LASTS_MS) return sayLate(asked.actor, reply);
    const route = Routes.webhookMessage(interaction.application_id, interaction.token);
    const answered = await api.send("patch", route, { body: messageOf(reply) });
    if (answered.ok) return;
    log.warn({ refused: answered.error.kind }, "an answer to a command was not taken");
    await sayLate(asked.actor, reply);
  }

  async #suggest(interaction: Interaction, actor: Actor): Promise<void> {
    const [sub] = interaction.data?.options ?? [];
    const focused = sub?.options.find((option) => option.focused === true);
    const choices =
      sub && focused
        ? await this.#parts.complete(actor, sub.name, focused.name, String(focused.value ?? ""))
        : [];
    await this.#respond(interaction, {
      type: Answer.ApplicationCommandAutocompleteResult,
      data: { choices },
    });
  }

  async #respond({ id, token }: Interaction, body: object): Promise<void> {
    const route = Routes.interactionCallback(id, token);
    const answered = await this.#parts.api.send("post", route, { body });
    if (!answered.ok) {
      this.#parts.log.warn(
        { refused: answered.error.kind },
        "an interaction was not answered in time",
      );
    }
  }
}

function formOf(id: string, title: string, label: string) {
  return {
    custom_id: id,
    title: title.slice(0, MAX_MODAL_TITLE),
    components: [
      {
        type: ComponentType.ActionRow,
        components: [
          {
            type: ComponentType.TextInput,
            custom_id: FIELD,
            label: label.slice(0, MAX_MODAL_TITLE),
            style: TextInputStyle.Paragraph,
            required: true,
            max_length: MAX_WORDS,
          },
        ],
      },
    ],
  };
}

const fieldSchema = z.object({ custom_id: z.literal(FIELD), value: z.string() });

/** The words of a form, in whichever row or label the field stands. */
function fieldOf(rows: readonly unknown[]): string {
  const rowSchema = z.object({
    components: z.array(z.unknown()).optional(),
    component: z.unknown().optional(),
  });
  for (const row of rows) {
    const read = rowSchema.safeParse(row);
    const inside = read.success ? [...(read.data.components ?? []), read.data.component] : [];
    for (const each of inside) {
      const field = fieldSchema.safeParse(each);
      if (field.success) return field.data.value;
    }
  }
  return "";
}

function runLineOf(customId: string | undefined): string | null {
  return customId?.startsWith(RUNS) ? customId.slice(RUNS.length) : null;
}

function menuIn(customId: string | undefined): MenuKey | null {
  if (!customId?.startsWith(MENU)) return null;
  const [key] = customId.slice(MENU.length).split(":");
  return MENUS.find((menu) => menu.key === key)?.key ?? null;
}

/** The message that a menu's form is about. */
function messageIn(customId: string | undefined): string | undefined {
  if (!customId?.startsWith(MENU)) return undefined;
  const id = snowflake.safeParse(customId.split(":").at(-1));
  return id.success ? id.data : undefined;
}
