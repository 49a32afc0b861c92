import type { Kysely } from "kysely";
import { z } from "zod";
import { CASE_STATES, OUTCOMES } from "../../src/engine/case.ts";
import { AUTHOR_ROLES, FAMILIES } from "../../src/engine/message.ts";
import { SEVERITIES } from "../../src/engine/policy.ts";
import type { Case, CaseView, DecisionRecord, StoredMessage } from "../../src/ports/store.ts";
import { storable, storedVerdict } from "./stored-json.ts";
import type { CaseTable, MessageTable, Tables } from "./tables.ts";

const words = {
  state: z.enum(CASE_STATES),
  severity: z.enum(SEVERITIES).nullable(),
  families: z.array(z.enum(FAMILIES)),
  outcome: z.enum(OUTCOMES),
  role: z.enum(AUTHOR_ROLES),
};

/** A row of `cases`, as it is selected. */
export type CaseRow = {
  readonly [Column in keyof CaseTable]: CaseTable[Column] extends string | number | boolean | null
    ? CaseTable[Column]
    : Column extends "families"
      ? string[]
      : Column extends "decided_at"
        ? number | null
        : number;
};

export function toCase(row: CaseRow): Case {
  return {
    id: row.id,
    communityId: row.community_id,
    number: row.number,
    messageKey: row.message_key,
    state: words.state.parse(row.state),
    severity: words.severity.parse(row.severity),
    families: words.families.parse(row.families),
    shadow: row.shadow,
    held: row.held,
    rung: row.rung,
    openedAt: row.opened_at,
    decidedAt: row.decided_at,
  };
}

/** The columns of a new message. */
export function fromMessage(message: StoredMessage) {
  return {
    key: message.key,
    platform: message.platform,
    community_id: message.communityId,
    community_name: storable(message.communityName),
    channel_id: message.channelId,
    channel_name: storable(message.channelName),
    message_id: message.messageId,
    revised_at: message.revisedAt,
    author_id: message.authorId,
    author_role: message.authorRole,
    evidence: storable(message.evidence),
    text_fingerprint: message.textFingerprint,
    sent_at: message.sentAt,
    received_at: message.receivedAt,
    expires_at: message.expiresAt,
  } satisfies Record<keyof MessageTable, unknown>;
}

type MessageRow = {
  readonly [Column in keyof MessageTable]: MessageTable[Column] extends string | null
    ? MessageTable[Column]
    : Column extends "revised_at"
      ? number | null
      : number;
};

export function toMessage(row: MessageRow): StoredMessage {
  return {
    key: row.key,
    platform: row.platform,
    communityId: row.community_id,
    communityName: row.community_name,
    channelId: row.channel_id,
    channelName: row.channel_name,
    messageId: row.message_id,
    revisedAt: row.revised_at,
    authorId: row.author_id,
    authorRole: words.role.parse(row.author_role),
    evidence: row.evidence,
    textFingerprint: row.text_fingerprint,
    sentAt: row.sent_at,
    receivedAt: row.received_at,
    expiresAt: row.expires_at,
  };
}

/** Cases with their message, verdict and decision; add a condition, an order and a limit. */
export function selectCaseViews(db: Kysely<Tables>) {
  return db
    .selectFrom("cases")
    .innerJoin("messages", "messages.key", "cases.message_key")
    .innerJoin("verdicts", "verdicts.message_key", "cases.message_key")
    .leftJoin("decisions", "decisions.case_id", "cases.id")
    .selectAll("cases")
    .select([
      "messages.platform",
      "messages.community_name",
      "messages.channel_id",
      "messages.channel_name",
      "messages.message_id",
      "messages.revised_at",
      "messages.author_id",
      "messages.author_role",
      "messages.evidence",
      "messages.text_fingerprint",
      "messages.sent_at",
      "messages.received_at",
      "messages.expires_at",
      "verdicts.verdict",
      "decisions.id as decision_id",
      "decisions.outcome",
      "decisions.reason",
      "decisions.moderator_id",
      "decisions.decided_at as decision_at",
    ]);
}

export type CaseViewRow = Awaited<
  ReturnType<ReturnType<typeof selectCaseViews>["execute"]>
>[number];

export function toCaseView(row: CaseViewRow): CaseView {
  return {
    ...toCase(row),
    message: toMessage({ ...row, key: row.message_key }),
    verdict: storedVerdict.parse(row.verdict),
    decision: toDecision(row),
  };
}

function toDecision(row: CaseViewRow): DecisionRecord | null {
  const {
    decision_id: id,
    outcome,
    reason,
    moderator_id: moderatorId,
    decision_at: decidedAt,
  } = row;
  if (id === null || reason === null || moderatorId === null || decidedAt === null) return null;
  return {
    id,
    caseId: row.id,
    outcome: words.outcome.parse(outcome),
    reason,
    moderatorId,
    decidedAt,
  };
}
