import { InteractionResponseType as Answer, MessageFlags, Routes } from "discord.js";
import { type Share, shareOf } from "../../src/engine/share.ts";
import type { Log } from "../../src/ports/log.ts";
import { say } from "../../src/words/say.ts";
import type { DiscordApi } from "./api.ts";
import { readCustomId } from "./custom-id.ts";
import { localeOf } from "./guilds.ts";
import { type Interaction, interactionSchema } from "./interaction.ts";
import type { Siblings } from "./siblings.ts";
import { messageOf } from "./write.ts";

export interface PassOnParts {
  readonly share: Share;
  readonly siblings: Siblings;
  readonly api: Pick<DiscordApi, "send">;
  readonly log: Log;
  /** Deals with an interaction in this process. */
  readonly handle: (payload: unknown) => Promise<void>;
}

/**
 * Interactions of several processes. Discord tells what happens in direct messages to the first shard alone; a button
 * there says of which community it is, and the process of that has its servers, its team and its queue.
 */
export class PassOn {
  readonly #parts: PassOnParts;
  readonly #underWay = new Set<Promise<void>>();

  constructor(parts: PassOnParts) {
    this.#parts = parts;
    parts.siblings.hear((payload) => {
      const done = this.#passedOn(payload);
      this.#underWay.add(done);
      void done.finally(() => this.#underWay.delete(done));
    });
  }

  /** Waits for what other processes have handed over. */
  async drain(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Resolves once the interaction was dealt with, handed over, or its person asked to try again. */
  async handle(payload: unknown): Promise<void> {
    const { share, siblings, handle, log } = this.#parts;
    const read = interactionSchema.safeParse(payload);
    const owner = read.success ? ownerOf(read.data, share) : share.index;
    if (!read.success || owner === share.index) return handle(payload);
    if (await siblings.passOn(owner, payload)) return;
    log.warn({ process: owner }, "a process did not take what was passed on to it");
    await this.#askAgain(read.data);
  }

  /** Never rejects. */
  async #passedOn(payload: unknown): Promise<void> {
    const { handle, log } = this.#parts;
    try {
      await handle(payload);
    } catch (err) {
      log.error({ err }, "what another process has passed on was not dealt with");
    }
  }

  async #askAgain({ id, token, locale }: Interaction): Promise<void> {
    const words = say(localeOf(locale) ?? "en", "discord.try-again");
    const said = messageOf({ title: null, lines: [words], buttons: [] });
    const answered = await this.#parts.api.send("post", Routes.interactionCallback(id, token), {
      body: {
        type: Answer.ChannelMessageWithSource,
        data: { ...said, flags: MessageFlags.Ephemeral },
      },
    });
    if (answered.ok) return;
    this.#parts.log.warn({ refused: answered.error.kind }, "nobody was asked to try again");
  }
}

/** What names no other community is dealt with where it came. */
function ownerOf({ guild_id: here, data }: Interaction, { index, of }: Share): number {
  if (here !== undefined) return index;
  const communityId = readCustomId(data?.custom_id)?.communityId ?? null;
  return communityId === null ? index : shareOf(communityId, of);
}
