import type { LoopbackClock } from "../discord/clock.ts";
import { Refusal } from "./errors.ts";

interface Allowance {
  readonly limit: number;
  readonly perMs: number;
}

const ALL: Allowance = { limit: 30, perMs: 1000 };
const GROUP: Allowance = { limit: 20, perMs: 60_000 };
const CHAT: Allowance = { limit: 1, perMs: 1000 };

/** Telegram's limits on what a bot sends: 30 a second, 20 a minute to a group, one a second to a chat. */
export class SendLimits {
  isOn = false;
  /** 429 answers given. */
  given = 0;
  readonly #clock: LoopbackClock;
  readonly #sent = new Map<string, number[]>();

  constructor(clock: LoopbackClock) {
    this.#clock = clock;
  }

  /** Counts a message to a chat; throws a 429 when it is too many, and does not count it then. */
  take(chatId: number): void {
    if (!this.isOn) return;
    const windows: (readonly [key: string, allowance: Allowance])[] = [
      ["all", ALL],
      [`chat ${chatId}`, CHAT],
    ];
    // The numbers of groups are negative.
    if (chatId < 0) windows.push([`group ${chatId}`, GROUP]);
    const now = this.#clock.now();
    const wait = Math.max(...windows.map(([key, allowance]) => this.#wait(key, allowance, now)));
    if (wait > 0) {
      this.given += 1;
      throw tooMany(Math.ceil(wait / 1000));
    }
    for (const [key] of windows) this.#sent.get(key)?.push(now);
  }

  /** Milliseconds until one more fits in a window. */
  #wait(key: string, { limit, perMs }: Allowance, now: number): number {
    const recent = (this.#sent.get(key) ?? []).filter((at) => at > now - perMs);
    this.#sent.set(key, recent);
    if (recent.length < limit) return 0;
    return (recent.at(-limit) ?? now) + perMs - now;
  }
}

/** `seconds` is whole, as Telegram has it. */
export function tooMany(seconds: number): Refusal {
  return new Refusal(429, `Too Many Requests: retry after ${seconds}`, {
    parameters: { retry_after: seconds },
  });
}
