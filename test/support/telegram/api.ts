import type { IncomingMessage, ServerResponse } from "node:http";
import { type Fault, Faults } from "../discord/faults.ts";
import { Journal } from "../discord/journal.ts";
import { Call, type Handler } from "./call.ts";
import { sharedDescription } from "./description.ts";
import { malformed, Refusal } from "./errors.ts";
import { SendLimits, tooMany } from "./limits.ts";
import { botMethods } from "./methods-bot.ts";
import { memberMethods } from "./methods-members.ts";
import { messageMethods } from "./methods-messages.ts";
import { updateMethods } from "./methods-updates.ts";
import { Polling } from "./polling.ts";
import { readBytes, readCall } from "./request-body.ts";
import { Updates } from "./updates.ts";
import { Webhooks } from "./webhooks.ts";
import type { World } from "./world.ts";

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** The Bot API: from a request on the wire to Telegram's answer. */
export class Api {
  readonly faults = new Faults();
  readonly journal: Journal;
  readonly limits: SendLimits;
  readonly updates: Updates;
  readonly polling: Polling;
  readonly webhooks: Webhooks;
  readonly #world: World;
  readonly #token: string;
  readonly #description = sharedDescription();
  readonly #methods: Readonly<Record<string, Handler>>;
  /** Requests under way. */
  readonly #open = new Set<Promise<void>>();

  constructor(world: World, token: string, journalLimit: number) {
    this.#world = world;
    this.#token = token;
    this.journal = new Journal(journalLimit);
    this.limits = new SendLimits(world.clock);
    this.updates = new Updates(world.clock, (update) => {
      this.#holdSelf(this.#description.checkType("Update", update), update);
    });
    this.polling = new Polling(this.updates);
    this.webhooks = new Webhooks(this.updates, this.faults, world.clock);
    this.webhooks.onAnswer = (body) => this.#refuseAnswer(body);
    this.#methods = {
      ...botMethods,
      ...memberMethods,
      ...messageMethods,
      ...updateMethods(this.updates, this.polling, this.webhooks),
    };
    world.onEvent((event) => this.updates.add(event));
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const under = this.#handle(request, response).catch((error: unknown) => {
      // Whoever breaks off in the middle of a request is not our mistake.
      if (!request.complete) return;
      this.journal.broken.push(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
    this.#open.add(under);
    void under.finally(() => this.#open.delete(under));
  }

  /** Ends what waits, and resolves when no request is under way. */
  async close(): Promise<void> {
    this.polling.end();
    this.webhooks.close();
    await Promise.all(this.#open);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = this.#world.clock.now();
    const bytes = await readBytes(request);
    const url = new URL(request.url ?? "", "http://telegram");
    const verb = request.method ?? "GET";
    const path = this.#withoutToken(url.pathname);
    const fault = path === null ? null : this.faults.draw(verb, path);
    if (fault?.kind === "delay") await new Promise((resolve) => setTimeout(resolve, fault.ms));
    const noted: { body: unknown } = { body: null };
    const reply = await withFault(fault, () => {
      if (path === null) return Promise.resolve(refused(new Refusal(401, "Unauthorized")));
      if (path.startsWith("/file/")) return Promise.resolve(this.#file(path.slice(6)));
      return this.#call(path.slice(1), verb, request, bytes, url.searchParams, noted);
    });
    this.journal.note({
      method: verb,
      path: path ?? "",
      query: url.search,
      body: noted.body,
      reason: null,
      status: reply?.status ?? null,
      code: null,
      fault: fault?.kind ?? null,
      at: startedAt,
      ms: this.#world.clock.now() - startedAt,
    });
    if (reply) send(response, reply);
    else request.socket.destroy();
  }

  /** What is asked for, such as `/sendMessage` or `/file/documents/1-name`; null with a token that is not ours. */
  #withoutToken(path: string): string | null {
    const own = `/bot${this.#token}/`;
    if (path.startsWith(own)) return `/${path.slice(own.length)}`;
    return path.startsWith(`/file${own}`) ? `/file/${path.slice(own.length + 5)}` : null;
  }

  #file(path: string): Reply {
    const file = [...this.#world.files.values()].find((each) => each.path === path);
    if (!file) return refused(new Refusal(404, "Not Found"));
    return { status: 200, type: "application/octet-stream", bytes: file.bytes };
  }

  async #call(
    method: string,
    verb: string,
    request: IncomingMessage,
    bytes: Buffer,
    query: URLSearchParams,
    noted: { body: unknown },
  ): Promise<Reply> {
    try {
      const fields = this.#description.parameters(method);
      if (!fields) throw new Refusal(404, "Not Found: method not found", { malformed: true });
      const type = request.headers["content-type"] ?? "";
      const read = await readCall(bytes, type, query, fields);
      noted.body = read.params;
      const result = await this.#perform(method, new Call(this.#world, this.limits, read), read);
      this.#holdSelf(this.#description.checkResult(method, result), { method, result });
      return json(200, { ok: true, result });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#noteRefusal(error, verb, method, noted.body);
      return refused(error);
    }
  }

  async #perform(method: string, call: Call, read: { params: object }): Promise<unknown> {
    const wrong = this.#description.checkCall(method, read.params);
    if (wrong !== null) throw malformed(wrong);
    const handler = this.#methods[method];
    if (handler) return await handler(call);
    throw new Refusal(501, "Telegram has this; the loopback server does not", { malformed: true });
  }

  #noteRefusal(refusal: Refusal, verb: string, method: string, body: unknown): void {
    if (!refusal.malformed) return;
    const { code, message } = refusal;
    this.journal.refusals.push({
      method: verb,
      path: `/${method}`,
      code,
      message,
      errors: null,
      body,
    });
  }

  /** Telegram carries out a call that comes in the answer to a webhook and tells nobody how it went; we refuse it. */
  #refuseAnswer(body: string): void {
    if (!body.includes('"method"')) return;
    const refusal = new Refusal(501, "a call in the answer to a webhook", { malformed: true });
    this.#noteRefusal(refusal, "WEBHOOK", "webhook", body);
  }

  /** The loopback server holds itself to the description, too. */
  #holdSelf(wrong: string | null, what: object): void {
    if (wrong !== null) this.journal.broken.push({ wrong, what });
  }
}

/** null is a connection that breaks. */
async function withFault(fault: Fault | null, work: () => Promise<Reply>): Promise<Reply | null> {
  switch (fault?.kind) {
    case "reset":
      if (fault.after) await work();
      return null;
    case "status":
      if (fault.after) await work();
      return fault.body ? json(fault.status, fault.body) : page(fault.status);
    case "throttle":
      // Telegram's seconds are whole, however short a stormy run would like them.
      return refused(tooMany(Math.ceil(fault.retryAfter)));
    case "delay":
    case undefined:
      return work();
  }
}

/** What stands before Telegram answers with pages of its own. */
function page(status: number): Reply {
  const html = `<html>\r\n<head><title>${status}</title></head>\r\n<body><center><h1>${status}</h1></center></body>\r\n</html>`;
  return { status, type: "text/html", bytes: Buffer.from(html) };
}

function refused(refusal: Refusal): Reply {
  return json(refusal.code, refusal.body);
}

function json(status: number, body: object): Reply {
  return { status, type: "application/json", bytes: Buffer.from(JSON.stringify(body)) };
}

function send(response: ServerResponse, { status, type, bytes }: Reply): void {
  response.writeHead(status, { "content-type": type, "content-length": bytes.length }).end(bytes);
}
