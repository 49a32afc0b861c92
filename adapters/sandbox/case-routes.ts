import type { Context, Hono } from "hono";
import type { CaseView } from "../../src/ports/store.ts";
import { MOST_EVENTS_READ } from "./case-acts.ts";
import { type CaseFile, type Known, viewCase, viewCaseFile } from "./case-views.ts";
import type { SandboxParts } from "./http.ts";
import { COMMUNITY } from "./people.ts";
import { casesSchema, personSchema, readRequest } from "./requests.ts";
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
    const { id } = members.admit(person);
    const sight = await sightOf({ ...deps, members }, id);
    const sources = sight.sources.filter((each) => query.value.sources?.includes(each) ?? true);
    if (sight.sources.length === 0) return c.json({ error: NOT_YOURS }, 403);
    const views =
      sources.length === 0
        ? []
        : await deps.store.listCases({
            communityId: COMMUNITY.id,
            ...(states && { states }),
            sources,
            limit,
          });
    const known = knownOf(parts, sight);
    const others = views.filter(({ authorId }) => authorId !== id);
    return c.json({ cases: others.map((view) => viewCase(view, known)) });
  });
  app.get("/api/cases/:id", async (c) => {
    const query = readRequest(personSchema, c.req.query());
    if (!query.ok) return c.json({ error: query.error }, 400);
    const { id } = members.admit(query.value.person);
    const sight = await sightOf({ ...deps, members }, id);
    if (sight.sources.length === 0) return c.json({ error: NOT_YOURS }, 403);
    const view = await findCase(parts, c);
    if (view?.communityId !== COMMUNITY.id || !sight.sources.includes(view.source)) {
      return c.json({ error: NO_CASE }, 404);
    }
    if (view.authorId === id) return c.json({ error: ABOUT_YOU }, 403);
    const file = await readFile(parts, view);
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

async function readFile({ deps }: SandboxParts, view: CaseView): Promise<CaseFile> {
  const { store, clock } = deps;
  const { id, communityId, authorId } = view;
  const [messages, around, notes, attempts, appeals, reports, events, standing, cases] =
    await Promise.all([
      store.caseMessages(id, MOST.messages),
      store.around(view.messageKey, MOST.aroundEach),
      store.caseNotes(id),
      store.attempts({ communityId, caseId: id, limit: MOST.attempts }),
      store.appealsOf(id),
      store.reportsOf(id),
      store.recentAuditEvents(communityId, MOST_EVENTS_READ),
      authorId === "" ? null : store.standing(communityId, authorId, clock.now()),
      authorId === "" ? [] : store.listCases({ communityId, authorId, limit: MOST.earlier + 1 }),
    ]);
  const earlier = cases.filter((each) => each.id !== id).slice(0, MOST.earlier);
  return { view, messages, around, notes, attempts, appeals, reports, events, standing, earlier };
}
