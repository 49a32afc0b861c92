import { DiscordAPIError, REST, RESTEvents } from "discord.js";
import PQueue from "p-queue";
import type { z } from "zod";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import { type Share, WHOLE } from "../../src/engine/share.ts";
import type { Log } from "../../src/ports/log.ts";
import type { ActionError } from "../../src/ports/platform.ts";
import { toActionError } from "./errors.ts";
import { InvalidRequests } from "./invalid-requests.ts";
import { OwnDeletions } from "./own-deletions.ts";

/** Discord answers within seconds or not at all; the queue tries again with its own back-off. */
const TIMEOUT_MS = 10_000;
/** A request that would wait longer for its bucket is given back, so that nobody's click waits behind a purge. */
const LONGEST_WAIT_MS = 3000;
/** Answers to what somebody has just pressed: Discord counts them apart, and nobody waits for them behind a purge. */
const REPLIES = /^\/(?:interactions|webhooks)\//u;
/** Discord takes 50 requests a second of a bot; the other 20 are for what protects people, which never waits. */
const PER_SECOND = 50;
const YIELDING_PER_SECOND = 30;
/** What waits behind so many is given back to its job, so that it keeps no worker from what must not wait. */
const MOST_YIELDING = 16;
const LONGEST_TURN_MS = 120_000;
const PRIORITIES = { notice: 1, card: 0 } as const;
/** Of the 10,000 invalid requests in ten minutes after which Discord blocks an address. */
const INVALID_WARNING_EVERY = 500;
/** Longest reason that the audit log of a server takes, in bytes of its header. */
const MAX_REASON = 512;

export interface ApiOptions {
  readonly token: string;
  /** REST base without version, such as `https://discord.com/api`. */
  readonly apiUrl: string;
  readonly log: Log;
  /** The servers of this process: of as many processes each keeps to its part of what Discord takes of a bot. */
  readonly share?: Share;
  /** Absent: what Candor deletes is known to this process alone. */
  readonly ownDeletions?: OwnDeletions;
}

export interface ApiRequest {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  /** Shown in the server's audit log. */
  readonly reason?: string;
  /** What the bot needs for it, in Discord's words; named when it is missing. */
  readonly permission?: string;
  /** Lets whatever acts on messages and people go before: what tells of it, and after that what shows it. */
  readonly yields?: keyof typeof PRIORITIES;
}

type Method = "get" | "post" | "put" | "patch" | "delete";
type Route = `/${string}`;

/** Discord's REST API, whose answers are checked and whose failures are values. */
export class DiscordApi {
  readonly rest: REST;
  readonly ownDeletions: OwnDeletions;
  readonly #replies: REST;
  readonly #token: string;
  readonly #invalid: InvalidRequests;
  readonly #yieldingPerSecond: number;
  #nextTurn = 0;
  readonly #yielding: PQueue;

