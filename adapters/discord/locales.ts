import { z } from "zod";
import { type Locale, LOCALES } from "../../src/engine/policy.ts";
import type { Log } from "../../src/ports/log.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";

/** People are kept in 256 groups, by the first two digits of their fingerprint, so that little is written at a time. */
const GROUP_DIGITS = 2;
/** Of each group; whose language was learnt first is forgotten first. About 10,000 people in all. */
const MOST_OF_GROUP = 40;
/** So much of a fingerprint tells 10,000 people apart. */
const PRINT_DIGITS = 16;

const groupSchema = z.array(z.tuple([z.string(), z.enum(LOCALES)]));

export interface LocaleParts {
  readonly memory: PlatformMemory;
  /** The keyed fingerprint of somebody by their id, in hexadecimal: nobody is found by it without the key. */
  readonly fingerprint: (personId: string) => string;
  readonly log: Log;
}

/** The languages in which people use Discord, as their commands and clicks tell, beyond a restart. */
export class Locales {
  readonly #parts: LocaleParts;
  #noted: Promise<void> = Promise.resolve();

  constructor(parts: LocaleParts) {
    this.#parts = parts;
  }

  /** Returns at once: nobody's click waits for it. */
  note(userId: string, locale: Locale): void {
    // One after the other: two of one group at once would leave one of them out.
    this.#noted = this.#noted
      .then(() => this.#note(userId, locale))
      .catch((err: unknown) => this.#parts.log.warn({ err }, "a language was not kept"));
  }

  async of(userId: string): Promise<Locale | null> {
    const { group, print } = this.#placeOf(userId);
    return (await this.#read(group)).get(print) ?? null;
  }

  async #note(userId: string, locale: Locale): Promise<void> {
    const { group, print } = this.#placeOf(userId);
    const known = await this.#read(group);
    if (known.get(print) === locale) return;
    known.delete(print);
    known.set(print, locale);
    const [first] = known.keys();
    if (known.size > MOST_OF_GROUP && first !== undefined) known.delete(first);
    await this.#parts.memory.remember(keyOf(group), JSON.stringify([...known]));
  }

  #placeOf(userId: string) {
    const print = this.#parts.fingerprint(userId).slice(0, PRINT_DIGITS);
    return { group: print.slice(0, GROUP_DIGITS), print };
  }

  /** Anew each time: another process may have learnt something. */
  async #read(group: string): Promise<Map<string, Locale>> {
    const kept = await this.#parts.memory.recall(keyOf(group));
    return new Map(kept === null ? [] : groupSchema.parse(JSON.parse(kept)));
  }
}

function keyOf(group: string): string {
  return `locales/${group}`;
}
