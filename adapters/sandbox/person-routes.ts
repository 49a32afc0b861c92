import type { Hono } from "hono";
import type { Actor } from "../../src/commands/command.ts";
import { type CaseSource, CASE_SOURCES } from "../../src/engine/case/case.ts";
import { type Attempt, CHANNEL } from "../../src/ports/attempts.ts";
import type { SandboxParts } from "./http.ts";
import type { DeliveredNotice } from "./inboxes.ts";
import { COMMUNITY } from "./people.ts";
import { readJson } from "./read-json.ts";
import { commandSchema, inboxSchema, joinSchema, readRequest } from "./requests.ts";
import { currentMode, sightOf } from "./sight.ts";

/** Notices that an inbox shows, the newest. */
const MOST_NOTICES = 100;
/** Attempts of one person that are read for it, the newest. */
const MOST_ATTEMPTS = 2000;

/** What one person does and is told: commands, the inbox, and coming back after being removed. */
export function addPersonRoutes(app: Hono, parts: SandboxParts): void {
  const { deps, hub, members, zones } = parts;
  app.post("/api/commands", async (c) => {
    const request = readRequest(commandSchema, await readJson(c));
    if (!request.ok) return c.json({ error: request.error }, 400);
    const { actor, channel, replyTo, language, text, command = "", args } = request.value;
    const { id } = members.admit(actor);
    members.speaks(id, language ?? null);
    zones.readsIn(id, request.value.timeZone ?? null);
    const giver: Actor = {
      platform: parts.platform.name,
      communityId: COMMUNITY.id,
      channelId: channel,
      id,
      language: language ?? null,
      replyTo: replyTo ? { channelId: channel, messageId: replyTo } : null,
      requestId: request.value.clientId ?? null,
    };
    const reply = await deps.runCommand(giver, text ?? { name: command, args });
    hub.send("case", { id: null });
    hub.send("audit", {});
    hub.send("mode", { mode: await currentMode(deps.store) });
    return c.json({ reply });
  });
  app.get("/api/inbox", async (c) => {
    const query = readRequest(inboxSchema, c.req.query());
    if (!query.ok) return c.json({ error: query.error }, 400);
    const person = members.known(query.value.person);
    // Nothing is kept of whoever only reads.
    if (members.find(person.id)) zones.readsIn(person.id, query.value.timeZone ?? null);
    const { sources } = await sightOf({ ...deps, members }, person.id);
    return c.json({
      person: person.id,
      barred: members.barred(person.id, deps.clock.now()),
      notices: await noticesOf(parts, person.id, "direct"),
      channel: sources.length > 0 ? await announcementsFor(parts, sources) : null,
    });
  });
  app.post("/api/members/join", async (c) => {
    const request = readRequest(joinSchema, await readJson(c));
    if (!request.ok) return c.json({ error: request.error }, 400);
    const person = members.admit(request.value.person);
    members.speaks(person.id, request.value.language ?? null);
    zones.readsIn(person.id, request.value.timeZone ?? null);
    members.join(person.id);
    hub.send("member", { person: person.id });
    return c.json({ barred: members.barred(person.id, deps.clock.now()) });
  });
}

/** What the moderators' channel was told; whoever sees only some sources gets what is about one case of those. */
async function announcementsFor(
  parts: SandboxParts,
  sources: readonly CaseSource[],
): Promise<readonly NoticeView[]> {
  const notices = await noticesOf(parts, CHANNEL, "announce");
  if (CASE_SOURCES.every((source) => sources.includes(source))) return notices;
  const numbers = new Set(notices.map(({ caseNumber }) => caseNumber));
  const seen = new Set<number>();
  for (const number of numbers) {
    const view =
      number === null ? null : await parts.deps.store.findCaseByNumber(COMMUNITY.id, number);
    if (view && sources.includes(view.source)) seen.add(view.number);
  }
  return notices.filter(({ caseNumber }) => caseNumber !== null && seen.has(caseNumber));
}

/** A notice, or what the record still knows of one whose words an earlier process held. */
interface NoticeView extends Omit<DeliveredNotice, "communityId" | "title"> {
  /** null: only that it was delivered is known. */
  readonly title: string | null;
  readonly kind: Attempt["kind"] | null;
}

/**
 * Newest first: what this process delivered, and attempts of the record that another one did. The words
 * of a notice are not recorded, so of those only the kind, the time and the case are told.
 */
async function noticesOf(
  { deps, inboxes }: SandboxParts,
  box: string,
  way: "direct" | "announce",
): Promise<readonly NoticeView[]> {
  const delivered = inboxes.of(box);
  const held = new Set(delivered.map(({ id }) => id));
  const attempts = await deps.store.attempts({
    communityId: COMMUNITY.id,
    personId: box,
    outcomes: ["delivered"],
    newestFirst: true,
    limit: MOST_ATTEMPTS,
  });
  const recorded = attempts
    .filter((attempt) => attempt.way === way && attempt.bundle === null && !held.has(attempt.id))
    .slice(0, MOST_NOTICES);
  const numbers = new Map<string, number | null>();
  for (const { caseId } of recorded) {
    if (caseId === null || numbers.has(caseId)) continue;
    numbers.set(caseId, (await deps.store.findCase(caseId))?.number ?? null);
  }
  const told = delivered.map(({ id, caseNumber, title, lines, buttons, at }): NoticeView => {
    const kind = attempts.find((attempt) => attempt.id === id)?.kind ?? null;
    return { id, caseNumber, title, lines, buttons, at, kind };
  });
  const before = recorded.map((attempt): NoticeView => {
    const { id, caseId, kind, doneAt, dueAt } = attempt;
    const caseNumber = caseId === null ? null : (numbers.get(caseId) ?? null);
    return { id, caseNumber, title: null, lines: [], buttons: [], at: doneAt ?? dueAt, kind };
  });
  const all = [...before, ...told].toSorted((a, b) => a.at - b.at);
  return all.slice(-MOST_NOTICES).toReversed();
}
