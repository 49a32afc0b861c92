import type { APIOverwrite } from "discord.js";
import { MessageLog } from "./message-log.ts";
import { bulkDelete } from "./message-changes.ts";
import { channelPayload, guildCreatePayload, guildPayload, memberPayload } from "./payloads.ts";
import { timeOfId } from "./snowflake.ts";
import type { Channel, Guild, Member, Role, User } from "./world-types.ts";
import { CHANNEL_TYPES } from "./world-types.ts";
import type { World } from "./world.ts";
import { wire } from "./wire.ts";

/** Who does something, and the reason given with it. */
export interface Doer {
  readonly userId: string;
  readonly reason: string | null;
}

const AUDIT = { kick: 20, ban: 22, unban: 23, memberUpdate: 24, memberRoles: 25 } as const;

export function addMember(world: World, guild: Guild, user: User, roles: string[] = []): Member {
  const member: Member = {
    user,
    nick: null,
    roles: new Set(roles),
    joinedAt: world.now(),
    timedOutUntil: null,
  };
  guild.members.set(user.id, member);
  if (user.id === world.bot.id) {
    world.rightsChanged();
    const data = guildCreatePayload(world, guild);
    world.emit({ name: "GUILD_CREATE", guild, channel: null, data, always: true });
    return member;
  }
  const data = { ...memberPayload(member), guild_id: guild.id };
  world.emit({ name: "GUILD_MEMBER_ADD", guild, channel: null, data });
  return member;
}

/** Takes somebody out of a guild: they left, were kicked or banned. */
export function removeMember(world: World, guild: Guild, userId: string): boolean {
  const member = guild.members.get(userId);
  if (!member) return false;
  const { user } = member;
  if (userId === world.bot.id) {
    // Told before the membership ends: afterwards nothing about this guild reaches the bot.
    const data = { id: guild.id };
    world.emit({ name: "GUILD_DELETE", guild, channel: null, data, always: true });
    guild.members.delete(userId);
    world.rightsChanged();
    return true;
  }
  guild.members.delete(userId);
  const data = { guild_id: guild.id, user };
  world.emit({ name: "GUILD_MEMBER_REMOVE", guild, channel: null, data });
  return true;
}

export function kick(world: World, guild: Guild, userId: string, by: Doer): void {
  if (!removeMember(world, guild, userId)) return;
  const entry = { action_type: AUDIT.kick, target_id: userId, user_id: by.userId };
  world.audit(guild, entry, by.reason);
}

/** Bans, and deletes what the person wrote in the last `deleteSeconds`. */
export function ban(world: World, guild: Guild, user: User, by: Doer, deleteSeconds: number): void {
  guild.bans.set(user.id, by.reason);
  const data = { guild_id: guild.id, user };
  removeMember(world, guild, user.id);
  world.emit({ name: "GUILD_BAN_ADD", guild, channel: null, data });
  const entry = { action_type: AUDIT.ban, target_id: user.id, user_id: by.userId };
  world.audit(guild, entry, by.reason);
  if (deleteSeconds === 0) return;
  const since = world.clock.now() - deleteSeconds * 1000;
  for (const channel of guild.channels.values()) {
    const theirs = channel.log
      .all()
      .filter((each) => each.data.author.id === user.id && timeOfId(each.id) >= since);
    bulkDelete(
      world,
      channel,
      theirs.map((each) => each.id),
    );
  }
}

export function unban(world: World, guild: Guild, user: User, by: Doer): boolean {
  if (!guild.bans.delete(user.id)) return false;
  const data = { guild_id: guild.id, user };
  world.emit({ name: "GUILD_BAN_REMOVE", guild, channel: null, data });
  const entry = { action_type: AUDIT.unban, target_id: user.id, user_id: by.userId };
  world.audit(guild, entry, by.reason);
  return true;
}

/** Changes a membership and tells of it; roles given are the whole set. */
export function changeMember(
  world: World,
  guild: Guild,
  member: Member,
  change: { nick?: string | null; roles?: readonly string[]; timedOutUntil?: string | null },
  by: Doer,
): void {
  const { nick, roles, timedOutUntil } = change;
  const target = { target_id: member.user.id, user_id: by.userId };
  const changes: { key: string; old_value: unknown; new_value: unknown }[] = [];
  if (nick !== undefined) {
    changes.push({ key: "nick", old_value: member.nick, new_value: nick });
    member.nick = nick;
  }
  if (timedOutUntil !== undefined) {
    const old = member.timedOutUntil;
    changes.push({
      key: "communication_disabled_until",
      old_value: old,
      new_value: timedOutUntil,
    });
    member.timedOutUntil = timedOutUntil;
  }
  if (roles !== undefined) {
    member.roles.clear();
    for (const id of roles) member.roles.add(id);
    world.rightsChanged();
  }
  tellOfMember(world, guild, member);
  if (changes.length > 0) {
    const entry = { action_type: AUDIT.memberUpdate, ...target, changes };
    world.audit(guild, entry, by.reason);
  }
  if (roles !== undefined) {
    world.audit(guild, { action_type: AUDIT.memberRoles, ...target }, by.reason);
  }
}

