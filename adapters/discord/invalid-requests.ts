/** Discord blocks an address for 10,000 answers of 401, 403 and 429 within ten minutes (developer documentation, "Rate Limits"). */
const WINDOW_MS = 10 * 60_000;
/** From so many on one request is sent a second, so that whoever must mend something has time to. */
const SLOW_FROM = 5000;
/** From so many on nothing is sent until the window is over. */
const STOP_FROM = 9000;
const SLOW_MS = 1000;
const COUNTED: readonly number[] = [401, 403, 429];

/** Counts the answers for which Discord would block us, and says how long the next request must wait. */
export class InvalidRequests {
  readonly #slowFrom: number;
  readonly #stopFrom: number;
  #count = 0;
  #since = Number.NEGATIVE_INFINITY;
  #lastSent = Number.NEGATIVE_INFINITY;

  /** `processes`: of how many at one address each counts its own. */
  constructor(processes = 1) {
    this.#slowFrom = SLOW_FROM / processes;
    this.#stopFrom = STOP_FROM / processes;
  }

  /** Of an answer at `now` (ms); a 429 whose `scope` is `shared` is not held against us. */
  note(status: number, scope: string | null, now: number): void {
    if (!COUNTED.includes(status) || scope === "shared") return;
    if (now - this.#since >= WINDOW_MS) {
      this.#since = now;
      this.#count = 0;
    }
    this.#count += 1;
  }

  /** Milliseconds that a request at `now` must wait; with 0 it counts as sent. */
  take(now: number): number {
    const left = this.#since + WINDOW_MS - now;
    if (left > 0 && this.#count >= this.#stopFrom) return left;
    const wait = left > 0 && this.#count >= this.#slowFrom ? this.#lastSent + SLOW_MS - now : 0;
    if (wait <= 0) this.#lastSent = now;
    return Math.max(0, wait);
  }
}
