import { sql } from "kysely";

/** Ids of the cases that are about somebody or hold a message of theirs: what is written there may be about them. */
export function theirCases(community: string, person: string) {
  return sql`(
    SELECT id FROM cases WHERE community_id = ${community} AND author_id = ${person}
    UNION
    SELECT case_messages.case_id
    FROM case_messages JOIN messages ON messages.key = case_messages.message_key
    WHERE messages.community_id = ${community} AND messages.author_id = ${person})`;
}
