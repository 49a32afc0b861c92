import type { Kysely, Transaction } from "kysely";
import { type Sanction, sanctionSchema } from "../../src/engine/case/decision.ts";
import type { Store, Strike } from "../../src/ports/store.ts";
import type { StoreContext } from "./chain.ts";
import { ERASED_PERSON, storableJson } from "./stored-json.ts";
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

const added = sanctionSchema.nullable();

export function makeStrikes({ db }: Pick<StoreContext, "db">): Pick<Store, "strikesOf"> {
  return {
    async strikesOf(caseId) {
      const rows = await db
        .selectFrom("strikes")
        .selectAll()
        .where("case_id", "=", caseId)
        .orderBy("at")
        .orderBy("author_id")
        .execute();
      return rows.map((row) => {
        const sanction = toSanction(row.added);
        return {
          decisionId: row.decision_id,
          caseId: row.case_id,
          communityId: row.community_id,
          authorId: row.author_id,
          points: row.points,
          ...(sanction && { added: sanction }),
          at: row.at,
          expiresAt: row.expires_at,
        };
      });
    },
  };
}

/** What a threshold added, read back. */
export function toSanction(stored: unknown): Sanction | null {
  return added.parse(stored);
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
        added: strike.added ? storableJson(strike.added) : null,
        at: strike.at,
        expires_at: strike.expiresAt,
        revoked_at: null,
      })),
    )
    .execute();
}

/** Those of a decision that count: of whoever got them, or of one author. */
export async function revokeStrikes(
  transaction: Transaction<Tables>,
  decisionId: string,
  at: number,
  authorId: string | null = null,
): Promise<void> {
  let revoked = transaction
    .updateTable("strikes")
    .set({ revoked_at: at })
    .where("decision_id", "=", decisionId)
    .where("revoked_at", "is", null);
  if (authorId !== null) revoked = revoked.where("author_id", "=", authorId);
  await revoked.execute();
}
