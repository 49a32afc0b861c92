import { InteractionResponseType as Answer, ComponentType, MessageFlags, Routes } from "discord.js";
import type { Actor } from "../../src/commands/command.ts";
import type { Reply } from "../../src/commands/reply.ts";
import type { Locale } from "../../src/engine/policy.ts";
import type { Log } from "../../src/ports/log.ts";
import type { ActionError } from "../../src/ports/platform.ts";
import { say } from "../../src/words/say.ts";
import type { DiscordApi } from "./api.ts";
import type { Choice, Typing } from "./autocomplete.ts";
import { readCustomId } from "./custom-id.ts";
import { type FormParts, formFor } from "./forms.ts";
import { localeOf } from "./guilds.ts";
import { type Asked, messageIn, readAsked } from "./asked.ts";
import { type Interaction, interactionSchema, TYPING, wordsOn } from "./interaction.ts";
import { messageOf, type Saying } from "./write.ts";

/** Discord takes answers for fifteen minutes; later ones go the way of a direct message. */
const TOKEN_LASTS_MS = 14.5 * 60_000;
/** Whoever types is answered within three seconds or not at all; the way to Discord takes some of them. */
const SUGGESTS_WITHIN_MS = 2000;
/** Pauses before an answer that was not taken is given again: it replaces itself, so that one given twice is one. */
const AGAIN_AFTER_MS = [1000, 4000, 15_000] as const;
/** Messages of which it is known which buttons are done with. The oldest are forgotten first. */
const MOST_SETTLED = 500;
/** What nobody does twice from one direct message: its button goes once it is done. */
const ONCE = /^(?:take|ack|decide|confirm|reject|undo|appeal|feedback) /u;

export interface InteractionParts extends FormParts {
  readonly api: DiscordApi;
  readonly log: Log;
  readonly now: () => number;
  /** Resolves after so long, or at once where the process ends. */
  readonly sleep: (ms: number) => Promise<unknown>;
  readonly runLine: (actor: Actor, line: string) => Promise<Reply>;
  readonly runCommand: (
    actor: Actor,
    name: string,
    input: Readonly<Record<string, unknown>>,
  ) => Promise<Reply>;
  /** The community that commands in a direct conversation are about; null when it cannot be told. */
  readonly home: () => string | null;
  readonly noteLocale: (userId: string, locale: Locale) => void;
  readonly complete: (actor: Actor, typing: Typing) => Promise<readonly Choice[]>;
  /** Says something to somebody for whom Discord no longer takes an answer. */
  readonly sayLate: (actor: Actor, saying: Saying) => Promise<void>;
}

/** Buttons of one message that have done their work, and the last of its changes. */
interface Settled {
  readonly done: Set<string>;
  last: Promise<void>;
}

/** Whether Discord may take later what it has not taken now. */
function mayPass({ kind }: ActionError): boolean {
  return kind === "unavailable" || kind === "throttled";
}

/** Commands, buttons, menus and forms. Each is answered within the three seconds that Discord waits. */
export class Interactions {
  readonly #parts: InteractionParts;
  readonly #settled = new Map<string, Settled>();

  constructor(parts: InteractionParts) {
    this.#parts = parts;
  }

  /** Resolves once the answer was given. Whatever fails is logged; an interaction that nobody answers shows as failed. */
  async handle(payload: unknown): Promise<void> {
    const { log, noteLocale } = this.#parts;
    const read = interactionSchema.safeParse(payload);
    if (!read.success) {
      const issue = read.error.issues[0]?.path.join(".");
      log.warn({ issue }, "an interaction of an unknown shape");
      return;
    }
    const interaction = read.data;
    const person = interaction.member?.user ?? interaction.user;
    if (!person) return;
    const language = localeOf(interaction.locale);
    if (language) noteLocale(person.id, language);
    const communityId = this.#communityOf(interaction);
    if (communityId === null) return this.#answerUnplaced(interaction, language ?? "en");
    const actor = actorOf(interaction, { communityId, personId: person.id, language });
    if (interaction.type === TYPING) return this.#suggest(interaction, actor);
    const asked = readAsked(this.#parts.commands, interaction, actor);
    if (!asked) return this.#tell(interaction, say(language ?? "en", "discord.old-button"));
    const form = asked.opens && this.#formFor(interaction, asked);
    if (form) return this.#respond(interaction, { type: Answer.Modal, data: form });
    await this.#run(interaction, asked);
  }

  /** A button says it where Discord does not. */
  #communityOf({ guild_id: here, data }: Interaction): string | null {
    const inButton = readCustomId(data?.custom_id)?.communityId ?? null;
    if (here !== undefined) return inButton === null || inButton === here ? here : null;
    // Of a button without one nobody can tell whose it is.
    return data?.custom_id === undefined ? this.#parts.home() : inButton;
  }

