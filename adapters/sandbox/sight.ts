import { onlyService, SERVICE_SOURCES } from "../../src/commands/authorise.ts";
import { AUDITORS, CASE_READERS, PEOPLE_READERS } from "../../src/commands/list/roles.ts";
import { type CaseSource, CASE_SOURCES } from "../../src/engine/case/case.ts";
import { teamOf, type TeamPerson } from "../../src/engine/escalation/roster.ts";
import { DEFAULT_POLICY, type Policy } from "../../src/engine/policy.ts";
import type { TeamRole } from "../../src/engine/roles.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Store } from "../../src/ports/store.ts";
import type { Members } from "./members.ts";
import { COMMUNITY } from "./people.ts";

/** Who works here and what one of them may look at. */
export interface Sight {
  readonly team: readonly TeamPerson[];
  /** The person's own roles; empty for a member. */
  readonly roles: readonly TeamRole[];
  /** Sources of the cases that they may see; none for whoever works on no cases. */
  readonly sources: readonly CaseSource[];
  /** Whether they may see what is known of a member. */
  readonly people: boolean;
  /** Whether they may read the audit log. */
  readonly audit: boolean;
}

export interface SightParts {
  readonly store: Pick<Store, "policyOf">;
  readonly members: Members;
  readonly clock: Clock;
}

export async function currentPolicy(store: SightParts["store"]): Promise<Policy> {
  return (await store.policyOf(COMMUNITY.id)) ?? DEFAULT_POLICY;
}

/** Whether Candor acts here, or in shadow mode only judges and records. */
export async function currentMode(store: SightParts["store"]): Promise<Policy["mode"]> {
  return (await currentPolicy(store)).mode;
}

/** The team of policy and platform at this moment. */
export async function currentTeam(parts: SightParts): Promise<readonly TeamPerson[]> {
  const policy = await currentPolicy(parts.store);
  return teamOf(policy, parts.members.team(parts.clock.now()));
}

/** What `personId` may look at. Reading goes by role alone; acting is judged by the command itself. */
export async function sightOf(parts: SightParts, personId: string): Promise<Sight> {
  const team = await currentTeam(parts);
  const roles = team.find(({ id }) => id === personId)?.roles ?? [];
  const reading = roles.filter((role) => CASE_READERS.includes(role));
  const cases = onlyService(reading) ? SERVICE_SOURCES : CASE_SOURCES;
  return {
    team,
    roles,
    sources: reading.length === 0 ? [] : cases,
    people: roles.some((role) => PEOPLE_READERS.includes(role)),
    audit: roles.some((role) => AUDITORS.includes(role)),
  };
}
