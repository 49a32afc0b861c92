import { Routes } from "discord.js";
import type { Locale } from "../../src/engine/policy.ts";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import type { ChannelStanding, PlatformMember } from "../../src/engine/roles.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { ActionError, MemberTarget } from "../../src/ports/platform.ts";
import type { DiscordApi } from "./api.ts";
import type { Called } from "./called.ts";
import { channelIn } from "./channel-in.ts";
import type { Guild } from "./guilds.ts";
import { type Member, memberSchema, snowflake, userSchema } from "./payloads.ts";
import { grantsOf, type GuildSettings } from "./settings.ts";
import { displayName, memberName } from "./translate.ts";

export interface MembersParts {
  readonly api: DiscordApi;
  readonly guilds: ReadonlyMap<string, Guild>;
  /** A server once it is known; null where the bot is not on it. Throws when Discord does not answer. */
  readonly guildOf: (guildId: string) => Promise<Guild | null>;
  readonly settings: GuildSettings;
  readonly called: Called;
  readonly clock: Clock;
  /** Whether Discord has named every server of the bot since it was joined. */
  readonly isLoaded: () => boolean;
  /** The language in which somebody was last seen to use Discord; null when they never spoke to Candor. */
  readonly localeOf: (memberId: string) => Promise<Locale | null>;
}

/** Who people are on a server, as Discord knows them now. */
export class Members {
  readonly #parts: MembersParts;

  constructor(parts: MembersParts) {
    this.#parts = parts;
  }

  async member(target: MemberTarget): Promise<Result<PlatformMember | null, ActionError>> {
    const found = await this.find(target);
    if (!found.ok) return found;
    if (!found.value) return ok(null);
    const known = await this.#guildOf(target.communityId);
    if (!known.ok) return known;
    const guild = known.value;
    if (!guild) return ok(null);
    const policy = await this.#parts.settings.refresh(target.communityId);
    const member = guild.asMember(found.value, grantsOf(policy), this.#parts.clock.now());
    const language = await this.#parts.localeOf(target.memberId);
    return ok(language === null ? member : { ...member, language });
  }

  async inChannel(
    target: MemberTarget,
    channelId: string,
  ): Promise<Result<ChannelStanding | null, ActionError>> {
    const found = await this.find(target);
    if (!found.ok) return found;
    const known = await this.#guildOf(target.communityId);
    if (!known.ok) return known;
    const channel = await channelIn(this.#parts.api, known.value, channelId);
    if (!channel.ok) return channel;
    if (!found.value || !known.value || !channel.value) return ok(null);
    return ok(known.value.standingIn(found.value, channel.value, this.#parts.clock.now()));
  }

  /** After a restart servers are read one by one: nobody is to be refused meanwhile. */
  async #guildOf(id: string): Promise<Result<Guild | null, ActionError>> {
    try {
      return ok(this.#parts.guilds.get(id) ?? (await this.#parts.guildOf(id)));
    } catch (cause) {
      return fail({ kind: "unavailable", cause });
    }
  }

  async team(communityId: string): Promise<Result<readonly PlatformMember[], ActionError>> {
    const guild = this.#parts.guilds.get(communityId);
    if (!guild && this.#parts.isLoaded()) return ok([]);
    // Whoever is not named yet must not be taken for nobody: a ladder would wait for them in vain.
    if (!guild || guild.unavailable || !guild.membersKnown) {
      return fail({ kind: "unavailable", cause: new Error("the team is not known yet") });
    }
    const policy = await this.#parts.settings.refresh(communityId);
    return ok(guild.team(grantsOf(policy), this.#parts.clock.now()));
  }

  async nameOf(target: MemberTarget): Promise<string | null> {
    const { communityId, memberId } = target;
    if (!isTarget(target)) return null;
    const { api, called } = this.#parts;
    const known = called.of(communityId, memberId);
    if (known !== null) return known;
    const member = await this.find(target);
    const user =
      member.ok && member.value ? null : await api.ask("get", Routes.user(memberId), userSchema);
    const name =
      member.ok && member.value
        ? memberName(member.value)
        : user?.ok
          ? displayName(user.value)
          : null;
    if (name !== null) called.note(communityId, memberId, name);
    return name;
  }

  /** Somebody as Discord knows them now; null when they are not of the server. */
  async find(target: MemberTarget): Promise<Result<Member | null, ActionError>> {
    if (!isTarget(target)) return ok(null);
    const route = Routes.guildMember(target.communityId, target.memberId);
    const found = await this.#parts.api.ask("get", route, memberSchema);
    if (found.ok) return found;
    return found.error.kind === "gone" ? ok(null) : found;
  }
}

export function isId(id: string): boolean {
  return snowflake.safeParse(id).success;
}

/** Whether Discord can know such a person of such a server. */
export function isTarget({ communityId, memberId }: MemberTarget): boolean {
  return isId(communityId) && isId(memberId);
}
