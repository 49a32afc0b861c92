import { sql, type Transaction } from "kysely";
import type { Recording } from "../../src/ports/store.ts";
import { fromMessage } from "./message-rows.ts";
import { storable, storableJson } from "./stored-json.ts";
import type { Tables } from "./tables.ts";

/** Version of the rules of words that were given to Candor itself, which are judged by none. */
export const WRITTEN_RULES = "";

/** A message with what was found in it, and whether it counts as one that was posted. */
export interface Written extends Pick<Recording, "message" | "verdict" | "rulesVersion" | "mode"> {
  readonly counts: boolean;
}

/**
 * Writes a message and its verdict, and counts it for its community and its author, in one statement: a
 * journey to the database costs more than what is done there. Gives how many cases the community has had;
 * null, and nothing is written, when the revision is recorded already.
 */
export async function writeMessage(
  transaction: Transaction<Tables>,
  written: Written,
): Promise<{ readonly cases: number } | null> {
  const { message, verdict, rulesVersion, mode, counts } = written;
  const { communityId, authorId } = message;
  const messages = counts && message.revisedAt === null ? 1 : 0;
  const flagged = verdict.flags.length > 0 ? 1 : 0;
  const seenAt = message.sentAt > 0 ? message.sentAt : message.receivedAt;
  const inserted = transaction
    .insertInto("messages")
    .values(fromMessage(message))
    .onConflict((conflict) => conflict.column("key").doNothing())
    .returning("key");
  const { rows } = await sql<{ cases: number }>`
    WITH new AS (${inserted}), judged AS (
      INSERT INTO verdicts (message_key, verdict, rules_version, mode)
      SELECT key, ${storableJson(verdict)}::json, ${rulesVersion}, ${mode} FROM new
    ), known AS (
      INSERT INTO standing
        (community_id, author_id, messages, flagged, upheld, dismissed, first_seen_at, last_seen_at)
      SELECT ${communityId}, ${authorId}, ${messages}::int, ${flagged}::int, 0, 0,
        ${seenAt}::bigint, ${seenAt}::bigint
      FROM new WHERE ${counts}
      ON CONFLICT (community_id, author_id) DO UPDATE SET
        messages = standing.messages + excluded.messages,
        flagged = standing.flagged + excluded.flagged,
        first_seen_at = least(standing.first_seen_at, excluded.first_seen_at),
        last_seen_at = greatest(standing.last_seen_at, excluded.last_seen_at)
    )
    INSERT INTO communities (id, platform, name, messages, cases)
    SELECT ${communityId}, ${message.platform}, ${storable(message.communityName)},
      ${messages}::bigint, 0 FROM new
    ON CONFLICT (id) DO UPDATE SET
      name = coalesce(excluded.name, communities.name),
      messages = communities.messages + excluded.messages
    RETURNING cases`.execute(transaction);
  return rows[0] ?? null;
}
