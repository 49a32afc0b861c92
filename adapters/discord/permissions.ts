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

/** Whether somebody's highest role is above a role: of two of one position the older one is. */
export function isAbove(
  realm: Realm,
  holder: Holder,
  role: Pick<Role, "id" | "position">,
): boolean {
  if (realm.ownerId === holder.id) return true;
  const highest = highestOf(realm, holder);
  return highest !== undefined && compareRoles(highest, role) > 0;
}

/** Whether somebody may act on another as far as the order of roles goes. */
export function outranks(realm: Realm, holder: Holder, other: Holder): boolean {
  if (realm.ownerId === other.id) return false;
  if (realm.ownerId === holder.id) return true;
  const theirs = highestOf(realm, other);
  return theirs === undefined
    ? highestOf(realm, holder) !== undefined
    : isAbove(realm, holder, theirs);
}

function highestOf({ roles }: Realm, holder: Holder): Role | undefined {
  const held = holder.roles.flatMap((id) => roles.get(id) ?? []);
  return held.toSorted(compareRoles).at(-1);
}

function compareRoles(
  one: Pick<Role, "id" | "position">,
  other: Pick<Role, "id" | "position">,
): number {
  const older = BigInt(one.id) < BigInt(other.id) ? 1 : -1;
  return one.position - other.position || (one.id === other.id ? 0 : older);
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

/** Whether somebody holds all that a role gives: whoever may do everything also what Discord has added since. */
export function hasAll(held: bigint, role: bigint): boolean {
  return held === ALL || has(held, role);
}
