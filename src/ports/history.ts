import type { Message } from "../engine/message.ts";
import type { Recalled } from "../engine/signals.ts";

/** Sliding windows over earlier messages: 24 h for the same text, 1 h for the author's posts. */
export const SAME_TEXT_WINDOW_MS = 24 * 60 * 60 * 1000;
export const AUTHOR_WINDOW_MS = 60 * 60 * 1000;

/** Remembers what rules over time need, and nothing else. Passes test/conformance/history.ts. */
export interface History {
  /** What came before `message` by its `sentAt`; the message itself and its revisions do not count. */
  recall(message: Message, textFingerprint: string): Promise<Recalled>;
}
