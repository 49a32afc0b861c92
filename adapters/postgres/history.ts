import { type Kysely, sql } from "kysely";
import type { Message } from "../../src/engine/message.ts";
import { AUTHOR_WINDOW_MS, type History, SAME_TEXT_WINDOW_MS } from "../../src/ports/history.ts";
import type { Tables } from "./tables.ts";

/**
 * Counts over the recorded messages. A message counts once, however often it was edited, and one of
 * the same millisecond as `message` counts as earlier when it was recorded earlier. A message of
 * unknown time (`sentAt` 0) recalls nothing.
 */
export function makePostgresHistory(db: Kysely<Tables>): History {
  return {
    async recall(message, textFingerprint) {
      if (message.sentAt <= 0) return { sameTextInWindow: 0, authorPostsInWindow: 0 };
      return db
        .selectNoFrom([
          earlier(db, message, SAME_TEXT_WINDOW_MS)
            .where("text_fingerprint", "=", textFingerprint)
            .as("sameTextInWindow"),
          earlier(db, message, AUTHOR_WINDOW_MS)
            .where("author_id", "=", message.author.id)
            .as("authorPostsInWindow"),
        ])
        .$narrowType<{ sameTextInWindow: number; authorPostsInWindow: number }>()
        .executeTakeFirstOrThrow();
    },
  };
}

function earlier(db: Kysely<Tables>, message: Message, windowMs: number) {
  return db
    .selectFrom("messages")
    .select(sql<number>`count(DISTINCT (channel_id, message_id))`.as("messages"))
    .where("community_id", "=", message.community.id)
    .where("sent_at", ">=", message.sentAt - windowMs)
    .where("sent_at", "<=", message.sentAt)
    .where((eb) => eb.not(eb.and({ channel_id: message.channel.id, message_id: message.id })));
}
