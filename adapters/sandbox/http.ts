import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { routePath } from "hono/route";
import { streamSSE } from "hono/streaming";
import { redact } from "../../src/engine/redact.ts";
import type { Result } from "../../src/engine/result.ts";
import type { ChainReport } from "../../src/pipeline/audit-report.ts";
import type { DecideProblem, DecisionInput } from "../../src/pipeline/decide-case.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Ids } from "../../src/ports/ids.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Case, CaseView, Store } from "../../src/ports/store.ts";
import type { Chat } from "./chat.ts";
import type { EventHub } from "./event-hub.ts";
import { type AllowedHosts, hostGuard, pageHeaders, writeGuard } from "./guard.ts";
import { readPageFiles } from "./page-files.ts";
import { CHANNELS, COMMUNITY, guest, type Person } from "./people.ts";
import type { PostProblem, SandboxPlatform } from "./platform.ts";
import { auditSchema, casesSchema, decisionSchema, postSchema, readRequest } from "./requests.ts";
import { type RuleWords, viewAuditEvent, viewCase, viewMessage } from "./views.ts";

const MAX_BODY_BYTES = 64 * 1024;

/** What the sandbox needs of the rest of Candor. */
export interface SandboxDeps {
  readonly store: Pick<Store, "listCases" | "findCase" | "recentAuditEvents" | "standing">;
  readonly decideCase: (request: DecisionInput) => Promise<Result<Case, DecideProblem>>;
  readonly verifyChain: (communityId: string) => Promise<ChainReport>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Titles and reasons in every language; without it the page shows the verdict's own words. */
  readonly ruleWords?: RuleWords;
}

/** The parts that one sandbox is made of, shared by its routes. */
export interface SandboxParts {
  readonly deps: SandboxDeps;
  readonly chat: Chat;
  readonly hub: EventHub;
  readonly platform: SandboxPlatform;
  readonly people: readonly Person[];
  readonly ruleWords: RuleWords;
  /** Told apart from that of an earlier process, so that a page knows that the chat began anew. */
  readonly bootId: string;
}

/** All routes of the sandbox. Every failure is `{"error": "…"}` with a sentence for people. */
export function makeApp(parts: SandboxParts, hosts: AllowedHosts): Hono {
  const app = new Hono();
  app.use(pageHeaders);
  app.get("/health", (c) => c.json({ ok: true }));
  app.use(hostGuard(hosts), writeGuard);
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLong }));
  app.use("/api/*", async (c, next) => {
    await next();
    c.header("Cache-Control", "no-store");
  });
  addChatRoutes(app, parts);
  addCaseRoutes(app, parts);
  addAuditRoutes(app, parts);
  addPage(app);
  app.notFound((c) => c.json({ error: "There is nothing at this address." }, 404));
  app.onError((err, c) => {
    if (err instanceof HTTPException) return c.json({ error: err.message }, err.status);
    parts.deps.log.error(
      { err, method: c.req.method, route: routePath(c, -1) },
      "a request failed",
    );
    return c.json({ error: "The server could not do this; its log says why. Try again." }, 500);
  });
  return app;
}

function tooLong(c: Context): Response {
  return c.json({ error: "The body: read more than 64 KB, accepted is at most 64 KB." }, 413);
}

function addChatRoutes(app: Hono, parts: SandboxParts): void {
  const { deps, chat, hub, platform, people, ruleWords, bootId } = parts;
  app.get("/api/state", (c) =>
    c.json({
      bootId,
      community: COMMUNITY,
      channels: CHANNELS,
      members: people.map(({ id, displayName, role }) => ({ id, name: displayName, role })),
      messages: chat.messages().map((message) => viewMessage(message, ruleWords)),
    }),
  );
  app.get("/api/events", (c) => {
    if (!hub.isOpen) return c.json({ error: STOPPED }, 503);
    // Routed here too, but without a body nobody would ever read or end the stream.
    if (c.req.method === "HEAD") return c.body(null);
    if (hub.readers >= MOST_READERS) return c.json({ error: "Too many pages are open." }, 503);
    return streamSSE(c, (stream) => hub.serve(stream, { bootId }));
  });
  app.post("/api/messages", async (c) => {
    const request = readRequest(postSchema, await readJson(c));
    if (!request.ok) return c.json({ error: request.error }, 400);
    const { channel, author, text, clientId, replyTo } = request.value;
    if (replyTo && !chat.find(channel, replyTo)) {
      const error =
        "replyTo: read an id of no message here, accepted is the id of one in the channel.";
      return c.json({ error }, 400);
    }
    const posted = await platform.post({
      id: clientId ?? deps.ids.next(),
      channelId: channel,
      author: people.find((person) => person.id === author) ?? guest(author),
      text,
      sentAt: deps.clock.now(),
      replyTo: replyTo ?? null,
    });
    if (!posted.ok) return refusePost(c, posted.error, ruleWords);
    return c.json({ message: viewMessage(posted.value, ruleWords) }, 201);
  });
}

/** Open pages at once; more than a few people never look at a sandbox. */
const MOST_READERS = 100;
const STOPPED = "Candor is starting or stopping; try again in a moment.";

