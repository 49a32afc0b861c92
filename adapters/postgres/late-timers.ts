import { type RawBuilder, sql } from "kysely";
import type { LateTimer, LateTimers, Store } from "../../src/ports/store.ts";
import type { StoreContext } from "./chain.ts";

/** Each kind has a partial index (migration 0005), whose condition is written out here as it is there. */
export function makeLateTimers({ db }: StoreContext): Store["lateTimers"] {
  return async (filter) => {
    const { rows } = await sql<{
      id: string;
      timer: LateTimer["timer"];
    }>`${sql.join(kindsOf(filter), sql` UNION ALL `)}`.execute(db);
    return rows.map(({ id, timer }) => ({ caseId: id, timer }));
  };
}

function kindsOf(filter: LateTimers): readonly RawBuilder<unknown>[] {
  const { endedBefore, decidedBefore, acknowledged } = filter;
  const kinds = [
    late(
      filter,
      "expire",
      "assigned_until",
      sql`state = 'assigned'
      AND assigned_until < ${endedBefore}`,
    ),
    late(
      filter,
      "expire",
      "on_hold_until",
      sql`state = 'on-hold'
      AND on_hold_until < ${endedBefore}`,
    ),
    late(filter, "close", "decided_at", sql`state = 'decided' AND decided_at < ${decidedBefore}`),
  ];
  if (!acknowledged) return kinds;
  const { remind, unacknowledge } = acknowledged;
  const unreminded = sql`${waits(remind)} AND NOT EXISTS (
    SELECT FROM attempts
    WHERE attempts.case_id = cases.id AND attempts.kind = 'reminder'
      AND attempts.requested_at >= cases.acknowledged_at)`;
  return [
    ...kinds,
    late(filter, "remind", "acknowledged_at", unreminded),
    late(filter, "unacknowledge", "acknowledged_at", waits(unacknowledge)),
  ];
}

/** What rests on hold is not late. */
function waits({ before, appealedBefore }: NonNullable<LateTimers["acknowledged"]>["remind"]) {
  return sql`state IN ('open', 'reopened', 'assigned', 'appealed')
    AND acknowledged_at < ${before}
    AND (state <> 'appealed' OR ladder_started_at < ${appealedBefore})`;
}

function late(
  { communityId, limit }: LateTimers,
  timer: LateTimer["timer"],
  since: string,
  condition: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`(
    SELECT id, ${timer}::text AS timer FROM cases
    WHERE community_id = ${communityId} AND NOT shadow AND ${condition}
    ORDER BY ${sql.ref(since)}
    LIMIT ${limit})`;
}
