import type { Case, CaseSource, CaseState } from "../engine/case/case.ts";
import type { Decision, Sanction } from "../engine/case/decision.ts";
import type { AuthorRole, Message } from "../engine/message.ts";
import type { Policy } from "../engine/policy.ts";
import type { Verdict } from "../engine/verdict.ts";

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
  /** How many of its text files were not read, or not to their end; absent: none. */
  readonly unreadFiles?: number;
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
  /** What a threshold of those points added to it for them alone, among several authors; null where nothing. */
  readonly added: Sanction | null;
  /** Whether it was overturned for them alone, and stands for the others. */
  readonly cleared: boolean;
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
  /** What a threshold that was reached with them adds to the decision for this author alone; absent: nothing. */
  readonly added?: Sanction;
  readonly at: number;
  readonly expiresAt: number;
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

/** A recorded message with its first verdict. */
export interface JudgedMessage {
  readonly message: StoredMessage;
  readonly verdict: Verdict;
  readonly mode: Policy["mode"];
  readonly case: Case | null;
}
