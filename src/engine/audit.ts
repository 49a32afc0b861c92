/**
 * The record that a customer, a regulator or a lender can check. Events form one chain for each
 * community: each holds the hash of the one before it. What happened to whom stands in the payload,
 * which the chain holds only as a hash, so that a payload can be erased and the chain still proves
 * that nothing else was changed or removed.
 */
export const AUDIT_TYPES = [
  "message.judged",
  "case.opened",
  "case.joined",
  "case.shown",
  "case.assigned",
  "case.released",
  "case.held",
  "case.acknowledged",
  "case.unacknowledged",
  "case.escalated",
  "case.waiting",
  "case.noted",
  "case.proposed",
  "case.rejected",
  "case.decided",
  "case.undone",
  "case.reopened",
  "case.closed",
  "case.appealed",
  "appeal.decided",
  "report.made",
  "people.told",
  "command.refused",
  "rota.changed",
  "message.hidden",
  "message.restored",
  "message.deleted",
  "message.filtered",
  "author.nudged",
  "action.done",
  "action.undone",
  "action.failed",
  "policy.changed",
  "person.erased",
] as const;
export type AuditType = (typeof AUDIT_TYPES)[number];

/** Values that a payload may hold: ids, fingerprints, words from closed lists, numbers. Never message text. */
export type AuditPayload = { readonly [key: string]: AuditValue };
export type AuditValue = string | number | boolean | null | readonly string[];

/** An event before it has a place in the chain. */
export interface NewAuditEvent {
  readonly type: AuditType;
  /** Epoch ms. */
  readonly at: number;
  /** Keyed fingerprint of the person it is about; null when it is about nobody. Erasing goes by it. */
  readonly person: string | null;
  readonly payload: AuditPayload;
}

/** The part of an event that its hash covers, in canonical JSON (RFC 8785). */
export interface AuditHeader {
  readonly community: string;
  /** 1 for the first event of a community, without gaps. */
  readonly seq: number;
  readonly at: number;
  readonly type: AuditType;
  /** Hash of the canonical payload with its nonce; the nonce keeps a short payload from being guessed. */
  readonly payloadHash: string;
  /** Hash of the event before, or 64 zeros. */
  readonly previous: string;
}

export interface AuditEvent extends AuditHeader {
  readonly hash: string;
  /** null once erased. */
  readonly payload: AuditPayload | null;
  readonly nonce: string | null;
}

export const GENESIS = "0".repeat(64);

/** What a chain check found wrong first; later events are not judged, for they rest on the broken one. */
export type ChainProblem =
  | { readonly kind: "gap"; readonly expectedSeq: number; readonly seq: number }
  | { readonly kind: "broken-link"; readonly seq: number }
  | { readonly kind: "changed-event"; readonly seq: number }
  | { readonly kind: "changed-payload"; readonly seq: number }
  | { readonly kind: "missing-tail"; readonly expectedSeq: number; readonly seq: number }
  /** The recorded head is not the event of its number. */
  | { readonly kind: "wrong-head"; readonly seq: number }
  /** More payloads are gone than the chain's erasures say. */
  | { readonly kind: "missing-payloads"; readonly missing: number; readonly erased: number };

/** Canonical JSON and SHA-256, passed in because the engine does no crypto of its own. */
export interface AuditHashing {
  /** Lower-case hex SHA-256 of the canonical JSON (RFC 8785) of a value. */
  hash(value: unknown): string;
}

export function payloadHash(hashing: AuditHashing, payload: AuditPayload, nonce: string): string {
  return hashing.hash({ nonce, payload });
}

export function eventHash(hashing: AuditHashing, header: AuditHeader): string {
  const { community, seq, at, type, payloadHash: payload, previous } = header;
  return hashing.hash({ community, seq, at, type, payloadHash: payload, previous });
}

/** Where a chain stands: its newest event. Seq 0 and `GENESIS` before the first. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

export const EMPTY_CHAIN: ChainHead = { seq: 0, hash: GENESIS };

/** Gives an event its place after `head`. */
export function appendEvent(
  hashing: AuditHashing,
  community: string,
  head: ChainHead,
  event: NewAuditEvent,
  nonce: string,
): AuditEvent {
  const header: AuditHeader = {
    community,
    seq: head.seq + 1,
    at: event.at,
    type: event.type,
    payloadHash: payloadHash(hashing, event.payload, nonce),
    previous: head.hash,
  };
  return { ...header, hash: eventHash(hashing, header), payload: event.payload, nonce };
}

/** Checks that `event` follows `head`; null when it does. Call it for each event in order of seq. */
export function checkEvent(
  hashing: AuditHashing,
  head: ChainHead,
  event: AuditEvent,
): ChainProblem | null {
  if (event.seq !== head.seq + 1) {
    return { kind: "gap", expectedSeq: head.seq + 1, seq: event.seq };
  }
  if (event.previous !== head.hash) return { kind: "broken-link", seq: event.seq };
  if (eventHash(hashing, event) !== event.hash) return { kind: "changed-event", seq: event.seq };
  if (event.payload === null || event.nonce === null) return null;
  return payloadHash(hashing, event.payload, event.nonce) === event.payloadHash
    ? null
    : { kind: "changed-payload", seq: event.seq };
}
