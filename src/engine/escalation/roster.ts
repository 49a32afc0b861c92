import type { QuietHours } from "../rota/rota-schema.ts";
import type { PlatformMember, TeamRole } from "../roles.ts";
import type { Locale, Policy } from "../policy.ts";

/** Somebody who works for the community, from its policy and from its platform. */
export interface TeamPerson {
  readonly id: string;
  readonly name: string | null;
  readonly roles: readonly TeamRole[];
  /** null: the community's. */
  readonly language: Locale | null;
  /** IANA zone; null: the community's. */
  readonly timeZone: string | null;
  readonly email: string | null;
  /** null: the community's. */
  readonly quietHours: QuietHours | null;
}

/** The team of a community: whom its policy names, and whom its platform does, each once. */
export function teamOf(
  policy: Pick<Policy, "team">,
  members: readonly PlatformMember[],
): readonly TeamPerson[] {
  const people = new Map<string, TeamPerson>();
  for (const { id, name, role, language, timeZone, email, quietHours } of policy.team) {
    people.set(id, {
      id,
      name: name ?? null,
      roles: [role],
      language: language ?? null,
      timeZone: timeZone ?? null,
      email: email ?? null,
      quietHours: quietHours ?? null,
    });
  }
  for (const { id, name, roles, language } of members) {
    const works = roles.filter((role) => role !== "member");
    const known = people.get(id);
    if (works.length === 0 && !known) continue;
    people.set(id, {
      id,
      name: known?.name ?? name,
      roles: [...new Set([...(known?.roles ?? []), ...works])],
      language: known?.language ?? language ?? null,
      timeZone: known?.timeZone ?? null,
      email: known?.email ?? null,
      quietHours: known?.quietHours ?? null,
    });
  }
  return [...people.values()];
}
