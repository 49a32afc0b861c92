import { type RawBuilder, sql } from "kysely";
import { type Share, SHARD_SHIFT } from "../../src/engine/share.ts";

const STEP = String(1n << SHARD_SHIFT);

/** Whether a community, named by a column or an expression, is within a share: `isWithin` in SQL. */
export function inShare(share: Share, community: RawBuilder<string>): RawBuilder<boolean> {
  if (share.of === 1) return sql<boolean>`true`;
  // numeric, for an id that is no number of Discord's may be longer than a bigint.
  return sql<boolean>`(CASE WHEN ${community} ~ '^[0-9]+$'
    THEN div(${community}::numeric, ${STEP}::numeric) % ${share.of}::numeric ELSE 0 END) = ${share.index}`;
}
