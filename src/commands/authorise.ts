import type { CaseSource } from "../engine/case/case.ts";
import { SERVICE_SOURCES } from "../engine/escalation/may-work.ts";
import { type Result, fail, ok } from "../engine/result.ts";
import { type Right, type TeamRole, TEAM_ROLES } from "../engine/roles.ts";

export { SERVICE_SOURCES };

/** Why somebody may not give a command. */
export type Refusal =
  /** None of their roles may. */
  | { readonly kind: "not-allowed" }
  /** Candor's roles allow it, the platform's own settings do not. */
  | { readonly kind: "no-right"; readonly right: Right }
  /** The same in a channel in which the command would do something. */
  | { readonly kind: "no-right-here"; readonly right: Right }
  /** The person acted on has their rank, their role, or a higher one. */
  | { readonly kind: "above-you" }
  /** Nobody acts on themselves, or has a hand in a case that holds a message of theirs. */
  | { readonly kind: "yourself" }
  /** The service team answers questions and feedback, and decides nothing else. */
  | { readonly kind: "wrong-source" }
  /** It is another's: their decision, their duty. */
  | { readonly kind: "not-yours" }
  | { readonly kind: "unknown-person" };
export type RefusalKind = Refusal["kind"];

/** Somebody, as platform and policy know them at the moment of the command. */
export interface Subject {
  readonly id: string;
  readonly roles: readonly TeamRole[];
  /** The platform's; greater is higher. */
  readonly rank: number;
}

export interface Authorisation {
  readonly needs: readonly TeamRole[];
  readonly rights: readonly Right[];
  readonly actor: Subject & { readonly rights: readonly Right[] };
  /** Who is acted on; null when nobody is. */
  readonly target: Subject | null;
  /** The case it is about; null when it is about none. */
  readonly item: AuthorisedCase | null;
}

export interface AuthorisedCase {
  readonly source: CaseSource;
  /** Ids of everybody of whom it holds a message. */
  readonly authors: readonly string[];
  /** Those of them on whom, or on whose messages, the command acts. */
  readonly touched: readonly Subject[];
}

/**
 * Whether somebody may give a command. Roles come first, then the case, the person acted on, and last
 * the platform's own rights: Candor never lets anybody do what the platform would not.
 */
export function authorise(asked: Authorisation): Result<void, Refusal> {
  const { needs, rights, actor, target, item } = asked;
  const useful = actor.roles.filter((role) => needs.includes(role));
  if (useful.length === 0) return fail({ kind: "not-allowed" });
  if (item?.authors.includes(actor.id)) return fail({ kind: "yourself" });
  if (item && onlyService(useful) && !SERVICE_SOURCES.includes(item.source)) {
    return fail({ kind: "wrong-source" });
  }
  if (target?.id === actor.id) return fail({ kind: "yourself" });
  const people = [...(target ? [target] : []), ...(item?.touched ?? [])];
  // Whoever moderates nobody is told so, and not that others are above them.
  if (people.length > 0 && levelOf(actor.roles) === 0) return fail({ kind: "not-allowed" });
  if (!people.every((each) => isAbove(actor, each))) return fail({ kind: "above-you" });
  const missing = rights.find((right) => !actor.rights.includes(right));
  return missing === undefined ? ok(undefined) : fail({ kind: "no-right", right: missing });
}

/** Whether one of two may act on the other: higher on the platform and higher in the team. */
export function isAbove(one: Subject, other: Subject): boolean {
  return one.rank > other.rank && levelOf(one.roles) > levelOf(other.roles);
}

/** The most powerful of somebody's roles. */
export function strongestRole(roles: readonly TeamRole[]): TeamRole {
  return TEAM_ROLES.find((role) => roles.includes(role)) ?? "member";
}

/** Whether somebody decides for others only as one of the service team. */
export function onlyService(roles: readonly TeamRole[]): boolean {
  return roles.every((role) => role === "service");
}

const LEVELS: readonly TeamRole[] = ["moderator", "manager", "owner"];

/** 0 for everybody who moderates nobody, up to 3 for an owner. */
function levelOf(roles: readonly TeamRole[]): number {
  return LEVELS.indexOf(strongestRole(roles)) + 1;
}
