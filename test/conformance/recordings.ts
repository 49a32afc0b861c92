import type { NewAuditEvent } from "../../src/engine/audit.ts";
import type { Verdict } from "../../src/engine/verdict.ts";
import type { DecideRequest, Recording, StoredMessage } from "../../src/ports/store.ts";

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
  /** Opens a case with this id. */
  readonly caseId?: string;
  readonly severity?: "S1" | "S2" | "S3" | "S4" | null;
  readonly mode?: Recording["mode"];
}

/** A recording that is complete and of a new message, unless told otherwise. */
export function makeRecording(options: RecordingOptions): Recording {
  const { community, caseId, person = null, severity = "S1", mode = "live" } = options;
  const key = options.message?.key ?? freshId("key");
  const message: StoredMessage = {
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
    evidence: caseId === undefined ? null : "see ███████████ for the list",
    textFingerprint: `text-of-${key}`,
    sentAt: NOW - 1000,
    receivedAt: NOW,
    expiresAt: NOW + 30 * DAY,
    ...options.message,
  };
  const opened: NewAuditEvent = {
    type: "case.opened",
    at: NOW,
    person,
    payload: { case: caseId ?? "", severity },
  };
  return {
    message,
    verdict: caseId === undefined ? CLEAN : HELD,
    rulesVersion: "rules-1",
    mode,
    ...(caseId !== undefined && {
      newCase: { id: caseId, severity, families: ["leak", "claim"], held: mode === "live" },
    }),
    events: [judged(person), ...(caseId === undefined ? [] : [opened])],
    jobs:
      caseId === undefined
        ? []
        : [
            { queue: "actions", id: `${caseId}-do`, name: "carry-out", payload: { message: key } },
            {
              queue: "escalations",
              id: `${caseId}-1`,
              name: "escalate",
              payload: { case: caseId, rung: 0 },
              delayMs: 900_000,
            },
          ],
  };
}

/** A decision of an open case with what follows from it. */
export function decisionOn(
  caseId: string,
  outcome: "uphold" | "dismiss" = "uphold",
  reason = "a list",
): DecideRequest {
  return {
    caseId,
    decision: {
      id: freshId("decision"),
      caseId,
      outcome,
      reason,
      moderatorId: "mod-1",
      decidedAt: NOW + 5,
    },
    events: [{ type: "case.decided", at: NOW + 5, person: null, payload: { case: caseId } }],
    jobs: [{ queue: "actions", id: `${caseId}-settle`, name: "settle", payload: { case: caseId } }],
  };
}
