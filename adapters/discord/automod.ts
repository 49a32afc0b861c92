import { AutoModerationActionType as Action } from "discord.js";
import { createHash } from "node:crypto";
import { z } from "zod";
import type { FilterAction } from "../../src/ports/platform.ts";
import type { DiscordApi } from "./api.ts";
import { Authors } from "./authors.ts";
import type { Guild } from "./guilds.ts";
import type { Intake } from "./intake.ts";
import { snowflake } from "./payloads.ts";
import { type GuildSettings, roleOf } from "./settings.ts";
import { madeAt } from "./translate.ts";

const ACTIONS: ReadonlyMap<number, FilterAction> = new Map([
  [Action.BlockMessage, "block"],
  [Action.SendAlertMessage, "alert"],
  [Action.Timeout, "timeout"],
  [Action.BlockMemberInteraction, "quarantine"],
]);

/** Several rules stop one post within moments of each other; the same words later are another post. */
const TOGETHER_MS = 5000;
/** Posts that were stopped lately; the oldest are forgotten first. */
const MOST_STOPPED = 1000;

export const executionSchema = z.object({
  guild_id: snowflake,
  action: z.object({ type: z.number() }),
  rule_id: snowflake,
  user_id: snowflake,
  channel_id: snowflake.nullish(),
  /** Only of a message that stands in its channel all the same: it comes as any other does. */
  message_id: snowflake.nullish(),
  content: z.string().default(""),
});
type Execution = z.infer<typeof executionSchema>;

export interface AutoModParts {
  readonly api: Pick<DiscordApi, "ask">;
  readonly settings: GuildSettings;
  readonly intake: Pick<Intake, "tell" | "until">;
  readonly now: () => number;
}

/** A post that AutoMod stopped: on which occasion each rule did. */
interface Stopped {
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  readonly rules: Map<string, string>;
}

/**
 * What Discord's own AutoMod did, one event for each action of a rule. A message that it blocked is never told
 * of otherwise: its words are judged from here, once, with the action that blocks.
 */
export class AutoMod {
  readonly #parts: AutoModParts;
  readonly #stopped = new Map<string, Stopped>();

  constructor(parts: AutoModParts) {
    this.#parts = parts;
  }

  /** `occasion` is the same when the event is told again. */
  async executed(guild: Guild, execution: Execution, occasion: string): Promise<void> {
    const { intake } = this.#parts;
    const { action, rule_id: rule, user_id: personId, channel_id: channelId } = execution;
    const done = ACTIONS.get(action.type) ?? "other";
    const place = channelId ?? null;
    const filtered = { platform: "discord", communityId: guild.id, personId, rule, occasion };
    await intake.tell({ kind: "filtered", action: done, ...filtered }, place);
    const isBlocked = done === "block" && !execution.message_id;
    if (isBlocked && place !== null) {
      await this.#judge(guild, execution, place, this.#postOf(guild.id, execution, occasion));
    }
  }

  /** The id of the post that was stopped: the occasion on which the first of several rules did. */
  #postOf(guildId: string, execution: Execution, occasion: string): string {
    const { user_id: personId, channel_id: channelId, rule_id: rule, content } = execution;
    const text = createHash("sha256").update(content).digest("base64");
    const key = [guildId, channelId, personId, text].join(" ");
    const now = this.#parts.now();
    const known = this.#stopped.get(key);
    const before = known?.rules.get(rule);
    const isSame =
      known !== undefined &&
      Math.abs(now - known.at) < TOGETHER_MS &&
      (before === undefined || before === occasion);
    const post = isSame ? known : { id: occasion, at: now, rules: new Map<string, string>() };
    post.rules.set(rule, occasion);
    this.#stopped.delete(key);
    this.#stopped.set(key, post);
    const [oldest] = this.#stopped.keys();
    if (this.#stopped.size > MOST_STOPPED && oldest !== undefined) this.#stopped.delete(oldest);
    return post.id;
  }

  async #judge(
    { id, name, channels, memberCount }: Guild,
    { user_id: personId, content: text }: Execution,
    channelId: string,
    post: string,
  ): Promise<void> {
    const { api, intake, settings, now } = this.#parts;
    // The event does not bring their roles.
    const roles = await intake.until("an author was not read; it is tried again", () =>
      new Authors(api, id).rolesOf(personId),
    );
    const channelName = channels.get(channelId)?.name;
    const message = {
      id: post,
      platform: "discord",
      community: { id, name },
      channel: { id: channelId, ...(channelName && { name: channelName }) },
      author: {
        id: personId,
        role: roleOf(settings.known(id), personId, roles),
        accountCreatedAt: madeAt(personId),
      },
      text,
      sentAt: now(),
      mentions: [],
      links: [],
      attachments: [],
      ...(memberCount !== null && { reach: memberCount }),
    };
    await intake.tell({ kind: "unposted", origin: "blocked", message }, channelId);
  }
}
