import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { routePath } from "hono/route";
import { streamSSE } from "hono/streaming";
import type { ChainReport } from "../../src/pipeline/audit-report.ts";
import type { Locale } from "../../src/engine/policy.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Ids } from "../../src/ports/ids.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Store } from "../../src/ports/store.ts";
import { addCaseRoutes } from "./case-routes.ts";
import type { Erasures } from "./erasures.ts";
import type { EventHub } from "./event-hub.ts";
import { type AllowedHosts, hostGuard, pageHeaders, writeGuard } from "./guard.ts";
import { readPageFiles } from "./page-files.ts";
import { addPersonRoutes } from "./person-routes.ts";
import { CHANNELS, COMMUNITY, memberOf } from "./people.ts";
import type { SandboxMemory, SandboxPlatform } from "./platform.ts";
import type { PostProblem } from "./posts.ts";
import { readJson } from "./read-json.ts";
import { auditSchema, personSchema, postSchema, readRequest, rulesSchema } from "./requests.ts";
import { currentPolicy, currentTeam, sightOf } from "./sight.ts";
import { type RuleWords, viewAuditEvent, viewMessage } from "./views.ts";
import type { Actor } from "../../src/commands/command.ts";
import type { Reply } from "../../src/commands/reply.ts";

const MAX_BODY_BYTES = 64 * 1024;

/** What the sandbox needs of the rest of Candor. */
export interface SandboxDeps {
  readonly store: Pick<
    Store,
    | "policyOf"
    | "listCases"
    | "findCase"
    | "findCaseByNumber"
    | "caseMessages"
    | "caseAuthors"
    | "undoneDecisions"
    | "around"
    | "caseNotes"
    | "attempts"
    | "appealsOf"
    | "reportsOf"
    | "standing"
    | "auditEvents"
    | "auditHeads"
    | "recentMessages"
    | "recentAuditEvents"
  >;
  /** Runs a line as typed, or a command by name with its arguments, for somebody of the sandbox. */
  readonly runCommand: (
    actor: Actor,
    asked: string | { readonly name: string; readonly args: Readonly<Record<string, string>> },
  ) => Promise<Reply>;
  readonly verifyChain: (communityId: string) => Promise<ChainReport>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Titles and reasons in every language; without it the page shows the verdict's own words. */
  readonly ruleWords?: RuleWords;
  /** The rules in one language and script, by id. */
  readonly ruleTexts?: (locale: Locale) => Readonly<Record<string, RuleText>>;
}

export interface RuleText {
  readonly title: string;
  readonly reason: string;
  readonly citation: string;
}

/** The parts that one sandbox is made of, shared by its routes. */
export interface SandboxParts extends SandboxMemory {
  readonly deps: SandboxDeps;
  readonly hub: EventHub;
  readonly platform: SandboxPlatform;
  readonly erasures: Erasures;
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
  const { erasures } = parts;
  app.get("/api/*", async (c, next) => {
    // The stream tells of what happens from now on only.
    if (c.req.path !== "/api/events") await erasures.settle();
    await next();
  });
  addChatRoutes(app, parts);
  addPersonRoutes(app, parts);
  addCaseRoutes(app, parts);
  addAuditRoutes(app, parts);
  app.get("/api/rules", (c) => {
    const query = readRequest(rulesSchema, c.req.query());
    if (!query.ok) return c.json({ error: query.error }, 400);
    return c.json({ rules: parts.deps.ruleTexts?.(query.value.language) ?? {} });
  });
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
  const { deps, chat, hub, members, platform, ruleWords, bootId, zones } = parts;
  app.get("/api/state", async (c) => {
    const team = await currentTeam({ ...deps, members });
    const policy = await currentPolicy(deps.store);
    const readsIn = (id: string) => {
      const listed = team.find((each) => each.id === id);
      return listed ? (listed.timeZone ?? policy.timeZone) : null;
    };
    return c.json({
      bootId,
      mode: policy.mode,
      community: COMMUNITY,
      channels: CHANNELS,
      members: members.builtIn.map((person) => ({
        id: person.id,
        name: person.displayName,
        role: person.role,
        roles: team.find(({ id }) => id === person.id)?.roles ?? memberOf(person).roles,
        language: person.language ?? null,
        /** null: whatever their device says. */
        timeZone: readsIn(person.id),
        barred: members.barred(person.id, deps.clock.now()),
      })),
      messages: chat.messages().map((message) => viewMessage(message, ruleWords)),
    });
  });
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
    const { channel, author, text, clientId, replyTo, language, timeZone } = request.value;
    if (replyTo && !chat.find(channel, replyTo)) return c.json({ error: NO_PARENT }, 400);
    const person = members.admit(author);
    members.speaks(person.id, language ?? null);
    zones.readsIn(person.id, timeZone ?? null);
    const posted = await platform.post({
      id: clientId ?? deps.ids.next(),
      channelId: channel,
      author: person,
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
const NO_PARENT =
  "replyTo: read an id of no message here, accepted is the id of one in the channel.";

const POST_REFUSALS = {
  busy: [429, "Too many messages are waiting; send it again in a moment."],
  stopped: [503, STOPPED],
  "not-recorded": [
    503,
    "Candor could not record this message; nothing else was lost. Send it again.",
  ],
  "timed-out": [403, "This person may not write until their timeout is over."],
  banned: [403, "This person is banned from the community."],
  removed: [403, "This person was removed from the community and must join again to write."],
} as const;

function refusePost(c: Context, problem: PostProblem, ruleWords: RuleWords): Response {
  if (problem.kind === "barred") {
    const [status, error] = POST_REFUSALS[problem.barred.kind];
    return c.json({ error, barred: problem.barred }, status);
  }
  const [status, error] = POST_REFUSALS[problem.kind];
  const stands = problem.kind === "not-recorded" && {
    message: viewMessage(problem.message, ruleWords),
  };
  return c.json({ error, ...stands }, status);
}

const NO_AUDITOR =
  "This person does not read the audit log; choose an owner, a manager or an analyst.";

function addAuditRoutes(app: Hono, { deps, members }: SandboxParts): void {
  const mayRead = async (person: string) => {
    const { audit } = await sightOf({ ...deps, members }, members.known(person).id);
    return audit;
  };
  app.get("/api/audit", async (c) => {
    const query = readRequest(auditSchema, c.req.query());
    if (!query.ok) return c.json({ error: query.error }, 400);
    if (!(await mayRead(query.value.person))) return c.json({ error: NO_AUDITOR }, 403);
    const events = await deps.store.recentAuditEvents(COMMUNITY.id, query.value.limit);
    return c.json({ events: events.map(viewAuditEvent) });
  });
  app.post("/api/audit/verify", async (c) => {
    const request = readRequest(personSchema, await readJson(c));
    if (!request.ok) return c.json({ error: request.error }, 400);
    if (!(await mayRead(request.value.person))) return c.json({ error: NO_AUDITOR }, 403);
    return c.json({ report: await deps.verifyChain(COMMUNITY.id) });
  });
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
