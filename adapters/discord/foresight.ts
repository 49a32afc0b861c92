import { PermissionFlagsBits as Can } from "discord.js";
import type { ActionError } from "../../src/ports/platform.ts";
import { type Guild, isVoice } from "./guilds.ts";
import { has, isAbove, outranks, permissionsIn, type Role } from "./permissions.ts";

/** A place that refused although its settings seemed to allow it is left alone for so long. */
const HELD_MS = 10 * 60_000;
/** After so many refusals on different people, one after the other, nobody more is tried for that time. */
const MOST_REFUSED = 3;
/** Places held; the oldest are forgotten first. */
const MOST_HELD = 10_000;

/** A permission of Discord, as its settings call it. */
export interface Need {
  readonly name: string;
  readonly bits: bigint;
}

/** What each effect takes. To do anything in a channel the bot must see it. */
export const NEEDS = {
  delete: { name: "Manage Messages", bits: Can.ManageMessages },
  history: { name: "Read Message History", bits: Can.ReadMessageHistory },
  send: { name: "Send Messages", bits: Can.SendMessages },
  sendInThreads: { name: "Send Messages in Threads", bits: Can.SendMessagesInThreads },
  embed: { name: "Embed Links", bits: Can.EmbedLinks },
  timeout: { name: "Timeout Members", bits: Can.ModerateMembers },
  kick: { name: "Kick Members", bits: Can.KickMembers },
  ban: { name: "Ban Members", bits: Can.BanMembers },
  channels: { name: "Manage Channels", bits: Can.ManageChannels },
  threads: { name: "Manage Threads", bits: Can.ManageThreads },
  /** Discord calls it so in a channel, and Manage Roles in a server. */
  overwrites: { name: "Manage Permissions", bits: Can.ManageRoles },
  server: { name: "Manage Server", bits: Can.ManageGuild },
  nicknames: { name: "Manage Nicknames", bits: Can.ManageNicknames },
  roles: { name: "Manage Roles", bits: Can.ManageRoles },
  pin: { name: "Pin Messages", bits: Can.PinMessages },
} as const satisfies Readonly<Record<string, Need>>;

const VIEW: Need = { name: "View Channels", bits: Can.ViewChannel };
/** Without it Discord refuses everything in voice and stage channels. */
const CONNECT: Need = { name: "Connect", bits: Can.Connect };

/** Somebody who is acted on. */
export interface Target {
  readonly id: string;
  readonly roles: readonly string[];
}

interface Held {
  readonly until: number;
  readonly rights: bigint | null;
  /** How often Discord refused since it last allowed the same. */
  readonly times: number;
}

type Forbidden = Extract<ActionError, { kind: "forbidden" }>;

/**
 * What Discord would refuse, known before it is asked: each refusal counts towards its limit of 10,000. null
 * is given where nothing is known against it, and while Discord has not said which roles the bot has.
 */
export class Foresight {
  readonly #guilds: ReadonlyMap<string, Guild>;
  readonly #ownId: () => string | null;
  readonly #now: () => number;
  readonly #held = new Map<string, Held>();

  /** `now` in ms, of any clock. */
  constructor(guilds: ReadonlyMap<string, Guild>, ownId: () => string | null, now: () => number) {
    this.#guilds = guilds;
    this.#ownId = ownId;
    this.#now = now;
  }

