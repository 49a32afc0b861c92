import { Routes } from "discord.js";
import { z } from "zod";
import { DEFAULT_POLICY, type Locale, type Policy } from "../../src/engine/policy.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Notice } from "../../src/ports/notifier.ts";
import type { ActionError, PlatformPort } from "../../src/ports/platform.ts";
import type { DiscordApi } from "./api.ts";
import type { Guild } from "./guilds.ts";
import { snowflake } from "./payloads.ts";
import { messageOf, nonceOf } from "./write.ts";

export interface OwnerWordsParts {
  readonly api: DiscordApi;
  readonly log: Log;
  readonly platform: () => Pick<PlatformPort, "direct" | "announce">;
}

/** What an owner is told: by direct message, and in the moderators' channel or, without one, where Discord greets people. */
export class OwnerWords {
  readonly #parts: OwnerWordsParts;

  constructor(parts: OwnerWordsParts) {
    this.#parts = parts;
  }

  /**
   * Whether nothing is left to try: it arrived somewhere, or every way is closed for good. `inChannels` false
   * keeps it to the owner. Never throws.
   */
  async tell(
    guild: Pick<Guild, "id" | "ownerId" | "systemChannelId">,
    words: Pick<Notice, "id" | "title" | "lines">,
    inChannels: boolean,
  ): Promise<boolean> {
    const notice: Notice = { ...words, communityId: guild.id, caseNumber: null, buttons: [] };
    const direct = await this.#parts
      .platform()
      .direct({ communityId: guild.id, memberId: guild.ownerId }, notice);
    const shown = inChannels ? await this.#show(guild, notice) : null;
    const failures = [...(direct.ok ? [] : [direct.error]), ...(shown ? [shown] : [])];
    const arrived = direct.ok || (inChannels && shown === null);
    if (!arrived) {
      this.#parts.log.error({ guild: guild.id }, "nothing can be told to the owner of a server");
    }
    return arrived || !failures.some(passes);
  }

  /** null once it stands in a channel. */
  async #show(
    { id, systemChannelId }: Pick<Guild, "id" | "systemChannelId">,
    notice: Notice,
  ): Promise<ActionError | null> {
    const { api, platform } = this.#parts;
    const announced = await platform().announce(id, notice);
    if (announced.ok) return null;
    if (passes(announced.error) || systemChannelId === null) return announced.error;
    const body = { ...messageOf(notice), nonce: nonceOf(notice.id), enforce_nonce: true };
    const sent = await api.ask(
      "post",
      Routes.channelMessages(systemChannelId),
      z.object({ id: snowflake }),
      { body, permission: "Send Messages" },
    );
    return sent.ok ? null : sent.error;
  }
}

/** A failure that may be over soon. */
function passes({ kind }: ActionError): boolean {
  return kind === "throttled" || kind === "unavailable";
}

/** The language of a server: its policy's, and its own while it has no policy. */
export function languageOf({ locale }: Pick<Guild, "locale">, policy: Policy): Locale {
  return policy === DEFAULT_POLICY ? (locale ?? policy.language) : policy.language;
}