const POST_REFUSALS = {
  busy: [429, "Too many messages are waiting; send it again in a moment."],
  stopped: [503, STOPPED],
  "not-recorded": [
    503,
    "Candor could not record this message; nothing else was lost. Send it again.",
  ],
} as const satisfies Record<PostProblem["kind"], readonly [number, string]>;

function refusePost(c: Context, problem: PostProblem, ruleWords: RuleWords): Response {
  const [status, error] = POST_REFUSALS[problem.kind];
  const stands = problem.kind === "not-recorded" && {
    message: viewMessage(problem.message, ruleWords),
  };
  return c.json({ error, ...stands }, status);
}

function addCaseRoutes(app: Hono, parts: SandboxParts): void {
  const { deps, hub } = parts;
  app.get("/api/cases", async (c) => {
    const query = readRequest(casesSchema, c.req.query());
    if (!query.ok) return c.json({ error: query.error }, 400);
    const { state, limit } = query.value;
    const views = await deps.store.listCases({
      communityId: COMMUNITY.id,
      ...(state && { state }),
      limit,
    });
    return c.json({ cases: await showCases(parts, views) });
  });
  app.get("/api/cases/:id", async (c) => {
    const view = await findCase(parts, c.req.param("id"));
    if (view?.communityId !== COMMUNITY.id) return c.json({ error: NO_CASE }, 404);
    const [shown] = await showCases(parts, [view]);
    return c.json({ case: shown });
  });
  app.post("/api/cases/:id/decisions", async (c) => {
    const request = readRequest(decisionSchema, await readJson(c));
    if (!request.ok) return c.json({ error: request.error }, 400);
    const { outcome, reason, moderator } = request.value;
    const caseId = c.req.param("id");
    const before = await findCase(parts, caseId);
    if (before?.communityId !== COMMUNITY.id) return c.json({ error: NO_CASE }, 404);
    // A name that is typed may be anything, and is kept with the decision.
    const moderatorId = redact(moderator, []);
    const decided = await deps.decideCase({ caseId, outcome, reason, moderatorId });
    if (!decided.ok) return refuseDecision(c, decided.error);
    hub.send("case", { id: caseId });
    hub.send("audit", {});
    const view = await deps.store.findCase(caseId);
    const [shown] = view ? await showCases(parts, [view]) : [];
    return c.json({ case: shown ?? null });
  });
}

const NO_CASE = "There is no such case here.";

const DECISION_REFUSALS = {
  "not-found": [404, NO_CASE],
  "already-decided": [409, "Somebody has decided this case already; the decision stands."],
  "reason-required": [400, "reason: read an empty text, accepted is why you decide so."],
} as const satisfies Record<DecideProblem["kind"], readonly [number, string]>;

function refuseDecision(c: Context, { kind }: DecideProblem): Response {
  const [status, error] = DECISION_REFUSALS[kind];
  return c.json({ error }, status);
}

/** Adds to each case what is known of its author, reading each author once. */
async function showCases(parts: SandboxParts, views: readonly CaseView[]) {
  const { deps, chat, people, platform, ruleWords } = parts;
  const authorIds = new Set(views.map((view) => view.message.authorId));
  const standings = new Map(
    await Promise.all(
      [...authorIds].map(async (id) => [id, await deps.store.standing(COMMUNITY.id, id)] as const),
    ),
  );
  const names = new Map(people.map((person) => [person.id, person.displayName]));
  return views.map((view) => {
    const { authorId, channelId, messageId } = view.message;
    const name = names.get(authorId) ?? chat.find(channelId, messageId)?.author.displayName;
    return viewCase(view, {
      name: name ?? null,
      standing: standings.get(authorId) ?? null,
      mark: platform.board.find(view.id),
      ruleWords,
    });
  });
}

function addAuditRoutes(app: Hono, { deps }: SandboxParts): void {
  app.get("/api/audit", async (c) => {
    const query = readRequest(auditSchema, c.req.query());
    if (!query.ok) return c.json({ error: query.error }, 400);
    const events = await deps.store.recentAuditEvents(COMMUNITY.id, query.value.limit);
    return c.json({ events: events.map(viewAuditEvent) });
  });
  app.post("/api/audit/verify", async (c) =>
    c.json({ report: await deps.verifyChain(COMMUNITY.id) }),
  );
}

/** Ids of cases have one shape; the database refuses some others, such as NUL, with an error. */
async function findCase({ deps }: SandboxParts, id: string): Promise<CaseView | null> {
  return /^[\w-]{1,64}$/u.test(id) ? deps.store.findCase(id) : null;
}

function addPage(app: Hono): void {
  let reading: ReturnType<typeof readPageFiles> | undefined;
  app.get("*", async (c, next) => {
    const file = (await (reading ??= readPageFiles())).get(c.req.path);
    if (!file) return next();
    c.header("Content-Type", file.type);
    // Another version of Candor may serve another page at the same address.
    c.header("Cache-Control", "no-cache");
    return c.body(file.body);
  });
}

async function readJson(c: Context): Promise<unknown> {
  try {
    return await c.req.json<unknown>();
  } catch {
    throw new HTTPException(400, {
      message: "The body: read something that is not JSON, accepted is a JSON object.",
    });
  }
}
