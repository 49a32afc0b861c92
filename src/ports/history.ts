import type { Message } from "../engine/message.ts";
import type { Recalled } from "../engine/signals.ts";

/** Window over earlier messages of the same text: a day, so that a daily advert is seen to repeat. */
export const SAME_TEXT_WINDOW_MS = 24 * 60 * 60 * 1000;

/** Remembers what rules over time need, and nothing else. Passes test/conformance/history.ts. */
export interface History {
  /** What came before `message` by its `sentAt`; the message itself and its revisions do not count. */
  recall(message: Message, textFingerprint: string): Promise<Recalled>;
}
