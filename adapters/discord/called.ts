import { LRUCache } from "lru-cache";

/** People of whom it is known what they are called: those who wrote, or were asked for, last. */
const MOST = 5000;
/** A new name shows in cards after at most so long. */
const FRESH_MS = 10 * 60_000;

/** What people are called, so that a card that names them asks Discord nothing; it knows few of them, and those for minutes. */
export class Called {
  readonly #names = new LRUCache<string, string>({ max: MOST, ttl: FRESH_MS });

  note(guildId: string, personId: string, name: string): void {
    this.#names.set(`${guildId} ${personId}`, name);
  }

  /** null where it must be asked. */
  of(guildId: string, personId: string): string | null {
    return this.#names.get(`${guildId} ${personId}`) ?? null;
  }
}
