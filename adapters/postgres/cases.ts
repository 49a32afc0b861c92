import type { Transaction } from "kysely";
import { nextCaseState } from "../../src/engine/case.ts";
import { fail, ok } from "../../src/engine/result.ts";
import type { CaseView, Store } from "../../src/ports/store.ts";
import { type CaseRow, selectCaseViews, toCase, toCaseView } from "./case-rows.ts";
import { appendEvents, lockChain, type StoreContext } from "./chain.ts";
import { writeJobs } from "./outbox.ts";
import { storable } from "./stored-json.ts";
import type { Tables } from "./tables.ts";

type CaseMethods = Pick<Store, "findCase" | "listCases" | "decideCase" | "escalateCase">;

export function makeCases(context: StoreContext): CaseMethods {
  const { db } = context;
  return {
    async findCase(caseId) {
      const row = await selectCaseViews(db).where("cases.id", "=", caseId).executeTakeFirst();
      return row ? toCaseView(row) : null;
    },
    async listCases({ communityId, state, limit }) {
      const views: CaseView[] = [];
      if (state !== "decided") views.push(...(await openCases(context, communityId, limit)));
      const left = limit - views.length;
      if (state !== "open" && left > 0) {
        views.push(...(await decidedCases(context, communityId, left)));
      }
      return views;
    },
    decideCase: makeDecideCase(context),
    escalateCase: makeEscalateCase(context),
  };
}

async function openCases({ db }: StoreContext, communityId: string | undefined, limit: number) {
  const rows = await selectCaseViews(db)
    .where("cases.state", "=", "open")
    .$if(communityId !== undefined, (query) =>
      query.where("cases.community_id", "=", communityId ?? ""),
    )
    // A case without a severity is one whose rule broke; it comes after all that have one.
    .orderBy("cases.severity", (order) => order.asc().nullsLast())
    .orderBy("cases.opened_at")
    .orderBy("cases.number")
    .limit(limit)
    .execute();
  return rows.map(toCaseView);
}

async function decidedCases({ db }: StoreContext, communityId: string | undefined, limit: number) {
  const rows = await selectCaseViews(db)
    .where("cases.state", "=", "decided")
    .$if(communityId !== undefined, (query) =>
      query.where("cases.community_id", "=", communityId ?? ""),
    )
    .orderBy("cases.decided_at", "desc")
    .orderBy("cases.number", "desc")
    .limit(limit)
    .execute();
  return rows.map(toCaseView);
}

function makeDecideCase(context: StoreContext): Store["decideCase"] {
  return ({ caseId, decision, events, jobs }) =>
    context.db.transaction().execute(async (transaction) => {
      const locked = await lockCase(transaction, caseId);
      if (!locked) return fail({ kind: "not-found" });
      const { row, head } = locked;
      const { outcome, reason } = decision;
      const next = nextCaseState(toCase(row).state, { kind: "decide", outcome, reason });
      if (!next.ok) return next;
      const decided = await transaction
        .updateTable("cases")
        .set({ state: next.value, decided_at: decision.decidedAt })
        .where("id", "=", caseId)
        .returningAll()
        .executeTakeFirstOrThrow();
      await transaction
        .insertInto("decisions")
        .values({
          id: decision.id,
          case_id: caseId,
          outcome,
          reason: storable(reason),
          moderator_id: decision.moderatorId,
          decided_at: decision.decidedAt,
        })
        .execute();
      const counted = outcome === "uphold" ? "upheld" : "dismissed";
      await transaction
        .updateTable("standing")
        .set((eb) => ({ [counted]: eb(counted, "+", 1) }))
        .where("community_id", "=", row.community_id)
        .where("author_id", "=", (eb) =>
          eb.selectFrom("messages").select("author_id").where("key", "=", row.message_key),
        )
        .execute();
      await appendEvents(context, transaction, row.community_id, head, events);
      await writeJobs(context, transaction, jobs);
      return ok(toCase(decided));
    });
}

function makeEscalateCase(context: StoreContext): Store["escalateCase"] {
  return (caseId, fromRung, events, jobs) =>
    context.db.transaction().execute(async (transaction) => {
      const locked = await lockCase(transaction, caseId);
      if (!locked) return fail({ kind: "not-found" });
      const { row, head } = locked;
      const next = nextCaseState(toCase(row).state, { kind: "escalate" });
      if (!next.ok) return next;
      if (row.rung > fromRung) return fail({ kind: "already-done" });
      const climbed = await transaction
        .updateTable("cases")
        .set({ state: next.value, rung: fromRung + 1 })
        .where("id", "=", caseId)
        .returningAll()
        .executeTakeFirstOrThrow();
      await appendEvents(context, transaction, row.community_id, head, events);
      await writeJobs(context, transaction, jobs);
      return ok(toCase(climbed));
    });
}

/** Takes the chain's lock, then reads the case: only then does nobody else change it. */
async function lockCase(transaction: Transaction<Tables>, caseId: string) {
  const found = await transaction
    .selectFrom("cases")
    .select("community_id")
    .where("id", "=", caseId)
    .executeTakeFirst();
  if (!found) return null;
  const head = await lockChain(transaction, found.community_id);
  const row: CaseRow | undefined = await transaction
    .selectFrom("cases")
    .selectAll()
    .where("id", "=", caseId)
    .forUpdate()
    .executeTakeFirst();
  return row ? { row, head } : null;
}
