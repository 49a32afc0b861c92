import type { Message } from "../../src/engine/message.ts";
import type { Recalled } from "../../src/engine/signals.ts";
import { type History, SAME_TEXT_WINDOW_MS } from "../../src/ports/history.ts";
import { SlidingCounts } from "./sliding-counts.ts";

/**
 * The window over a stream of messages that nobody records: `check --timeline` and replays. A message
 * that is recalled for is remembered with it, and counts for those that come after.
 *
 * Memory holds the window and nothing beyond it, however long the stream is; messages may come
 * somewhat out of order. A message of unknown time (`sentAt` 0) recalls nothing and is not kept.
 */
export class MemoryHistory implements History {
  readonly #texts = new SlidingCounts(SAME_TEXT_WINDOW_MS);

  /** `textFingerprint` may be any string that is equal for equal texts, the folded text itself included. */
  async recall(message: Message, textFingerprint: string): Promise<Recalled> {
    if (message.sentAt <= 0) return { sameTextInWindow: 0 };
    const place = `${message.platform}\n${message.community.id}\n`;
    const id = `${message.channel.id}\n${message.id}`;
    return {
      sameTextInWindow: this.#texts.countAndAdd(place + textFingerprint, id, message.sentAt),
    };
  }

  /** Messages held at the moment. */
  get size(): number {
    return this.#texts.size;
  }
}
