import type { AuditEvent, ChainHead, NewAuditEvent } from "../engine/audit.ts";
import type { Case, CaseSource, CaseState } from "../engine/case/case.ts";
import type { Decision } from "../engine/case/decision.ts";
import type { Inbox } from "../engine/escalation/inbox.ts";
import type { RotaEntry } from "../engine/rota/on-call.ts";
import type { Span } from "../engine/rota/wall-clock.ts";
import type { AuthorRole, Message } from "../engine/message.ts";
import type { Policy } from "../engine/policy.ts";
import type { Result } from "../engine/result.ts";
import type { Recalled } from "../engine/signals.ts";
import type { Verdict } from "../engine/verdict.ts";
import type { Attempt, AttemptFilter, Claim, SettledAttempts } from "./attempts.ts";
import type { Job } from "./jobs.ts";
import type { PersonRecord, PersonRecords } from "./person-record.ts";
import type { EffectFollows, KnownRights, LateEvent, RightsChange, RightsStore } from "./rights.ts";

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
  /** Epoch ms until which the evidence of a message of no case is kept, as context of others; null: as long as the row. */
  readonly contextUntil: number | null;
}

/** A case with all that a moderator is shown. */
export interface CaseView extends Case {
  /** The message that opened it. */
  readonly message: StoredMessage;
  readonly verdict: Verdict;
}

/** A message of a case, in the order in which they joined. */
export interface CaseMessage {
  readonly message: StoredMessage;
  readonly verdict: Verdict;
  /** Hidden because of the verdict, before anybody decided. */
  readonly held: boolean;
}

/** Somebody who wrote messages of a case. */
export interface CaseAuthor {
  readonly id: string;
  /** The gravest standing in which they posted one of them. */
  readonly role: AuthorRole;
  /** Strike points that they got for the decision of the case that stands; 0 where none does. */
  readonly points: number;
}

/** A message of an author, as far as somebody is told why it counts. */
export interface OwnMessage extends Pick<StoredMessage, "sentAt"> {
  readonly verdict: Verdict;
}

/** An author of a case with all that a decision weighs. */
export interface KnownAuthor extends CaseAuthor {
  /** All points of theirs that count now. */
  readonly strikePoints: number;
  /** The message of theirs with the gravest finding; of several a hidden one, and then the first. */
  readonly own: OwnMessage;
  /** The same of those that were hidden before anybody decided; null where none was. */
  readonly held: OwnMessage | null;
}

/** A decision of a case that stands no longer: it was taken back, or overturned on appeal. */
export interface UndoneDecision extends Decision {
  readonly undoneAt: number;
  /** Empty once erased. */
  readonly undoneBy: string;
}

/** Said about a case; `author` notes are also sent to whom the case is about. */
export interface CaseNote {
  readonly id: string;
  readonly caseId: string;
  readonly by: string;
  readonly audience: "team" | "author";
  /** Redacted. */
  readonly text: string;
  readonly at: number;
}

/** Points that count against somebody until they expire or the decision is undone. */
export interface Strike {
  readonly decisionId: string;
  readonly caseId: string;
  readonly communityId: string;
  readonly authorId: string;
  readonly points: number;
  readonly at: number;
  readonly expiresAt: number;
}

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
  readonly attempts?: readonly Attempt[];
  /** Bundled attempts that a summary takes up; those that another has taken up by then are left to it. */
  readonly claims?: { readonly bundle: string; readonly ids: readonly string[] };
}

