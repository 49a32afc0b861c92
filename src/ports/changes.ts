import type { NewAuditEvent } from "../engine/audit.ts";
import type { Case } from "../engine/case/case.ts";
import type { Inbox } from "../engine/escalation/inbox.ts";
import type { Policy } from "../engine/policy.ts";
import type { Result } from "../engine/result.ts";
import type { Recalled } from "../engine/signals.ts";
import type { Verdict } from "../engine/verdict.ts";
import type { Attempt } from "./attempts.ts";
import type { Job } from "./jobs.ts";
import type { KnownRights, RightsChange } from "./rights.ts";
import type { CaseNote, CaseView, KnownAuthor, StoredMessage, Strike } from "./records.ts";

/** What one step of a case writes, in one transaction. */
export interface CaseChange extends RightsChange {
  readonly case: Case;
  readonly events: readonly NewAuditEvent[];
  readonly jobs: readonly Job[];
  readonly note?: CaseNote;
  /** At most one for each author and decision. */
  readonly strikes?: readonly Strike[];
  /** The decision that no longer stands; its strikes are revoked. */
  readonly undone?: { readonly decisionId: string; readonly by: string; readonly at: number };
  /** Somebody for whom alone the decision no longer stands; their strike is revoked. */
  readonly cleared?: {
    readonly decisionId: string;
    readonly authorId: string;
    readonly at: number;
  };
  readonly attempts?: readonly Attempt[];
}

/** What a step may need to know beside the case, read under the same lock. */
export interface KnownInChange {
  /** Every author of the case, in the order of `Store.caseAuthors`. Empty unless `ChangeOptions.rights` asked for them. */
  readonly authors: readonly KnownAuthor[];
  /** Whether somebody who was erased wrote in the case too; false unless `ChangeOptions.rights` asked for it. */
  readonly hasErased: boolean;
  /** What each person of `ChangeOptions.people` got in the hour before `at`. */
  readonly inboxes: ReadonlyMap<string, Inbox>;
  /** null unless `ChangeOptions.rights` asked for it. */
  readonly rights: KnownRights | null;
}

export interface ChangeOptions {
  /** Epoch ms: the time of the change. */
  readonly at: number;
  /** Persons (or `CHANNEL`) whose inboxes the change wants to know. */
  readonly people?: readonly string[];
  /** Whether the change may decide something, or undo it, and so wants to know who is owed what. */
  readonly rights?: boolean;
}

/** What a message is judged by, read in the transaction that writes what comes of it. */
export interface KnownOfMessage {
  /** The community's newest policy; null when it has none of its own. */
  readonly policy: Policy | null;
  readonly recalled: Recalled;
}

/** One evaluation and all that follows from it, written in one transaction. */
export interface Recording {
  readonly message: StoredMessage;
  readonly verdict: Verdict;
  readonly rulesVersion: string;
  readonly mode: Policy["mode"];
  /** Absent when no human must decide. */
  readonly needsCase?: CaseRequest;
  readonly events: readonly NewAuditEvent[];
  readonly jobs: readonly Job[];
}

/** Asks for a case: one is opened, or the message joins one that nobody has decided. */
export interface CaseRequest {
  /**
   * The case that `opens` when there is none to join, with number 0, which the store replaces. Where a
   * case with its id exists (a rule that keeps breaking), the message joins it, whatever its state.
   */
  readonly opens: Case;
  readonly held: boolean;
  /** Epoch ms until which its messages are kept at least, as evidence. */
  readonly keepsUntil: number;
  /** Undecided cases of the same mode whose last message is not older than this epoch ms may be joined. */
  readonly joinsSince: number;
  /** Events and jobs of the case that is opened; pure, called with the number it got. */
  readonly onOpen: (opened: Case) => Pick<CaseChange, "case" | "events" | "jobs">;
  /** What joining makes of an existing case; pure. */
  readonly onJoin: (existing: Case) => Pick<CaseChange, "case" | "events" | "jobs">;
}

/**
 * Asks for a case about messages that are recorded already (a report, a review, a purge), or about words
 * that a member gave to Candor itself (`written`: a question, feedback), which are recorded with it.
 */
export interface OpenRequest
  extends Pick<CaseRequest, "opens" | "held" | "keepsUntil" | "onOpen" | "onJoin"> {
  /** Keys of recorded messages, the one that opens the case first; unknown ones are left out. */
  readonly messageKeys: readonly string[];
  readonly written: { readonly message: StoredMessage; readonly verdict: Verdict } | null;
  /**
   * Join the undecided case that has one of the messages, when there is one; `alone`: only where it has no
   * other messages and no decision that waits for a second moderator.
   */
  readonly joins: boolean | "alone";
}

/** The step that a case takes with its opening. */
export interface OpeningStep<E> extends ChangeOptions {
  /**
   * Tells a case about the same person, decided or proposed since this epoch ms, in which the very same was
   * asked for.
   */
  readonly repeats: { readonly since: number; readonly is: (existing: Case) => boolean };
  /** As in `Store.changeCase`, of the case as it was opened or joined. */
  readonly change: (
    view: CaseView,
  ) => (current: Case, known: KnownInChange) => Result<CaseChange, E>;
}

/** `duplicate`: this revision was recorded before; nothing was written and the first verdict comes back. */
export interface Recorded {
  readonly kind: "recorded" | "duplicate";
  readonly verdict: Verdict;
  /** The case that the message opened or joined. */
  readonly case: Case | null;
}
