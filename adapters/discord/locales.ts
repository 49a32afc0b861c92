import type { Locale } from "../../src/engine/policy.ts";

/** People whose language is kept at hand; who used Candor longest ago is forgotten first. */
const MOST = 10_000;

/** The languages in which people use Discord, as their commands and clicks tell. Kept in memory alone. */
export class Locales {
  readonly #known = new Map<string, Locale>();

  note(userId: string, locale: Locale): void {
    this.#known.delete(userId);
    this.#known.set(userId, locale);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest);
  }

  of(userId: string): Locale | null {
    return this.#known.get(userId) ?? null;
  }
}
