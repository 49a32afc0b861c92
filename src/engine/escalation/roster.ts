import type { RotaEntry } from "../rota/on-call.ts";
import type { QuietHours } from "../rota/rota-schema.ts";
import type { PlatformMember, TeamRole } from "../roles.ts";
import type { Locale, Policy } from "../policy.ts";
import { parseTarget } from "./escalation-policy.ts";

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

/**
 * Ids of all whom a case may call, each once: the team, and whom ladders and rotas name beside it; `entries` are the
 * changes of its rotas that are not over.
 */
export function peopleCalled(
  { rotas, escalation }: Pick<Policy, "rotas" | "escalation">,
  team: readonly TeamPerson[],
  entries: readonly RotaEntry[],
): readonly string[] {
  const targets = escalation.ladders.flatMap(({ rungs }) => rungs.flatMap(({ who }) => who));
  const byLadders = targets.flatMap((words) => {
    const target = parseTarget(words);
    return target?.kind === "person" ? [target.id] : [];
  });
  const byRotas = Object.values(rotas).flatMap(({ shifts }) =>
    shifts.flatMap(({ people }) => people),
  );
  const byChanges = entries.filter(({ kind }) => kind !== "offer").map(({ personId }) => personId);
  const ids = [...team.map(({ id }) => id), ...byLadders, ...byRotas, ...byChanges];
  return [...new Set(ids)].filter((id) => id !== "");
}
