import type { NewAuditEvent } from "../engine/audit.ts";
import type { Case } from "../engine/case/case.ts";
import type { ReporterRecord } from "../engine/reports.ts";
import type { Result } from "../engine/result.ts";
import type { TransparencyRecord } from "../engine/statement/transparency-record.ts";
import type { Verdict } from "../engine/verdict.ts";
import type { Job } from "./jobs.ts";
import type { Attempt } from "./attempts.ts";
import type { CaseChange, OpenRequest, StoredMessage } from "./store.ts";

/** A statement of reasons that an author is owed, as it was given. */
export interface Statement {
  /** Also the `puid` of its record, and the id of the attempt that tells the author. */
  readonly id: string;
  readonly communityId: string;
  readonly caseId: string;
  /** null: a message was hidden before anybody decided. */
  readonly decisionId: string | null;
  /** Empty once erased. */
  readonly authorId: string;
  readonly at: number;
  readonly record: TransparencyRecord;
  /** When what it tells of was undone; null while it stands. */
  readonly revokedAt: number | null;
}

/** A member's word that a message breaks the rules. */
export interface Report {
  readonly id: string;
  readonly communityId: string;
  readonly messageKey: string;
  /** null while the reports of the message do not suffice for a case. */
  readonly caseId: string | null;
  /** Empty once erased. */
  readonly reporterId: string;
  /** Redacted. */
  readonly reason: string;
  readonly at: number;
  /** What was decided about the message; `closed`: nobody can any more, for it was erased; null until then. */
  readonly outcome: "upheld" | "dismissed" | "closed" | null;
}

/** A report with whoever wrote what it is about; empty once erased. */
export interface ReportOnAuthor extends Report {
  readonly authorId: string;
}

/** An author's objection to a decision; one for each decision and author. */
export interface Appeal {
  readonly id: string;
  readonly communityId: string;
  readonly caseId: string;
  readonly decisionId: string;
  /** Empty once erased. */
  readonly authorId: string;
  /** Redacted. */
  readonly reason: string;
  readonly at: number;
  /** Epoch ms by which the community wants it decided. */
  readonly dueAt: number;
  readonly decidedBy: string | null;
  readonly overturned: boolean | null;
  /** Why, in the words of whoever decided it; redacted. */
  readonly answer: string | null;
  readonly decidedAt: number | null;
}

/** What members are owed about a case, read under its lock. */
export interface KnownRights {
  /** Who wrote the messages of the case, each once, those who were erased left out; at most `MOST_AUTHORS` + 1. */
  readonly authors: readonly string[];
  /** Those of the case that stand. */
  readonly statements: readonly Statement[];
  /** Those of the case's messages, whatever revision was reported. */
  readonly reports: readonly ReportOnAuthor[];
  /** Those against the decision that stands, decided or not, oldest first. */
  readonly appeals: readonly Appeal[];
  /** How many notes of the case each person wrote. */
  readonly notes: ReadonlyMap<string, number>;
}

/** Beyond so many authors one case is a flood, whose senders are not told one by one (DSA, Article 17(2)). */
export const MOST_AUTHORS = 50;

/** What a step of a case writes for the people it is about, in its transaction. */
export interface RightsChange {
  /** One whose id is taken is left alone. */
  readonly statements?: readonly Statement[];
  /** Statements that no longer stand, with epoch ms. */
  readonly revoked?: { readonly ids: readonly string[]; readonly at: number };
  /** A new one, or the one that was decided. */
  readonly appeal?: Appeal;
  /** Others that were decided with it. */
  readonly decidedWith?: readonly Appeal[];
  readonly reports?: readonly Pick<Report, "id" | "caseId" | "outcome">[];
}

/**
 * An event of what was begun before the community's lock was taken. Whoever it is about may have been
 * erased meanwhile: where no message of theirs is left there any more, it is recorded as about nobody,
 * and what would be owed to them is not written.
 */
export interface LateEvent extends NewAuditEvent {
  readonly author?: LateAuthor;
}

