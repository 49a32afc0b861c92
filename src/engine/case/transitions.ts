import { type Result, fail, ok } from "../result.ts";
import type { Case, CaseState } from "./case.ts";
import type { Decision, Proposal } from "./decision.ts";
import { newRound, roundAgain } from "./ladder-state.ts";

/** One step that somebody, or a timer, wants a case to take. Times are epoch ms. */
export type CaseCommand =
  /** Takes the lease, or renews one's own. */
  | { readonly kind: "take"; readonly by: string; readonly until: number }
  /** Gives the lease back: "skip for me". */
  | { readonly kind: "release"; readonly by: string }
  | { readonly kind: "hand-over"; readonly by: string; readonly to: string; readonly until: number }
  | { readonly kind: "hold"; readonly by: string; readonly until: number }
  /** A lease or a hold is over. */
  | { readonly kind: "expire" }
  | { readonly kind: "acknowledge"; readonly by: string }
  | { readonly kind: "unacknowledge" }
  /** A step of the ladder is due. */
  | { readonly kind: "climb" }
  /** Another message joins; `anew`: others must hear of it, so a new round of the ladder begins. */
  | { readonly kind: "join"; readonly anew: boolean }
  | {
      readonly kind: "decide";
      readonly by: string;
      readonly decision: Proposal;
      /** The policy wants a second moderator. */
      readonly needsSecond: boolean;
    }
  /** `decisionId` names the proposal that was looked at; absent: whichever stands. */
  | {
      readonly kind: "confirm";
      readonly by: string;
      readonly decisionId?: string;
      /** What it weighs by now; absent: what was proposed. */
      readonly weighed?: Pick<Decision, "actions" | "strikePoints">;
    }
  | { readonly kind: "reject"; readonly by: string; readonly decisionId?: string }
  | { readonly kind: "undo"; readonly by: string }
  | { readonly kind: "reopen"; readonly by: string }
  /** `since`: when the earliest appeal that waits was made, where it is not this one. */
  | { readonly kind: "appeal"; readonly since?: number }
  | {
      readonly kind: "decide-appeal";
      readonly by: string;
      readonly overturn: boolean;
      /** Overturned for one author only: the decision stands for the others. */
      readonly stands?: boolean;
      /** When the earliest of other authors' appeals that are still to be decided was made; absent: there are none. */
      readonly waitsSince?: number;
      /** Everybody else who could decide it had a part in it too. */
      readonly isLast?: boolean;
    }
  | { readonly kind: "close" };

export type CaseCommandKind = CaseCommand["kind"];

/** Why a case does not take a step. */
export type CaseError =
  /** A decision stands. */
  | { readonly kind: "already-decided"; readonly by: string; readonly at: number }
  /** Another moderator holds the lease. */
  | { readonly kind: "assigned-to-other"; readonly moderatorId: string; readonly until: number }
  /** The lease of who asks is over, or there never was one. */
  | { readonly kind: "not-assigned" }
  | { readonly kind: "reason-required" }
  | { readonly kind: "rule-required" }
  /** Another decision waits for its second moderator. */
  | { readonly kind: "already-proposed"; readonly by: string }
  /** No decision waits for a second moderator, or not the one that was named. */
  | { readonly kind: "nothing-proposed" }
  /** Whoever proposes cannot confirm, and who decided cannot decide the appeal. */
  | { readonly kind: "needs-another" }
  /** Others are waited for because of what one has proposed, or decided: nobody else is to be kept from it. */
  | { readonly kind: "own-proposal" }
  | { readonly kind: "own-decision" }
  /** A decision stands, and its appeal is what is decided now. */
  | { readonly kind: "under-appeal" }
  | { readonly kind: "closed" }
  /** The case has rested as long as it may before others hear of it again. */
  | { readonly kind: "rested-enough" }
  /** A timer that came too early or too late: nothing is due. */
  | { readonly kind: "not-due" }
  | { readonly kind: "wrong-state"; readonly state: CaseState };

