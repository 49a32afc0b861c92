import type { Decision } from "../../engine/case/decision.ts";
import { mayJudge } from "../../engine/escalation/may-work.ts";
import type { TeamPerson } from "../../engine/escalation/roster.ts";
import type { Appeal, ReportOnAuthor } from "../../ports/rights.ts";
import type { CaseView } from "../../ports/store.ts";
import type { PipelineDeps } from "../deps.ts";
import type { CommunityContext } from "../escalation/context.ts";
import { waitingAppeals } from "./waiting.ts";

/** What keeps people from an appeal. */
export interface Parts {
  readonly decision: Pick<Decision, "moderatorId" | "confirmedBy"> | null;
  /** Ids of everybody who wrote a message of the case. */
  readonly authors: readonly string[];
  readonly reports: readonly Pick<ReportOnAuthor, "reporterId" | "authorId">[];
}

/** Who may decide an appeal. */
export interface Judges {
  /** Ids of people of the team; nobody where not even an owner may. */
  readonly people: readonly string[];
  /** Everybody had a part in it, so that it is for the owner all the same. */
  readonly isLeftToOwner: boolean;
}

/**
 * Who may decide an appeal: whoever moderates, and neither decided nor reported what its author wrote, for its outcome
 * grades the reports of that and no others. Where nobody like that is left the owner may, for an appeal must not wait
 * for ever; but nobody judges their own words. Of a team that is not known whole nobody can say that none is left.
 */
export function judgesOf(
  { team, teamIsWhole }: Pick<CommunityContext, "team" | "teamIsWhole">,
  parts: Parts,
  appeal: Pick<Appeal, "authorId">,
): Judges {
  const moderating = team.filter(
    ({ id, roles }) => mayJudge(roles) && !parts.authors.includes(id) && id !== appeal.authorId,
  );
  const free = moderating.filter(({ id }) => partOf(parts, appeal, id) === null);
  if (free.length > 0 || !teamIsWhole) return { people: idsOf(free), isLeftToOwner: false };
  const owners = moderating.filter(({ roles }) => roles.includes("owner"));
  return { people: idsOf(owners), isLeftToOwner: true };
}

/** What keeps somebody from an appeal while others can decide it; null for nothing. */
export function partOf(
  { decision, reports }: Pick<Parts, "decision" | "reports">,
  { authorId }: Pick<Appeal, "authorId">,
  id: string,
): "needs-another" | "own-report" | null {
  if (reports.some((each) => each.reporterId === id && each.authorId === authorId)) {
    return "own-report";
  }
  return decision?.moderatorId === id || decision?.confirmedBy === id ? "needs-another" : null;
}

/** An appeal that waits, and who may decide it. */
export interface Waiting {
  readonly appeal: Appeal;
  readonly judges: Judges;
}

/** What waits of an appealed case, the appeal that is due first before the others; nothing of any other case. */
export async function waitingIn(
  { store }: Pick<PipelineDeps, "store">,
  context: Pick<CommunityContext, "team" | "teamIsWhole">,
  { id, state, decision }: CaseView,
  appeals: readonly Appeal[],
): Promise<readonly Waiting[]> {
  if (state !== "appealed") return [];
  const waiting = waitingAppeals(appeals);
  const authors = (await store.caseAuthors(id)).map((author) => author.id);
  const reports = await store.reportsOf(id);
  const parts = { decision, authors, reports };
  return waiting.map((appeal) => ({ appeal, judges: judgesOf(context, parts, appeal) }));
}

function idsOf(people: readonly TeamPerson[]): readonly string[] {
  return people.map(({ id }) => id);
}
