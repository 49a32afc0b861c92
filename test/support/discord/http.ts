import type { IncomingMessage, ServerResponse } from "node:http";
import { Refusal, refusal } from "./errors.ts";
import { type Fault, Faults } from "./faults.ts";
import type { Gateway } from "./gateway.ts";
import type { Interactions } from "./interactions.ts";
import { Journal } from "./journal.ts";
import { RateLimits } from "./limits.ts";
import { sharedOpenApi } from "./openapi.ts";
import { checkProse, checkReason } from "./prose-limits.ts";
import { readBody, type ReadBody } from "./request-body.ts";
import { channelRoutes } from "./routes-channels.ts";
import { commandRoutes } from "./routes-commands.ts";
import { guildRoutes } from "./routes-guilds.ts";
import { interactionRoutes } from "./routes-interactions.ts";
import { messageRoutes } from "./routes-messages.ts";
import { peopleRoutes } from "./routes-people.ts";
import { Answer, type Call, PathTable, type Result, type Route } from "./routing.ts";
import type { World } from "./world.ts";

const BASE = "/api/v10";

const ROUTES: readonly Route[] = [
  ...guildRoutes,
  ...peopleRoutes,
  ...channelRoutes,
  ...messageRoutes,
  ...commandRoutes,
  ...interactionRoutes,
];

interface Reply {
  readonly status: number;
  readonly body: object | null;
  readonly headers: Readonly<Record<string, string>>;
}

interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly body: ReadBody;
  readonly reason: string | null;
}

/** REST: from a request on the wire to Discord's answer. */
export class Rest {
  readonly faults = new Faults();
  readonly limits: RateLimits;
  readonly journal: Journal;
  token: string;
  readonly #world: World;
  readonly #gateway: Gateway;
  readonly #interactions: Interactions;
  readonly #checkAnswers: boolean;
  readonly #openApi = sharedOpenApi();
  readonly #routes = new Map<string, PathTable<Route>>();
  readonly #documented = new PathTable<readonly string[]>();
  /** Requests under way. */
  readonly #open = new Set<Promise<void>>();

  constructor(
    world: World,
    gateway: Gateway,
    interactions: Interactions,
    options: { token: string; journalLimit: number; checkAnswers: boolean },
  ) {
    this.#world = world;
    this.#gateway = gateway;
    this.#interactions = interactions;
    this.token = options.token;
    this.#checkAnswers = options.checkAnswers;
    this.limits = new RateLimits(world.clock);
    this.journal = new Journal(options.journalLimit);
    for (const route of ROUTES) {
      const table = this.#routes.get(route.method) ?? new PathTable<Route>();
      table.add(route.template, route);
      this.#routes.set(route.method, table);
    }
    for (const [template, methods] of this.#openApi.paths()) {
      this.#documented.add(template, methods);
    }
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const under = this.#handle(request, response).catch((error: unknown) => {
      this.journal.broken.push(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
    this.#open.add(under);
    void under.finally(() => this.#open.delete(under));
  }

  /** Resolves when no request is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#open);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = this.#world.clock.now();
    const method = request.method ?? "GET";
    const [fullPath = "", search = ""] = (request.url ?? "").split("?");
    if (method === "GET" && this.#sendFile(fullPath, response)) return;
    const body = await readBody(request);
    const path = fullPath.startsWith(BASE) ? fullPath.slice(BASE.length) : fullPath;
    const header = request.headers["x-audit-log-reason"];
    const reason = typeof header === "string" ? decodeReason(header) : null;
    const query = new URLSearchParams(search);
    const incoming: Incoming = { method, path, query, request, body, reason };
    const fault = this.faults.draw(method, path);
    if (fault?.kind === "delay") await pause(fault.ms);
    const reply = await this.#withFault(fault, () =>
      fullPath.startsWith(BASE) ? this.#reply(incoming) : this.#unknown(incoming),
    );
    this.limits.noteStatus(reply?.status ?? 0, reply?.headers["x-ratelimit-scope"] === "shared");
    this.journal.note({
      method,
      path,
      query: search,
      body: body.json,
      reason,
      status: reply?.status ?? null,
      code: codeIn(reply?.body),
      fault: fault?.kind ?? null,
      at: startedAt,
      ms: this.#world.clock.now() - startedAt,
    });
    if (reply === null) request.socket.destroy();
    else send(response, reply);
  }

  /** null is a connection that breaks. */
  async #withFault(fault: Fault | null, work: () => Reply): Promise<Reply | null> {
    switch (fault?.kind) {
      case "reset":
        if (fault.after) work();
        return null;
      case "status":
        if (fault.after) work();
        return {
          status: fault.status,
          body: fault.body ?? { message: `${fault.status}: on demand`, code: 0 },
          headers: {},
        };
      case "throttle":
        return throttled(fault.retryAfter, fault.global ?? false, {
          // Discord sends whole seconds; a fraction keeps a stormy run short.
          "retry-after": String(fault.retryAfter),
          ...(fault.global
            ? { "x-ratelimit-global": "true", "x-ratelimit-scope": "global" }
            : { "x-ratelimit-scope": "shared", "x-ratelimit-limit": "1" }),
        });
      case "delay":
      case undefined:
        return work();
    }
  }

  #reply(incoming: Incoming): Reply {
    if (this.limits.shutOut) {
      this.limits.given.cloudflare += 1;
      return { status: 429, body: null, headers: { "retry-after": "600" } };
    }
    const found = this.#routes.get(incoming.method)?.find(incoming.path);
    if (!found) return this.#unknown(incoming);
    const { value: route, params } = found;
    if (!route.open && incoming.request.headers.authorization !== `Bot ${this.token}`) {
      return answerOf(refusal("unauthorized"), {});
    }
    const operation = `${route.method} ${route.template}`;
    const major = params["channel_id"] ?? params["guild_id"] ?? params["webhook_token"] ?? "";
    const ruling = this.limits.take(operation, major, route.open ?? false);
    if (ruling.retryAfter !== null) {
      return throttled(ruling.retryAfter, ruling.global, ruling.headers);
    }
    const wrong = this.#check(route, params, incoming);
    if (wrong) {
      this.#refuse(incoming, wrong);
      return answerOf(wrong, ruling.headers);
    }
    try {
      const reply = replyOf(route.handle(this.#call(params, incoming)), ruling.headers);
      if (this.#checkAnswers) this.#checkAnswer(route, reply);
      return reply;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code === 50035 || error.code === 50006) this.#refuse(incoming, error);
      return answerOf(error, ruling.headers);
    }
  }

  #check(route: Route, params: Record<string, string>, incoming: Incoming): Refusal | null {
    const { body, reason } = incoming;
    if (body.broken) return new Refusal(400, 50109, "The request body contains invalid JSON.");
    const checked = this.#openApi.check({
      method: route.method,
      template: route.template,
      params,
      query: incoming.query,
      body: body.json,
      narrow: route.narrow?.(this.#world, params, body.json) ?? null,
    });
    const now = this.#world.clock.now();
    const request = { body: body.json, files: body.files.length, now };
    return (
      checked ?? checkReason(reason) ?? checkProse(`${route.method} ${route.template}`, request)
    );
  }