const waiting: readonly CaseCommandKind[] = [
  "take",
  "acknowledge",
  "unacknowledge",
  "climb",
  "join",
  "decide",
  "confirm",
  "reject",
];

/** The only place that says which commands a case takes in which state. */
export const ALLOWED: Readonly<Record<CaseState, readonly CaseCommandKind[]>> = {
  open: [...waiting, "hold"],
  reopened: [...waiting, "hold"],
  assigned: [...waiting, "release", "hand-over", "hold", "expire"],
  "on-hold": ["take", "hold", "join", "decide", "confirm", "reject", "expire"],
  decided: ["undo", "appeal", "close"],
  appealed: ["acknowledge", "unacknowledge", "climb", "appeal", "decide-appeal"],
  closed: ["reopen", "appeal"],
};

/**
 * The case after a step at time `at`, or why it does not take it. A lease that is over counts as none,
 * whether its timer has fired or not.
 */
export function stepCase(before: Case, command: CaseCommand, at: number): Result<Case, CaseError> {
  if (!ALLOWED[before.state].includes(command.kind)) return fail(refusal(before));
  switch (command.kind) {
    case "take":
      return take(before, command.by, command.until, at);
    case "release": {
      // Nobody has it any more, so the ladder must not rest on who has just given it back.
      const ladder = newRound(before.ladder, at);
      return owned(before, command.by, at, { ...before, ...unassigned(before), ladder });
    }
    case "hand-over": {
      const { to, until } = command;
      if (before.proposal?.moderatorId === to) return fail({ kind: "needs-another" });
      const assignment = { moderatorId: to, since: at, until };
      // Whoever has the case is asked about it, and not who gave it away.
      const { acknowledged: seen } = before.ladder;
      const ladder = { ...before.ladder, acknowledged: seen && { ...seen, by: to } };
      return owned(before, command.by, at, { ...before, state: "assigned", assignment, ladder });
    }
    case "hold":
      return hold(before, command.by, command.until, at);
    case "expire":
      return expire(before, at);
    case "acknowledge": {
      const own = waitsForOthers(before, command.by);
      if (own) return fail(own);
      // One acknowledgement is enough: two people who renew it in turn must not keep a case for ever.
      return ok(before.ladder.acknowledged ? before : acknowledged(before, command.by, at));
    }
    case "unacknowledge":
      return unacknowledge(before, at);
    case "climb":
      return before.ladder.acknowledged ? fail({ kind: "not-due" }) : ok(before);
    case "join":
      return ok(command.anew ? anew(before, at) : before);
    case "decide":
      return decide(before, command, at);
    case "confirm":
    case "reject":
      return second(before, command, at);
    case "undo":
    case "reopen":
      return ok(reopened(before, at));
    case "appeal":
      return appeal(before, command.since ?? at);
    case "decide-appeal":
      return decideAppeal(before, command, at);
    case "close":
      return ok({ ...before, state: "closed", closedAt: at });
  }
}

/** Why a state refuses, in the words that help most. */
function refusal({ state, decision }: Case): CaseError {
  if (state === "appealed") return { kind: "under-appeal" };
  if (state === "closed") return { kind: "closed" };
  return state === "decided" && decision
    ? {
        kind: "already-decided",
        by: decision.confirmedBy ?? decision.moderatorId,
        at: decision.decidedAt,
      }
    : { kind: "wrong-state", state };
}

/** Who holds the lease at `at`; null when nobody does any more. */
export function ownerAt({ assignment }: Pick<Case, "assignment">, at: number): string | null {
  return assignment !== null && assignment.until > at ? assignment.moderatorId : null;
}

function takenBy(before: Case, by: string, at: number): CaseError | null {
  const owner = ownerAt(before, at);
  if (owner === null || owner === by || !before.assignment) return null;
  return { kind: "assigned-to-other", moderatorId: owner, until: before.assignment.until };
}

