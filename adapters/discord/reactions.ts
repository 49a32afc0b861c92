import { z } from "zod";
import type { Actor } from "../../src/commands/command.ts";
import type { Reply } from "../../src/commands/reply.ts";
import { say } from "../../src/words/say.ts";
import type { Intake } from "./intake.ts";
import { memberSchema, snowflake } from "./payloads.ts";
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
  emoji: z.object({ id: snowflake.nullish(), name: z.string().nullish() }),
});
type Reaction = z.infer<typeof reactionSchema>;

export interface ReactionParts {
  readonly settings: GuildSettings;
  readonly intake: Pick<Intake, "settled">;
  readonly ownId: () => string | null;
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
    const { language, platform } = await this.#parts.settings.refresh(communityId);
    const { reportEmoji } = platform;
    if (reportEmoji === undefined || !isEmoji(reportEmoji, reaction.emoji)) return;
    const key = `${messageId} ${reaction.user_id}`;
    if (!this.#isNew(key)) return;
    // The message may have come a moment before.
    await this.#parts.intake.settled(channelId);
    const actor: Actor = {
      platform: "discord",
      communityId,
      channelId,
      id: reaction.user_id,
      language: null,
      replyTo: { channelId, messageId },
      requestId: `reaction ${key}`,
    };
    const emoji = reaction.emoji.name ?? "";
    const reason = say(language, "discord.reaction-reason", { emoji });
    let reply: Reply;
    try {
      reply = await this.#parts.report(actor, reason);
    } catch (err) {
      this.#heard.delete(key);
      throw err;
    }
    // They are asked to try again, and are to be heard then.
    if (reply.kind === "failed") this.#heard.delete(key);
    await this.#parts.answer(actor, reply);
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
export function isEmoji(named: string, { id, name }: Reaction["emoji"]): boolean {
  const wanted = /^(?:<?a?:?[\w~]+:)?(\d{5,20})>?$/u.exec(named.trim())?.[1];
  if (wanted !== undefined || (id !== null && id !== undefined)) return wanted === id;
  return plainEmoji(named) === plainEmoji(name ?? "");
}

/** Keyboards add, or leave out, the selector that asks for a coloured picture. */
function plainEmoji(emoji: string): string {
  return emoji.trim().replaceAll("\uFE0F", "");
}
