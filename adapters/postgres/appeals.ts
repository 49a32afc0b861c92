import type { Kysely, Selectable, Transaction } from "kysely";
import type { Appeal, RightsStore } from "../../src/ports/rights.ts";
import type { StoreContext } from "./chain.ts";
import { storable } from "./stored-json.ts";
import type { AppealTable, Tables } from "./tables.ts";

export function makeAppeals({ db }: StoreContext): Pick<RightsStore, "appealsOf"> {
  return {
    async appealsOf(caseId) {
      const rows = await db
        .selectFrom("appeals")
        .selectAll()
        .where("case_id", "=", caseId)
        .orderBy("at")
        .orderBy("id")
        .execute();
      return rows.map(toAppeal);
    },
  };
}

/** The appeals against a decision, oldest first. */
export async function appealsAgainst(
  db: Kysely<Tables>,
  decisionId: string,
): Promise<readonly Appeal[]> {
  const rows = await db
    .selectFrom("appeals")
    .selectAll()
    .where("decision_id", "=", decisionId)
    .orderBy("at")
    .orderBy("id")
    .execute();
  return rows.map(toAppeal);
}

/** Writes a new appeal, or what was decided about one. */
export async function writeAppeal(transaction: Transaction<Tables>, appeal: Appeal): Promise<void> {
  await transaction
    .insertInto("appeals")
    .values(fromAppeal(appeal))
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet((eb) => ({
        decided_by: eb.ref("excluded.decided_by"),
        overturned: eb.ref("excluded.overturned"),
        answer: eb.ref("excluded.answer"),
        decided_at: eb.ref("excluded.decided_at"),
      })),
    )
    .execute();
}

function fromAppeal(appeal: Appeal) {
  return {
    id: appeal.id,
    community_id: appeal.communityId,
    case_id: appeal.caseId,
    decision_id: appeal.decisionId,
    author_id: appeal.authorId,
    reason: storable(appeal.reason),
    at: appeal.at,
    due_at: appeal.dueAt,
    decided_by: appeal.decidedBy,
    overturned: appeal.overturned,
    answer: storable(appeal.answer),
    decided_at: appeal.decidedAt,
  } satisfies Record<keyof AppealTable, unknown>;
}

function toAppeal(row: Selectable<AppealTable>): Appeal {
  return {
    id: row.id,
    communityId: row.community_id,
    caseId: row.case_id,
    decisionId: row.decision_id,
    authorId: row.author_id,
    reason: row.reason,
    at: row.at,
    dueAt: row.due_at,
    decidedBy: row.decided_by,
    overturned: row.overturned,
    answer: row.answer,
    decidedAt: row.decided_at,
  };
}
