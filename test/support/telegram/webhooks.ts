import { Agent, request as openRequest } from "node:http";
import { isDeepStrictEqual } from "node:util";
import type { Faults } from "../discord/faults.ts";
import type { LoopbackClock } from "../discord/clock.ts";
import type { Pending, Updates } from "./updates.ts";

/** What `setWebhook` set. */
export interface WebhookSettings {
  readonly url: string;
  readonly secret: string | null;
  readonly maxConnections: number;
}

interface Lane {
  readonly waiting: Pending[];
  failures: number;
  isBusy: boolean;
}

const MOST_DOUBLINGS = 6;
const TIMEOUT_MS = 60_000;

/**
 * Posts each update until a 2xx comes: in order within a lane, up to `max_connections` at a time, with a growing pause
 * after each failure. Lanes that pause hold up no other.
 */
export class Webhooks {
  settings: WebhookSettings | null = null;
  /** Base addresses that share what comes, in turn, as behind a balancer; the webhook's own when there is none. */
  instances: readonly string[] = [];
  /** The pause after the first failure; each later one doubles it. */
  firstPauseMs = 1000;
  /** Bytes after which a body is broken in two; null leaves it whole. */
  splitAt: number | null = null;
  /** Told of what came in an answer's body. */
  onAnswer: (body: string) => void = () => {};
  lastError: { readonly at: number; readonly words: string } | null = null;
  readonly #updates: Updates;
  readonly #faults: Faults;
  readonly #clock: LoopbackClock;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #lanes = new Map<string, Lane>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #busy = 0;
  #turn = 0;

  constructor(updates: Updates, faults: Faults, clock: LoopbackClock) {
    this.#updates = updates;
    this.#faults = faults;
    this.#clock = clock;
    updates.onUpdate((update) => {
      if (!this.settings) return;
      this.#enqueue(update);
      this.#pump();
    });
  }

  /**
   * What waited for polls goes to the webhook from now on; null ends it, and what is left waits for polls. Setting the
   * same again changes nothing, as when every instance of a bot sets it on its start.
   */
  set(settings: WebhookSettings | null): void {
    if (isDeepStrictEqual(settings, this.settings)) return;
    this.settings = settings;
    this.lastError = null;
    this.#lanes.clear();
    if (!settings) return;
    for (const update of this.#updates.waiting()) this.#enqueue(update);
    this.#pump();
  }

  close(): void {
    this.settings = null;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#agent.destroy();
  }

  #enqueue(update: Pending): void {
    const lane = this.#lanes.get(update.lane) ?? { waiting: [], failures: 0, isBusy: false };
    lane.waiting.push(update);
    this.#lanes.set(update.lane, lane);
  }

  #pump(): void {
    const most = this.settings?.maxConnections ?? 0;
    for (const [key, lane] of this.#lanes) {
      if (this.#busy >= most) return;
      if (lane.isBusy) continue;
      const [next] = lane.waiting;
      if (next) void this.#run(lane, next);
      else this.#lanes.delete(key);
    }
  }

  async #run(lane: Lane, update: Pending): Promise<void> {
    const { settings } = this;
    if (!settings) return;
    lane.isBusy = true;
    this.#busy += 1;
    // A day old by now, perhaps, or dropped.
    const wrong = this.#updates.isWaiting(update.id) ? await this.#deliver(update, settings) : null;
    this.#busy -= 1;
    if (wrong === null) {
      this.#updates.confirm(update.id);
      lane.waiting.shift();
      lane.failures = 0;
      lane.isBusy = false;
    } else if (this.settings) {
      this.lastError = { at: Math.floor(this.#clock.now() / 1000), words: wrong };
      this.#pause(lane);
    }
    this.#pump();
  }

  #pause(lane: Lane): void {
    const ms = this.firstPauseMs * 2 ** Math.min(lane.failures, MOST_DOUBLINGS);
    lane.failures += 1;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      lane.isBusy = false;
      this.#pump();
    }, ms);
    this.#timers.add(timer);
  }

  /** What went wrong in Telegram's words; null when it arrived. */
  async #deliver({ json }: Pending, settings: WebhookSettings): Promise<string | null> {
    const fault = this.#faults.draw("WEBHOOK", "/webhook");
    if (fault?.kind === "delay") await new Promise((resolve) => setTimeout(resolve, fault.ms));
    const isCut = fault?.kind === "reset" && !fault.after;
    const status = await this.#post(Buffer.from(json), settings, isCut);
    if (fault && fault.kind !== "delay") return "Connection reset by peer";
    if (status === null) return "Connection refused";
    return status >= 200 && status < 300 ? null : `Wrong response from the webhook: ${status}`;
  }

  /** The status; null when no answer came. `isCut` breaks the connection in the middle of the body. */
  #post(body: Buffer, settings: WebhookSettings, isCut: boolean): Promise<number | null> {
    const splitAt = isCut ? Math.floor(body.length / 2) : this.splitAt;
    return new Promise((resolve) => {
      const request = openRequest(this.#target(settings), {
        method: "POST",
        agent: this.#agent,
        timeout: TIMEOUT_MS,
        headers: {
          "content-type": "application/json",
          // Without a length each part goes in a chunk of its own, and is read by itself.
          ...(splitAt === null ? { "content-length": body.length } : {}),
          ...(settings.secret === null
            ? {}
            : { "x-telegram-bot-api-secret-token": settings.secret }),
        },
      });
      request.on("response", (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("close", () => {
          this.onAnswer(Buffer.concat(parts).toString());
          resolve(response.complete ? (response.statusCode ?? 0) : null);
        });
      });
      request.on("timeout", () => request.destroy());
      request.on("error", () => resolve(null));
      if (splitAt === null) {
        request.end(body);
        return;
      }
      request.write(body.subarray(0, splitAt), () => {
        if (isCut) request.destroy();
        else request.end(body.subarray(splitAt));
      });
    });
  }

  #target({ url }: WebhookSettings): URL {
    const given = new URL(url);
    const instance = this.instances[this.#turn % this.instances.length];
    this.#turn += 1;
    return instance === undefined ? given : new URL(given.pathname + given.search, instance);
  }
}
