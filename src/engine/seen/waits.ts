const SECOND_MS = 1000;

/** How long messages waited for a person, in whole seconds rounded up, as milliseconds; null where none was seen. */
export interface WaitFigures {
  /** At most half of them waited longer. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly longestMs: number | null;
}

/**
 * Waits of any number of messages, kept as one count for each second that occurs: what it holds grows with the
 * longest wait, not with the messages. A wait is rounded up, so that no figure flatters.
 */
export class Waits {
  readonly #counts = new Map<number, number>();
  #all = 0;

  add(waitedMs: number): void {
    const seconds = Math.ceil(Math.max(0, waitedMs) / SECOND_MS);
    this.#counts.set(seconds, (this.#counts.get(seconds) ?? 0) + 1);
    this.#all += 1;
  }

  figures(): WaitFigures {
    const sorted = [...this.#counts].toSorted(([a], [b]) => a - b);
    const longest = sorted.at(-1);
    return {
      p50Ms: this.#percentile(sorted, 0.5),
      p95Ms: this.#percentile(sorted, 0.95),
      longestMs: longest ? longest[0] * SECOND_MS : null,
    };
  }

  /** By nearest rank: a wait that some message did have. */
  #percentile(sorted: readonly (readonly [number, number])[], share: number): number | null {
    const rank = Math.ceil(this.#all * share);
    let passed = 0;
    for (const [seconds, count] of sorted) {
      passed += count;
      if (passed >= rank) return seconds * SECOND_MS;
    }
    return null;
  }
}
