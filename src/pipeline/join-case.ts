import type { AuditPayload } from "../engine/audit.ts";
import type { Case } from "../engine/case/case.ts";
import { isResting } from "../engine/case/ladder-state.ts";
import { type CaseError, stepCase } from "../engine/case/transitions.ts";
import { ladderFor } from "../engine/escalation/escalation-policy.ts";
import { type AuthorRole, FAMILIES } from "../engine/message.ts";
import type { Policy } from "../engine/policy.ts";
import { ok, type Result } from "../engine/result.ts";
import { graver } from "../engine/severity.ts";
import type { Ids } from "../ports/ids.ts";
import type { Job } from "../ports/jobs.ts";
import { HOUR_MS, withClimb } from "./case-change.ts";

/** What a message that joins a case brings with it. */
export type Joining = Pick<Case, "severity" | "families" | "speaker" | "held" | "reach">;

/** A case with one more message, which came to it at `at` (epoch ms). */
export function withOneMore(existing: Case, joining: Joining, at: number): Case {
  return {
    ...existing,
    severity: graver(existing.severity, joining.severity),
    families: FAMILIES.filter(
      (family) => existing.families.includes(family) || joining.families.includes(family),
    ),
    speaker: gravestSpeaker(existing.speaker, joining.speaker),
    held: existing.held || joining.held,
    messages: existing.messages + 1,
    reach: wider(existing.reach, joining.reach),
    lastSeenAt: at,
  };
}

function wider(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

/** The company answers for those who speak for it; a program is nearer to it than a member. */
const SPEAKERS: readonly AuthorRole[] = ["member", "bot", "affiliate", "staff"];

function gravestSpeaker(a: AuthorRole, b: AuthorRole): AuthorRole {
  return SPEAKERS.indexOf(a) >= SPEAKERS.indexOf(b) ? a : b;
}

/** Once in this time what joins may call people again: a raid is one page, and not one for each message. */
const CALLS_AGAIN_MS = HOUR_MS;

/** A case that something has joined. */
export interface Joined {
  readonly case: Case;
  /** Whether a new round of the ladder began with it. */
  readonly anew: boolean;
  readonly jobs: readonly Job[];
}

/**
 * What a case becomes that grows into `grown` at `at` (epoch ms). Others must hear of it, in a new round of the
 * ladder, where it is graver, where it climbs another ladder now, where it is on hold and `wakes` says that what
 * joins was not held back for, or where it is grave and its ladder rests.
 */
export function joinCase(
  deps: { readonly ids: Ids },
  policy: Policy,
  existing: Case,
  grown: Case,
  { at, wakes }: { readonly at: number; readonly wakes: boolean },
): Result<Joined, CaseError> {
  const anew =
    grown.severity !== existing.severity ||
    climbsAnother(policy, existing, grown) ||
    (existing.state === "on-hold" && wakes) ||
    callsAgain(grown, at);
  const joined = stepCase(grown, { kind: "join", anew }, at);
  if (!joined.ok) return joined;
  return ok({
    anew,
    ...(anew ? withClimb(deps.ids, policy, joined.value) : { case: joined.value, jobs: [] }),
  });
}

/**
 * What `case.opened` and `case.joined` say of the case as it is after them, how many messages it has among it: the chain
 * tells it when the record has long expired.
 */
export function standingOf({ severity, shadow, messages }: Case): AuditPayload {
  return { severity, mode: shadow ? "shadow" : "live", messages };
}

/** The people of one ladder are not those of another. */
function climbsAnother({ escalation }: Policy, existing: Case, grown: Case): boolean {
  return ladderFor(escalation, existing) !== ladderFor(escalation, grown);
}

function callsAgain({ severity, ladder }: Case, at: number): boolean {
  const grave = severity === "S1" || severity === "S2";
  return grave && isResting(ladder) && at - ladder.startedAt >= CALLS_AGAIN_MS;
}
