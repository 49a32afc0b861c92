import { type Kysely, sql } from "kysely";
import type { DeletedPlace, LostMessages, Store } from "../../src/ports/store.ts";
import { isAnyOf } from "./any-of.ts";
import { awaited, selectCases, toCase } from "./case-rows.ts";
import type { StoreContext } from "./chain.ts";
import type { Tables } from "./tables.ts";

/** What is known of messages that somebody deleted on the platform. */
export function makeDeletedMessages({
  db,
  chains,
}: StoreContext): Pick<Store, "noteDeleted" | "deletedMessages"> {
  return {
    async noteDeleted(place, at, follows) {
      // Most deleted messages are of no case: the community need not wait for them.
      if (!(await hasSome(db, place))) return [];
      return chains.writeAlone(place.communityId, async (transaction, chain) => {
        const now = await mark(transaction, place, at);
        const all = await countDeleted(transaction, [...now.keys()]);
        const cases = await selectCases(transaction)
          .where(isAnyOf("cases.id", [...now.keys()]))
          .orderBy("cases.number")
          .execute();
        const lost = cases.map((row): LostMessages => {
          const item = toCase(row);
          return { case: item, now: now.get(item.id) ?? 0, all: all.get(item.id) ?? 0 };
        });
        for (const each of lost) {
          const { events, jobs } = follows(each);
          chain.append(events);
          chain.enqueue(jobs);
        }
        return lost;
      });
    },
    async deletedMessages(caseId) {
      return (await countDeleted(db, [caseId])).get(caseId) ?? 0;
    },
  };
}

interface Counted {
  readonly case_id: string;
  readonly messages: number;
}

/** Those of a place that count as deleted by somebody else, as conditions on `case_messages`, `messages` and `cases`. */
function isLost({ communityId, channelId, messageIds, except = [] }: DeletedPlace) {
  const named =
    messageIds === null
      ? sql`true`
      : sql`messages.message_id = ANY(${[...new Set(messageIds)]}::text[])`;
  return sql`messages.key = case_messages.message_key AND cases.id = case_messages.case_id
    AND messages.community_id = ${communityId} AND messages.channel_id = ${channelId} AND ${named}
    AND messages.author_id <> ALL(${[...except]}::text[])
    AND ${awaited} AND case_messages.deleted_at IS NULL AND NOT case_messages.held`;
}

async function hasSome(db: Kysely<Tables>, place: DeletedPlace): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM case_messages, messages, cases WHERE ${isLost(place)} LIMIT 1`.execute(db);
  return rows.length > 0;
}

async function mark(
  db: Kysely<Tables>,
  place: DeletedPlace,
  at: number,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<Counted>`
    WITH lost AS (
      UPDATE case_messages SET deleted_at = ${at} FROM messages, cases WHERE ${isLost(place)}
      RETURNING case_messages.case_id, messages.message_id
    )
    SELECT case_id, count(DISTINCT message_id) AS messages FROM lost GROUP BY case_id`.execute(db);
  return toMap(rows);
}

async function countDeleted(
  db: Kysely<Tables>,
  caseIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<Counted>`
    SELECT case_id, count(DISTINCT (channel_id, message_id)) AS messages
    FROM case_messages JOIN messages ON messages.key = case_messages.message_key
    WHERE ${isAnyOf("case_id", caseIds)} AND deleted_at IS NOT NULL
    GROUP BY case_id`.execute(db);
  return toMap(rows);
}

function toMap(rows: readonly Counted[]): ReadonlyMap<string, number> {
  return new Map(rows.map(({ case_id: id, messages }) => [id, messages]));
}
