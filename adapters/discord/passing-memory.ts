import type { PlatformMemory } from "../../src/ports/platform-memory.ts";

/** Longer than what is caught up with lies back. */
const LASTS_MS = 25 * 60 * 60_000;
/** What has lapsed is forgotten with one of so many notes, at most so many at once. */
const SWEEP_EVERY = 100;
const MOST_SWEPT = 200;

/** What must outlive the process for a day, and lapses by itself. `kind` keeps it apart from all else that is remembered. */
export class PassingMemory {
  readonly #memory: PlatformMemory;
  readonly #kind: string;
  readonly #now: () => number;
  #notes = 0;

  /** `now` in epoch ms. */
  constructor(memory: PlatformMemory, kind: string, now: () => number) {
    this.#memory = memory;
    this.#kind = kind;
    this.#now = now;
  }

  async note(id: string, value: string): Promise<void> {
    const now = this.#now();
    if (this.#notes % SWEEP_EVERY === 0) await this.#sweep(now);
    this.#notes += 1;
    await this.#memory.remember(`${this.#kind}/${id}`, value, now + LASTS_MS);
  }

  /** null for what was never noted, and for what has lapsed and is swept. */
  of(id: string): Promise<string | null> {
    return this.#memory.recall(`${this.#kind}/${id}`);
  }

  async forget(id: string): Promise<void> {
    await this.#memory.remember(`${this.#kind}/${id}`, null);
  }

  async #sweep(now: number): Promise<void> {
    for (const { key } of await this.#memory.due(now, MOST_SWEPT, `${this.#kind}/`)) {
      await this.#memory.remember(key, null);
    }
  }
}
