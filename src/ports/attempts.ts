import type { Admission } from "../engine/escalation/inbox.ts";
import type { Job } from "./jobs.ts";
import type { LateEvent } from "./rights.ts";

/** The moderators' channel as an addressee; no platform gives such an id. */
export const CHANNEL = "#channel";

/**
 * `waiting` and `unreached` tell the moderators' channel that nobody is on call, or that nobody of a rung
 * could be reached. `statement`, `revocation` and `appeal` tell an author what was done and why, that it
 * was taken back, and what became of an appeal; `answer` tells a reporter what became of a report, or, about no
 * case, that nobody will decide about it any more.
 * `duty` tells one of the team how their duties stand after a change of a rota; it is about no case.
 */
export const ATTEMPT_KINDS = [
  "page",
  "reminder",
  "bundle",
  "note",
  "waiting",
  "unreached",
  "statement",
  "revocation",
  "appeal",
  "answer",
  "duty",
] as const;
export type AttemptKind = (typeof ATTEMPT_KINDS)[number];

/**
 * `pending`: to be delivered. `bundled`: waits for a summary. `delivered`: it reached somebody.
 * `unreachable`: every way was refused. `dropped`: the case was decided or acknowledged before.
 */
export const ATTEMPT_OUTCOMES = [
  "pending",
  "bundled",
  "delivered",
  "unreachable",
  "dropped",
] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** One try to tell somebody something, kept with its outcome. */
export interface Attempt {
  readonly id: string;
  readonly communityId: string;
  /** null: about several cases (a bundle). */
  readonly caseId: string | null;
  /** A person's id, or `CHANNEL`. */
  readonly personId: string;
  readonly kind: AttemptKind;
  /** Round and step of the ladder; 0 where there is none. */
  readonly round: number;
  readonly step: number;
  /** Ways to try, in order; `announce` for the channel. */
  readonly ways: readonly string[];
  readonly outcome: AttemptOutcome;
  /** Why a bundled one waits; absent: for the cap. Only what waits for the cap makes others wait with it. */
  readonly waitsFor?: Extract<Admission, { kind: "bundle" }>["because"];
  /** Epoch ms from which a pending or bundled one is due. */
  readonly dueAt: number;
  readonly requestedAt: number;
  /** Id of the bundle that told of it; null when it was told of by itself. */
  readonly bundle: string | null;
  /** The way that reached them; null while none did. */
  readonly way: string | null;
  readonly ref: string | null;
  /** Ways that were refused, as `way: kind`. */
  readonly refused: readonly string[];
  readonly doneAt: number | null;
  /** Epoch ms until which somebody is sending a pending one, and nobody else may; absent: nobody is. */
  readonly claimedUntil?: number;
}

/** The sole right to send one attempt until a time (epoch ms). */
export interface Claim {
  readonly id: string;
  readonly until: number;
}

export interface AttemptFilter {
  readonly communityId: string;
  readonly id?: string;
  readonly caseId?: string;
  /** Only those of this round and step of a ladder. */
  readonly stepOf?: Pick<Attempt, "round" | "step">;
  readonly personId?: string;
  readonly outcomes?: readonly AttemptOutcome[];
  /** Only those that this summary has taken up. */
  readonly bundle?: string;
  /** Only those due at this epoch ms or before. */
  readonly dueBy?: number;
  /** Only those that nobody has claimed at this epoch ms. */
  readonly freeAt?: number;
  /** Only those that come after this one, oldest first. */
  readonly after?: Pick<Attempt, "requestedAt" | "id">;
  /** Absent: oldest first. */
  readonly newestFirst?: boolean;
  /** At most this many. */
  readonly limit: number;
}

/** What becomes of what waits for one person. Times are epoch ms. */
export interface InboxChange {
  readonly added: readonly Attempt[];
  /** Attempts that wait for a summary from now on; what is not pending, or is being sent, stays as it is. */
  readonly putOff: readonly Required<Pick<Attempt, "id" | "dueAt" | "waitsFor">>[];
  /** Bundled attempts that a new summary takes up; those that another has taken up by then are left to it. */
  readonly takenUp: { readonly bundle: string; readonly ids: readonly string[] } | null;
  readonly jobs: readonly Job[];
}

export interface SettledAttempts {
  readonly communityId: string;
  /** One that stays `pending` gives its claim back, if it still has it. */
  readonly attempts: readonly Pick<
    Attempt,
    "id" | "outcome" | "bundle" | "way" | "ref" | "refused" | "doneAt" | "dueAt" | "claimedUntil"
  >[];
  readonly events: readonly LateEvent[];
  readonly jobs: readonly Job[];
  readonly added: readonly Attempt[];
}