  /** The loopback server holds itself to the document, too. */
  #checkAnswer({ method, template }: Route, { status, body }: Reply): void {
    const json: unknown = body === null ? null : JSON.parse(JSON.stringify(body));
    const wrong = this.#openApi.checkAnswer(method, template, status, json);
    if (wrong) this.journal.broken.push({ method, template, status, errors: wrong.errors, json });
  }

  #call(params: Record<string, string>, { query, body, reason }: Incoming): Call {
    return {
      world: this.#world,
      gateway: this.#gateway,
      interactions: this.#interactions,
      query,
      body: body.json,
      files: body.files,
      by: { userId: this.#world.bot.id, reason },
      hole: (name) => params[name] ?? null,
      param(name) {
        const value = params[name];
        if (value === undefined) throw new Error(`the route has no ${name}`);
        return value;
      },
    };
  }

  /** A path that is not built here: Discord may have it, then the loopback is at fault. */
  #unknown(incoming: Incoming): Reply {
    const documented = this.#documented.find(incoming.path);
    const isDocumented = documented?.value.includes(incoming.method) ?? false;
    if (isDocumented) {
      const wrong = new Refusal(501, 0, "Discord has this; the loopback server does not");
      this.#refuse(incoming, wrong);
      return answerOf(wrong, {});
    }
    const wrong = refusal(documented ? "methodNotAllowed" : "notFound");
    this.#refuse(incoming, wrong);
    return answerOf(wrong, {});
  }

  #refuse({ method, path, body }: Incoming, { code, message, errors }: Refusal): void {
    this.journal.refusals.push({ method, path, code, message, errors, body: body.json });
  }

  #sendFile(path: string, response: ServerResponse): boolean {
    const file = this.#world.files.get(path);
    if (!file) return false;
    const headers = { "content-type": file.contentType, "content-length": file.bytes.length };
    response.writeHead(200, headers).end(file.bytes);
    return true;
  }
}

function decodeReason(header: string): string {
  try {
    return decodeURIComponent(header);
  } catch {
    return header;
  }
}

function codeIn(body: object | null | undefined): number | null {
  return body && "code" in body && typeof body.code === "number" ? body.code : null;
}

function replyOf(result: Result, headers: Readonly<Record<string, string>>): Reply {
  if (result === undefined) return { status: 204, body: null, headers };
  if (result instanceof Answer) return { status: result.status, body: result.body, headers };
  return { status: 200, body: result, headers };
}

function answerOf(wrong: Refusal, headers: Readonly<Record<string, string>>): Reply {
  return { status: wrong.status, body: wrong.body, headers };
}

function throttled(
  retryAfter: number,
  global: boolean,
  headers: Readonly<Record<string, string>>,
): Reply {
  const body = { message: "You are being rate limited.", retry_after: retryAfter, global };
  return { status: 429, body, headers };
}

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  if (body === null) {
    response.writeHead(status, headers).end();
    return;
  }
  const bytes = Buffer.from(JSON.stringify(body));
  const type = { "content-type": "application/json", "content-length": bytes.length };
  response.writeHead(status, { ...headers, ...type }).end(bytes);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
