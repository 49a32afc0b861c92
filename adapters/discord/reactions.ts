import { z } from "zod";
import type { Actor } from "../../src/commands/command.ts";
import type { Reply } from "../../src/commands/reply.ts";
import { say } from "../../src/words/say.ts";
import type { Intake } from "./intake.ts";
import type { PassingMemory } from "./passing-memory.ts";
import { type Emoji, emojiSchema, memberSchema, snowflake } from "./payloads.ts";
import type { GuildSettings } from "./settings.ts";
import type { Saying } from "./write.ts";

/** Reactions that were heard lately: put on and taken off again and again, one counts once. */
const MOST_HEARD = 1000;

const reactionSchema = z.object({
  user_id: snowflake,
  channel_id: snowflake,
  message_id: snowflake,
  guild_id: snowflake.optional(),
  message_author_id: snowflake.optional(),
  member: memberSchema.optional(),
  emoji: emojiSchema,
});
type Reaction = z.infer<typeof reactionSchema>;

/** A reaction that somebody put on a message of a server. */
export interface Heard {
  readonly communityId: string;
  readonly channelId: string;
  readonly messageId: string;
  readonly by: string;
  readonly emoji: Emoji;
}

export interface ReactionParts {
  readonly settings: GuildSettings;
  readonly intake: Pick<Intake, "settled">;
  readonly ownId: () => string | null;
  /** Reactions that were heard, beyond this process; under fingerprints, so that nobody is named. */
  readonly heard: Pick<PassingMemory, "of" | "note">;
  readonly fingerprint: (personId: string) => string;
  readonly report: (actor: Actor, reason: string) => Promise<Reply>;
  /** Says something to somebody in a direct message: nobody else is to see who reported. */
  readonly answer: (actor: Actor, saying: Saying) => Promise<void>;
}

/**
 * Reactions that report a message, where the policy names an emoji for that. They are the command `/report` in
 * every respect. Taking one off takes nothing back: whoever decides has seen it by then, and a report that could
 * be made to vanish would be a way to have somebody looked at in secret.
 */
export class Reactions {
  readonly #parts: ReactionParts;
  readonly #heard = new Set<string>();

  constructor(parts: ReactionParts) {
    this.#parts = parts;
  }

  async added(data: unknown): Promise<void> {
    const reaction = reactionSchema.parse(data);
    const { guild_id: communityId, channel_id: channelId, message_id: messageId } = reaction;
    if (communityId === undefined || !this.#isAPersons(reaction)) return;
    const isReport = await this.isReport(communityId);
    if (isReport?.(reaction.emoji) !== true) return;
    // The message may have come a moment before.
    await this.#parts.intake.settled(channelId);
    await this.#hear({
      communityId,
      channelId,
      messageId,
      by: reaction.user_id,
      emoji: reaction.emoji,
    });
  }

  /** Tells emojis apart that report in a server; null where its policy names none. */
  async isReport(communityId: string): Promise<((emoji: Emoji) => boolean) | null> {
    const { reportEmoji } = (await this.#parts.settings.refresh(communityId)).platform;
    return reportEmoji === undefined ? null : (emoji) => isEmoji(reportEmoji, emoji);
  }

  /** A reaction that was put on while nobody listened. Only what comes of it is answered: it may have been heard before. */
  async late(reaction: Heard): Promise<void> {
    if (reaction.by !== this.#parts.ownId()) await this.#hear({ ...reaction, isLate: true });
  }

  async #hear(reaction: Heard & { readonly isLate?: boolean }): Promise<void> {
    const { communityId, channelId, messageId, by, emoji, isLate = false } = reaction;
    const { settings, heard, fingerprint, report, answer } = this.#parts;
    const key = `${messageId} ${by}`;
    const kept = `${messageId}/${fingerprint(by)}`;
    if (!this.#isNew(key)) return;
    let reply: Reply;
    const actor: Actor = {
      platform: "discord",
      communityId,
      channelId,
      id: by,
      language: null,
      replyTo: { channelId, messageId },
      requestId: `reaction ${key}`,
    };
    try {
      if ((await heard.of(kept)) !== null) return;
      const { language } = await settings.refresh(communityId);
      reply = await report(
        actor,
        say(language, "discord.reaction-reason", { emoji: emoji.name ?? "" }),
      );
      if (reply.kind !== "failed") await heard.note(kept, "");
    } catch (err) {
      this.#heard.delete(key);
      throw err;
    }
    // They are asked to try again, and are to be heard then.
    if (reply.kind === "failed") this.#heard.delete(key);
    if (!isLate || reply.kind === "done") await answer(actor, reply);
  }

  #isAPersons({ user_id, message_author_id, member }: Reaction): boolean {
    const own = this.#parts.ownId();
    return user_id !== own && message_author_id !== own && member?.user.bot !== true;
  }

  #isNew(key: string): boolean {
    if (this.#heard.has(key)) return false;
    this.#heard.add(key);
    if (this.#heard.size > MOST_HEARD) {
      const [oldest] = this.#heard;
      if (oldest !== undefined) this.#heard.delete(oldest);
    }
    return true;
  }
}

/** Whether an emoji is the one that a policy names: by the id of a server's own, `<:name:id>`, or as it is written. */
export function isEmoji(named: string, { id, name }: Emoji): boolean {
  const wanted = /^(?:<?a?:?[\w~]+:)?(\d{5,20})>?$/u.exec(named.trim())?.[1];
  if (wanted !== undefined || (id !== null && id !== undefined)) return wanted === id;
  return plainEmoji(named) === plainEmoji(name ?? "");
}

/** Keyboards add, or leave out, the selector that asks for a coloured picture. */
function plainEmoji(emoji: string): string {
  return emoji.trim().replaceAll("\uFE0F", "");
}
