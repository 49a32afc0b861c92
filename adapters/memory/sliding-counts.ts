import { createHash } from "node:crypto";

// Windows are cleared slice by slice, seldom enough to cost nothing, and one slice late, so that a
// message that comes late finds what it would have found in time.
const SLICES_PER_WINDOW = 12;
// A longer key is kept as its hash: texts are up to some thousand characters, and most differ.
const LONGEST_KEY = 64;

interface Entry {
  readonly key: string;
  readonly id: string;
  readonly at: number;
}

/** The entries of one key in order of time; each id stands in it once, with its first time. */
interface Series {
  readonly times: number[];
  readonly byId: Map<string, number>;
}

/**
 * Counts entries by key in a sliding window. Adding costs O(log n) for entries in order; a count
 * costs O(log n). What lies a slice (a twelfth of the window) or more before the windows of the two
 * newest calls is dropped: of both, so that one wrong date in the future does not empty the window.
 */
export class SlidingCounts {
  readonly #windowMs: number;
  readonly #sliceMs: number;
  readonly #series = new Map<string, Series>();
  readonly #slices = new Map<number, Entry[]>();
  #previousAt = Number.NEGATIVE_INFINITY;
  #clearedBefore = Number.NEGATIVE_INFINITY;
  #size = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
    this.#sliceMs = windowMs / SLICES_PER_WINDOW;
  }

  get size(): number {
    return this.#size;
  }

  /** Other ids of `key` in `[at - windowMs, at]`; then adds this one. `at` in epoch ms. */
  countAndAdd(longKey: string, id: string, at: number): number {
    const key = shortened(longKey);
    this.#clear(Math.min(this.#previousAt, at) - this.#windowMs);
    this.#previousAt = at;
    const series = this.#series.get(key);
    const count = series ? this.#count(series, id, at) : 0;
    this.#add(series, { key, id, at });
    return count;
  }

  #count({ times, byId }: Series, id: string, at: number): number {
    const from = at - this.#windowMs;
    const own = byId.get(id);
    const itself = own !== undefined && own >= from && own <= at ? 1 : 0;
    return positionAfter(times, at) - positionAfter(times, from, true) - itself;
  }

  #add(found: Series | undefined, entry: Entry): void {
    const series = found ?? { times: [], byId: new Map<string, number>() };
    if (series.byId.has(entry.id)) return;
    if (!found) this.#series.set(entry.key, series);
    series.byId.set(entry.id, entry.at);
    series.times.splice(positionAfter(series.times, entry.at), 0, entry.at);
    const slice = Math.floor(entry.at / this.#sliceMs);
    const entries = this.#slices.get(slice);
    if (entries) entries.push(entry);
    else this.#slices.set(slice, [entry]);
    this.#size += 1;
  }

  #clear(before: number): void {
    const firstKept = Math.floor(before / this.#sliceMs) - 1;
    if (firstKept <= this.#clearedBefore) {
      // Time went back (a second export): what was cleared stays cleared, and clearing starts anew.
      this.#clearedBefore = firstKept;
      return;
    }
    this.#clearedBefore = firstKept;
    for (const [slice, entries] of this.#slices) {
      if (slice >= firstKept) continue;
      this.#slices.delete(slice);
      this.#drop(entries);
    }
  }

  #drop(entries: readonly Entry[]): void {
    const gone = new Map<string, number>();
    for (const { key, id } of entries) {
      this.#series.get(key)?.byId.delete(id);
      gone.set(key, (gone.get(key) ?? 0) + 1);
    }
    this.#size -= entries.length;
    const { at } = entries[0] ?? { at: 0 };
    const slice = Math.floor(at / this.#sliceMs);
    for (const [key, count] of gone) {
      const series = this.#series.get(key);
      if (!series) continue;
      // All times of a slice lie together, for the series is in order.
      series.times.splice(positionAfter(series.times, slice * this.#sliceMs, true), count);
      if (series.times.length === 0) this.#series.delete(key);
    }
  }
}

/** How many of the ascending `times` are at most `at`; with `exclusive`, how many are below it. */
function positionAfter(times: readonly number[], at: number, exclusive = false): number {
  // Most entries come in order, so the end is looked at first.
  const last = times.at(-1);
  if (last === undefined || last < at || (last === at && !exclusive)) return times.length;
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = times[middle] ?? 0;
    if (value < at || (value === at && !exclusive)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function shortened(key: string): string {
  if (key.length <= LONGEST_KEY) return key;
  return createHash("sha256").update(key).digest("base64");
}
