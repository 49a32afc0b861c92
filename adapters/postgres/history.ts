import { type Kysely, sql } from "kysely";
import { type History, SAME_TEXT_WINDOW_MS } from "../../src/ports/history.ts";
import type { Tables } from "./tables.ts";

/**
 * Counts over the recorded messages. A message counts once, however often it was edited, and one of
 * the same millisecond as `message` counts as earlier when it was recorded earlier. A message of
 * unknown time (`sentAt` 0) recalls nothing.
 */
export function makePostgresHistory(db: Kysely<Tables>): History {
  return {
    async recall(message, textFingerprint) {
      if (message.sentAt <= 0) return { sameTextInWindow: 0 };
      return db
        .selectFrom("messages")
        .select(sql<number>`count(DISTINCT (channel_id, message_id))`.as("sameTextInWindow"))
        .where("community_id", "=", message.community.id)
        .where("text_fingerprint", "=", textFingerprint)
        .where("sent_at", ">=", message.sentAt - SAME_TEXT_WINDOW_MS)
        .where("sent_at", "<=", message.sentAt)
        .where((eb) => eb.not(eb.and({ channel_id: message.channel.id, message_id: message.id })))
        .executeTakeFirstOrThrow();
    },
  };
}
