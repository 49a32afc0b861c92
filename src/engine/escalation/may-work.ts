import { CASE_SOURCES, type CaseSource } from "../case/case.ts";
import type { TeamRole } from "../roles.ts";
import { type EscalationPolicy, parseTarget } from "./escalation-policy.ts";

/** What the service team looks after. */
export const SERVICE_SOURCES: readonly CaseSource[] = ["question", "feedback"];

const DECIDE_ALL: readonly TeamRole[] = ["owner", "manager", "moderator"];

/** Whether somebody of these roles may work on cases of a source. */
export function mayWork(roles: readonly TeamRole[], source: CaseSource): boolean {
  if (mayJudge(roles)) return true;
  return roles.includes("service") && SERVICE_SOURCES.includes(source);
}

/** Whether somebody of these roles may decide what only those who moderate decide: an appeal, and as a second moderator. */
export function mayJudge(roles: readonly TeamRole[]): boolean {
  return roles.some((role) => DECIDE_ALL.includes(role));
}

/** Whether somebody of these roles may look at cases of a source: nobody else is told what they are about. */
export function mayLook(roles: readonly TeamRole[], source: CaseSource): boolean {
  return roles.includes("analyst") || mayWork(roles, source);
}

/** Whether somebody of these roles may work on every case about which some ladder pages whoever is on call in a rota. */
export function mayBeOnCall(
  { ladders }: Pick<EscalationPolicy, "ladders">,
  rota: string,
  roles: readonly TeamRole[],
): boolean {
  const sources = ladders
    .filter(({ rungs }) => rungs.some(({ who }) => who.some((words) => isOnCall(words, rota))))
    .flatMap((ladder) => ladder.sources ?? CASE_SOURCES);
  // A rota that no ladder uses yet pages nobody, but somebody without a case to work on has no place in it.
  if (sources.length === 0) return CASE_SOURCES.some((source) => mayWork(roles, source));
  return sources.every((source) => mayWork(roles, source));
}

function isOnCall(words: string, rota: string): boolean {
  const target = parseTarget(words);
  return target?.kind === "on-call" && target.rota === rota;
}
