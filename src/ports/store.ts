import type { AuditEvent, ChainHead, NewAuditEvent } from "../engine/audit.ts";
import type { Case } from "../engine/case/case.ts";
import type { Inbox } from "../engine/escalation/inbox.ts";
import type { RotaEntry } from "../engine/rota/on-call.ts";
import type { Span } from "../engine/rota/wall-clock.ts";
import type { Message } from "../engine/message.ts";
import type { Policy } from "../engine/policy.ts";
import type { Result } from "../engine/result.ts";
import type { Attempt, AttemptFilter, Claim, InboxChange, SettledAttempts } from "./attempts.ts";
import type { Job } from "./jobs.ts";
import type { PersonRecord, PersonRecords } from "./person-record.ts";
import type { EffectFollows, LateEvent, Report, RightsStore } from "./rights.ts";
import type { SeenRecords } from "./seen-records.ts";
import type {
  CaseAuthor,
  CaseFilter,
  CaseMessage,
  CaseNote,
  CaseView,
  JudgedMessage,
  Standing,
  StoredMessage,
  Strike,
  UndoneDecision,
} from "./records.ts";
import type {
  CaseChange,
  ChangeOptions,
  KnownInChange,
  KnownOfMessage,
  OpenRequest,
  OpeningStep,
  Recorded,
  Recording,
} from "./changes.ts";

export type {
  CaseChange,
  CaseRequest,
  ChangeOptions,
  KnownInChange,
  KnownOfMessage,
  OpenRequest,
  OpeningStep,
  Recorded,
  Recording,
} from "./changes.ts";
export type {
  CaseAuthor,
  CaseFilter,
  CaseMessage,
  CaseNote,
  CaseView,
  JudgedMessage,
  KnownAuthor,
  OwnMessage,
  Standing,
  StoredMessage,
  Strike,
  UndoneDecision,
} from "./records.ts";

/** What a case may wait for beside its ladder. `remind` only where nobody was reminded since the acknowledgement. */
export const TIMER_KINDS = ["lease", "hold", "close", "remind", "unacknowledge"] as const;
export type TimerKind = (typeof TIMER_KINDS)[number];

/** Which timers of one kind and community are late. All times are epoch ms. */
export interface LateTimers {
  readonly communityId: string;
  readonly kind: TimerKind;
  /** Ends of leases and holds, times of decisions and of acknowledgements: those before it are late. */
  readonly before: number;
  /** An acknowledged appeal must also have begun before this. */
  readonly appealedBefore: number;
  /**
   * What began later than this is late whenever it ends: the clock was set back since. Nobody is reminded of an
   * acknowledgement for that, since it ends then.
   */
  readonly aheadOf: number;
  /** Only those that come after this one. */
  readonly after?: LateTimer;
  /** At most this many, the longest first. */
  readonly limit: number;
}

export interface LateTimer {
  readonly caseId: string;
  /** The end of the lease or hold, the time of the decision or acknowledgement. */
  readonly time: number;
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

/** Where messages were deleted on a platform; `messageIds: null`: all of a channel. Those of authors in `except` are left out. */
export interface DeletedPlace {
  readonly communityId: string;
  readonly channelId: string;
  readonly messageIds: readonly string[] | null;
  readonly except?: readonly string[];
}

/** A case of which messages were deleted on the platform. */
export interface LostMessages {
  readonly case: Case;
  /** How many now, and how many in all; revisions count once. */
  readonly now: number;
  readonly all: number;
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

/**
 * The durable record. Every method that writes is one transaction. Where several processes share the work, each is
 * told of its own share alone by those methods that tell what waits: `communities`, `overdueCases`, `pendingJobs` and
 * `jobsUnderWay`. Passes test/conformance/store.ts.
 */
export interface Store extends RightsStore, PersonRecords, SeenRecords {
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
  /** The strikes that decisions of a case brought, those that were revoked among them. */
  strikesOf(caseId: string): Promise<readonly Strike[]>;
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
  /**
   * Notes at `at` (epoch ms) that messages are gone from the platform: those of `place`, with `messageIds: null`
   * all of its channel, as far as they belong to a case that somebody is waited for, were not hidden before
   * anybody decided, and were not known to be gone. `follows` is pure, and called for each case that lost some.
   */
  noteDeleted(
    place: DeletedPlace,
    at: number,
    follows: (lost: LostMessages) => Pick<CaseChange, "events" | "jobs">,
  ): Promise<readonly LostMessages[]>;
  /** How many messages of a case somebody else deleted on the platform; revisions count once. */
  deletedMessages(caseId: string): Promise<number>;
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
  /** Timers of live cases that should have fired: a queue may have lost them, or wait by a clock that was set back. */
  lateTimers(filter: LateTimers): Promise<readonly LateTimer[]>;
  attempts(filter: AttemptFilter): Promise<readonly Attempt[]>;
  /** Ids of those (`CHANNEL` among them) for whom an attempt is pending or bundled; `dueBy`: for whom a bundled one was due by then. */
  waitingPeople(communityId: string, dueBy?: number): Promise<readonly string[]>;
  inbox(communityId: string, personId: string, at: number): Promise<Inbox>;
  /** Changes what waits for somebody at `at` (epoch ms). `change` is pure, and sees the inbox under the community's lock. */
  changeInbox(
    communityId: string,
    personId: string,
    at: number,
    change: (inbox: Inbox) => InboxChange,
  ): Promise<void>;
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
   * Ends every claim of a community, and gives those that it was on. Only for whoever alone may send by now, and
   * sends nothing yet: the claims are those of the dead.
   */
  endClaims(communityId: string): Promise<readonly Attempt[]>;
  /**
   * Attempts that were asked for later than `aheadOf` (epoch ms) were so before the clock was set back: those that wait
   * are taken as asked for at `at`, and are due as much sooner; what was done with the others, the last of it at `at`,
   * and what was before it by as much as it was.
   */
  pullAttempts(communityId: string, at: number, aheadOf: number): Promise<void>;
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
  /**
   * Jobs of the queue `actions` that it was last known to hold before `before` (epoch ms) and to have not ended, the
   * longest first; and those of which that was known two minutes after it: the clock was set back since. `heldAt`:
   * when it was known, epoch ms.
   */
  jobsUnderWay(
    before: number,
    limit: number,
  ): Promise<readonly (JobName & { readonly heldAt: number })[]>;
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
   * erased, and null comes back. Reports of what they wrote that no case will answer any more are closed;
   * `tells` is pure, and says who hears of these.
   */
  erasePerson(
    communityId: string,
    authorId: string,
    personFingerprint: string,
    event: NewAuditEvent,
    options?: {
      readonly mayErase?: (record: PersonRecord) => boolean;
      readonly tells?: (closed: readonly Report[]) => Pick<CaseChange, "attempts" | "jobs">;
    },
  ): Promise<number | null>;
  /**
   * Deletes expired messages with what hangs on them, evidence of decided cases included. A message of a
   * live case stays that is not closed, or of which a ban, a timeout or a strike still stands against
   * somebody. Returns how many messages.
   */
  purgeExpired(now: number): Promise<number>;
  close(): Promise<void>;
}

/** A job by its queue and its id there. */
export type JobName = Pick<Job, "queue" | "id">;

/** A job of the outbox, with the time from which its delay counts. */
export interface PendingJob extends Job {
  readonly writtenAt: number;
}
