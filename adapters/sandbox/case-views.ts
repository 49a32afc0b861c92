import type { AuditEvent } from "../../src/engine/audit.ts";
import { type Decision, shortId } from "../../src/engine/case/decision.ts";
import { ownerAt } from "../../src/engine/case/transitions.ts";
import { isWritten, messagesWritten, openedBy } from "../../src/pipeline/case-about.ts";
import type { Appeal, Report } from "../../src/ports/rights.ts";
import { type Attempt, CHANNEL } from "../../src/ports/attempts.ts";
import type {
  CaseMessage,
  CaseNote,
  CaseView,
  Standing,
  StoredMessage,
  UndoneDecision,
} from "../../src/ports/store.ts";
import { actsOf } from "./case-acts.ts";
import type { Chat } from "./chat.ts";
import { viewVerdict, type RuleWords } from "./views.ts";

/** What the record does not hold and a page needs. */
export interface Known {
  /** Display name by id; null when the sandbox no longer knows it. */
  readonly nameOf: (personId: string) => string | null;
  readonly ruleWords: RuleWords;
  /** Epoch ms; a lease that is over by then is no lease. */
  readonly now: number;
}

interface PersonView {
  readonly id: string;
  readonly name: string | null;
}

function person(id: string, { nameOf }: Known): PersonView {
  return { id, name: nameOf(id) };
}

/** A case as the queue shows it. The text is the redacted evidence, never the message. */
export function viewCase(view: CaseView, known: Known) {
  const { message, assignment, ladder, decision, proposal } = view;
  const owned = ownerAt(view, known.now) !== null;
  const { acknowledged } = ladder;
  return {
    id: view.id,
    number: view.number,
    state: view.state,
    source: view.source,
    severity: view.severity,
    families: view.families,
    shadow: view.shadow,
    held: view.held,
    messages: messagesWritten(view),
    /** What the record counts: a decision says how much of a case was seen. */
    seen: view.messages,
    reports: view.reports,
    reach: view.reach,
    openedAt: view.openedAt,
    lastSeenAt: view.lastSeenAt,
    decidedAt: view.decidedAt,
    onHoldUntil: view.onHoldUntil,
    assignee:
      assignment && owned
        ? {
            ...person(assignment.moderatorId, known),
            since: assignment.since,
            until: assignment.until,
          }
        : null,
    ladder: {
      round: ladder.round,
      step: ladder.step,
      nextAt: ladder.nextAt,
      waiting: ladder.waiting,
      acknowledged: acknowledged && {
        ...person(acknowledged.by, known),
        at: acknowledged.at,
      },
    },
    proposal: proposal && viewDecision(proposal, known),
    decision: decision && viewDecision(decision, known),
    channelId: message.channelId,
    channel: message.channelName ?? message.channelId,
    messageId: message.messageId,
    sentAt: message.sentAt,
    author: { ...person(view.authorId, known), role: message.authorRole },
    evidence: message.evidence,
    about: openedBy(view),
    verdict: viewVerdict(view.verdict, known.ruleWords),
  };
}

function viewDecision(decision: Decision, known: Known) {
  const { id, outcome, rule, reason, actions, moderatorId, decidedAt, confirmedBy } = decision;
  return {
    id,
    /** How a command names a proposal. */
    shortId: shortId(decision),
    outcome,
    rule,
    reason,
    actions,
    by: person(moderatorId, known),
    at: decidedAt,
    confirmedBy: confirmedBy === null ? null : person(confirmedBy, known),
    strikePoints: decision.strikePoints,
  };
}

/** All that hangs on a case, as it was read. */
export interface CaseFile {
  readonly view: CaseView;
  readonly messages: readonly CaseMessage[];
  readonly around: readonly StoredMessage[];
  readonly notes: readonly CaseNote[];
  readonly attempts: readonly Attempt[];
  readonly appeals: readonly Appeal[];
  readonly reports: readonly Report[];
  /** The newest audit events of the community, newest first. */
  readonly events: readonly AuditEvent[];
  /** Decisions that stand no longer, oldest first. */
  readonly undone: readonly UndoneDecision[];
  /** null: nothing is known. undefined: it is not for whoever asks. */
  readonly standing: Standing | null | undefined;
  /** Other cases about the author that whoever asks may see, undecided ones first. */
  readonly earlier: readonly CaseView[];
}

/** One case with everything a moderator needs to decide it. */
export function viewCaseFile(file: CaseFile, known: Known, chat: Chat) {
  const { view, messages, around, notes, attempts, appeals, reports, standing, earlier } = file;
  const acts = actsOf(file.events, view, attempts);
  return {
    ...viewCase(view, known),
    all: messages.filter(isShown(view)).map(({ message, verdict, held }) => ({
      ...viewStored(message, known),
      evidence: message.evidence,
      verdict: viewVerdict(verdict, known.ruleWords),
      held,
    })),
    around: around.map((message) => ({
      ...viewStored(message, known),
      text: shownText(message, chat),
    })),
    notes: notes.map(({ id, by, audience, text, at }) => ({
      id,
      by: person(by, known),
      audience,
      text,
      at,
    })),
    acts,
    undone: file.undone.map((decision) => ({
      ...viewDecision(decision, known),
      undoneAt: decision.undoneAt,
      undoneBy: person(decision.undoneBy, known),
    })),
    attempts: attempts.map((attempt) => viewAttempt(attempt, known)),
    appeals: appeals.map(({ id, decisionId, reason, at, dueAt, ...answered }) => ({
      id,
      decisionId,
      reason,
      at,
      dueAt,
      decidedBy: answered.decidedBy === null ? null : person(answered.decidedBy, known),
      overturned: answered.overturned,
      answer: answered.answer,
    })),
    // Who reported is nobody's business: what counts is what they saw.
    reported: reports.map(({ id, reason, at, outcome }) => ({
      id,
      reason,
      at,
      outcome,
    })),
    standing,
    earlier: earlier.map(
      ({ id, number, source, state, severity, families, decision, openedAt }) => ({
        id,
        number,
        source,
        state,
        severity,
        families,
        outcome: decision?.outcome ?? null,
        openedAt,
      }),
    ),
  };
}

/** What stands in for a message where there is none is not shown as one. */
function isShown(view: CaseView): (each: CaseMessage) => boolean {
  return ({ message }) => openedBy(view) !== "nothing" || !isWritten(message);
}

function viewStored(message: StoredMessage, known: Known) {
  return {
    messageId: message.messageId,
    channelId: message.channelId,
    author: { ...person(message.authorId, known), role: message.authorRole },
    sentAt: message.sentAt,
  };
}

/**
 * What the channel shows of a message, which moderators can read there; else its redacted evidence. Of
 * somebody who was erased nothing is shown, whatever the chat still holds.
 */
function shownText(message: StoredMessage, chat: Chat): string | null {
  if (message.authorId === "") return message.evidence;
  const shown = chat.find(message.channelId, message.messageId);
  return shown && !shown.hidden && message.evidence === null ? shown.text : message.evidence;
}

function viewAttempt(attempt: Attempt, known: Known) {
  const { id, kind, round, step, ways, way, outcome, refused } = attempt;
  const { personId, requestedAt, dueAt, doneAt } = attempt;
  return {
    id,
    kind,
    round,
    step,
    ways,
    way,
    outcome,
    refused,
    requestedAt,
    dueAt,
    doneAt,
    /** null: the moderators' channel. */
    person: personId === CHANNEL ? null : person(personId, known),
  };
}
