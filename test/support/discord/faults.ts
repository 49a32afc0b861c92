import { seededRandom } from "../random.ts";

/** What can go wrong with a request. Without `after`, it goes wrong before anything has happened. */
export type Fault =
  | {
      readonly kind: "status";
      readonly status: number;
      readonly body?: object;
      /** The request takes effect first, and only its answer is this. */
      readonly after?: boolean;
    }
  /** The connection breaks. With `after`, the request has taken effect. */
  | { readonly kind: "reset"; readonly after?: boolean }
  | { readonly kind: "delay"; readonly ms: number }
  /** A 429 as Discord sends it, out of the blue. `retryAfter` in seconds. */
  | { readonly kind: "throttle"; readonly retryAfter: number; readonly global?: boolean };

export interface Aim {
  readonly method?: string;
  /** Matched against the path after `/api/v10`. */
  readonly path?: RegExp | string;
  /** How many requests; 1 when not given. */
  readonly times?: number;
}

/** Shares of requests, from 0 to 1, that meet each fault. */
export interface Weather {
  readonly error?: number;
  readonly errorAfter?: number;
  readonly reset?: number;
  readonly resetAfter?: number;
  readonly throttle?: number;
  readonly delay?: { readonly share: number; readonly ms: number };
  /** Which requests are touched at all; every one when not given. */
  readonly path?: RegExp;
}

interface Planned {
  readonly fault: Fault;
  readonly aim: Aim;
  left: number;
}

const SCALE = 1_000_000;

/** Faults on demand: planned for the next requests of a kind, or falling at random from a seed. */
export class Faults {
  /** Faults that have struck, by kind. */
  readonly struck: Record<Fault["kind"], number> = { status: 0, reset: 0, delay: 0, throttle: 0 };
  #planned: Planned[] = [];
  #weather: { readonly shares: Weather; readonly random: () => number } | null = null;

  /** Strikes the next requests that match. */
  next(fault: Fault, aim: Aim = {}): void {
    this.#planned.push({ fault, aim, left: aim.times ?? 1 });
  }

  /** From now on faults fall at random; the same seed and the same requests bring the same faults. */
  randomly(seed: number, shares: Weather): void {
    const random = seededRandom(seed);
    this.#weather = { shares, random: () => random.between(0, SCALE - 1) / SCALE };
  }

  clear(): void {
    this.#planned = [];
    this.#weather = null;
  }

  /** The fault that meets a request; null for none. */
  draw(method: string, path: string): Fault | null {
    if (this.#planned.length === 0 && !this.#weather) return null;
    const fault = this.#fromPlan(method, path) ?? this.#fromWeather(path);
    if (fault) this.struck[fault.kind] += 1;
    return fault;
  }

  #fromPlan(method: string, path: string): Fault | null {
    const planned = this.#planned.find(
      ({ aim, left }) =>
        left > 0 &&
        (aim.method === undefined || aim.method === method) &&
        (aim.path === undefined ||
          (typeof aim.path === "string" ? path.includes(aim.path) : aim.path.test(path))),
    );
    if (!planned) return null;
    planned.left -= 1;
    if (planned.left === 0) this.#planned = this.#planned.filter((each) => each !== planned);
    return planned.fault;
  }

  #fromWeather(path: string): Fault | null {
    if (!this.#weather) return null;
    const { shares, random } = this.#weather;
    if (shares.path && !shares.path.test(path)) return null;
    const kinds: readonly (readonly [share: number | undefined, fault: Fault])[] = [
      [shares.error, { kind: "status", status: 500 }],
      [shares.errorAfter, { kind: "status", status: 502, after: true }],
      [shares.reset, { kind: "reset" }],
      [shares.resetAfter, { kind: "reset", after: true }],
      [shares.throttle, { kind: "throttle", retryAfter: 0.05 }],
      [shares.delay?.share, { kind: "delay", ms: shares.delay?.ms ?? 0 }],
    ];
    let at = random();
    for (const [share = 0, fault] of kinds) {
      if (at < share) return fault;
      at -= share;
    }
    return null;
  }
}
