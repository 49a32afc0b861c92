import { type Kysely, type RawBuilder, sql } from "kysely";
import { z } from "zod";
import { AUTHOR_ROLES, type AuthorRole } from "../../src/engine/message.ts";
import type { CaseAuthor, KnownInChange } from "../../src/ports/store.ts";
import { ERASED_PERSON } from "./stored-json.ts";
import type { Tables } from "./tables.ts";

const roles = z.array(z.enum(AUTHOR_ROLES));
/** The gravest last: the company answers for those who speak for it. */
const BY_GRAVITY: readonly AuthorRole[] = ["member", "bot", "affiliate", "staff"];

/** Who wrote the messages of a case, whoever wrote first before the others. */
export async function caseAuthors(
  db: Kysely<Tables>,
  caseId: string,
): Promise<readonly CaseAuthor[]> {
  const rows = await selectAuthors(db, caseId).execute();
  return rows.map(toAuthor);
}

/** The same, with the points of theirs that count at `at`. */
export async function weighedAuthors(
  db: Kysely<Tables>,
  caseId: string,
  at: number,
): Promise<KnownInChange["authors"]> {
  const rows = await selectAuthors(db, caseId)
    .groupBy("messages.community_id")
    .select((eb) =>
      eb.fn
        .coalesce(
          eb
            .selectFrom("strikes")
            .select((inner) => inner.fn.sum<number>("points").as("points"))
            .whereRef("strikes.community_id", "=", "messages.community_id")
            .whereRef("strikes.author_id", "=", "messages.author_id")
            .where("strikes.at", "<=", at)
            .where("strikes.expires_at", ">", at)
            .where("strikes.revoked_at", "is", null),
          eb.lit(0),
        )
        .as("points"),
    )
    .execute();
  return rows.map((row) => ({ ...toAuthor(row), strikePoints: row.points }));
}

function selectAuthors(db: Kysely<Tables>, caseId: string) {
  const asked: RawBuilder<readonly string[]> = sql`array_agg(DISTINCT messages.author_role)`;
  return db
    .selectFrom("case_messages")
    .innerJoin("messages", "messages.key", "case_messages.message_key")
    .select(["messages.author_id", asked.as("roles")])
    .where("case_messages.case_id", "=", caseId)
    .where("messages.author_id", "<>", ERASED_PERSON)
    .groupBy("messages.author_id")
    .orderBy((eb) => eb.fn.min("case_messages.position"));
}

function toAuthor(row: {
  readonly author_id: string;
  readonly roles: readonly string[];
}): CaseAuthor {
  const known = roles.parse(row.roles);
  const role = BY_GRAVITY.findLast((each) => known.includes(each)) ?? "member";
  return { id: row.author_id, role };
}
