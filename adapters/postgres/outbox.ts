import { sql, type Transaction } from "kysely";
import { type Job, QUEUES, type QueueName } from "../../src/ports/jobs.ts";
import type { JobName, PendingJob, Store } from "../../src/ports/store.ts";
import type { ChainContext, StoreContext } from "./chain.ts";
import { inShare } from "./share.ts";
import { storableJson, storedPayload } from "./stored-json.ts";
import type { Tables } from "./tables.ts";

type Outbox = Pick<Store, "pendingJobs" | "markEnqueued" | "jobsUnderWay" | "markEnded">;

/** How far in the future the queue was asked that tells of a clock that was set back. */
const SET_BACK_MS = 2 * 60_000;

/** Writes jobs of a community with the record they follow from; an id that the queue has had is left alone. */
export async function writeJobs(
  context: Pick<ChainContext, "clock">,
  transaction: Transaction<Tables>,
  communityId: string,
  jobs: readonly Job[],
): Promise<void> {
  if (jobs.length === 0) return;
  const writtenAt = context.clock.now();
  // Columns, as for events. Of one id in a storm the first is written.
  await sql`
    INSERT INTO outbox (queue, id, name, payload, community_id, delay_ms, written_at, enqueued_at)
    SELECT queue, id, name, payload::json, ${communityId}, delay_ms, ${writtenAt}, NULL
    FROM unnest(
      ${jobs.map(({ queue }) => queue)}::text[],
      ${jobs.map(({ id }) => id)}::text[],
      ${jobs.map(({ name }) => name)}::text[],
      ${jobs.map(({ payload }) => storableJson(payload))}::text[],
      ${jobs.map(({ delayMs = 0 }) => delayMs)}::bigint[]
    ) WITH ORDINALITY AS written (queue, id, name, payload, delay_ms, place)
    ORDER BY place
    ON CONFLICT (queue, id) DO NOTHING`.execute(transaction);
}

export function makeOutbox({ db, share }: StoreContext): Outbox {
  const isOurs = inShare(share, sql<string>`community_id`);
  return {
    async pendingJobs(limit) {
      const rows = await db
        .selectFrom("outbox")
        .select(["queue", "id", "name", "payload", "delay_ms", "written_at"])
        .where("enqueued_at", "is", null)
        .where(isOurs)
        .orderBy("seq")
        .limit(limit)
        .execute();
      return rows.map(
        (row): PendingJob => ({
          queue: queueName(row.queue),
          id: row.id,
          name: row.name,
          payload: storedPayload.parse(row.payload),
          ...(row.delay_ms > 0 && { delayMs: row.delay_ms }),
          writtenAt: row.written_at,
        }),
      );
    },
    async markEnqueued(jobs, at) {
      if (jobs.length === 0) return;
      await db.updateTable("outbox").set({ enqueued_at: at }).where(isOneOf(jobs)).execute();
    },
    async jobsUnderWay(before, limit) {
      const rows = await db
        .selectFrom("outbox")
        .select(["queue", "id", sql<number>`enqueued_at`.as("held_at")])
        // Written out, so that the partial index is found.
        .where(sql<boolean>`enqueued_at IS NOT NULL AND ended_at IS NULL AND queue = 'actions'`)
        .where(isOurs)
        .where((eb) =>
          eb.or([eb("enqueued_at", "<", before), eb("enqueued_at", ">", before + SET_BACK_MS)]),
        )
        .orderBy("enqueued_at")
        .limit(limit)
        .execute();
      return rows.map(({ queue, id, held_at: heldAt }) => ({
        queue: queueName(queue),
        id,
        heldAt,
      }));
    },
    async markEnded(jobs, at) {
      if (jobs.length === 0) return;
      await db.updateTable("outbox").set({ ended_at: at }).where(isOneOf(jobs)).execute();
    },
  };
}

/** Two arrays, not a list of pairs: PGlite 0.5 breaks on a list of 400 ("bad buffer ID"). */
function isOneOf(jobs: readonly JobName[]) {
  const queues = jobs.map(({ queue }) => queue);
  const ids = jobs.map(({ id }) => id);
  return sql<boolean>`(queue, id) IN (SELECT * FROM unnest(${queues}::text[], ${ids}::text[]))`;
}

function queueName(name: string): QueueName {
  const found = QUEUES.find((queue) => queue === name);
  if (!found) throw new Error("outbox holds a job of an unknown queue");
  return found;
}
