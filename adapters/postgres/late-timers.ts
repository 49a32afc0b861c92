import { type RawBuilder, sql } from "kysely";
import type { LateTimers, Store, TimerKind } from "../../src/ports/store.ts";
import type { StoreContext } from "./chain.ts";

/** Each kind has a partial index (migration 0005), whose condition is written out here as it is there. */
export function makeLateTimers({ db }: StoreContext): Store["lateTimers"] {
  return async (filter) => {
    const { communityId, kind, after, limit } = filter;
    const { time, state } = KINDS[kind];
    const comesAfter = after
      ? sql`AND (${time}, id) > (${after.time}::bigint, ${after.caseId})`
      : sql``;
    const { rows } = await sql<{ id: string; time: number }>`
      SELECT id, ${time} AS time FROM cases
      WHERE community_id = ${communityId} AND NOT shadow AND ${state}
        AND (${isOver(filter)} OR ${isAhead(filter)}) ${comesAfter}
      ORDER BY ${time}, id
      LIMIT ${limit}`.execute(db);
    return rows.map((row) => ({ caseId: row.id, time: row.time }));
  };
}

/** What rests on hold is not late. */
const ACKNOWLEDGED = {
  time: sql.ref("acknowledged_at"),
  since: sql.ref("acknowledged_at"),
  state: sql`state IN ('open', 'reopened', 'assigned', 'appealed') AND acknowledged_at IS NOT NULL`,
};

/** When each kind is due, or what that counts from; when it began; and the condition of its index. */
const KINDS: Readonly<Record<TimerKind, Record<"time" | "since" | "state", RawBuilder<unknown>>>> =
  {
    lease: {
      time: sql.ref("assigned_until"),
      since: sql.ref("assigned_since"),
      state: sql`state = 'assigned'`,
    },
    hold: {
      time: sql.ref("on_hold_until"),
      since: sql.ref("ladder_held_since"),
      state: sql`state = 'on-hold'`,
    },
    close: {
      time: sql.ref("decided_at"),
      since: sql.ref("decided_at"),
      state: sql`state = 'decided'`,
    },
    remind: {
      ...ACKNOWLEDGED,
      state: sql`${ACKNOWLEDGED.state} AND NOT EXISTS (
        SELECT FROM attempts
        WHERE attempts.case_id = cases.id AND attempts.kind = 'reminder'
          AND attempts.requested_at >= cases.acknowledged_at)`,
    },
    unacknowledge: ACKNOWLEDGED,
  };

function isOver({ kind, before, appealedBefore }: LateTimers): RawBuilder<unknown> {
  return sql`(${KINDS[kind].time} < ${before}
    AND (state <> 'appealed' OR ladder_started_at < ${appealedBefore}))`;
}

function isAhead({ kind, aheadOf }: LateTimers): RawBuilder<unknown> {
  return kind === "remind" ? sql`false` : sql`${KINDS[kind].since} > ${aheadOf}`;
}