  constructor(options: ApiOptions) {
    const { of } = options.share ?? WHOLE;
    this.#token = options.token;
    this.#invalid = new InvalidRequests(of);
    this.#yieldingPerSecond = Math.max(1, Math.floor(YIELDING_PER_SECOND / of));
    this.#yielding = new PQueue({
      intervalCap: this.#yieldingPerSecond,
      interval: 1000,
      strict: true,
    });
    this.ownDeletions = options.ownDeletions ?? new OwnDeletions();
    this.rest = this.#makeRest(options, Math.max(1, Math.floor(PER_SECOND / of)));
    // Discord counts these apart, and not together.
    this.#replies = this.#makeRest(options, PER_SECOND);
  }

  #makeRest({ token, apiUrl, log }: ApiOptions, globalRequestsPerSecond: number): REST {
    const rest = new REST({
      api: apiUrl,
      version: "10",
      timeout: TIMEOUT_MS,
      globalRequestsPerSecond,
      // Its own tries follow within milliseconds: a server in trouble needs more.
      retries: 0,
      rejectOnRateLimit: ({ timeToReset, retryAfter }) =>
        Math.max(timeToReset, retryAfter) > LONGEST_WAIT_MS,
      invalidRequestWarningInterval: INVALID_WARNING_EVERY,
    }).setToken(token);
    rest.on(RESTEvents.RateLimited, ({ route, global, retryAfter }) =>
      log.warn({ route, global, retryAfter }, "Discord asks to wait"),
    );
    rest.on(RESTEvents.InvalidRequestWarning, ({ count, remainingTime }) =>
      log.error({ count, remainingTime }, "Discord refuses many requests; at 10,000 it blocks us"),
    );
    rest.on(RESTEvents.Response, (_, { status, headers }) =>
      this.#invalid.note(status, headers.get("x-ratelimit-scope"), performance.now()),
    );
    return rest;
  }

  /** Ends its timers; a request under way is not waited for. */
  close(): void {
    for (const rest of [this.rest, this.#replies]) {
      rest.clearHashSweeper();
      rest.clearHandlerSweeper();
    }
  }

  /** Sends a request whose answer nobody reads. */
  async send(
    method: Method,
    route: Route,
    request: ApiRequest = {},
  ): Promise<Result<void, ActionError>> {
    const answered = await this.#request(method, route, request);
    return answered.ok ? ok(undefined) : answered;
  }

  /** Asks for something; an answer of another shape than `schema` counts as no answer. */
  async ask<T>(
    method: Method,
    route: Route,
    schema: z.ZodType<T>,
    request: ApiRequest = {},
  ): Promise<Result<T, ActionError>> {
    const answered = await this.#request(method, route, request);
    if (!answered.ok) return answered;
    const read = schema.safeParse(answered.value);
    if (read.success) return ok(read.data);
    const [issue] = read.error.issues;
    const cause = new Error(
      `Discord answered ${method} in another shape: ${issue?.path.join(".")}`,
    );
    return fail({ kind: "unavailable", cause });
  }

  async #request(
    method: Method,
    route: Route,
    request: ApiRequest,
  ): Promise<Result<unknown, ActionError>> {
    const { yields } = request;
    if (yields === undefined) return this.#ask(method, route, request);
    if (this.#yielding.size >= MOST_YIELDING) {
      return fail({ kind: "throttled", retryAfterMs: this.#turnAway(performance.now()) });
    }
    return this.#yielding.add(() => this.#ask(method, route, request), {
      priority: PRIORITIES[yields],
    });
  }

  /** In how many ms to come again: those that are turned away come one after the other, as many a second as pass. */
  #turnAway(now: number): number {
    const soonest = now + (1000 * MOST_YIELDING) / this.#yieldingPerSecond;
    this.#nextTurn = Math.max(this.#nextTurn, soonest) + 1000 / this.#yieldingPerSecond;
    return Math.ceil(Math.min(this.#nextTurn - now, LONGEST_TURN_MS));
  }

  async #ask(
    method: Method,
    route: Route,
    { body, query, reason, permission = "" }: ApiRequest,
  ): Promise<Result<unknown, ActionError>> {
    const isReply = REPLIES.test(route);
    const wait = isReply ? 0 : this.#invalid.take(performance.now());
    if (wait > 0) return fail({ kind: "throttled", retryAfterMs: Math.ceil(wait) });
    const rest = isReply ? this.#replies : this.rest;
    const disown = await this.ownDeletions.begin({ method, route, body });
    try {
      const answer: unknown = await rest[method](route, {
        ...(body !== undefined && { body }),
        ...(query && { query: new URLSearchParams(query) }),
        ...(reason !== undefined && { reason: shortReason(reason) }),
      });
      return ok(answer);
    } catch (error) {
      // One 401 makes the library forget the token; a proxy may have sent it.
      if (error instanceof DiscordAPIError && error.status === 401) rest.setToken(this.#token);
      const refused = toActionError(error, permission);
      // Of a request that got no answer nobody knows whether it was carried out.
      if (refused.kind !== "unavailable") await disown();
      return fail(refused);
    }
  }
}

/** Discord counts the reason as the header has it, where a Chinese character takes nine. */
export function shortReason(reason: string): string {
  const characters = [...reason];
  while (encodeURIComponent(characters.join("")).length > MAX_REASON) characters.pop();
  return characters.join("");
}
