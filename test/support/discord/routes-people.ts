import { inGuild } from "./access.ts";
import { Refusal, refusal } from "./errors.ts";
import { ban, changeMember, kick, unban } from "./guild-changes.ts";
import { memberPayload } from "./payloads.ts";
import { guildPermissions, holds, mayGive, outranks, PERMISSIONS } from "./permissions.ts";
import type { Call, Result, Route } from "./routing.ts";
import { compareIds } from "./snowflake.ts";
import type { Guild, Member } from "./world-types.ts";
import { isSet } from "./wire.ts";

export const peopleRoutes: readonly Route[] = [
  { method: "GET", template: "/guilds/{guild_id}/members", handle: listMembers },
  { method: "GET", template: "/guilds/{guild_id}/members/search", handle: searchMembers },
  { method: "GET", template: "/guilds/{guild_id}/members/{user_id}", handle: getMember },
  { method: "PATCH", template: "/guilds/{guild_id}/members/{user_id}", handle: patchMember },
  { method: "PATCH", template: "/guilds/{guild_id}/members/@me", handle: patchMe },
  { method: "DELETE", template: "/guilds/{guild_id}/members/{user_id}", handle: kickMember },
  {
    method: "PUT",
    template: "/guilds/{guild_id}/members/{user_id}/roles/{role_id}",
    handle: (call) => setRole(call, true),
  },
  {
    method: "DELETE",
    template: "/guilds/{guild_id}/members/{user_id}/roles/{role_id}",
    handle: (call) => setRole(call, false),
  },
  { method: "GET", template: "/guilds/{guild_id}/bans", handle: listBans },
  { method: "GET", template: "/guilds/{guild_id}/bans/{user_id}", handle: getBan },
  { method: "PUT", template: "/guilds/{guild_id}/bans/{user_id}", handle: putBan },
  { method: "DELETE", template: "/guilds/{guild_id}/bans/{user_id}", handle: deleteBan },
  { method: "POST", template: "/guilds/{guild_id}/bulk-ban", handle: bulkBan },
];

function listMembers(call: Call): Result {
  const { guild } = inGuild(call);
  if (!call.gateway.privileged.guildMembers) throw refusal("missingAccess");
  const after = call.query.get("after") ?? "0";
  return [...guild.members.values()]
    .filter((each) => compareIds(each.user.id, after) > 0)
    .toSorted((a, b) => compareIds(a.user.id, b.user.id))
    .slice(0, Number(call.query.get("limit") ?? 1))
    .map(memberPayload);
}

function searchMembers(call: Call): Result {
  const { guild } = inGuild(call);
  const query = (call.query.get("query") ?? "").toLowerCase();
  return [...guild.members.values()]
    .filter(({ user, nick }) =>
      [user.username, nick ?? ""].some((name) => name.toLowerCase().startsWith(query)),
    )
    .slice(0, Number(call.query.get("limit") ?? 1))
    .map(memberPayload);
}

function target(call: Call, guild: Guild): Member {
  const id = call.param("user_id");
  if (!call.world.users.has(id)) throw refusal("unknownUser");
  return call.world.member(guild, id);
}

function getMember(call: Call): Result {
  const { guild } = inGuild(call);
  return memberPayload(target(call, guild));
}

interface MemberPatch {
  readonly nick?: string | null;
  readonly roles?: readonly string[] | null;
  readonly communication_disabled_until?: string | null;
}

function patchMember(call: Call): Result {
  const { guild, me } = inGuild(call);
  const member = target(call, guild);
  const body = call.body as MemberPatch;
  const may = (...names: Parameters<typeof holds>[1][]) =>
    holds(guildPermissions(guild, me), ...names);
  const above = outranks(guild, me, member);
  const { nick, roles, communication_disabled_until: until } = body;
  if (nick !== undefined && !(may("manageNicknames") && (above || member === me))) {
    throw refusal("missingPermissions");
  }
  if (until !== undefined && !(may("moderateMembers") && above)) {
    throw refusal("missingPermissions");
  }
  // Removing a timeout from an administrator is allowed, giving one is not.
  const isAdministrator = (guildPermissions(guild, member) & PERMISSIONS.administrator) !== 0n;
  if (isSet(until) && isAdministrator) throw refusal("missingPermissions");
  if (roles !== undefined) mayChangeRoles(call, guild, me, member, roles ?? []);
  const change = {
    ...(nick === undefined ? {} : { nick: nick === "" ? null : nick }),
    ...(roles === undefined ? {} : { roles: roles ?? [] }),
    ...(until === undefined ? {} : { timedOutUntil: until }),
  };
  changeMember(call.world, guild, member, change, call.by);
  return memberPayload(member);
}

