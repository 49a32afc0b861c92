import { type Kysely, type RawBuilder, sql } from "kysely";
import { z } from "zod";
import { AUTHOR_ROLES, type AuthorRole } from "../../src/engine/message.ts";
import { isGraver } from "../../src/engine/severity.ts";
import { gravest } from "../../src/engine/verdict.ts";
import type { CaseAuthor, KnownAuthor, OwnMessage } from "../../src/ports/store.ts";
import { ERASED_PERSON, storedVerdict } from "./stored-json.ts";
import { toSanction } from "./strikes.ts";
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

/** The same, with the points of theirs that count at `at` and what they wrote. */
export async function weighedAuthors(
  db: Kysely<Tables>,
  caseId: string,
  at: number,
): Promise<readonly KnownAuthor[]> {
  const rows = await selectAuthors(db, caseId)
    .select(
      pointsWhere(
        sql`strikes.community_id = messages.community_id AND strikes.at <= ${at} AND strikes.expires_at > ${at}`,
      ).as("strike_points"),
    )
    .execute();
  const written = await gravestMessages(db, caseId);
  return rows.map((row) => {
    const all = written.get(row.author_id);
    if (!all) throw new Error("an author of a case has no judged message in it");
    return { ...toAuthor(row), strikePoints: row.strike_points, ...all };
  });
}

/** Whether a case holds a message of somebody who was erased. */
export async function hasErasedAuthor(db: Kysely<Tables>, caseId: string): Promise<boolean> {
  const found = await db
    .selectFrom("case_messages")
    .innerJoin("messages", "messages.key", "case_messages.message_key")
    .select("messages.key")
    .where("case_messages.case_id", "=", caseId)
    .where("messages.author_id", "=", ERASED_PERSON)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

/** The gravest message of each author, of several a held one and then the first, and the gravest of those that were held. */
async function gravestMessages(
  db: Kysely<Tables>,
  caseId: string,
): Promise<ReadonlyMap<string, Pick<KnownAuthor, "own" | "held">>> {
  const severity: RawBuilder<string> = sql`coalesce(verdicts.verdict -> 'findings' -> 0 ->> 'severity', 'S9')`;
  const rows = await db
    .selectFrom("case_messages")
    .innerJoin("messages", "messages.key", "case_messages.message_key")
    .innerJoin("verdicts", "verdicts.message_key", "case_messages.message_key")
    .distinctOn(["messages.author_id", "case_messages.held"])
    .select(["messages.author_id", "messages.sent_at", "case_messages.held", "verdicts.verdict"])
    .where("case_messages.case_id", "=", caseId)
    .where("messages.author_id", "<>", ERASED_PERSON)
    .orderBy("messages.author_id")
    .orderBy("case_messages.held", "desc")
    .orderBy(severity)
    .orderBy("case_messages.position")
    .execute();
  const found = new Map<string, { own: OwnMessage; held: OwnMessage | null }>();
  // Of each author at most two: the held one comes first, and another counts only where it is graver.
  for (const { author_id: author, sent_at: sentAt, held, verdict } of rows) {
    const message = { sentAt, verdict: storedVerdict.parse(verdict) };
    const known = found.get(author);
    if (!known) found.set(author, { own: message, held: held ? message : null });
    else if (isGraver(gravest(message.verdict), gravest(known.own.verdict))) known.own = message;
  }
  return found;
}

function selectAuthors(db: Kysely<Tables>, caseId: string) {
  const asked: RawBuilder<readonly string[]> = sql`array_agg(DISTINCT messages.author_role)`;
  return db
    .selectFrom("case_messages")
    .innerJoin("messages", "messages.key", "case_messages.message_key")
    .select(["messages.author_id", asked.as("roles")])
    .select(pointsWhere(sql`strikes.case_id = ${caseId}`).as("points"))
    .select([addedIn(caseId).as("added"), clearedIn(caseId).as("cleared")])
    .where("case_messages.case_id", "=", caseId)
    .where("messages.author_id", "<>", ERASED_PERSON)
    .groupBy(["messages.author_id", "messages.community_id"])
    .orderBy((eb) => eb.fn.min("case_messages.position"));
}

/** Points of an author's strikes that were not taken back. */
function pointsWhere(which: RawBuilder<unknown>): RawBuilder<number> {
  return sql`(
    SELECT coalesce(sum(strikes.points), 0)
    FROM strikes
    WHERE strikes.author_id = messages.author_id AND strikes.revoked_at IS NULL AND ${which}
  )`;
}

/** What a threshold added for an author to the decision of a case that stands. */
function addedIn(caseId: string): RawBuilder<unknown> {
  return sql`(
    SELECT strikes.added
    FROM strikes
    WHERE strikes.author_id = messages.author_id AND strikes.case_id = ${caseId}
      AND strikes.revoked_at IS NULL AND strikes.added IS NOT NULL
    LIMIT 1
  )`;
}

/** Whether an author won an appeal against the decision of a case that stands. */
function clearedIn(caseId: string): RawBuilder<boolean> {
  return sql`EXISTS (
    SELECT FROM appeals JOIN decisions ON decisions.id = appeals.decision_id
    WHERE decisions.case_id = ${caseId} AND decisions.undone_at IS NULL
      AND appeals.author_id = messages.author_id AND appeals.overturned)`;
}

function toAuthor(row: {
  readonly author_id: string;
  readonly roles: readonly string[];
  readonly points: number;
  readonly added: unknown;
  readonly cleared: boolean;
}): CaseAuthor {
  const known = roles.parse(row.roles);
  const role = BY_GRAVITY.findLast((each) => known.includes(each)) ?? "member";
  const { author_id: id, points, cleared } = row;
  return { id, role, points, added: toSanction(row.added), cleared };
}
