import { DiscordAPIError, REST, RESTEvents } from "discord.js";
import type { z } from "zod";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import type { Log } from "../../src/ports/log.ts";
import type { ActionError } from "../../src/ports/platform.ts";
import { toActionError } from "./errors.ts";

/** Discord answers within seconds or not at all; the queue tries again with its own back-off. */
const TIMEOUT_MS = 10_000;
/** A request that would wait longer for its bucket is given back, so that nobody's click waits behind a purge. */
const LONGEST_WAIT_MS = 3000;
/** Of the 10,000 invalid requests in ten minutes after which Discord blocks an address. */
const INVALID_WARNING_EVERY = 500;
/** Longest reason that the audit log of a server takes, in bytes of its header. */
const MAX_REASON = 512;

export interface ApiOptions {
  readonly token: string;
  /** REST base without version, such as `https://discord.com/api`. */
  readonly apiUrl: string;
  readonly log: Log;
}

export interface ApiRequest {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  /** Shown in the server's audit log. */
  readonly reason?: string;
  /** What the bot needs for it, in Discord's words; named when it is missing. */
  readonly permission?: string;
}

type Method = "get" | "post" | "put" | "patch" | "delete";
type Route = `/${string}`;

/** Discord's REST API, whose answers are checked and whose failures are values. */
export class DiscordApi {
  readonly rest: REST;
  readonly #token: string;

  constructor({ token, apiUrl, log }: ApiOptions) {
    this.#token = token;
    this.rest = new REST({
      api: apiUrl,
      version: "10",
      timeout: TIMEOUT_MS,
      // Its own tries follow within milliseconds: a server in trouble needs more.
      retries: 0,
      rejectOnRateLimit: ({ timeToReset, retryAfter }) =>
        Math.max(timeToReset, retryAfter) > LONGEST_WAIT_MS,
      invalidRequestWarningInterval: INVALID_WARNING_EVERY,
    }).setToken(token);
    this.rest.on(RESTEvents.RateLimited, ({ route, global, retryAfter }) =>
      log.warn({ route, global, retryAfter }, "Discord asks to wait"),
    );
    this.rest.on(RESTEvents.InvalidRequestWarning, ({ count, remainingTime }) =>
      log.error({ count, remainingTime }, "Discord refuses many requests; at 10,000 it blocks us"),
    );
  }

  /** Ends its timers; a request under way is not waited for. */
  close(): void {
    this.rest.clearHashSweeper();
    this.rest.clearHandlerSweeper();
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
    { body, query, reason, permission = "" }: ApiRequest,
  ): Promise<Result<unknown, ActionError>> {
    try {
      const answer: unknown = await this.rest[method](route, {
        ...(body !== undefined && { body }),
        ...(query && { query: new URLSearchParams(query) }),
        ...(reason !== undefined && { reason: shortReason(reason) }),
      });
      return ok(answer);
    } catch (error) {
      // One 401 makes the library forget the token; a proxy may have sent it.
      if (error instanceof DiscordAPIError && error.status === 401) this.rest.setToken(this.#token);
      return fail(toActionError(error, permission));
    }
  }
}

/** Discord counts the reason as the header has it, where a Chinese character takes nine. */
function shortReason(reason: string): string {
  const characters = [...reason];
  while (encodeURIComponent(characters.join("")).length > MAX_REASON) characters.pop();
  return characters.join("");
}
