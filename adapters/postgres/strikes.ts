import type { Kysely, Transaction } from "kysely";
import type { Strike } from "../../src/ports/store.ts";
import { ERASED_PERSON } from "./stored-json.ts";
import type { Tables } from "./tables.ts";

/** Points of somebody that count at `at`: given, not revoked and not expired. 0 for an erased author. */
export async function strikePointsOf(
  db: Kysely<Tables>,
  communityId: string,
  authorId: string,
  at: number,
): Promise<number> {
  if (authorId === ERASED_PERSON) return 0;
  const { points } = await db
    .selectFrom("strikes")
    .select((eb) => eb.fn.coalesce(eb.fn.sum<number>("points"), eb.lit(0)).as("points"))
    .where("community_id", "=", communityId)
    .where("author_id", "=", authorId)
    .where("at", "<=", at)
    .where("expires_at", ">", at)
    .where("revoked_at", "is", null)
    .executeTakeFirstOrThrow();
  return points;
}

export async function addStrikes(
  transaction: Transaction<Tables>,
  strikes: readonly Strike[],
): Promise<void> {
  if (strikes.length === 0) return;
  await transaction
    .insertInto("strikes")
    .values(
      strikes.map((strike) => ({
        decision_id: strike.decisionId,
        case_id: strike.caseId,
        community_id: strike.communityId,
        author_id: strike.authorId,
        points: strike.points,
        at: strike.at,
        expires_at: strike.expiresAt,
        revoked_at: null,
      })),
    )
    .execute();
}

/** Those of a decision, whoever got them. */
export async function revokeStrikes(
  transaction: Transaction<Tables>,
  decisionId: string,
  at: number,
): Promise<void> {
  await transaction
    .updateTable("strikes")
    .set({ revoked_at: at })
    .where("decision_id", "=", decisionId)
    .execute();
}