/** What a step may need to know beside the case, read under the same lock. */
export interface KnownInChange {
  /** Every author of the case, in the order of `Store.caseAuthors`. Empty unless `ChangeOptions.rights` asked for them. */
  readonly authors: readonly KnownAuthor[];
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

export interface CaseFilter {
  readonly communityId?: string;
  /** Absent: every state. */
  readonly states?: readonly CaseState[];
  readonly assignedTo?: string;
  /** Cases about them, and those that hold a message of theirs. */
  readonly authorId?: string;
  readonly sources?: readonly CaseSource[];
  /** At most this many; undecided cases come by priority, then the others newest decision first. */
  readonly limit: number;
}

/** What is known of a member in one community. */
export interface Standing {
  readonly messages: number;
  readonly flagged: number;
  readonly upheld: number;
  readonly dismissed: number;
  /** Points that count at the time asked for. */
  readonly strikePoints: number;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
}

/** Which timers of one community are late. All are epoch ms, and what is due before them is late. */
export interface LateTimers {
  readonly communityId: string;
  /** Ends of leases and of holds. */
  readonly endedBefore: number;
  /** Times of decisions that nobody may undo or appeal any more. */
  readonly decidedBefore: number;
  /** Times of acknowledgements, and of the appeals that they are about; null: nobody is to be reminded. */
  readonly acknowledged: {
    readonly remind: Acknowledged;
    readonly unacknowledge: Acknowledged;
  } | null;
  /** At most this many of each kind, the longest first. */
  readonly limit: number;
}

interface Acknowledged {
  readonly before: number;
  /** An appeal must also have begun before this. */
  readonly appealedBefore: number;
}

/** A timer that a case waits for. `remind` only where nobody was reminded since the acknowledgement. */
export interface LateTimer {
  readonly caseId: string;
  readonly timer: "expire" | "close" | "remind" | "unacknowledge";
}

/** One change of a rota, with the people who are told of it. */
export interface RotaChange {
  /** Entries as they were read; each goes as often as it is there. */
  readonly removed: readonly RotaEntry[];
  readonly added: readonly RotaEntry[];
  readonly event: NewAuditEvent;
  readonly attempts: readonly Attempt[];
  readonly jobs: readonly Job[];
}

/** How many duties an import changed. */
export interface ImportedDuties {
  readonly added: number;
  readonly removed: number;
}

/** The community of a policy; it need not be known before. */
export interface PolicyPlace {
  readonly id: string;
  readonly platform: string;
  /** null: unknown, or as it is. */
  readonly name: string | null;
}

export interface PolicyChange {
  readonly policy: Policy;
  readonly event: NewAuditEvent;
}

export interface CommunityRecord {
  readonly id: string;
  readonly platform: string;
  readonly name: string | null;
  readonly messages: number;
  readonly openCases: number;
}

/** The durable record. Every method that writes is one transaction. Passes test/conformance/store.ts. */
export interface Store extends RightsStore, PersonRecords {
  /** The community's newest policy, or null when it has none of its own. */
  policyOf(communityId: string): Promise<Policy | null>;
  /** Adds a version; older versions stay, so that an old verdict can be explained. */
  savePolicy(community: PolicyPlace, policy: Policy, event: NewAuditEvent): Promise<number>;
  /**
   * Adds a version made of the one in force. `change` is pure and sees it under the community's lock (null:
   * none of its own), so that nothing that another has changed or erased comes back. null: nothing to change.
   */
  changePolicy(
    community: PolicyPlace,
    change: (current: Policy | null) => PolicyChange | null,
  ): Promise<number | null>;
  /**
   * Judges a message and writes what comes of it. Messages of one community are judged in the order of the
   * calls, each after those before it are written: nobody has to wait for one before handing over the next.
   * `judge` has no effects; it is called again when the transaction is repeated.
   */
  record(
    message: Message,
    textFingerprint: string,
    judge: (known: KnownOfMessage) => Recording,
  ): Promise<Recorded>;
  /** A recorded message by its key, with what was decided about it; null when it is unknown or expired. */
  findJudged(messageKey: string): Promise<JudgedMessage | null>;
  /** `not-found`: no message of the request is recorded, and none was written. */
  openCase(
    request: OpenRequest,
  ): Promise<
    Result<{ readonly case: Case; readonly opened: boolean }, { readonly kind: "not-found" }>
  >;
  /**
   * Opens or joins a case and takes a step of it, both or neither. Where a case of the same messages repeats
   * the request, that one comes back and nothing is written. `not-found`: as for `openCase`.
   */
  openAndChange<E>(
    request: OpenRequest,
    step: OpeningStep<E>,
  ): Promise<Result<Case, E | { readonly kind: "not-found" }>>;
  findCase(caseId: string): Promise<CaseView | null>;
  findCaseByNumber(communityId: string, number: number): Promise<CaseView | null>;
  listCases(filter: CaseFilter): Promise<readonly CaseView[]>;
  /** Messages of a case, the first `limit` that joined. */
  caseMessages(caseId: string, limit: number): Promise<readonly CaseMessage[]>;
  /** Whoever wrote a message of a case, each once and the first before the others; those who were erased left out. */
  caseAuthors(caseId: string): Promise<readonly CaseAuthor[]>;
  /** The decisions of a case that stand no longer, oldest first. */
  undoneDecisions(caseId: string): Promise<readonly UndoneDecision[]>;
  /** Newest recorded messages of somebody, at most `limit`; of one channel when it is named. */
  recentMessages(
    communityId: string,
    authorId: string,
    channelId: string | null,
    limit: number,
  ): Promise<readonly StoredMessage[]>;
  /** Newest revision of a message by the platform's ids; null when it is not recorded. */
  findMessage(target: {
    readonly communityId: string;
    readonly channelId: string;
    readonly messageId: string;
  }): Promise<StoredMessage | null>;
  /** The message of a channel that was sent last; null when none of it is recorded. */
  newestMessage(communityId: string, channelId: string): Promise<StoredMessage | null>;
  /** What was said in the channel around a message, oldest first: at most `each` before and after, the message itself left out. */
  around(messageKey: string, each: number): Promise<readonly StoredMessage[]>;
  caseNotes(caseId: string): Promise<readonly CaseNote[]>;
  communities(): Promise<readonly CommunityRecord[]>;
  standing(communityId: string, authorId: string, at: number): Promise<Standing | null>;
  /**
   * Takes one step of a case. `change` is pure and sees the case under the community's lock, so that of
   * two who change it at once one sees what the other did. What it returns is written in the same
   * transaction; an error it returns writes nothing.
   */
  changeCase<E>(
    item: Pick<Case, "id" | "communityId">,
    options: ChangeOptions,
    change: (current: Case, known: KnownInChange) => Result<CaseChange, E>,
  ): Promise<Result<Case, E | { readonly kind: "not-found" }>>;
  /**
   * Undecided cases outside shadow mode whose next step was due before `at` (epoch ms), the longest first, and
   * those whose round began two minutes after it: the clock was set back since. `after`: those that come after it.
   */
  overdueCases(at: number, limit: number, after?: Case): Promise<readonly Case[]>;
  /** Timers of live cases that should have fired: a queue may have lost them. */
  lateTimers(filter: LateTimers): Promise<readonly LateTimer[]>;
  attempts(filter: AttemptFilter): Promise<readonly Attempt[]>;
  /** Ids of those (`CHANNEL` among them) for whom an attempt is pending or bundled; `dueBy`: for whom a bundled one was due by then. */
  waitingPeople(communityId: string, dueBy?: number): Promise<readonly string[]>;
  inbox(communityId: string, personId: string, at: number): Promise<Inbox>;
  /**
   * Gives those of these attempts that are pending and that nobody has claimed at `at` (epoch ms) to the
   * caller, who alone may send them until then. One call costs no more than reading them.
   */
  claimAttempts(
    communityId: string,
    claims: readonly Claim[],
    at: number,
  ): Promise<readonly Attempt[]>;
  /**
   * Writes the outcomes of attempts that are still `pending` or `bundled`, with an audit event, its jobs
   * and new attempts; false, and nothing written, when none of them was. What a summary has taken up is
   * settled by that alone. With no attempts, writes the rest.
   */
  settleAttempts(settled: SettledAttempts): Promise<boolean>;
  rotaEntries(communityId: string, rota: string, from: number): Promise<readonly RotaEntry[]>;
  /**
   * Changes a rota. `change` is pure and sees the entries that are not over at `at` (epoch ms), under the
   * community's lock; what it returns is written in that transaction, an error it returns writes nothing.
   */
  changeRota<E>(
    communityId: string,
    rota: string,
    at: number,
    change: (entries: readonly RotaEntry[]) => Result<RotaChange, E>,
  ): Promise<Result<RotaChange, E>>;
  /**
   * Adds those imported duties that the rota does not have yet, so that one file can be imported again.
   * With `replaces`, duties imported before that overlap this period and are not in `entries` go. The
   * event is made of what changed; where nothing did, nothing is written.
   */
  importRotaEntries(
    communityId: string,
    rota: string,
    imported: { readonly entries: readonly RotaEntry[]; readonly replaces: Span | null },
    eventOf: (changed: ImportedDuties) => NewAuditEvent,
  ): Promise<ImportedDuties>;
  /**
   * Notes that an effect was carried out, once: a second call with the same id writes nothing and returns false.
   * The event is appended in the same transaction, and what follows from the effect is written in it.
   */
  noteEffect(
    effectId: string,
    communityId: string,
    event: LateEvent,
    follows?: EffectFollows,
  ): Promise<boolean>;
  hasEffect(effectId: string): Promise<boolean>;
  /** Jobs that were written with a record but not yet handed to the queue, oldest first. */
  pendingJobs(limit: number): Promise<readonly PendingJob[]>;
  /** Notes at `at` (epoch ms) that the queue holds these jobs; null: that it has lost them, so that they are pending again. */
  markEnqueued(jobs: readonly JobName[], at: number | null): Promise<void>;
  /** Jobs of the queue `actions` that it was last known to hold before `before` (epoch ms) and to have not ended, the longest first. */
  jobsUnderWay(before: number, limit: number): Promise<readonly JobName[]>;
  /** Notes that the queue has ended these jobs, well or not. */
  markEnded(jobs: readonly JobName[], at: number): Promise<void>;
  auditEvents(communityId: string, afterSeq: number, limit: number): Promise<readonly AuditEvent[]>;
  /** Newest events first, for people to read. */
  recentAuditEvents(communityId: string, limit: number): Promise<readonly AuditEvent[]>;
  auditHeads(): Promise<ReadonlyMap<string, ChainHead>>;
  /**
   * Erases what is kept of one person in one community: evidence, author ids, standing, and the
   * payloads of audit events about them. The chain stays whole; the event gets the number of erased
   * payloads added to its payload as `payloads`, and the number comes back; null when nothing was kept.
   * `mayErase` is pure and sees what is kept under the community's lock; where it says no, nothing is
   * erased, and null comes back.
   */
  erasePerson(
    communityId: string,
    authorId: string,
    personFingerprint: string,
    event: NewAuditEvent,
    mayErase?: (record: PersonRecord) => boolean,
  ): Promise<number | null>;
  /**
   * Deletes expired messages with what hangs on them, evidence of decided cases included. A message of a
   * live case stays that is not closed, or of which a ban, a timeout or a strike still stands against
   * somebody. Returns how many messages.
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

/** A job by its queue and its id there. */
export type JobName = Pick<Job, "queue" | "id">;

/** A job of the outbox, with the time from which its delay counts. */
export interface PendingJob extends Job {
  readonly writtenAt: number;
}
