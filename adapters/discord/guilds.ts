import { ChannelType, PermissionFlagsBits as Can } from "discord.js";
import {
  CHANNEL_RIGHTS,
  type ChannelStanding,
  type PlatformMember,
  type Right,
  RIGHTS as RIGHT_NAMES,
  type TeamRole,
} from "../../src/engine/roles.ts";
import type { Locale } from "../../src/engine/policy.ts";
import type { Channel, guildSchema, Member } from "./payloads.ts";
import {
  has,
  type Overwrite,
  permissionsIn,
  permissionsInChannel,
  rankOf,
  type Role,
} from "./permissions.ts";
import { memberName, timeOf } from "./translate.ts";
import type { z } from "zod";

const THREADS: readonly number[] = [
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
];

const PRIVATE_THREAD: number = ChannelType.PrivateThread;

const VOICE: readonly number[] = [ChannelType.GuildVoice, ChannelType.GuildStageVoice];

/** Channels in which people write, threads among them. */
const WRITTEN_IN: readonly number[] = [
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ...VOICE,
  ...THREADS,
];

/** The permission behind each right, by which Discord's own settings give it. */
const RIGHTS: Readonly<Record<Right, bigint>> = {
  "delete-messages": Can.ManageMessages,
  "timeout-members": Can.ModerateMembers,
  "kick-members": Can.KickMembers,
  "ban-members": Can.BanMembers,
  "manage-channels": Can.ManageChannels,
  "manage-threads": Can.ManageThreads,
  "manage-server": Can.ManageGuild,
  "manage-names": Can.ManageNicknames,
  "manage-roles": Can.ManageRoles,
  "pin-messages": Can.PinMessages,
};

/** Ids of a server's roles that the policy gives a role in the team. */
export type RoleGrants = Readonly<Partial<Record<TeamRole, readonly string[]>>>;

/** One server as the gateway has told of it. */
export class Guild {
  readonly id: string;
  name: string;
  ownerId: string;
  /** null while Discord has not said. */
  memberCount: number | null;
  locale: Locale | null;
  /** Discord cannot show it at the moment. */
  unavailable = false;
  readonly roles = new Map<string, Role>();
  readonly channels = new Map<string, Channel>();
  /** Where Discord greets people; null where there is none. */
  systemChannelId: string | null;
  /** The bot's own roles; null while Discord has not said. */
  ownRoles: readonly string[] | null = null;
  /** Whether Discord has named all members, and with them the whole team. */
  membersKnown = false;
  /** Members with a permission of a moderator, or a role that was asked for: few, however large the server. */
  readonly #team = new Map<string, Member>();

  constructor(
    payload: Omit<z.infer<typeof guildSchema>, "roles" | "channels" | "threads" | "members">,
  ) {
    const { id, name, owner_id, member_count, preferred_locale, system_channel_id } = payload;
    this.id = id;
    this.name = name;
    this.ownerId = owner_id;
    this.memberCount = member_count ?? null;
    this.locale = localeOf(preferred_locale);
    this.systemChannelId = system_channel_id ?? null;
  }

  /** What a member may do in the whole server. */
  permissionsOf(memberId: string, roles: readonly string[]): bigint {
    return permissionsIn(this, { id: memberId, roles });
  }

  /** What a member may do in a channel; a thread has the permissions of the channel it belongs to. */
  permissionsInChannel(memberId: string, roles: readonly string[], channelId: string): bigint {
    const channel = this.channels.get(channelId);
    const parent = channel && isThread(channel) ? this.channels.get(channel.parent_id ?? "") : null;
    const overwrites: readonly Overwrite[] = (parent ?? channel)?.permission_overwrites ?? [];
    return permissionsInChannel(this, { id: memberId, roles }, overwrites);
  }

  /** What somebody sees and may do in a channel at a time, in epoch ms; a thread may be one that is archived. */
  standingIn(member: Member, channel: Channel, at: number): ChannelStanding {
    const { id } = member.user;
    const parent = isThread(channel) ? this.channels.get(channel.parent_id ?? "") : null;
    const { permission_overwrites: overwrites } = parent ?? channel;
    const held = permissionsInChannel(this, { id, roles: member.roles }, overwrites);
    // Who was let into a private thread is not known; whoever manages threads sees all of them.
    const isLetIn = channel.type !== PRIVATE_THREAD || has(held, Can.ManageThreads);
    const sees = isLetIn && has(held, Can.ViewChannel | Can.ReadMessageHistory);
    // To do anything in a channel one must see it.
    const mayAct = has(held, Can.ViewChannel) && this.#heldBy(member, at) !== null;
    const rights = mayAct ? CHANNEL_RIGHTS.filter((right) => has(held, RIGHTS[right])) : [];
    return { sees, isThread: isThread(channel), rights };
  }