/** Whoever has had their say must not be the one on whom everybody else rests. */
function waitsForOthers({ state, proposal, decision }: Case, by: string): CaseError | null {
  if (proposal?.moderatorId === by) return { kind: "own-proposal" };
  const deciders = state === "appealed" ? [decision?.moderatorId, decision?.confirmedBy] : [];
  return deciders.includes(by) ? { kind: "own-decision" } : null;
}

function owned(before: Case, by: string, at: number, after: Case): Result<Case, CaseError> {
  const other = takenBy(before, by, at);
  if (other) return fail(other);
  return ownerAt(before, at) === by ? ok(after) : fail({ kind: "not-assigned" });
}

function take(before: Case, by: string, until: number, at: number): Result<Case, CaseError> {
  const other = waitsForOthers(before, by) ?? takenBy(before, by, at);
  if (other) return fail(other);
  const own = before.assignment?.moderatorId === by && before.state === "assigned";
  const since = own && before.assignment ? before.assignment.since : at;
  return ok({
    ...acknowledged(before, by, at),
    state: "assigned",
    onHoldUntil: null,
    assignment: { moderatorId: by, since, until },
  });
}

function hold(before: Case, by: string, until: number, at: number): Result<Case, CaseError> {
  const other = waitsForOthers(before, by) ?? takenBy(before, by, at);
  if (other) return fail(other);
  if (until <= at) return fail({ kind: "rested-enough" });
  const { ladder, ...seen } = acknowledged(before, by, at);
  return ok({
    ...seen,
    ladder: { ...ladder, heldSince: ladder.heldSince ?? at },
    state: "on-hold",
    onHoldUntil: until,
    assignment: null,
  });
}

/** A lease or a hold that runs, with its end; null when there is none. */
export function runningAt(
  { state, assignment, onHoldUntil }: Case,
  at: number,
): { readonly until: number } | null {
  const span = state === "on-hold" ? { until: onHoldUntil ?? 0 } : assignment;
  return span !== null && span.until > at ? span : null;
}

function expire(before: Case, at: number): Result<Case, CaseError> {
  if (runningAt(before, at)) return fail({ kind: "not-due" });
  // Whoever let a case lie is not the one to wait for: everybody on call hears of it again.
  return ok({ ...before, ...unassigned(before), ladder: newRound(before.ladder, at) });
}

function unacknowledge(before: Case, at: number): Result<Case, CaseError> {
  const { ladder } = before;
  if (!ladder.acknowledged) return fail({ kind: "not-due" });
  const again = { ...before, ladder: roundAgain(before, at) };
  return ok(before.state === "appealed" ? again : { ...again, ...unassigned(before) });
}

/** What is waited for on hold was asked about less: it does not rest any longer. */
function anew(before: Case, at: number): Case {
  const woken = before.state === "on-hold" ? unassigned(before) : {};
  return { ...before, ...woken, ladder: newRound(before.ladder, at) };
}

function unassigned(before: Case): Pick<Case, "state" | "assignment" | "onHoldUntil"> {
  const state = before.state === "reopened" ? "reopened" : "open";
  return { state, assignment: null, onHoldUntil: null };
}

/**
 * Whoever has the case is the one to wait for; since when, within one round, only the first of them says.
 * What comes off hold has rested by right, and is waited for from then on; an S1 is not, or holding and taking
 * it in turn would keep it for ever.
 */
function acknowledged(before: Case, by: string, at: number): Case {
  const { ladder, state, severity } = before;
  const rested = state === "on-hold" && severity !== "S1";
  const since = rested ? at : (ladder.acknowledged?.at ?? at);
  const stands = { by, at: since };
  return { ...before, ladder: { ...ladder, acknowledged: stands, nextAt: null, waiting: false } };
}

