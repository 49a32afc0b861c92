import { Routes } from "discord.js";
import { z } from "zod";
import type { DiscordApi } from "./api.ts";
import { type AutoMod, executionSchema } from "./automod.ts";
import { Authors } from "./authors.ts";
import type { Deletions } from "./deletions.ts";
import type { Guild } from "./guilds.ts";
import type { Intake } from "./intake.ts";
import { type DiscordMessage, messageSchema, snowflake } from "./payloads.ts";
import { timeOf } from "./translate.ts";

const inGuild = z.object({ guild_id: snowflake });
const messagePlace = inGuild.extend({ id: snowflake, channel_id: snowflake });
const deletedSchema = z.object({
  guild_id: snowflake.optional(),
  channel_id: snowflake,
  id: snowflake.optional(),
  ids: z.array(snowflake).default([]),
});

export interface MessageEventParts {
  readonly api: Pick<DiscordApi, "ask">;
  readonly intake: Pick<Intake, "take" | "until">;
  readonly deletions: Pick<Deletions, "tell">;
  readonly autoMod: Pick<AutoMod, "executed">;
  /** What somebody writes to the bot alone. */
  readonly heardDirectly: (message: DiscordMessage) => Promise<void>;
  /** A server without waiting for it; null while it is being read, or is not known. */
  readonly known: (guildId: string) => Guild | null;
  /** A server once it is known; null where the bot is not on it. */
  readonly guildOf: (guildId: string) => Promise<Guild | null>;
}

/** What people write, change and delete, and what AutoMod keeps them from writing. */
export class MessageEvents {
  readonly #parts: MessageEventParts;

  constructor(parts: MessageEventParts) {
    this.#parts = parts;
  }

  async created(data: unknown): Promise<void> {
    const message = messageSchema.parse(data);
    if (message.guild_id === undefined) return this.#parts.heardDirectly(message);
    // Known servers are not waited for: messages are handed over in the order in which they come.
    const guild =
      this.#parts.known(message.guild_id) ?? (await this.#parts.guildOf(message.guild_id));
    if (guild) await this.#parts.intake.take(guild, message);
  }

  /** An edit, told apart from a link that Discord has shown a preview of. What comes in part is read whole. */
  async edited(data: unknown): Promise<void> {
    const whole = messageSchema.safeParse(data);
    const { guild_id, channel_id, id } = messagePlace.parse(data);
    const guild = await this.#parts.guildOf(guild_id);
    if (!guild) return;
    const message = whole.success ? whole.data : await this.#read(guild_id, channel_id, id);
    if (message && timeOf(message.edited_timestamp) !== null) {
      await this.#parts.intake.take(guild, { ...message, guild_id });
    }
  }

  /** One message, or many at once; what Candor deleted itself is nobody else's doing. */
  async deleted(data: unknown): Promise<void> {
    const { guild_id: communityId, channel_id: channelId, id, ids } = deletedSchema.parse(data);
    const all = id === undefined ? ids : [id];
    if (communityId === undefined || all.length === 0) return;
    await this.#parts.deletions.tell(communityId, channelId, all);
  }

  async filtered(data: unknown, occasion: string): Promise<void> {
    const execution = executionSchema.parse(data);
    const guild = await this.#parts.guildOf(execution.guild_id);
    if (guild) await this.#parts.autoMod.executed(guild, execution, occasion);
  }

  /** null where it is gone meanwhile. Rejects when reading it is left to the next process. */
  #read(guildId: string, channelId: string, messageId: string) {
    const { api, intake } = this.#parts;
    const route = Routes.channelMessage(channelId, messageId);
    return intake.until("an edited message was not read; it is tried again", async () => {
      const found = await api.ask("get", route, messageSchema);
      if (found.ok) return new Authors(api, guildId).withMember(found.value);
      const { kind } = found.error;
      if (kind === "throttled" || kind === "unavailable") throw new Error(`not shown: ${kind}`);
      return null;
    });
  }
}
