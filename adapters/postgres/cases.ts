import { sql } from "kysely";
import { UNDECIDED } from "../../src/engine/case/case.ts";
import type { Store } from "../../src/ports/store.ts";
import { isAmong, isAnyOf } from "./any-of.ts";
import { caseAuthors } from "./case-authors.ts";
import {
  awaited,
  selectCases,
  selectCaseViews,
  toCase,
  toUndone,
  toCaseView,
  undecided,
} from "./case-rows.ts";
import { makeChangeCase } from "./change-case.ts";
import type { StoreContext } from "./chain.ts";
import { makeLateTimers } from "./late-timers.ts";
import { makeOpenAndChange } from "./open-and-change.ts";
import { makeOpenCase } from "./open-case.ts";
import { inShare } from "./share.ts";

/** How far in the future a round has begun that tells of a clock that was set back. */
const SET_BACK_MS = 2 * 60_000;

type CaseMethods = Pick<
  Store,
  | "openCase"
  | "openAndChange"
  | "changeCase"
  | "findCase"
  | "findCaseByNumber"
  | "listCases"
  | "caseAuthors"
  | "undoneDecisions"
  | "overdueCases"
  | "lateTimers"
  | "caseNotes"
>;
type Filter = Parameters<Store["listCases"]>[0];

export function makeCases(context: StoreContext): CaseMethods {
  const { db, share } = context;
  return {
    openCase: makeOpenCase(context),
    openAndChange: makeOpenAndChange(context),
    changeCase: makeChangeCase(context),
    async findCase(caseId) {
      const row = await selectCaseViews(db).where("cases.id", "=", caseId).executeTakeFirst();
      return row ? toCaseView(row) : null;
    },
    async findCaseByNumber(communityId, number) {
      const row = await selectCaseViews(db)
        .where("cases.community_id", "=", communityId)
        .where("cases.number", "=", number)
        .executeTakeFirst();
      return row ? toCaseView(row) : null;
    },
    async listCases(filter) {
      const { states, limit } = filter;
      const queued = states?.some((state) => !UNDECIDED.includes(state)) === false;
      const settled = states?.some((state) => UNDECIDED.includes(state)) === false;
      const queue = settled ? [] : await listQueue(context, filter);
      if (queued || queue.length >= limit) return queue;
      return [...queue, ...(await listSettled(context, filter, limit - queue.length))];
    },
    caseAuthors: (caseId) => caseAuthors(db, caseId),
    async undoneDecisions(caseId) {
      const rows = await db
        .selectFrom("decisions")
        .selectAll()
        .where("case_id", "=", caseId)
        .where("undone_at", "is not", null)
        .orderBy("decided_at")
        .orderBy("undone_at")
        .execute();
      return rows.map(toUndone);
    },
    async overdueCases(at, limit, after) {
      let query = selectCases(db)
        .where(awaited)
        .where("cases.shadow", "=", false)
        .where("cases.ladder_next_at", "is not", null)
        .where(inShare(share, sql<string>`cases.community_id`))
        .where((eb) =>
          eb.or([
            eb("cases.ladder_next_at", "<", at),
            eb("cases.ladder_started_at", ">", at + SET_BACK_MS),
          ]),
        )
        .orderBy("cases.ladder_next_at")
        .orderBy("cases.id")
        .limit(limit);
      if (after !== undefined)
        query = query.where(
          sql<boolean>`(cases.ladder_next_at, cases.id) > (${after.ladder.nextAt}::bigint, ${after.id})`,
        );
      return (await query.execute()).map(toCase);
    },
    lateTimers: makeLateTimers(context),
    async caseNotes(caseId) {
      const rows = await db
        .selectFrom("case_notes")
        .selectAll()
        .where("case_id", "=", caseId)
        .orderBy("at")
        .orderBy("id")
        .execute();
      return rows.map((row) => ({
        id: row.id,
        caseId: row.case_id,
        by: row.by_person,
        audience: row.audience === "author" ? "author" : "team",
        text: row.note,
        at: row.at,
      }));
    },
  };
}

async function listQueue({ db }: StoreContext, filter: Filter) {
  const rows = await matching(db, filter)
    .where(undecided)
    .orderBy("cases.priority", "desc")
    .orderBy("cases.number")
    .limit(filter.limit)
    .execute();
  return rows.map(toCaseView);
}

async function listSettled({ db }: StoreContext, filter: Filter, limit: number) {
  const rows = await matching(db, filter)
    .where((eb) => eb.not(undecided))
    .orderBy("cases.decided_at", "desc")
    .orderBy("cases.number", "desc")
    .limit(limit)
    .execute();
  return rows.map(toCaseView);
}

function matching(
  db: StoreContext["db"],
  { communityId, states, assignedTo, authorId, sources }: Filter,
) {
  let query = selectCaseViews(db);
  if (communityId !== undefined) query = query.where("cases.community_id", "=", communityId);
  if (states !== undefined) query = query.where(isAnyOf("cases.state", states));
  if (assignedTo !== undefined) query = query.where("cases.assignee", "=", assignedTo);
  if (authorId !== undefined) {
    query = query.where(isAmong("cases.id", casesWith(db, communityId, authorId)));
  }
  if (sources !== undefined) query = query.where(isAnyOf("cases.source", sources));
  return query;
}

/** Two lookups and no OR, which would look at every case of the community. */
function casesWith(db: StoreContext["db"], communityId: string | undefined, authorId: string) {
  let about = db
    .selectFrom("cases as theirs")
    .select("theirs.id")
    .where("theirs.author_id", "=", authorId);
  let holding = db
    .selectFrom("messages as said")
    .innerJoin("case_messages", "case_messages.message_key", "said.key")
    .select("case_messages.case_id as id")
    .where("said.author_id", "=", authorId);
  if (communityId !== undefined) {
    about = about.where("theirs.community_id", "=", communityId);
    holding = holding.where("said.community_id", "=", communityId);
  }
  return about.union(holding);
}