function decide(
  before: Case,
  { by, decision, needsSecond }: Extract<CaseCommand, { kind: "decide" }>,
  at: number,
): Result<Case, CaseError> {
  const other = takenBy(before, by, at);
  if (other) return fail(other);
  if (before.proposal && isAboutAll(before, before.proposal)) {
    return fail({ kind: "already-proposed", by: before.proposal.moderatorId });
  }
  if (decision.reason.trim() === "") return fail({ kind: "reason-required" });
  if (decision.rule.trim() === "") return fail({ kind: "rule-required" });
  if (!needsSecond) return ok(decided(before, decision, at));
  const ladder = newRound(before.ladder, at);
  return ok({ ...before, ...unassigned(before), proposal: decision, ladder });
}

/** Whether nothing has joined since; a proposal about less makes way for another. */
function isAboutAll({ messages }: Case, proposal: Proposal): boolean {
  return (proposal.messages ?? messages) >= messages;
}

function second(
  before: Case,
  command: Extract<CaseCommand, { kind: "confirm" | "reject" }>,
  at: number,
): Result<Case, CaseError> {
  const { proposal } = before;
  const { decisionId = proposal?.id } = command;
  // Nobody's lease stands in the way: a proposal waits for any other pair of eyes.
  if (!proposal || proposal.id !== decisionId) return fail({ kind: "nothing-proposed" });
  // Whoever proposed may think again, but not be their own second.
  if (command.kind === "reject") return ok(rejected(before, at));
  // Who proposed may have been erased, and be the very one who asks.
  const isOther = proposal.moderatorId !== "" && proposal.moderatorId !== command.by;
  if (!isOther) return fail({ kind: "needs-another" });
  const confirmed = { ...proposal, ...command.weighed, confirmedBy: command.by, decidedAt: at };
  return ok(decided(before, confirmed, at));
}

/** The case waits again, for everybody: whoever had it until then had it as a proposal to look at, and the ladder may have ended. */
function rejected(before: Case, at: number): Case {
  const ladder = newRound(before.ladder, at);
  return { ...before, ...unassigned(before), proposal: null, ladder };
}

function decided(before: Case, proposal: Proposal, at: number): Case {
  const { messages: _, added: __, ...decision } = proposal;
  return {
    ...before,
    state: "decided",
    decision,
    proposal: null,
    assignment: null,
    onHoldUntil: null,
    decidedAt: at,
    ladder: { ...before.ladder, nextAt: null, waiting: false },
  };
}

function reopened(before: Case, at: number): Case {
  return {
    ...before,
    state: "reopened",
    decision: null,
    decidedAt: null,
    closedAt: null,
    ladder: newRound(before.ladder, at),
  };
}

/**
 * Each author may appeal: one who does while another's appeal waits, or after it was decided, does so against the same
 * decision. Others hear of each; the deadline that counts is that of the earliest.
 */
function appeal(before: Case, since: number): Result<Case, CaseError> {
  if (before.decision === null) return fail(refusal(before));
  const ladder = newRound(before.ladder, since);
  return ok({ ...before, state: "appealed", closedAt: null, ladder });
}

function decideAppeal(
  before: Case,
  command: Extract<CaseCommand, { kind: "decide-appeal" }>,
  at: number,
): Result<Case, CaseError> {
  const { by, overturn, stands = false, waitsSince, isLast = false } = command;
  const { decision } = before;
  // One whose decider was erased may be decided by anybody: it must not wait for ever.
  const isOwn = decision?.moderatorId === by || decision?.confirmedBy === by;
  if (isOwn && !isLast) return fail({ kind: "needs-another" });
  const left = overturn && !stands ? { ...before, decision: null } : before;
  if (waitsSince !== undefined) {
    // Whoever had said that they look after it has decided the other: the deadline is another from now on.
    return ok({ ...left, ladder: newRound(before.ladder, waitsSince) });
  }
  const ladder = { ...before.ladder, nextAt: null, waiting: false };
  return ok({ ...left, state: "closed", closedAt: at, ladder });
}
