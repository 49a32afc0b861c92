import { OverwriteType, PermissionFlagsBits } from "discord.js";

const FOR_ROLE: number = OverwriteType.Role;
const FOR_MEMBER: number = OverwriteType.Member;

/** One line of a channel's permissions: for a role or a member. */
export interface Overwrite {
  readonly id: string;
  readonly type: number;
  readonly allow: bigint;
  readonly deny: bigint;
}

export interface Role {
  readonly id: string;
  readonly name: string;
  readonly position: number;
  readonly permissions: bigint;
}

/** Whose permissions are asked for. */
export interface Holder {
  readonly id: string;
  /** Ids of their roles, `@everyone` left out. */
  readonly roles: readonly string[];
}

/** The server in which they hold them; the role `@everyone` has the server's id. */
export interface Realm {
  readonly id: string;
  readonly ownerId: string;
  readonly roles: ReadonlyMap<string, Role>;
}

const ALL = Object.values(PermissionFlagsBits).reduce((all, bit) => all | bit, 0n);

/** What somebody may do in a whole server (https://discord.com/developers/docs/topics/permissions). */
export function permissionsIn(realm: Realm, holder: Holder): bigint {
  if (realm.ownerId === holder.id) return ALL;
  let held = realm.roles.get(realm.id)?.permissions ?? 0n;
  for (const id of holder.roles) held |= realm.roles.get(id)?.permissions ?? 0n;
  return (held & PermissionFlagsBits.Administrator) === 0n ? held : ALL;
}

/** What somebody may do in a channel: the server's, then `@everyone`'s, their roles' and their own exceptions. */
export function permissionsInChannel(
  realm: Realm,
  holder: Holder,
  overwrites: readonly Overwrite[],
): bigint {
  const base = permissionsIn(realm, holder);
  if (base === ALL) return ALL;
  const everyone = overwrites.filter(({ id }) => id === realm.id);
  const byRole = overwrites.filter(
    ({ id, type }) => type === FOR_ROLE && id !== realm.id && holder.roles.includes(id),
  );
  const own = overwrites.filter(({ id, type }) => type === FOR_MEMBER && id === holder.id);
  return [everyone, byRole, own].reduce(applied, base);
}

/** Of one kind of exception, what one allows outweighs what another denies. */
function applied(held: bigint, overwrites: readonly Overwrite[]): bigint {
  const denied = overwrites.reduce((all, { deny }) => all | deny, 0n);
  const allowed = overwrites.reduce((all, { allow }) => all | allow, 0n);
  return (held & ~denied) | allowed;
}

/** Position of somebody's highest role; the owner is above every role. */
export function rankOf(realm: Realm, holder: Holder): number {
  if (realm.ownerId === holder.id) return Number.MAX_SAFE_INTEGER;
  const positions = holder.roles.map((id) => realm.roles.get(id)?.position ?? 0);
  return Math.max(0, ...positions);
}

export function has(held: bigint, permission: bigint): boolean {
  return (held & permission) === permission;
}
