import { Refusal } from "./errors.ts";
import type { Pending, Updates } from "./updates.ts";

export interface Poll {
  readonly offset: number;
  readonly limit: number;
  /** Seconds. */
  readonly timeout: number;
}

const MOST_SECONDS = 50;

/** Long polling: one poll at a time, and what it got is gone once a later one names a higher offset. */
export class Polling {
  readonly #updates: Updates;
  #open: { finish(wrong: Refusal | null): void } | null = null;

  constructor(updates: Updates) {
    this.#updates = updates;
    updates.onUpdate(() => this.#open?.finish(null));
  }

  /** Whether a poll waits for something to come. */
  get isOpen(): boolean {
    return this.#open !== null;
  }

  /** Rejects with a 409 when another poll, or a webhook, takes this one's place. */
  async poll({ offset, limit, timeout }: Poll): Promise<Pending[]> {
    this.end(
      "terminated by other getUpdates request; make sure that only one bot instance is running",
    );
    if (offset > 0) this.#updates.confirmBelow(offset);
    if (offset < 0) this.#keepLast(-offset);
    const found = this.#updates.first(limit);
    if (found.length > 0 || timeout <= 0) return found;
    await this.#wait(Math.min(timeout, MOST_SECONDS) * 1000);
    return this.#updates.first(limit);
  }

  /** Ends the open poll with a conflict; without words, as if nothing had come. */
  end(words: string | null = null): void {
    this.#open?.finish(words === null ? null : new Refusal(409, `Conflict: ${words}`));
  }

  #keepLast(count: number): void {
    const kept = this.#updates.waiting().at(-count);
    if (kept) this.#updates.confirmBelow(kept.id);
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const open = {
        finish: (wrong: Refusal | null) => {
          clearTimeout(timer);
          this.#open = null;
          if (wrong) reject(wrong);
          else resolve();
        },
      };
      const timer = setTimeout(() => open.finish(null), ms);
      this.#open = open;
    });
  }
}
