import { createHash } from "node:crypto";
import type { LoopbackClock } from "./clock.ts";

export interface Allowance {
  /** Requests in a window. */
  readonly limit: number;
  readonly perMs: number;
}

interface Window {
  used: number;
  endsAt: number;
}

/** What the limits say to one request. */
export interface Ruling {
  readonly headers: Readonly<Record<string, string>>;
  /** Seconds to wait; null when the request may pass. */
  readonly retryAfter: number | null;
  readonly global: boolean;
}

const INVALID_WINDOW_MS = 600_000;
const PLENTY: Allowance = { limit: 100_000, perMs: 1000 };

/** Buckets per route and per channel or guild, a global one, and the count of invalid requests. */
export class RateLimits {
  /** 401, 403 and 429 answers in the present ten minutes. */
  invalidRequests = 0;
  /** When this many invalid requests have come, everything is refused as Cloudflare does. */
  invalidRequestLimit = 10_000;
  /** 429 answers given, by scope. */
  readonly given = { user: 0, global: 0, cloudflare: 0 };
  readonly #clock: LoopbackClock;
  readonly #allowances = new Map<string, Allowance>();
  readonly #buckets = new Map<string, Window>();
  readonly #hashes = new Map<string, string>();
  #global: Allowance | null = null;
  readonly #globalWindow: Window = { used: 0, endsAt: 0 };
  #invalidSince = 0;

  constructor(clock: LoopbackClock) {
    this.#clock = clock;
  }

  /** Limits one route, written as in Discord's document: `POST`, `/channels/{channel_id}/messages`. */
  setRoute(method: string, template: string, allowance: Allowance | null): void {
    const key = `${method} ${template}`;
    if (allowance) this.#allowances.set(key, allowance);
    else this.#allowances.delete(key);
    this.#buckets.clear();
  }

  setGlobal(allowance: Allowance | null): void {
    this.#global = allowance;
    this.#globalWindow.used = 0;
    this.#globalWindow.endsAt = 0;
  }

  /** Whether so many invalid requests came that the address is shut out. */
  get shutOut(): boolean {
    this.#rollInvalid();
    return this.invalidRequests >= this.invalidRequestLimit;
  }

  /** 429 answers of a limit that everybody shares do not count. */
  noteStatus(status: number, isShared: boolean): void {
    if (isShared) return;
    if (status !== 401 && status !== 403 && status !== 429) return;
    this.#rollInvalid();
    this.invalidRequests += 1;
  }

  #rollInvalid(): void {
    const now = this.#clock.now();
    if (now - this.#invalidSince <= INVALID_WINDOW_MS) return;
    this.#invalidSince = now;
    this.invalidRequests = 0;
  }

  /** Counts a request. `major` is the channel, guild or webhook it is about; `isOpen` frees it of the global limit. */
  take(operation: string, major: string, isOpen: boolean): Ruling {
    const now = this.#clock.now();
    if (this.#global && !isOpen && !spend(this.#globalWindow, this.#global, now)) {
      const wait = (this.#globalWindow.endsAt - now) / 1000;
      this.given.global += 1;
      return {
        headers: {
          "x-ratelimit-global": "true",
          "x-ratelimit-scope": "global",
          "retry-after": String(Math.ceil(wait)),
        },
        retryAfter: wait,
        global: true,
      };
    }
    return this.#takeRoute(operation, major, now);
  }

  #takeRoute(operation: string, major: string, now: number): Ruling {
    const own = this.#allowances.get(operation);
    const allowance = own ?? PLENTY;
    if (!own) {
      const headers = this.#headers(operation, allowance, allowance.limit - 1, 1);
      return { headers, retryAfter: null, global: false };
    }
    const key = `${operation} ${major}`;
    const window = this.#buckets.get(key) ?? { used: 0, endsAt: 0 };
    this.#buckets.set(key, window);
    const passed = spend(window, allowance, now);
    const wait = (window.endsAt - now) / 1000;
    const headers = this.#headers(operation, allowance, allowance.limit - window.used, wait);
    if (passed) return { headers, retryAfter: null, global: false };
    this.given.user += 1;
    headers["x-ratelimit-scope"] = "user";
    headers["retry-after"] = String(Math.ceil(wait));
    return { headers, retryAfter: wait, global: false };
  }

  #headers(
    operation: string,
    { limit }: Allowance,
    remaining: number,
    resetAfter: number,
  ): Record<string, string> {
    return {
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": String(remaining),
      "x-ratelimit-reset": (this.#clock.now() / 1000 + resetAfter).toFixed(3),
      "x-ratelimit-reset-after": resetAfter.toFixed(3),
      "x-ratelimit-bucket": this.#hash(operation),
    };
  }

  #hash(operation: string): string {
    let hash = this.#hashes.get(operation);
    if (hash === undefined) {
      hash = createHash("md5").update(operation).digest("hex");
      this.#hashes.set(operation, hash);
    }
    return hash;
  }
}

function spend(window: Window, { limit, perMs }: Allowance, now: number): boolean {
  if (now >= window.endsAt) {
    window.used = 0;
    window.endsAt = now + perMs;
  }
  if (window.used >= limit) return false;
  window.used += 1;
  return true;
}