/** Somebody by their id, and where a message of theirs must still be: one message, or those of a case. */
export type LateAuthor = { readonly id: string } & (
  | { readonly messageKey: string }
  | { readonly caseId: string }
);

/** What follows from an effect, in the transaction that notes it. */
export interface EffectFollows extends Pick<RightsChange, "statements" | "revoked"> {
  readonly attempts?: readonly Attempt[];
  readonly jobs?: readonly Job[];
}

/** Which message somebody reports. */
export interface ReportTarget {
  readonly communityId: string;
  readonly channelId: string;
  readonly messageId: string;
  readonly reporterId: string;
  /** The keyed fingerprint of a person, under which the reports of somebody erased are still counted for a time. */
  readonly fingerprintOf: (personId: string) => string;
  /** Epoch ms: the time of the report. */
  readonly at: number;
  /** As in `CaseRequest`: an undecided case that the message itself is not in is joined where its last one is no older. */
  readonly joinsSince: number;
}

/** What a report is judged by, read under the community's lock. */
export interface KnownInReport {
  /** The newest revision; null when the message is not recorded. */
  readonly message: StoredMessage | null;
  readonly verdict: Verdict | null;
  /** The newest case that has this revision. */
  readonly case: Case | null;
  /** Whether its decision was overturned for the author of the message alone. */
  readonly cleared: boolean;
  /**
   * Undecided cases that have the message in any revision, those with this one first; behind them those about its
   * author or with a message of the same text that it may join. The newest of each first.
   */
  readonly undecided: readonly UndecidedCase[];
  /** Everybody's reports of the message, in whatever revision, with how the earlier ones of whoever reported were decided. */
  readonly reports: readonly (Report & { readonly record: ReporterRecord })[];
  /** How the reporter's earlier reports were decided. */
  readonly record: ReporterRecord;
  /** Reports of theirs in the hour before `at`. */
  readonly inLastHour: number;
}

/** A case that nobody has decided, and whether it has the revision that is reported. */
export interface UndecidedCase {
  readonly case: Case;
  readonly has: boolean;
  /** Whoever has reported something to it, each once; those who were erased left out. */
  readonly reporters: readonly string[];
}

/** What one report writes, in one transaction. */
export interface ReportChange {
  /** Its `caseId` is replaced by that of the case that is opened or joined. */
  readonly report: Report;
  readonly events: readonly NewAuditEvent[];
  /** Asks for a case, to which the message's other reports of no case belong then too; null for none. */
  readonly opens: OpenRequest | null;
}

/** What became of a report: the case that it opened or joined, or null. */
export interface Reported {
  readonly report: Report;
  readonly case: Case | null;
}

/** Oldest first. */
export interface StatementFilter {
  readonly communityId?: string;
  readonly caseId?: string;
  readonly authorId?: string;
  /** Epoch ms; the first instant that counts, and the first that no longer does. */
  readonly from?: number;
  readonly until?: number;
  readonly includeRevoked: boolean;
  /** Only those after this one, for the next page. */
  readonly after?: Pick<Statement, "at" | "id">;
  readonly limit: number;
}

/** The part of the store that is about members' rights. */
export interface RightsStore {
  statements(filter: StatementFilter): Promise<readonly Statement[]>;
  /** Every appeal of a case, oldest first. */
  appealsOf(caseId: string): Promise<readonly Appeal[]>;
  /** Reports of the messages of a case, oldest first. */
  reportsOf(caseId: string): Promise<readonly ReportOnAuthor[]>;
  /**
   * Closes the reports of no case whose message has outlived its time at `now` (epoch ms), before `purgeExpired` deletes
   * both. `tells` is pure, and says who hears of these.
   */
  closeExpiredReports(
    now: number,
    tells: (closed: readonly Report[]) => Pick<CaseChange, "attempts" | "jobs">,
  ): Promise<void>;
  /**
   * Takes a report. `change` is pure and sees what is known under the community's lock; the report, its
   * case and all that follows are written in that transaction. An error it returns writes nothing.
   */
  addReport<E>(
    target: ReportTarget,
    change: (known: KnownInReport) => Result<ReportChange, E>,
  ): Promise<Result<Reported, E>>;
}
