import type { NewAuditEvent } from "../../src/engine/audit.ts";
import type { Case } from "../../src/engine/case/case.ts";
import type { Decision } from "../../src/engine/case/decision.ts";
import { firstRound } from "../../src/engine/case/ladder-state.ts";
import { type CaseCommand, stepCase } from "../../src/engine/case/transitions.ts";
import type { RotaEntry } from "../../src/engine/rota/on-call.ts";
import type { Message } from "../../src/engine/message.ts";
import { ok, type Result } from "../../src/engine/result.ts";
import type { Severity } from "../../src/engine/severity.ts";
import type { Verdict } from "../../src/engine/verdict.ts";
import type { Attempt } from "../../src/ports/attempts.ts";
import type {
  CaseChange,
  CaseRequest,
  ChangeOptions,
  KnownInChange,
  Recorded,
  Recording,
  Store,
  StoredMessage,
} from "../../src/ports/store.ts";

export const HOUR = 60 * 60 * 1000;
export const DAY = 24 * HOUR;
/** 2026-03-01T00:00:00Z, the time at which all examples happen. */
export const NOW = Date.UTC(2026, 2, 1);

let made = 0;

/** An id that no other test of this process has; suites that share a database are kept apart by it. */
export function freshId(prefix: string): string {
  made += 1;
  return `${prefix}-${process.pid}-${made}`;
}

export const CLEAN: Verdict = {
  id: "m",
  flags: [],
  decision: "none",
  scores: { claim: 0, leak: 0, promotion: 0, complaint: 0 },
  findings: [],
};

export const HELD: Verdict = {
  id: "m",
  flags: ["leak"],
  decision: "hold",
  scores: { claim: 0, leak: 0.9, promotion: 0, complaint: 0.02 },
  findings: [
    {
      family: "leak",
      rule: "leak.member-list",
      severity: "S1",
      score: 0.9,
      spans: [{ start: 3, end: 14, type: "pii.phone" }],
      reason: "A list of people's telephone numbers",
      citation: "",
      guards: [],
      people: 12,
    },
  ],
};

export function judged(person: string | null, at = NOW): NewAuditEvent {
  return { type: "message.judged", at, person, payload: { decision: "none" } };
}

export interface RecordingOptions {
  readonly community: string;
  readonly message?: Partial<StoredMessage>;
  readonly person?: string | null;
  /** Asks for a case with this id. */
  readonly caseId?: string;
  readonly severity?: Severity | null;
  readonly mode?: Recording["mode"];
  /** Absent: joins no other case than the one with its id. */
  readonly joinsSince?: number;
  readonly reach?: number;
}

/** A message that is complete and new, unless told otherwise. */
export function makeMessage(
  community: string,
  message: Partial<StoredMessage> = {},
): StoredMessage {
  const key = message.key ?? freshId("key");
  return {
    key,
    platform: "sandbox",
    communityId: community,
    communityName: "Garden club",
    channelId: "general",
    channelName: null,
    messageId: `message-of-${key}`,
    revisedAt: null,
    authorId: "author-1",
    authorRole: "member",
    evidence: null,
    textFingerprint: `text-of-${key}`,
    sentAt: NOW - 1000,
    receivedAt: NOW,
    expiresAt: NOW + 30 * DAY,
    contextUntil: null,
    ...message,
  };
}

/** The case that a message opens, before it has a number. */
export function makeCase(id: string, message: StoredMessage, more: Partial<Case> = {}): Case {
  const at = message.receivedAt;
  return {
    id,
    platform: message.platform,
    communityId: message.communityId,
    number: 0,
    source: "rule",
    messageKey: message.key,
    authorId: message.authorId,
    speaker: message.authorRole,
    state: "open",
    severity: "S1",
    families: ["leak", "claim"],
    shadow: false,
    held: true,
    messages: 1,
    reports: 0,
    reach: null,
    assignment: null,
    onHoldUntil: null,
    proposal: null,
    decision: null,
    ladder: firstRound(at),
    openedAt: at,
    lastSeenAt: at,
    decidedAt: null,
    closedAt: null,
    ...more,
  };
}

/** What opening a case and joining one write. */
export function opening(
  opens: Case,
  held: boolean,
  at: number,
  person: string | null = null,
): Pick<CaseRequest, "opens" | "held" | "keepsUntil" | "onOpen" | "onJoin"> {
  const event = (type: "case.opened" | "case.joined", { id, number, severity }: Case) => ({
    type,
    at,
    person,
    payload: { case: id, number, severity },
  });
  return {
    opens,
    held,
    // No longer than each message asks for itself.
    keepsUntil: 0,
    onOpen: (opened) => ({
      case: opened,
      events: [event("case.opened", opened)],
      jobs: [
        {
          queue: "actions",
          id: `${opened.id}-show`,
          name: "show",
          payload: { case: opened.id },
        },
        {
          queue: "escalations",
          id: `${opened.id}-climb-1-0`,
          name: "climb",
          payload: { case: opened.id, round: 1, step: 0 },
          delayMs: 900_000,
        },
      ],
    }),
    onJoin: (existing) => {
      const joined = {
        ...existing,
        messages: existing.messages + 1,
        held: existing.held || held,
        lastSeenAt: at,
      };
      return { case: joined, events: [event("case.joined", joined)], jobs: [] };
    },
  };
}

