import type { Channel, Guild, Member, Role } from "./world-types.ts";

/** The bits that a moderation bot meets (developer documentation, "Permissions"). */
export const PERMISSIONS = {
  createInstantInvite: 1n << 0n,
  kickMembers: 1n << 1n,
  banMembers: 1n << 2n,
  administrator: 1n << 3n,
  manageChannels: 1n << 4n,
  manageGuild: 1n << 5n,
  addReactions: 1n << 6n,
  viewAuditLog: 1n << 7n,
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  manageMessages: 1n << 13n,
  embedLinks: 1n << 14n,
  attachFiles: 1n << 15n,
  readMessageHistory: 1n << 16n,
  mentionEveryone: 1n << 17n,
  connect: 1n << 20n,
  changeNickname: 1n << 26n,
  manageNicknames: 1n << 27n,
  manageRoles: 1n << 28n,
  manageWebhooks: 1n << 29n,
  useApplicationCommands: 1n << 31n,
  manageThreads: 1n << 34n,
  createPublicThreads: 1n << 35n,
  createPrivateThreads: 1n << 36n,
  sendMessagesInThreads: 1n << 38n,
  moderateMembers: 1n << 40n,
  sendPolls: 1n << 49n,
  pinMessages: 1n << 51n,
} as const;

export type PermissionName = keyof typeof PERMISSIONS;

const ALL = (1n << 53n) - 1n;

export function bits(...names: readonly PermissionName[]): bigint {
  return names.reduce((sum, name) => sum | PERMISSIONS[name], 0n);
}

/** What everybody may do in a new server. */
export const MEMBER_DEFAULT = bits(
  "createInstantInvite",
  "addReactions",
  "viewChannel",
  "sendMessages",
  "embedLinks",
  "attachFiles",
  "readMessageHistory",
  "connect",
  "changeNickname",
  "useApplicationCommands",
  "createPublicThreads",
  "sendMessagesInThreads",
  "sendPolls",
);

/** What a moderation bot would be invited with. */
export const BOT_DEFAULT =
  MEMBER_DEFAULT |
  bits(
    "kickMembers",
    "banMembers",
    "manageChannels",
    "manageGuild",
    "viewAuditLog",
    "manageMessages",
    "manageNicknames",
    "manageRoles",
    "manageThreads",
    "createPrivateThreads",
    "moderateMembers",
    "pinMessages",
  );

/** Permissions in the whole guild, before any channel has its say. */
export function guildPermissions(guild: Guild, member: Member): bigint {
  if (guild.ownerId === member.user.id) return ALL;
  let sum = BigInt(guild.roles.get(guild.id)?.permissions ?? "0");
  for (const id of member.roles) sum |= BigInt(guild.roles.get(id)?.permissions ?? "0");
  return (sum & PERMISSIONS.administrator) === 0n ? sum : ALL;
}

function apply(sum: bigint, allow: bigint, deny: bigint): bigint {
  return (sum & ~deny) | allow;
}

/** Permissions in a channel; a thread has its parent's. */
export function permissionsIn(guild: Guild, member: Member, channel: Channel): bigint {
  const base = guildPermissions(guild, member);
  if ((base & PERMISSIONS.administrator) !== 0n) return ALL;
  const home = channel.thread === null ? channel : guild.channels.get(channel.parentId ?? "");
  const overwrites = (home ?? channel).overwrites;
  if (overwrites.size === 0) return base;
  const everyone = overwrites.get(guild.id);
  let sum = base;
  if (everyone) sum = apply(sum, BigInt(everyone.allow), BigInt(everyone.deny));
  let allow = 0n;
  let deny = 0n;
  for (const id of member.roles) {
    const overwrite = overwrites.get(id);
    if (!overwrite) continue;
    allow |= BigInt(overwrite.allow);
    deny |= BigInt(overwrite.deny);
  }
  sum = apply(sum, allow, deny);
  const own = overwrites.get(member.user.id);
  return own ? apply(sum, BigInt(own.allow), BigInt(own.deny)) : sum;
}

export function holds(held: bigint, ...names: readonly PermissionName[]): boolean {
  const wanted = bits(...names);
  return (held & wanted) === wanted;
}

/** Whether role `a` stands above role `b`: by position, and of two equals the older one. */
export function standsAbove(a: Role, b: Role): boolean {
  return a.position === b.position ? BigInt(a.id) < BigInt(b.id) : a.position > b.position;
}

function highestRole(guild: Guild, member: Member): Role | undefined {
  let highest = guild.roles.get(guild.id);
  for (const id of member.roles) {
    const role = guild.roles.get(id);
    if (role && (!highest || standsAbove(role, highest))) highest = role;
  }
  return highest;
}

/** Whether `actor` may act on `target` as far as the order of roles goes. */
export function outranks(guild: Guild, actor: Member, target: Member): boolean {
  if (guild.ownerId === target.user.id) return false;
  if (guild.ownerId === actor.user.id) return true;
  const own = highestRole(guild, actor);
  const theirs = highestRole(guild, target);
  return own !== undefined && theirs !== undefined && own !== theirs && standsAbove(own, theirs);
}

/** Whether `actor` may give and take `role`. */
export function mayGive(guild: Guild, actor: Member, role: Role): boolean {
  if (role.managed || role.id === guild.id) return false;
  if (guild.ownerId === actor.user.id) return true;
  const own = highestRole(guild, actor);
  return own !== undefined && own !== role && standsAbove(own, role);
}
