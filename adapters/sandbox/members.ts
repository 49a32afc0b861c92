import type { Locale } from "../../src/engine/policy.ts";
import type { PlatformMember } from "../../src/engine/roles.ts";
import { guest, memberOf, type Person } from "./people.ts";

/** Why somebody may not write here. `until` is epoch ms, null for ever. */
export type Barred =
  | { readonly kind: "timed-out"; readonly until: number }
  | { readonly kind: "banned"; readonly until: number | null }
  /** Removed; they may join again. */
  | { readonly kind: "removed" };

/** Guests who wrote lately; the one who came first is forgotten beyond this many. */
const KEPT_GUESTS = 5000;

/** Who is in the sandbox's community, and who may not write in it. In memory, as the chat is. */
export class Members {
  readonly #people: ReadonlyMap<string, Person>;
  readonly #guests = new Map<string, Person>();
  readonly #timeouts = new Map<string, number>();
  readonly #bans = new Map<string, number | null>();
  readonly #removed = new Set<string>();
  readonly #languages = new Map<string, Locale>();

  constructor(people: readonly Person[]) {
    this.#people = new Map(people.map((person) => [person.id, person]));
  }

  /** The built-in people, in their order. */
  get builtIn(): readonly Person[] {
    return [...this.#people.values()];
  }

  /** People of the community, guests who wrote lately included. */
  get count(): number {
    return this.#people.size + this.#guests.size;
  }

  find(id: string): Person | undefined {
    return this.#people.get(id) ?? this.#guests.get(id);
  }

  /** A person by id, or the guest that somebody of this name would be. */
  known(idOrName: string): Person {
    return this.find(idOrName) ?? guest(idOrName);
  }

  /** The same; a guest is remembered from then on. */
  admit(idOrName: string): Person {
    const known = this.find(idOrName);
    if (known) return known;
    const person = guest(idOrName);
    this.#guests.set(person.id, person);
    const [oldest] = this.#guests.keys();
    if (this.#guests.size > KEPT_GUESTS && oldest !== undefined) this.#guests.delete(oldest);
    return person;
  }

  /** Forgets the name of a guest, and in which language anybody uses the page; who may not write here stays shut out. */
  forget(id: string): void {
    this.#guests.delete(id);
    this.#languages.delete(id);
  }

  /**
   * The id of somebody named as `@name`, by one word of their name, or by their id; null when nobody, or
   * more than one, goes by it.
   */
  idOf(words: string): string | null {
    const wanted = words.replace(/^<?@/u, "").replace(/>$/u, "").trim();
    if (this.find(wanted)) return wanted;
    const folded = fold(wanted);
    const people = [...this.#people.values(), ...this.#guests.values()];
    const exact = people.filter(({ displayName }) => fold(displayName) === folded);
    const named =
      exact.length > 0
        ? exact
        : people.filter(({ displayName }) => fold(displayName).split(" ").includes(folded));
    return named.length === 1 ? (named[0]?.id ?? null) : null;
  }

  /** In which language somebody uses the page; what they are told follows it. null: they do not say. */
  speaks(id: string, language: Locale | null): void {
    if (language === null) return;
    this.#languages.delete(id);
    this.#languages.set(id, language);
    const [oldest] = this.#languages.keys();
    if (this.#languages.size > KEPT_GUESTS && oldest !== undefined) this.#languages.delete(oldest);
  }

  /** The language of those who are out too. */
  languageOf(id: string): Locale | null {
    return this.#languages.get(id) ?? this.find(id)?.language ?? null;
  }

  /** null when they are not of the community, or no longer. */
  member(id: string, at: number): PlatformMember | null {
    const person = this.find(id);
    const barred = this.barred(id, at);
    if (!person || barred?.kind === "banned" || barred?.kind === "removed") return null;
    const language = this.languageOf(id);
    return memberOf({ ...person, ...(language && { language }) });
  }

  team(at: number): readonly PlatformMember[] {
    return this.builtIn.flatMap(({ id, roles }) => {
      const member = roles && this.member(id, at);
      return member ? [member] : [];
    });
  }

  barred(id: string, at: number): Barred | null {
    const ban = this.#bans.get(id);
    if (ban === null || (ban !== undefined && ban > at)) return { kind: "banned", until: ban };
    if (this.#removed.has(id)) return { kind: "removed" };
    const timeout = this.#timeouts.get(id);
    return timeout !== undefined && timeout > at ? { kind: "timed-out", until: timeout } : null;
  }

  /** `until` is epoch ms; a shorter timeout does not shorten one that stands. */
  timeOut(id: string, until: number): void {
    this.#timeouts.set(id, Math.max(until, this.#timeouts.get(id) ?? 0));
  }

  liftTimeout(id: string): void {
    this.#timeouts.delete(id);
  }

  remove(id: string): void {
    this.#removed.add(id);
  }

  /** Whoever was removed comes back; a ban stands. */
  join(id: string): void {
    this.#removed.delete(id);
  }

  /** `until` is epoch ms, null for ever; a shorter ban does not shorten one that stands. */
  ban(id: string, until: number | null): void {
    const stands = this.#bans.get(id);
    if (stands === null) return;
    this.#bans.set(id, until === null ? null : Math.max(until, stands ?? 0));
  }

  /** Whether there was a ban to lift. */
  unban(id: string, at: number): boolean {
    const isBanned = this.barred(id, at)?.kind === "banned";
    this.#bans.delete(id);
    return isBanned;
  }
}

function fold(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
