import type { Selectable } from "kysely";
import { z } from "zod";
import { AUTHOR_ROLES } from "../../src/engine/message.ts";
import type { StoredMessage } from "../../src/ports/store.ts";
import { storable } from "./stored-json.ts";
import type { MessageTable } from "./tables.ts";

const role = z.enum(AUTHOR_ROLES);

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
    unread_files: message.unreadFiles ?? 0,
    sent_at: message.sentAt,
    received_at: message.receivedAt,
    expires_at: message.expiresAt,
    context_until: message.contextUntil,
  } satisfies Record<keyof MessageTable, unknown>;
}

/** To select a message under names that no other table of the query has. */
export const MESSAGE_COLUMNS = [
  "messages.key as m_key",
  "messages.platform as m_platform",
  "messages.community_id as m_community_id",
  "messages.community_name as m_community_name",
  "messages.channel_id as m_channel_id",
  "messages.channel_name as m_channel_name",
  "messages.message_id as m_message_id",
  "messages.revised_at as m_revised_at",
  "messages.author_id as m_author_id",
  "messages.author_role as m_author_role",
  "messages.evidence as m_evidence",
  "messages.text_fingerprint as m_text_fingerprint",
  "messages.unread_files as m_unread_files",
  "messages.sent_at as m_sent_at",
  "messages.received_at as m_received_at",
  "messages.expires_at as m_expires_at",
  "messages.context_until as m_context_until",
] as const;

type MessageRow = {
  readonly [Column in keyof MessageTable as `m_${Column}`]: Selectable<MessageTable>[Column];
};

export function toMessage(row: MessageRow): StoredMessage {
  return {
    key: row.m_key,
    platform: row.m_platform,
    communityId: row.m_community_id,
    communityName: row.m_community_name,
    channelId: row.m_channel_id,
    channelName: row.m_channel_name,
    messageId: row.m_message_id,
    revisedAt: row.m_revised_at,
    authorId: row.m_author_id,
    authorRole: role.parse(row.m_author_role),
    evidence: row.m_evidence,
    textFingerprint: row.m_text_fingerprint,
    ...(row.m_unread_files > 0 && { unreadFiles: row.m_unread_files }),
    sentAt: row.m_sent_at,
    receivedAt: row.m_received_at,
    expiresAt: row.m_expires_at,
    contextUntil: row.m_context_until,
  };
}
