import type { Context, Hono } from "hono";
import { hasHandIn } from "../../src/commands/list/next-case.ts";
import type { CaseView } from "../../src/ports/store.ts";
import { MOST_EVENTS_READ } from "./case-acts.ts";
import { type CaseFile, type Known, viewCase, viewCaseFile } from "./case-views.ts";
import type { SandboxParts } from "./http.ts";
import { COMMUNITY } from "./people.ts";
import { casesSchema, MOST_ROWS, personSchema, readRequest } from "./requests.ts";
import { type Sight, sightOf } from "./sight.ts";

const NO_CASE = "There is no such case here.";
const NOT_YOURS = "This person does not work on cases; choose one of the team.";
const ABOUT_YOU = "This case is about this person; others look after it.";

/** How much of a case is shown. */
const MOST = { messages: 50, aroundEach: 4, attempts: 200, earlier: 10 } as const;

/** Cases, for those of the team who work on them. Everything that changes one is a command. */
export function addCaseRoutes(app: Hono, parts: SandboxParts): void {
  const { deps, members } = parts;
  app.get("/api/cases", async (c) => {
    const query = readRequest(casesSchema, c.req.query());
    if (!query.ok) return c.json({ error: query.error }, 400);
    const { person, states, limit } = query.value;
    const { id } = members.known(person);
    const sight = await sightOf({ ...deps, members }, id);
    const sources = sight.sources.filter((each) => query.value.sources?.includes(each) ?? true);
    if (sight.sources.length === 0) return c.json({ error: NOT_YOURS }, 403);
    const filter = { communityId: COMMUNITY.id, ...(states && { states }), sources, limit };
    if (sources.length === 0) return c.json({ cases: [] });
    // What holds a message of whoever asks and is among the first of all cases is among the first of theirs.
    const [views, theirs] = await Promise.all([
      deps.store.listCases(filter),
      deps.store.listCases({ ...filter, authorId: id }),
    ]);
    const own = new Set(theirs.map((each) => each.id));
    const others = views.filter((each) => !own.has(each.id));
    const known = knownOf(parts, sight);
    return c.json({ cases: others.map((view) => viewCase(view, known)) });
  });
  app.get("/api/cases/:id", async (c) => {
    const query = readRequest(personSchema, c.req.query());
    if (!query.ok) return c.json({ error: query.error }, 400);
    const { id } = members.known(query.value.person);
    const sight = await sightOf({ ...deps, members }, id);
    if (sight.sources.length === 0) return c.json({ error: NOT_YOURS }, 403);
    const view = await findCase(parts, c);
    if (view?.communityId !== COMMUNITY.id || !sight.sources.includes(view.source)) {
      return c.json({ error: NO_CASE }, 404);
    }
    if (view.authorId === id || (await hasHandIn(parts, view, id))) {
      return c.json({ error: ABOUT_YOU }, 403);
    }
    const file = await readFile(parts, view, sight, id);
    return c.json({ case: viewCaseFile(file, knownOf(parts, sight), parts.chat) });
  });
}

/** By id, or by the number that people say. The database refuses some other texts, such as NUL, with an error. */
async function findCase({ deps }: SandboxParts, c: Context): Promise<CaseView | null> {
  const id = c.req.param("id") ?? "";
  if (/^\d{1,9}$/u.test(id)) return deps.store.findCaseByNumber(COMMUNITY.id, Number(id));
  return /^[\w-]{1,64}$/u.test(id) ? deps.store.findCase(id) : null;
}

function knownOf({ deps, members, ruleWords }: SandboxParts, { team }: Sight): Known {
  const names = new Map(team.map(({ id, name }) => [id, name]));
  return {
    nameOf: (id) => members.find(id)?.displayName ?? names.get(id) ?? null,
    ruleWords,
    now: deps.clock.now(),
  };
}

async function readFile(
  parts: SandboxParts,
  view: CaseView,
  sight: Sight,
  reader: string,
): Promise<CaseFile> {
  const { store } = parts.deps;
  const { id, communityId } = view;
  const [messages, around, notes, attempts, appeals, reports, undone, events, known] =
    await Promise.all([
      store.caseMessages(id, MOST.messages),
      store.around(view.messageKey, MOST.aroundEach),
      store.caseNotes(id),
      store.attempts({ communityId, caseId: id, limit: MOST.attempts }),
      store.appealsOf(id),
      store.reportsOf(id),
      store.undoneDecisions(id),
      store.recentAuditEvents(communityId, MOST_EVENTS_READ),
      readAuthor(parts, view, sight, reader),
    ]);
  return { view, messages, around, notes, attempts, appeals, reports, undone, events, ...known };
}

/** What whoever asks may know of the author: no more than their own commands would tell them. */
async function readAuthor(
  { deps: { store, clock } }: SandboxParts,
  { id, communityId, authorId }: CaseView,
  { sources, people }: Sight,
  reader: string,
): Promise<Pick<CaseFile, "standing" | "earlier">> {
  if (authorId === "") return { standing: null, earlier: [] };
  const filter = { communityId, sources, limit: MOST.earlier + 1 };
  const [standing, cases, own] = await Promise.all([
    people ? store.standing(communityId, authorId, clock.now()) : undefined,
    store.listCases({ ...filter, authorId }),
    store.listCases({ ...filter, authorId: reader, limit: MOST_ROWS }),
  ]);
  const hidden = new Set([id, ...own.map((each) => each.id)]);
  const earlier = cases.filter((each) => !hidden.has(each.id)).slice(0, MOST.earlier);
  return { standing, earlier };
}