function mayChangeRoles(
  { world }: Call,
  guild: Guild,
  me: Member,
  member: Member,
  wanted: readonly string[],
): void {
  if (!holds(guildPermissions(guild, me), "manageRoles")) throw refusal("missingPermissions");
  const changed = [
    ...wanted.filter((id) => !member.roles.has(id)),
    ...[...member.roles].filter((id) => !wanted.includes(id)),
  ];
  for (const id of changed) {
    if (!mayGive(guild, me, world.role(guild, id))) throw refusal("missingPermissions");
  }
}

function patchMe(call: Call): Result {
  const { guild, me } = inGuild(call);
  const { nick } = call.body as { nick?: string | null };
  if (nick === undefined) return memberPayload(me);
  if (!holds(guildPermissions(guild, me), "changeNickname")) throw refusal("missingPermissions");
  changeMember(call.world, guild, me, { nick }, call.by);
  return memberPayload(me);
}

function kickMember(call: Call): Result {
  const { guild, me } = inGuild(call, "kickMembers");
  const member = target(call, guild);
  if (!outranks(guild, me, member)) throw refusal("missingPermissions");
  kick(call.world, guild, member.user.id, call.by);
  return undefined;
}

function setRole(call: Call, wanted: boolean): Result {
  const { guild, me } = inGuild(call, "manageRoles");
  const member = target(call, guild);
  const role = call.world.role(guild, call.param("role_id"));
  if (!mayGive(guild, me, role)) throw refusal("missingPermissions");
  if (member.roles.has(role.id) === wanted) return undefined;
  const roles = new Set(member.roles);
  if (wanted) roles.add(role.id);
  else roles.delete(role.id);
  changeMember(call.world, guild, member, { roles: [...roles] }, call.by);
  return undefined;
}

function banPayload(call: Call, guild: Guild, userId: string): object {
  return { reason: guild.bans.get(userId) ?? null, user: call.world.user(userId) };
}

function listBans(call: Call): Result {
  const { guild } = inGuild(call, "banMembers");
  const after = call.query.get("after") ?? "0";
  const before = call.query.get("before");
  return [...guild.bans.keys()]
    .filter((id) => compareIds(id, after) > 0)
    .filter((id) => before === null || compareIds(id, before) < 0)
    .toSorted(compareIds)
    .slice(0, Number(call.query.get("limit") ?? 1000))
    .map((id) => banPayload(call, guild, id));
}

function getBan(call: Call): Result {
  const { guild } = inGuild(call, "banMembers");
  const id = call.param("user_id");
  if (!guild.bans.has(id)) throw refusal("unknownBan");
  return banPayload(call, guild, id);
}

interface BanBody {
  readonly delete_message_seconds?: number | null;
  readonly delete_message_days?: number | null;
}

function deleteSeconds(body: unknown): number {
  const { delete_message_seconds: seconds, delete_message_days: days } = (body ?? {}) as BanBody;
  return seconds ?? (days ?? 0) * 86_400;
}

/** Bans if the order of roles allows it. Somebody banned already stays so, and nothing is told. */
function tryBan(call: Call, guild: Guild, me: Member, userId: string): boolean {
  const user = call.world.users.get(userId);
  if (!user) return false;
  const member = guild.members.get(userId);
  if (userId === guild.ownerId || (member && !outranks(guild, me, member))) return false;
  if (guild.bans.has(userId)) return true;
  ban(call.world, guild, user, call.by, deleteSeconds(call.body));
  return true;
}

function putBan(call: Call): Result {
  const { guild, me } = inGuild(call, "banMembers");
  const { id } = call.world.user(call.param("user_id"));
  if (!tryBan(call, guild, me, id)) throw refusal("missingPermissions");
  return undefined;
}

function deleteBan(call: Call): Result {
  const { guild } = inGuild(call, "banMembers");
  const user = call.world.users.get(call.param("user_id"));
  if (!user || !unban(call.world, guild, user, call.by)) throw refusal("unknownBan");
  return undefined;
}

function bulkBan(call: Call): Result {
  const { guild, me } = inGuild(call, "banMembers", "manageGuild");
  const { user_ids: ids } = call.body as { user_ids: readonly string[] };
  const fresh = ids.filter((id) => !guild.bans.has(id));
  const banned = fresh.filter((id) => tryBan(call, guild, me, id));
  if (banned.length === 0) throw new Refusal(400, 500_000, "Failed to ban users");
  return { banned_users: banned, failed_users: ids.filter((id) => !banned.includes(id)) };
}