  /** What a member may do of what makes somebody of the team; null while they are timed out, as no administrator is. */
  #heldBy({ user, roles, communication_disabled_until: until }: Member, at: number): bigint | null {
    const held = this.permissionsOf(user.id, roles);
    return (timeOf(until) ?? 0) > at && !has(held, Can.Administrator) ? null : held;
  }

  /** Channels that are read, with the id of their newest message where there is one. */
  writtenChannels(): readonly Channel[] {
    return [...this.channels.values()].filter(({ type }) => WRITTEN_IN.includes(type));
  }

  /** Keeps a member of the team, and forgets one who is no longer of it; a time-out ends without a word. */
  noteMember(member: Member, grants: RoleGrants): void {
    const { roles } = this.asMember(member, grants, Number.POSITIVE_INFINITY);
    if (roles.length > 1) this.#team.set(member.user.id, member);
    else this.#team.delete(member.user.id);
  }

  /** What was known of the team of this server before Discord told of it anew. */
  takeOver(before: Guild): void {
    for (const [id, member] of before.#team) this.#team.set(id, member);
    this.membersKnown = before.membersKnown;
  }

  forgetMember(memberId: string): void {
    this.#team.delete(memberId);
  }

  hasInTeam(memberId: string): boolean {
    return this.#team.has(memberId);
  }

  /** The team at a time, in epoch ms. */
  team(grants: RoleGrants, at: number): readonly PlatformMember[] {
    return [...this.#team.values()]
      .map((member) => this.asMember(member, grants, at))
      .filter(({ roles }) => roles.length > 1);
  }

  /** Somebody as Discord's settings and the policy's grants make them at a time, in epoch ms. */
  asMember(member: Member, grants: RoleGrants, at: number): PlatformMember {
    const { id } = member.user;
    const held = this.#heldBy(member, at);
    // Whoever is timed out moderates nothing, at Discord as here.
    const granted = TEAM.filter(
      (role) => held !== null && grants[role]?.some((each) => member.roles.includes(each)),
    );
    const roles = new Set<TeamRole>([
      ...byPermissions(this.ownerId === id, held ?? 0n),
      ...granted,
      "member",
    ]);
    // A program decides nothing.
    const isBot = member.user.bot === true;
    return {
      id,
      name: memberName(member),
      roles: isBot ? ["member"] : TEAM.filter((role) => roles.has(role)),
      rank: rankOf(this, { id, roles: member.roles }),
      rights: RIGHT_NAMES.filter((right) => has(held ?? 0n, RIGHTS[right])),
    };
  }
}

const TEAM: readonly TeamRole[] = [
  "owner",
  "manager",
  "moderator",
  "service",
  "analyst",
  "staff",
  "member",
];
const MODERATORS = Can.ModerateMembers | Can.KickMembers | Can.BanMembers | Can.ManageMessages;

function byPermissions(isOwner: boolean, held: bigint): readonly TeamRole[] {
  if (isOwner) return ["owner"];
  if ((held & (Can.Administrator | Can.ManageGuild)) !== 0n) return ["manager"];
  return (held & MODERATORS) === 0n ? [] : ["moderator"];
}

/** Whether these permissions make somebody a moderator or more. */
export function keepsOrder(held: bigint): boolean {
  return byPermissions(false, held).length > 0;
}

export function isThread({ type }: Pick<Channel, "type">): boolean {
  return THREADS.includes(type);
}

export function isVoice({ type }: Pick<Channel, "type">): boolean {
  return VOICE.includes(type);
}

/** Discord's locales as ours; null for a language that Candor does not speak. */
export function localeOf(locale: string | null | undefined): Locale | null {
  if (locale === "zh-CN" || locale === "zh-TW") return locale;
  return locale?.startsWith("en") ? "en" : null;
}
