import { type Kysely, type Selectable, sql, type Transaction } from "kysely";
import { transparencyRecordSchema } from "../../src/engine/statement/transparency-record.ts";
import { MOST_AUTHORS, type RightsStore, type Statement } from "../../src/ports/rights.ts";
import { isAnyOf } from "./any-of.ts";
import type { StoreContext } from "./chain.ts";
import { ERASED_PERSON, storableJson } from "./stored-json.ts";
import type { StatementTable, Tables } from "./tables.ts";

/** Statements of reasons, as they were given. */
export function makeStatements({ db }: StoreContext): Pick<RightsStore, "statements"> {
  return {
    async statements({ communityId, caseId, authorId, from, until, includeRevoked, after, limit }) {
      let query = selectStatements(db).limit(limit);
      if (communityId !== undefined) query = query.where("community_id", "=", communityId);
      if (caseId !== undefined) query = query.where("case_id", "=", caseId);
      if (authorId !== undefined) query = query.where("author_id", "=", authorId);
      if (from !== undefined) query = query.where("at", ">=", from);
      if (until !== undefined) query = query.where("at", "<", until);
      if (!includeRevoked) query = query.where("revoked_at", "is", null);
      if (after) query = query.where(sql<boolean>`(at, id) > (${after.at}, ${after.id})`);
      return (await query.execute()).map(toStatement);
    },
  };
}

/** Those of a case that stand. */
export async function standingStatements(
  db: Kysely<Tables>,
  caseId: string,
): Promise<readonly Statement[]> {
  const rows = await selectStatements(db)
    .where("case_id", "=", caseId)
    .where("revoked_at", "is", null)
    .execute();
  return rows.map(toStatement);
}

/** Who wrote the messages of a case, whoever wrote first before the others. */
export async function authorsOf(db: Kysely<Tables>, caseId: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom("case_messages")
    .innerJoin("messages", "messages.key", "case_messages.message_key")
    .select("messages.author_id")
    .where("case_messages.case_id", "=", caseId)
    .where("messages.author_id", "<>", ERASED_PERSON)
    .groupBy("messages.author_id")
    .orderBy((eb) => eb.fn.min("case_messages.position"))
    .limit(MOST_AUTHORS + 1)
    .execute();
  return rows.map(({ author_id }) => author_id);
}

/** Writes new statements; one whose id is taken is left alone. Throws when a record is not one of the database's. */
export async function addStatements(
  transaction: Transaction<Tables>,
  statements: readonly Statement[],
): Promise<void> {
  if (statements.length === 0) return;
  await transaction
    .insertInto("statements")
    .values(statements.map(fromStatement))
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
}

export async function revokeStatements(
  transaction: Transaction<Tables>,
  { ids, at }: { readonly ids: readonly string[]; readonly at: number },
): Promise<void> {
  if (ids.length === 0) return;
  await transaction
    .updateTable("statements")
    .set({ revoked_at: at })
    .where(isAnyOf("id", ids))
    .where("revoked_at", "is", null)
    .execute();
}

function selectStatements(db: Kysely<Tables>) {
  return db.selectFrom("statements").selectAll().orderBy("at").orderBy("id");
}

function fromStatement(statement: Statement) {
  return {
    id: statement.id,
    community_id: statement.communityId,
    case_id: statement.caseId,
    decision_id: statement.decisionId,
    author_id: statement.authorId,
    at: statement.at,
    record: storableJson(transparencyRecordSchema.parse(statement.record)),
    revoked_at: statement.revokedAt,
  } satisfies Record<keyof StatementTable, unknown>;
}

function toStatement(row: Selectable<StatementTable>): Statement {
  return {
    id: row.id,
    communityId: row.community_id,
    caseId: row.case_id,
    decisionId: row.decision_id,
    authorId: row.author_id,
    at: row.at,
    record: transparencyRecordSchema.parse(row.record),
    revokedAt: row.revoked_at,
  };
}
