import { Routes } from "discord.js";
import { z } from "zod";
import type { Actor } from "../../src/commands/command.ts";
import type { Log } from "../../src/ports/log.ts";
import type { StoredMessage } from "../../src/ports/store.ts";
import type { DiscordApi } from "./api.ts";
import { Authors } from "./authors.ts";
import type { Guild } from "./guilds.ts";
import type { Intake } from "./intake.ts";
import { type DiscordMessage, messageSchema, snowflake } from "./payloads.ts";

/** Messages kept on which a menu was opened: its form comes back without them. The oldest are forgotten first. */
const MOST_SHOWN = 500;
/** The commands that are about one message. */
const ABOUT_MESSAGES: readonly string[] = ["report", "escalate"];

const menuSchema = z.object({
  guild_id: snowflake,
  data: z.object({
    target_id: snowflake,
    resolved: z.object({ messages: z.record(z.string(), z.unknown()) }),
  }),
});

interface Target {
  readonly communityId: string;
  readonly channelId: string;
  readonly messageId: string;
}

export interface ReportedParts {
  readonly log: Log;
  readonly api: Pick<DiscordApi, "ask">;
  readonly intake: Pick<Intake, "take" | "settled">;
  /** A server once it is known; null where the bot is not on it. Throws when Discord does not answer. */
  readonly guildOf: (guildId: string) => Promise<Guild | null>;
  /** The newest recorded revision of a message; null when it is not recorded. */
  readonly findMessage: (target: Target) => Promise<StoredMessage | null>;
}

/**
 * What members report that is not recorded, because it is older than Candor or stands where Candor does not read: it
 * is judged and recorded first. A menu brings the message; any other is asked for.
 */
export class Reported {
  readonly #parts: ReportedParts;
  readonly #shown = new Map<string, DiscordMessage>();

  constructor(parts: ReportedParts) {
    this.#parts = parts;
  }

  /** Keeps the message of an interaction that brings one. */
  note(interaction: unknown): void {
    const read = menuSchema.safeParse(interaction);
    if (!read.success) return;
    const { guild_id, data } = read.data;
    const message = messageSchema.safeParse(data.resolved.messages[data.target_id]);
    if (!message.success) return;
    this.#shown.delete(message.data.id);
    this.#shown.set(message.data.id, { ...message.data, guild_id });
    const [oldest] = this.#shown.keys();
    if (this.#shown.size > MOST_SHOWN && oldest !== undefined) this.#shown.delete(oldest);
  }

  /** To be called before a command is run. Never rejects: of what cannot be read now the command says that it is not recorded. */
  async before(
    actor: Actor,
    name: string,
    input: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const target = ABOUT_MESSAGES.includes(name) ? targetOf(actor, input) : null;
    if (!target) return;
    try {
      await this.#record(target);
    } catch (err) {
      this.#parts.log.warn({ err, guild: target.communityId }, "a reported message was not read");
    }
  }

  async #record(target: Target): Promise<void> {
    const { intake, findMessage, guildOf } = this.#parts;
    await intake.settled(target.channelId);
    const shown = this.#shown.get(target.messageId);
    this.#shown.delete(target.messageId);
    if ((await findMessage(target)) !== null) return;
    const guild = await guildOf(target.communityId);
    const message = guild && (shown ?? (await this.#ask(target)));
    if (!guild || message?.channel_id !== target.channelId) return;
    const { communityId: guild_id } = target;
    const whole = await new Authors(this.#parts.api, guild.id).withMember({ ...message, guild_id });
    await intake.take(guild, whole);
  }

  /** null where Discord does not show it, which the command says as of a message that is not recorded. */
  async #ask({ channelId, messageId }: Target): Promise<DiscordMessage | null> {
    const route = Routes.channelMessage(channelId, messageId);
    const found = await this.#parts.api.ask("get", route, messageSchema);
    return found.ok ? found.value : null;
  }
}

/** The message that is answered, else the one of the id in the channel where the command was given. */
function targetOf(
  { communityId, channelId, replyTo }: Actor,
  { message }: Readonly<Record<string, unknown>>,
): Target | null {
  const target = replyTo ?? { channelId, messageId: message };
  const read = z.object({ channelId: snowflake, messageId: snowflake }).safeParse(target);
  return read.success ? { communityId, ...read.data } : null;
}