  /** The first of these permissions that is missing in a channel, or why it is left alone for now. */
  inChannel(communityId: string, channelId: string, needs: readonly Need[]): Forbidden | null {
    const guild = this.#guilds.get(communityId);
    const rights = this.#rightsIn(communityId, channelId);
    const channel = guild?.channels.get(channelId);
    const missing =
      rights === null || !channel
        ? undefined
        : [VIEW, ...(isVoice(channel) ? [CONNECT] : []), ...needs].find(
            ({ bits }) => !has(rights, bits),
          );
    if (missing) return inChannel(missing, `#${channel?.name ?? channelId}`);
    const held = needs.find((need) => this.#isHeld(keyOf(channelId, need), rights));
    return held ? inChannel(held, `#${channel?.name ?? channelId}`) : null;
  }

  /** That a permission is missing in the whole server. */
  inServer(communityId: string, need: Need): Forbidden | null {
    const own = this.#own(communityId);
    if (!own || has(permissionsIn(own.guild, own.holder), need.bits)) return null;
    return { kind: "forbidden", permission: need.name, where: { kind: "server" } };
  }

  /** Whether the bot may do something to a member: by its permissions, and by the order of roles. */
  onMember(communityId: string, need: Need, target: Target | null): Forbidden | null {
    const missing = this.inServer(communityId, need);
    const own = this.#own(communityId);
    if (missing || !own || !target) return missing;
    const { guild, holder } = own;
    const { name: permission } = need;
    const isAdministrator = has(permissionsIn(guild, target), Can.Administrator);
    if (target.id === guild.ownerId || (need === NEEDS.timeout && isAdministrator)) {
      return { kind: "forbidden", permission, where: { kind: "nowhere" } };
    }
    if (outranks(guild, holder, target)) return null;
    return { kind: "forbidden", permission, where: { kind: "role-order" } };
  }

  /** Whether the bot may give or take a role: only one below its own highest. */
  onRole(communityId: string, role: Pick<Role, "id" | "position">): Forbidden | null {
    const missing = this.inServer(communityId, NEEDS.roles);
    const own = this.#own(communityId);
    if (missing || !own || isAbove(own.guild, own.holder, role)) return missing;
    return { kind: "forbidden", permission: NEEDS.roles.name, where: { kind: "role-order" } };
  }

  /** What the bot may do in a channel; null where that is not known. */
  rightsIn(communityId: string, channelId: string): bigint | null {
    return this.#rightsIn(communityId, channelId);
  }

  /** Discord refused in a channel, though it seemed allowed: nothing more is tried there until its settings change, or for a while. */
  refused(communityId: string, channelId: string, need: Need): Forbidden {
    this.#hold(keyOf(channelId, need), this.#rightsIn(communityId, channelId));
    const name = this.#guilds.get(communityId)?.channels.get(channelId)?.name ?? channelId;
    return inChannel(need, `#${name}`);
  }

  /** Whether what Discord refused on somebody, or on several people, is left alone for now. */
  isHeldOn(communityId: string, need: Need, targetId: string): boolean {
    const rights = this.#rightsOn(communityId);
    const all = keyOf(communityId, need);
    return (
      this.#isHeld(`${all}/${targetId}`, rights) ||
      (this.#isHeld(all, rights) && (this.#held.get(all)?.times ?? 0) >= MOST_REFUSED)
    );
  }

  /** Discord refused something on somebody, though it seemed allowed. */
  refusedOn(communityId: string, need: Need, targetId: string): void {
    const rights = this.#rightsOn(communityId);
    const all = keyOf(communityId, need);
    this.#hold(`${all}/${targetId}`, rights);
    this.#hold(all, rights);
  }

  /** Discord allowed something in a server: refusals before were about those people. */
  allowedOn(communityId: string, need: Need): void {
    this.#held.delete(keyOf(communityId, need));
  }

  #rightsOn(communityId: string): bigint | null {
    const own = this.#own(communityId);
    return own && permissionsIn(own.guild, own.holder);
  }

  #hold(key: string, rights: bigint | null): void {
    const times = (this.#held.get(key)?.times ?? 0) + 1;
    this.#held.delete(key);
    this.#held.set(key, { until: this.#now() + HELD_MS, rights, times });
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= MOST_HELD) break;
      this.#held.delete(oldest);
    }
  }

  #isHeld(key: string, rights: bigint | null): boolean {
    const held = this.#held.get(key);
    if (!held) return false;
    if (held.until > this.#now() && held.rights === rights) return true;
    this.#held.delete(key);
    return false;
  }

  #own(communityId: string) {
    const guild = this.#guilds.get(communityId);
    const id = this.#ownId();
    if (!guild || id === null || guild.ownRoles === null) return null;
    return { guild, holder: { id, roles: guild.ownRoles } };
  }

  #rightsIn(communityId: string, channelId: string): bigint | null {
    const own = this.#own(communityId);
    if (!own) return null;
    return own.guild.permissionsInChannel(own.holder.id, own.holder.roles, channelId);
  }
}

function inChannel({ name }: Need, channel: string): Forbidden {
  return { kind: "forbidden", permission: name, where: { kind: "channel", channel } };
}

function keyOf(channelId: string, { bits }: Need): string {
  return `${channelId}/${bits}`;
}