function tellOfMember(world: World, guild: Guild, member: Member): void {
  const data = { ...memberPayload(member), guild_id: guild.id };
  const always = member.user.id === world.bot.id;
  world.emit({ name: "GUILD_MEMBER_UPDATE", guild, channel: null, data, always });
}

export function addRole(
  world: World,
  guild: Guild,
  details: Partial<Role> & { name: string },
): Role {
  const role: Role = {
    id: world.ids.next(),
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position: guild.roles.size,
    permissions: "0",
    managed: false,
    mentionable: false,
    ...details,
    flags: details.flags ?? wire<Role["flags"]>(0),
  };
  guild.roles.set(role.id, role);
  world.rightsChanged();
  const data = { guild_id: guild.id, role };
  world.emit({ name: "GUILD_ROLE_CREATE", guild, channel: null, data });
  return role;
}

export function changeRole(world: World, guild: Guild, role: Role, change: Partial<Role>): void {
  Object.assign(role, change);
  world.rightsChanged();
  const data = { guild_id: guild.id, role };
  world.emit({ name: "GUILD_ROLE_UPDATE", guild, channel: null, data });
}

export function removeRole(world: World, guild: Guild, roleId: string): void {
  guild.roles.delete(roleId);
  for (const member of guild.members.values()) member.roles.delete(roleId);
  world.rightsChanged();
  const data = { guild_id: guild.id, role_id: roleId };
  world.emit({ name: "GUILD_ROLE_DELETE", guild, channel: null, data });
}

export interface NewChannel {
  readonly id?: string;
  readonly name: string;
  readonly type?: number;
  readonly parentId?: string | null;
  readonly topic?: string | null;
  readonly overwrites?: readonly APIOverwrite[];
}

export function addChannel(world: World, guild: Guild, details: NewChannel): Channel {
  const channel: Channel = {
    id: details.id ?? world.ids.next(),
    guild,
    type: details.type ?? CHANNEL_TYPES.text,
    name: details.name,
    parentId: details.parentId ?? null,
    position: guild.channels.size,
    topic: details.topic ?? null,
    slowModeSeconds: 0,
    overwrites: new Map(details.overwrites?.map((each) => [each.id, each])),
    log: new MessageLog(world.keepMessages),
    pins: [],
    thread: null,
    recipientId: null,
  };
  guild.channels.set(channel.id, channel);
  world.channels.set(channel.id, channel);
  const data = channelPayload(world, channel);
  world.emit({ name: "CHANNEL_CREATE", guild, channel, data });
  return channel;
}

/** Opens a thread. One that begins at a message has that message's id. */
export function addThread(
  world: World,
  parent: Channel & { guild: Guild },
  details: { id?: string; name: string; ownerId: string; private?: boolean; minutes?: number },
): Channel {
  const { guild } = parent;
  const channel: Channel = {
    id: details.id ?? world.ids.next(),
    guild,
    type: details.private ? CHANNEL_TYPES.privateThread : CHANNEL_TYPES.publicThread,
    name: details.name,
    parentId: parent.id,
    position: 0,
    topic: null,
    slowModeSeconds: 0,
    overwrites: new Map(),
    log: new MessageLog(world.keepMessages),
    pins: [],
    thread: {
      ownerId: details.ownerId,
      archived: false,
      locked: false,
      autoArchiveMinutes: details.minutes ?? 1440,
      archiveChangedAt: world.now(),
      createdAt: world.now(),
      members: new Set([details.ownerId]),
    },
    recipientId: null,
  };
  guild.channels.set(channel.id, channel);
  world.channels.set(channel.id, channel);
  const data = { ...channelPayload(world, channel), newly_created: true };
  world.emit({ name: "THREAD_CREATE", guild, channel, data });
  return channel;
}

/** Tells of whatever has been changed in a channel or thread. */
export function tellOfChannel(world: World, channel: Channel): void {
  world.rightsChanged();
  const name = channel.thread ? "THREAD_UPDATE" : "CHANNEL_UPDATE";
  const data = channelPayload(world, channel);
  world.emit({ name, guild: channel.guild, channel, data });
}

export function removeChannel(world: World, channel: Channel): void {
  const { guild } = channel;
  if (!guild) return;
  const name = channel.thread ? "THREAD_DELETE" : "CHANNEL_DELETE";
  const data = channelPayload(world, channel);
  world.emit({ name, guild, channel, data });
  for (const each of guild.channels.values()) {
    if (each !== channel && !(each.thread && each.parentId === channel.id)) continue;
    guild.channels.delete(each.id);
    world.channels.delete(each.id);
  }
}

export function tellOfGuild(world: World, guild: Guild): void {
  const data = guildPayload(guild);
  world.emit({ name: "GUILD_UPDATE", guild, channel: null, data });
}

/** An outage begins or ends. While it lasts nothing about the guild is told, and REST answers 503. */
export function setUnavailable(world: World, guild: Guild, unavailable: boolean): void {
  if (guild.unavailable === unavailable) return;
  if (unavailable) {
    const data = { id: guild.id, unavailable: true };
    world.emit({ name: "GUILD_DELETE", guild, channel: null, data, always: true });
    guild.unavailable = true;
    return;
  }
  guild.unavailable = false;
  const data = guildCreatePayload(world, guild);
  world.emit({ name: "GUILD_CREATE", guild, channel: null, data, always: true });
}
