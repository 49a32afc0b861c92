import { compareIds } from "./snowflake.ts";
import type { Message } from "./world-types.ts";

/** The messages of one channel, in the order of their ids. */
export class MessageLog {
  readonly #byId = new Map<string, Message>();
  readonly #ids: string[] = [];
  readonly #keep: number;

  /** `keep` is the number of messages kept; the oldest are forgotten when twice as many have come. */
  constructor(keep: number) {
    this.#keep = keep;
  }

  get size(): number {
    return this.#ids.length;
  }

  get lastId(): string | null {
    return this.#ids.at(-1) ?? null;
  }

  get(id: string): Message | undefined {
    return this.#byId.get(id);
  }

  add(message: Message): void {
    this.#byId.set(message.id, message);
    const last = this.#ids.at(-1);
    if (last === undefined || compareIds(last, message.id) < 0) this.#ids.push(message.id);
    else this.#ids.splice(this.#firstAfter(message.id), 0, message.id);
    if (this.#ids.length >= 2 * this.#keep) {
      for (const id of this.#ids.splice(0, this.#ids.length - this.#keep)) this.#byId.delete(id);
    }
  }

  delete(id: string): Message | undefined {
    const message = this.#byId.get(id);
    if (!message) return undefined;
    this.#byId.delete(id);
    this.#ids.splice(this.#firstAfter(id) - 1, 1);
    return message;
  }

  /** Oldest first. */
  all(): Message[] {
    return this.#ids.flatMap((id) => this.#byId.get(id) ?? []);
  }

  /** Newest first, as Discord lists them. */
  page(where: { after?: string; before?: string; around?: string; limit: number }): Message[] {
    const { after, before, around, limit } = where;
    let from = Math.max(0, this.#ids.length - limit);
    if (around !== undefined) {
      from = Math.max(0, this.#firstAfter(around) - 1 - Math.floor(limit / 2));
    } else if (before !== undefined) {
      const end = this.#firstFrom(before);
      return this.#slice(Math.max(0, end - limit), end);
    } else if (after !== undefined) from = this.#firstAfter(after);
    return this.#slice(from, from + limit);
  }

  #slice(from: number, to: number): Message[] {
    const ids = this.#ids.slice(from, to).toReversed();
    return ids.flatMap((id) => this.#byId.get(id) ?? []);
  }

  /** Index of the first id that is higher. */
  #firstAfter(id: string): number {
    return this.#search((each) => compareIds(each, id) > 0);
  }

  #firstFrom(id: string): number {
    return this.#search((each) => compareIds(each, id) >= 0);
  }

  #search(beyond: (id: string) => boolean): number {
    let low = 0;
    let high = this.#ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (beyond(this.#ids[middle] ?? "")) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
