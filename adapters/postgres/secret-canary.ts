import { type Kysely, sql } from "kysely";
import { personOf } from "../../src/pipeline/deps.ts";
import type { Digests } from "../../src/ports/digests.ts";
import { ERASED_PERSON } from "./stored-json.ts";
import type { Tables } from "./tables.ts";

/** The database was keyed with another secret: no fingerprint of it can be found again with this one. */
export interface WrongSecret {
  readonly kind: "wrong-secret";
}

const CANARY = 1;
const TEXT = "candor";
/** People among whom one is looked for. */
const MOST_PEOPLE = 500;

/** Whether a database, of whatever version, holds what a secret has keyed: then no new secret may be made for it. */
export async function isKeyed(db: Kysely<Tables>): Promise<boolean> {
  for (const table of ["secret_canary", "audit_heads"] as const) {
    const { rows } = await sql<{ here: boolean }>`
      SELECT to_regclass(${table}) IS NOT NULL AS here`.execute(db);
    if (rows[0]?.here !== true) continue;
    const some = await db.selectFrom(table).select(sql<number>`1`.as("one")).limit(1).execute();
    if (some.length > 0) return true;
  }
  return false;
}

/**
 * Whether the secret is the one of the database, which from its first use on is the one of that use. A
 * version without a canary kept nothing to know it by but the people whom it keyed.
 */
export async function isItsSecret(db: Kysely<Tables>, digests: Digests): Promise<boolean> {
  const fingerprint = digests.fingerprint("canary", TEXT);
  const before = await readCanary(db);
  if (before !== undefined) return before === fingerprint;
  if (!(await knowsPeople(db, digests))) return false;
  await db
    .insertInto("secret_canary")
    .values({ id: CANARY, fingerprint })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
  // Another process may have been first.
  return (await readCanary(db)) === fingerprint;
}

async function readCanary(db: Kysely<Tables>): Promise<string | undefined> {
  const row = await db
    .selectFrom("secret_canary")
    .select("fingerprint")
    .where("id", "=", CANARY)
    .executeTakeFirst();
  return row?.fingerprint;
}

/** Whether the secret finds any of the people whom the log must know; true when it must know nobody. */
async function knowsPeople(db: Kysely<Tables>, digests: Digests): Promise<boolean> {
  const people = await knownPeople(db);
  if (people.length === 0) return true;
  const communities = people.map(({ community }) => community);
  const prints = people.map(({ platform, author }) => personOf({ digests }, platform, author));
  const { rows } = await sql`
    SELECT 1 FROM audit_payloads
    JOIN unnest(${communities}::text[], ${prints}::text[]) AS known (community, print)
      ON known.community = audit_payloads.community AND known.print = audit_payloads.person
    LIMIT 1`.execute(db);
  return rows.length > 0;
}

interface Known {
  readonly community: string;
  readonly platform: string;
  readonly author: string;
}

/** Authors of whom the log holds an event: of cases, and of messages in which something was found. */
async function knownPeople(db: Kysely<Tables>): Promise<readonly Known[]> {
  const { rows } = await sql<Known>`
    SELECT community_id AS community, platform, author_id AS author FROM (
      SELECT community_id, platform, author_id FROM cases
      UNION
      SELECT community_id, platform, author_id
      FROM messages JOIN verdicts ON verdicts.message_key = messages.key
      WHERE verdicts.verdict ->> 'decision' <> 'none'
    ) AS authors
    WHERE author_id <> ${ERASED_PERSON} AND EXISTS (
      SELECT FROM audit_payloads
      WHERE audit_payloads.community = authors.community_id AND audit_payloads.person IS NOT NULL)
    LIMIT ${MOST_PEOPLE}`.execute(db);
  return rows;
}
