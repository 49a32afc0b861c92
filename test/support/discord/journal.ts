import type { FieldErrors } from "./errors.ts";
import type { Fault } from "./faults.ts";

/** One request, as it came and as it was answered. */
export interface JournalEntry {
  readonly method: string;
  /** After `/api/v10`, without the query. */
  readonly path: string;
  readonly query: string;
  readonly body: unknown;
  /** The audit-log reason, decoded. */
  readonly reason: string | null;
  /** null when the connection was broken. */
  readonly status: number | null;
  /** Discord's error code, if the answer had one. */
  readonly code: number | null;
  readonly fault: Fault["kind"] | null;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly ms: number;
}

/** A request that Discord's document or prose does not allow. */
export interface RefusedRequest {
  readonly method: string;
  readonly path: string;
  readonly code: number;
  readonly message: string;
  readonly errors: FieldErrors | null;
  readonly body: unknown;
}

/** Every request there was. */
export class Journal {
  readonly refusals: RefusedRequest[] = [];
  /** Mistakes of the loopback server itself: what it threw, and answers that Discord would not give. */
  readonly broken: unknown[] = [];
  /** Requests since the start, those forgotten too. */
  count = 0;
  #entries: JournalEntry[] = [];
  readonly #limit: number;

  /** Keeps at least the last `limit` entries. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Oldest first. */
  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  note(entry: JournalEntry): void {
    this.count += 1;
    this.#entries.push(entry);
    if (this.#entries.length > 2 * this.#limit) this.#entries = this.#entries.slice(-this.#limit);
  }

  /** Entries of a method whose path matches. */
  find(method: string, path: RegExp | string): JournalEntry[] {
    return this.#entries.filter(
      (each) =>
        each.method === method &&
        (typeof path === "string" ? each.path === path : path.test(each.path)),
    );
  }

  clear(): void {
    this.#entries = [];
    this.refusals.length = 0;
  }
}
