import type { LoopbackClock } from "../discord/clock.ts";
import type { UpdateKind } from "./types.ts";
import type { WorldEvent } from "./world.ts";

/** An update that nobody has confirmed. */
export interface Pending {
  readonly id: number;
  readonly json: string;
  /** Webhooks keep the order of what has the same. */
  readonly lane: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

const DAY_MS = 86_400_000;
const FIRST_ID = 500_000_001;
/** What comes only to those who ask for it by name. */
const ON_REQUEST: ReadonlySet<string> = new Set<UpdateKind>(["chat_member", "message_reaction"]);

/** Updates that wait, oldest first. None is kept for longer than a day. */
export class Updates {
  /** The kinds asked for; empty for the usual ones. Stays until another list comes. */
  allowed: readonly string[] = [];
  readonly #clock: LoopbackClock;
  readonly #check: (update: object) => void;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners: ((update: Pending) => void)[] = [];
  #lastId = FIRST_ID - 1;

  /** `check` is given each update before it goes out. */
  constructor(clock: LoopbackClock, check: (update: object) => void) {
    this.#clock = clock;
    this.#check = check;
  }

  onUpdate(listener: (update: Pending) => void): void {
    this.#listeners.push(listener);
  }

  add({ kind, body, about }: WorldEvent): void {
    if (!this.#isAllowed(kind)) return;
    const id = (this.#lastId += 1);
    const update = { update_id: id, [kind]: body };
    this.#check(update);
    const pending = {
      id,
      json: JSON.stringify(update),
      lane: laneOf(kind, about),
      at: this.#clock.now(),
    };
    this.#pending.set(id, pending);
    for (const listener of this.#listeners) listener(pending);
  }

  /** What waits, oldest first. */
  waiting(): Pending[] {
    this.#forgetOld();
    return [...this.#pending.values()];
  }

  /** The first of those that wait. */
  first(limit: number): Pending[] {
    return this.waiting().slice(0, limit);
  }

  isWaiting(id: number): boolean {
    this.#forgetOld();
    return this.#pending.has(id);
  }

  confirm(id: number): void {
    this.#pending.delete(id);
  }

  confirmBelow(offset: number): void {
    for (const id of this.#pending.keys()) {
      if (id >= offset) return;
      this.#pending.delete(id);
    }
  }

  clear(): void {
    this.#pending.clear();
  }

  #forgetOld(): void {
    const since = this.#clock.now() - DAY_MS;
    for (const [id, { at }] of this.#pending) {
      if (at > since) return;
      this.#pending.delete(id);
    }
  }

  #isAllowed(kind: UpdateKind): boolean {
    return this.allowed.length === 0 ? !ON_REQUEST.has(kind) : this.allowed.includes(kind);
  }
}

/** Messages and their edits share a lane per chat; each other kind has its own, so that it may overtake. */
function laneOf(kind: UpdateKind, about: number): string {
  const family = /message$|channel_post$/u.test(kind) ? "message" : kind;
  return `${family} ${about}`;
}
