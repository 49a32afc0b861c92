import type { ExpressionBuilder } from "kysely";
import type { Store } from "../../src/ports/store.ts";
import { appendEvents, lockChain, type StoreContext } from "./chain.ts";
import type { Tables } from "./tables.ts";

/** Takes the place of an erased author's id; no platform gives an empty one. */
export const ERASED_AUTHOR = "";
const PURGE_BATCH = 1000;
/** As long as the queue itself remembers a job's id. */
const OUTBOX_KEPT_MS = 7 * 24 * 60 * 60 * 1000;
/** A member who has not written for so long begins anew. */
const STANDING_KEPT_MS = 365 * 24 * 60 * 60 * 1000;

export function makeRetention(context: StoreContext): Pick<Store, "erasePerson" | "purgeExpired"> {
  const { db } = context;
  return {
    erasePerson: (communityId, authorId, personFingerprint, event) =>
      db.transaction().execute(async (transaction) => {
        const head = await lockChain(transaction, communityId);
        const messages = await transaction
          .updateTable("messages")
          .set({ evidence: null, author_id: ERASED_AUTHOR, text_fingerprint: "" })
          .where("community_id", "=", communityId)
          .where("author_id", "=", authorId)
          .executeTakeFirst();
        const standing = await transaction
          .deleteFrom("standing")
          .where("community_id", "=", communityId)
          .where("author_id", "=", authorId)
          .executeTakeFirst();
        const { numDeletedRows } = await transaction
          .deleteFrom("audit_payloads")
          .where("community", "=", communityId)
          .where("person", "=", personFingerprint)
          .executeTakeFirst();
        const payloads = Number(numDeletedRows);
        const found = Number(messages.numUpdatedRows) + Number(standing.numDeletedRows) + payloads;
        if (found === 0) return null;
        const counted = { ...event, payload: { ...event.payload, payloads } };
        await appendEvents(context, transaction, communityId, head, [counted]);
        return payloads;
      }),
    async purgeExpired(now) {
      await db
        .deleteFrom("outbox")
        .where("enqueued_at", "<", now - OUTBOX_KEPT_MS)
        .execute();
      await db
        .deleteFrom("standing")
        .where("last_seen_at", "<", now - STANDING_KEPT_MS)
        .execute();
      await db
        .deleteFrom("effects")
        .where("noted_at", "<", now - STANDING_KEPT_MS)
        .execute();
      let purged = 0;
      for (;;) {
        const batch = await purgeBatch(context, now);
        purged += batch;
        if (batch < PURGE_BATCH) return purged;
      }
    },
  };
}

/** Nobody has decided about it yet: it outlives its time until somebody has. */
function openCaseOf(where: ExpressionBuilder<Tables, "messages">) {
  return where
    .selectFrom("cases")
    .select("cases.id")
    .whereRef("cases.message_key", "=", "messages.key")
    .where("cases.state", "=", "open");
}

// In batches, so that a day's messages do not keep an embedded database to themselves; verdicts,
// cases and decisions go with their message. Rows that somebody holds are left for the next time.
async function purgeBatch({ db }: StoreContext, now: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom("messages")
    .where("key", "in", (eb) =>
      eb
        .selectFrom("messages")
        .select("key")
        .where("expires_at", "<", now)
        .where((where) => where.not(where.exists(openCaseOf(where))))
        .limit(PURGE_BATCH)
        .forUpdate()
        .skipLocked(),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
