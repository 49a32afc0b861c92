import { AutoModerationActionType as Action } from "discord.js";
import { z } from "zod";
import type { FilterAction } from "../../src/ports/platform.ts";
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
  readonly settings: GuildSettings;
  readonly intake: Pick<Intake, "tell">;
  readonly now: () => number;
}

/**
 * What Discord's own AutoMod did, one event for each action of a rule. A message that it blocked is never told
 * of otherwise: its words are judged from here, once, with the action that blocks.
 */
export class AutoMod {
  readonly #parts: AutoModParts;

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
    if (isBlocked && place !== null) await this.#judge(guild, execution, place, occasion);
  }

  async #judge(
    { id, name, channels, memberCount }: Guild,
    { user_id: personId, content: text }: Execution,
    channelId: string,
    occasion: string,
  ): Promise<void> {
    const { intake, settings, now } = this.#parts;
    const channelName = channels.get(channelId)?.name;
    const message = {
      id: occasion,
      platform: "discord",
      community: { id, name },
      channel: { id: channelId, ...(channelName && { name: channelName }) },
      author: {
        id: personId,
        // The event does not bring their roles.
        role: roleOf(settings.known(id), personId, []),
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
