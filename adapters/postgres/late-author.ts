import { sql, type Transaction } from "kysely";
import type { NewAuditEvent } from "../../src/engine/audit.ts";
import type { EffectFollows, LateAuthor, LateEvent } from "../../src/ports/rights.ts";
import { isAnyOf } from "./any-of.ts";
import type { Tables } from "./tables.ts";

/** Events with those about nobody who were erased since they were made; read under the chain's lock, which an erasure takes too. */
export async function withoutErased(
  transaction: Transaction<Tables>,
  events: readonly LateEvent[],
): Promise<readonly NewAuditEvent[]> {
  const settled: NewAuditEvent[] = [];
  for (const { author, ...event } of events) {
    const gone = author !== undefined && !(await isStillThere(transaction, author));
    settled.push(gone ? { ...event, person: null } : event);
  }
  return settled;
}

/** What follows from an effect without what is owed to `personId`, who was erased. */
export function withoutPerson(follows: EffectFollows, personId: string): EffectFollows {
  const { statements = [], attempts = [] } = follows;
  return {
    ...follows,
    statements: statements.filter(({ authorId }) => authorId !== personId),
    attempts: attempts.filter((attempt) => attempt.personId !== personId),
  };
}

async function isStillThere(
  transaction: Transaction<Tables>,
  author: LateAuthor,
): Promise<boolean> {
  const of = transaction.selectFrom("messages").select("key").where("author_id", "=", author.id);
  const found =
    "messageKey" in author
      ? of.where(isAnyOf("key", [author.messageKey]))
      : of.where(
          sql<boolean>`key IN (SELECT message_key FROM case_messages WHERE case_id = ${author.caseId})`,
        );
  return (await found.limit(1).executeTakeFirst()) !== undefined;
}