/** A recording that is complete and of a new message, unless told otherwise. */
export function makeRecording(options: RecordingOptions): Recording {
  const { community, caseId, person = null, severity = "S1", mode = "live", reach } = options;
  const message = makeMessage(community, {
    evidence: caseId === undefined ? null : "see ███████████ for the list",
    ...options.message,
  });
  const held = mode === "live";
  const opens = (id: string) =>
    makeCase(id, message, { severity, shadow: !held, held, reach: reach ?? null });
  return {
    message,
    verdict: caseId === undefined ? CLEAN : HELD,
    rulesVersion: "rules-1",
    mode,
    ...(caseId !== undefined && {
      needsCase: {
        ...opening(opens(caseId), held, message.receivedAt, person),
        joinsSince: options.joinsSince ?? Number.MAX_SAFE_INTEGER,
      },
    }),
    events: [judged(person)],
    jobs: [],
  };
}

/** Writes a recording, whatever else was recorded before. */
export function record(store: Pick<Store, "record">, recording: Recording): Promise<Recorded> {
  const { message } = recording;
  const said: Message = {
    id: message.messageId,
    platform: message.platform,
    community: { id: message.communityId },
    channel: { id: message.channelId },
    author: { id: message.authorId, role: message.authorRole },
    text: "",
    sentAt: message.sentAt,
    mentions: [],
    links: [],
    attachments: [],
  };
  return store.record(said, message.textFingerprint, () => recording);
}

/** Takes one change of a case, wherever it is; a case that does not exist is asked for all the same. */
export async function changeCase<E>(
  store: Pick<Store, "changeCase" | "findCase">,
  id: string,
  options: ChangeOptions,
  change: (current: Case, known: KnownInChange) => Result<CaseChange, E>,
) {
  const found = await store.findCase(id);
  return store.changeCase({ id, communityId: found?.communityId ?? "nowhere" }, options, change);
}

/** A decision with two actions, unless told otherwise. */
export function makeDecision(more: Partial<Decision> = {}): Decision {
  return {
    id: freshId("decision"),
    outcome: "uphold",
    rule: "leak.member-list",
    reason: "a list",
    actions: [{ kind: "delete" }, { kind: "timeout", minutes: 60 }],
    moderatorId: "mod-1",
    decidedAt: NOW + 5,
    confirmedBy: null,
    strikePoints: 0,
    ...more,
  };
}

/** Takes one step of a case, with an event that says which, and what else is asked for. */
export function step(
  store: Pick<Store, "changeCase" | "findCase">,
  caseId: string,
  command: CaseCommand,
  at = NOW + 5,
  more: Partial<CaseChange> = {},
) {
  return changeCase(store, caseId, { at }, (current) => {
    const next = stepCase(current, command, at);
    if (!next.ok) return next;
    const payload = { case: current.id, command: command.kind };
    const event: NewAuditEvent = { type: "case.noted", at, person: null, payload };
    return ok({ case: next.value, events: [event], jobs: [], ...more });
  });
}

export function decide(
  store: Pick<Store, "changeCase" | "findCase">,
  caseId: string,
  decision = makeDecision(),
  more: Partial<CaseChange> = {},
) {
  const { moderatorId: by, decidedAt } = decision;
  const command: CaseCommand = { kind: "decide", by, decision, needsSecond: false };
  return step(store, caseId, command, decidedAt, more);
}

/** Decides, and closes with nothing more expected. */
export async function close(
  store: Pick<Store, "changeCase" | "findCase">,
  caseId: string,
): Promise<void> {
  await decide(store, caseId);
  await step(store, caseId, { kind: "close" }, NOW + 6);
}

/** A page of the first step that is to be delivered, unless told otherwise. */
export function makeAttempt(
  community: string,
  caseId: string | null,
  more: Partial<Attempt> = {},
): Attempt {
  return {
    id: freshId("attempt"),
    communityId: community,
    caseId,
    personId: "mod-1",
    kind: "page",
    round: 1,
    step: 0,
    ways: ["direct", "email"],
    outcome: "pending",
    dueAt: NOW,
    requestedAt: NOW,
    bundle: null,
    way: null,
    ref: null,
    refused: [],
    doneAt: null,
    ...more,
  };
}

/** Entries that are added to a rota, with nobody told of them. */
export async function addRotaEntries(
  store: Pick<Store, "changeRota">,
  community: string,
  rota: string,
  added: readonly RotaEntry[],
  event: NewAuditEvent,
): Promise<void> {
  const change = { removed: [], added, event, attempts: [], jobs: [] };
  await store.changeRota(community, rota, 0, () => ok(change));
}