  async #answerUnplaced(interaction: Interaction, locale: Locale): Promise<void> {
    if (interaction.type === TYPING) return this.#offer(interaction, []);
    const isButton = interaction.data?.custom_id !== undefined;
    const key = isButton ? "discord.old-button" : "discord.which-server";
    await this.#tell(interaction, say(locale, key));
  }

  /** Decided without waiting for anything: a form must be the first answer. */
  #formFor({ message }: Interaction, { opens, actor }: Asked) {
    if (opens === null) return null;
    return formFor(this.#parts, { ...opens, actor, shown: wordsOn(message) });
  }

  async #run(interaction: Interaction, asked: Asked): Promise<void> {
    const { api, now, sleep, sayLate, log } = this.#parts;
    const { actor } = asked;
    const began = now();
    await this.#respond(interaction, {
      type: Answer.DeferredChannelMessageWithSource,
      data: { flags: MessageFlags.Ephemeral },
    });
    const reply = await this.#replyTo(asked);
    if (reply.kind === "done") await this.#settle(interaction);
    if (now() - began > TOKEN_LASTS_MS) return sayLate(actor, reply);
    const route = Routes.webhookMessage(interaction.application_id, interaction.token);
    const communityId = interaction.guild_id === undefined ? actor.communityId : null;
    const body = messageOf(reply, { communityId });
    const lasts = () => now() - began <= TOKEN_LASTS_MS;
    let answered = await api.send("patch", route, { body });
    for (const pause of AGAIN_AFTER_MS) {
      if (answered.ok) return;
      if (!mayPass(answered.error)) break;
      await sleep(pause);
      if (!lasts()) break;
      answered = await api.send("patch", route, { body });
    }
    if (answered.ok) return;
    log.warn({ refused: answered.error.kind }, "an answer to a command was not taken");
    await sayLate(actor, reply);
  }

  #replyTo({ actor, runs }: Asked): Promise<Reply> {
    const { runLine, runCommand } = this.#parts;
    return "line" in runs ? runLine(actor, runs.line) : runCommand(actor, runs.name, runs.input);
  }

  /** Takes a button that has done its work off a direct message. */
  async #settle({ guild_id, channel_id, message, data }: Interaction): Promise<void> {
    const pressed = data?.custom_id;
    const line = readCustomId(pressed)?.line ?? "";
    if (guild_id !== undefined || channel_id === undefined || !message || !ONCE.test(line)) return;
    // What only one person sees, an answer to them, stands in no channel.
    if ((message.flags & MessageFlags.Ephemeral) !== 0) return;
    const settled = this.#settledOf(message.id);
    settled.done.add(pressed ?? "");
    // Each press brings the message as it stood then: what others have done since must not come back.
    settled.last = settled.last.then(() => this.#withoutDone(channel_id, message, settled.done));
    await settled.last;
  }

  #settledOf(messageId: string): Settled {
    const settled = this.#settled.get(messageId) ?? { done: new Set(), last: Promise.resolve() };
    this.#settled.delete(messageId);
    this.#settled.set(messageId, settled);
    const [oldest] = this.#settled.keys();
    if (this.#settled.size > MOST_SETTLED && oldest !== undefined) this.#settled.delete(oldest);
    return settled;
  }

  /** Never rejects. */
  async #withoutDone(
    channelId: string,
    { id, components: shown }: NonNullable<Interaction["message"]>,
    done: ReadonlySet<string>,
  ): Promise<void> {
    const components = shown
      .map((row) => row.components.filter(({ custom_id: each }) => !each || !done.has(each)))
      .filter((row) => row.length > 0)
      .map((row) => ({ type: ComponentType.ActionRow, components: row }));
    const route = Routes.channelMessage(channelId, id);
    const changed = await this.#parts.api.send("patch", route, { body: { components } });
    if (changed.ok) return;
    this.#parts.log.warn({ refused: changed.error.kind }, "a notice was not brought up to date");
  }

  async #suggest(interaction: Interaction, actor: Actor): Promise<void> {
    const { complete, log } = this.#parts;
    const all = interaction.data?.options ?? [];
    const [sub] = all;
    const focused = [...all, ...(sub?.options ?? [])].find((option) => option.focused === true);
    if (!sub || !focused) return this.#offer(interaction, []);
    const typed = String(focused.value ?? "");
    const found = complete(actor, { command: sub.name, option: focused.name, typed });
    await this.#offer(interaction, await within(found, log));
  }

  #offer(interaction: Interaction, choices: readonly Choice[]): Promise<void> {
    return this.#respond(interaction, {
      type: Answer.ApplicationCommandAutocompleteResult,
      data: { choices },
    });
  }

  #tell(interaction: Interaction, words: string): Promise<void> {
    const said = messageOf({ title: null, lines: [words], buttons: [] });
    return this.#respond(interaction, {
      type: Answer.ChannelMessageWithSource,
      data: { ...said, flags: MessageFlags.Ephemeral },
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

function actorOf(
  { id, guild_id, channel_id, data }: Interaction,
  who: {
    readonly communityId: string;
    readonly personId: string;
    readonly language: Locale | null;
  },
): Actor {
  const target = data?.target_id ?? messageIn(data?.custom_id);
  return {
    platform: "discord",
    communityId: who.communityId,
    channelId: guild_id === undefined ? null : (channel_id ?? null),
    id: who.personId,
    language: who.language,
    replyTo:
      target !== undefined && channel_id !== undefined
        ? { channelId: channel_id, messageId: target }
        : null,
    requestId: id,
  };
}

/** What is found in time; a store that is slow must not leave whoever types with an error. */
async function within(found: Promise<readonly Choice[]>, log: Log): Promise<readonly Choice[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Choice[]>((resolve) => {
    timer = setTimeout(() => resolve([]), SUGGESTS_WITHIN_MS);
  });
  const all = found.catch((err: unknown): readonly Choice[] => {
    log.warn({ err }, "nothing could be suggested");
    return [];
  });
  try {
    return await Promise.race([all, late]);
  } finally {
    clearTimeout(timer);
  }
}
