import type { AuditEvent, ChainHead, NewAuditEvent } from "../engine/audit.ts";
import type { CaseError, CaseState, Outcome } from "../engine/case.ts";
import type { Family, Message } from "../engine/message.ts";
import type { Policy, Severity } from "../engine/policy.ts";
import type { Result } from "../engine/result.ts";
import type { Verdict } from "../engine/verdict.ts";
import type { Job, QueueName } from "./jobs.ts";

/** A message as it is kept: who, where and when, and redacted evidence only where a person must look. */
export interface StoredMessage {
  /** Hash of `messageKey`: one for each revision. */
  readonly key: string;
  readonly platform: string;
  readonly communityId: string;
  readonly communityName: string | null;
  readonly channelId: string;
  readonly channelName: string | null;
  readonly messageId: string;
  readonly revisedAt: number | null;
  readonly authorId: string;
  readonly authorRole: Message["author"]["role"];
  /** Redacted text, of the length of the text, so that spans fit; null for a message that nobody must look at. */
  readonly evidence: string | null;
  readonly textFingerprint: string;
  readonly sentAt: number;
  readonly receivedAt: number;
  /** Epoch ms after which the row is deleted. */
  readonly expiresAt: number;
}

/** A finding that needs a human. */
export interface Case {
  readonly id: string;
  readonly communityId: string;
  /** 1 for the first case of a community, without gaps: people say `#142`. */
  readonly number: number;
  readonly messageKey: string;
  readonly state: CaseState;
  readonly severity: Severity | null;
  readonly families: readonly Family[];
  /** Opened in shadow mode: nothing was done and nobody was woken. */
  readonly shadow: boolean;
  readonly held: boolean;
  /** Rungs of the ladder that were climbed. */
  readonly rung: number;
  readonly openedAt: number;
  readonly decidedAt: number | null;
}

/** A case with all that a moderator is shown. */
export interface CaseView extends Case {
  readonly message: StoredMessage;
  readonly verdict: Verdict;
  readonly decision: DecisionRecord | null;
}

export interface DecisionRecord {
  readonly id: string;
  readonly caseId: string;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly moderatorId: string;
  readonly decidedAt: number;
}

/** One evaluation and all that follows from it, written in one transaction. */
export interface Recording {
  readonly message: StoredMessage;
  readonly verdict: Verdict;
  readonly rulesVersion: string;
  readonly mode: Policy["mode"];
  /**
   * Absent when no human must decide. `id` is the job id of its escalation. Where a case with this id
   * exists already (a rule that keeps breaking), the message is recorded without a new case: no
   * `case.opened` event is appended, and `Recorded.case` is the existing one.
   */
  readonly newCase?: {
    readonly id: string;
    readonly severity: Severity | null;
    readonly families: readonly Family[];
    readonly held: boolean;
  };
  /** Events in order; `case.opened` gets the case's number added to its payload as `number`. */
  readonly events: readonly NewAuditEvent[];
  readonly jobs: readonly Job[];
}

/** `duplicate`: this revision was recorded before; nothing was written and the first verdict comes back. */
export type Recorded =
  | { readonly kind: "recorded"; readonly verdict: Verdict; readonly case: Case | null }
  | { readonly kind: "duplicate"; readonly verdict: Verdict; readonly case: Case | null };

export interface DecideRequest {
  readonly caseId: string;
  readonly decision: DecisionRecord;
  readonly events: readonly NewAuditEvent[];
  readonly jobs: readonly Job[];
}

export interface CaseFilter {
  readonly communityId?: string;
  readonly state?: CaseState;
  /** At most this many; open cases come by severity and age, decided ones newest first. */
  readonly limit: number;
}

/** What is known of a member in one community. */
export interface Standing {
  readonly messages: number;
  readonly flagged: number;
  readonly upheld: number;
  readonly dismissed: number;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
}

export interface CommunityRecord {
  readonly id: string;
  readonly platform: string;
  readonly name: string | null;
  readonly messages: number;
  readonly openCases: number;
}

/** The durable record. Every method that writes is one transaction. Passes test/conformance/store.ts. */
export interface Store {
  /** The community's newest policy, or null when it has none of its own. */
  policyOf(communityId: string): Promise<Policy | null>;
  /** Adds a version; older versions stay, so that an old verdict can be explained. */
  savePolicy(
    community: { readonly id: string; readonly platform: string; readonly name: string | null },
    policy: Policy,
    event: NewAuditEvent,
  ): Promise<number>;
  record(recording: Recording): Promise<Recorded>;
  /** A recorded message by its key, with what was decided about it; null when it is unknown or expired. */
  findJudged(messageKey: string): Promise<JudgedMessage | null>;
  findCase(caseId: string): Promise<CaseView | null>;
  listCases(filter: CaseFilter): Promise<readonly CaseView[]>;
  communities(): Promise<readonly CommunityRecord[]>;
  standing(communityId: string, authorId: string): Promise<Standing | null>;
  /** The case must be able to take the step; the decision, its events and its jobs are written with it. */
  decideCase(
    request: DecideRequest,
  ): Promise<Result<Case, CaseError | { readonly kind: "not-found" }>>;
  /** Climbs from rung `fromRung`; `already-done` when an earlier delivery of the job did. */
  escalateCase(
    caseId: string,
    fromRung: number,
    events: readonly NewAuditEvent[],
    jobs: readonly Job[],
  ): Promise<Result<Case, CaseError | { readonly kind: "not-found" | "already-done" }>>;
  /**
   * Notes that an effect was carried out, once: a second call with the same id writes nothing and returns false.
   * The event is appended in the same transaction.
   */
  noteEffect(effectId: string, communityId: string, event: NewAuditEvent): Promise<boolean>;
  hasEffect(effectId: string): Promise<boolean>;
  /** Jobs that were written with a record but not yet handed to the queue, oldest first. */
  pendingJobs(limit: number, notAfter: number): Promise<readonly PendingJob[]>;
  markEnqueued(
    jobs: readonly { readonly queue: QueueName; readonly id: string }[],
    at: number,
  ): Promise<void>;
  auditEvents(communityId: string, afterSeq: number, limit: number): Promise<readonly AuditEvent[]>;
  /** Newest events first, for people to read. */
  recentAuditEvents(communityId: string, limit: number): Promise<readonly AuditEvent[]>;
  auditHeads(): Promise<ReadonlyMap<string, ChainHead>>;
  /**
   * Erases what is kept of one person in one community: evidence, author ids, standing, and the
   * payloads of audit events about them. The chain stays whole; the event gets the number of erased
   * payloads added to its payload as `payloads`, and the number comes back; null when nothing was kept.
   */
  erasePerson(
    communityId: string,
    authorId: string,
    personFingerprint: string,
    event: NewAuditEvent,
  ): Promise<number | null>;
  /**
   * Deletes expired messages with what hangs on them, evidence of decided cases included; a message whose
   * case is open stays. Returns how many messages.
   */
  purgeExpired(now: number): Promise<number>;
  close(): Promise<void>;
}

/** A recorded message with its first verdict. */
export interface JudgedMessage {
  readonly message: StoredMessage;
  readonly verdict: Verdict;
  readonly mode: Policy["mode"];
  readonly case: Case | null;
}

/** A job of the outbox, with the time from which its delay counts. */
export interface PendingJob extends Job {
  readonly writtenAt: number;
}
