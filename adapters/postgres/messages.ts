import { type Kysely, sql } from "kysely";
import { ORIGINS } from "../../src/engine/message.ts";
import type { Store } from "../../src/ports/store.ts";
import { isAmong } from "./any-of.ts";
import type { StoreContext } from "./chain.ts";
import { MESSAGE_COLUMNS, toMessage } from "./message-rows.ts";
import { storedVerdict } from "./stored-json.ts";
import { WRITTEN_RULES } from "./write-message.ts";
import type { Tables } from "./tables.ts";

type MessageMethods = Pick<
  Store,
  "newestMessage" | "around" | "recentMessages" | "findMessage" | "caseMessages"
>;

/** Recorded messages, for people to read. */
export function makeMessages({ db }: StoreContext): MessageMethods {
  return {
    async newestMessage(communityId, channelId) {
      const row = await selectNewest(db)
        .where("messages.community_id", "=", communityId)
        .where("messages.channel_id", "=", channelId)
        .orderBy("messages.sent_at", "desc")
        .orderBy("messages.key", "desc")
        .limit(1)
        .executeTakeFirst();
      return row ? toMessage(row) : null;
    },
    async around(messageKey, each) {
      const rows = await selectNewest(db)
        .where(
          isAmong(
            "messages.key",
            sql`SELECT near.key FROM messages AS middle, LATERAL ${nearby(each)} AS near
              WHERE middle.key = ${messageKey}`,
          ),
        )
        .orderBy("messages.sent_at")
        .orderBy("messages.key")
        .execute();
      return rows.map(toMessage);
    },
    async recentMessages(communityId, authorId, channelId, limit) {
      const rows = await selectNewest(db)
        .where("messages.community_id", "=", communityId)
        .where("messages.author_id", "=", authorId)
        .$if(channelId !== null, (query) =>
          query.where("messages.channel_id", "=", channelId ?? ""),
        )
        .orderBy("messages.sent_at", "desc")
        .orderBy("messages.received_at", "desc")
        .orderBy("messages.key", "desc")
        .limit(limit)
        .execute();
      return rows.map(toMessage);
    },
    async findMessage({ communityId, channelId, messageId }) {
      const row = await selectNewest(db)
        .where("messages.community_id", "=", communityId)
        .where("messages.channel_id", "=", channelId)
        .where("messages.message_id", "=", messageId)
        .executeTakeFirst();
      return row ? toMessage(row) : null;
    },
    async caseMessages(caseId, limit) {
      const rows = await db
        .selectFrom("case_messages")
        .innerJoin("messages", "messages.key", "case_messages.message_key")
        .innerJoin("verdicts", "verdicts.message_key", "case_messages.message_key")
        .select(MESSAGE_COLUMNS)
        .select(["verdicts.verdict", "case_messages.held"])
        .where("case_messages.case_id", "=", caseId)
        .orderBy("case_messages.position")
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        message: toMessage(row),
        verdict: storedVerdict.parse(row.verdict),
        held: row.held,
      }));
    },
  };
}

/** Messages in their newest revision. */
function selectNewest(db: Kysely<Tables>) {
  return db.selectFrom("messages").select(MESSAGE_COLUMNS).where(isNewest("messages"));
}

/**
 * No later revision of the message is recorded. A subquery of one row and no anti-join: an embedded
 * database has no statistics, and without them joins a channel with itself.
 */
function isNewest(table: string) {
  const column = (name: string) => sql.ref(`${table}.${name}`);
  return sql<boolean>`${column("key")} = (
    SELECT revision.key FROM messages AS revision
    WHERE revision.community_id = ${column("community_id")}
      AND revision.channel_id = ${column("channel_id")}
      AND revision.message_id = ${column("message_id")}
    ORDER BY coalesce(revision.revised_at, 0) DESC, revision.key LIMIT 1)`;
}

const UNPOSTED = `^(${ORIGINS.join("|")})-`;

/** What somebody told Candor itself was judged by no rules, and was not said in the channel; nor was what never stood in it. */
const wasPosted = sql`
  (SELECT rules_version FROM verdicts WHERE message_key = beside.key) <> ${WRITTEN_RULES}
  AND beside.message_id !~ ${UNPOSTED}`;

/**
 * Keys of at most `each` messages before and after the row `middle` of the same query, in its channel;
 * of an edited message the newest revision counts, and those of `middle` itself not at all.
 */
export function nearby(each: number) {
  const side = (compare: "<" | ">", order: "ASC" | "DESC") => sql`
    (SELECT beside.key FROM messages AS beside
      WHERE beside.community_id = middle.community_id AND beside.channel_id = middle.channel_id
        AND (beside.sent_at, beside.key) ${sql.raw(compare)} (middle.sent_at, middle.key)
        AND beside.message_id <> middle.message_id AND ${isNewest("beside")} AND ${wasPosted}
      ORDER BY beside.sent_at ${sql.raw(order)}, beside.key ${sql.raw(order)}
      LIMIT ${each})`;
  return sql`(${side("<", "DESC")} UNION ALL ${side(">", "ASC")})`;
}
