import { type Kysely, sql, type Transaction } from "kysely";
import type { Case, CaseSource } from "../../src/engine/case/case.ts";
import { fail, ok } from "../../src/engine/result.ts";
import type {
  CaseChange,
  CaseRequest,
  OpenRequest,
  Store,
  StoredMessage,
} from "../../src/ports/store.ts";
import { isAmong, isAnyOf } from "./any-of.ts";
import { fromCase, selectCases, toCase, undecided } from "./case-rows.ts";
import type { StoreContext } from "./chain.ts";
import type { LockedChain } from "./chain-writer.ts";
import { ERASED_PERSON } from "./stored-json.ts";
import type { Tables } from "./tables.ts";
import { WRITTEN_RULES, writeMessage } from "./write-message.ts";

type Opening = Pick<CaseRequest, "opens" | "held" | "keepsUntil" | "onOpen" | "onJoin">;
type Opened = Pick<CaseChange, "case" | "events" | "jobs">;

/** Opens a case about messages that are recorded, or about one that is recorded with it. */
export function makeOpenCase(context: StoreContext): Store["openCase"] {
  return (request) =>
    context.chains.write(request.opens.communityId, async (transaction, chain) => {
      const change = await openIn(transaction, chain, request);
      return change ? ok(change) : fail({ kind: "not-found" as const });
    });
}

/**
 * Opens or joins a case inside a transaction that has locked the community's chain. null: no message of
 * the request is recorded.
 */
export async function openIn(
  transaction: Transaction<Tables>,
  chain: LockedChain,
  request: OpenRequest,
): Promise<{ readonly case: Case; readonly opened: boolean } | null> {
  const { opens, written } = request;
  if (written) {
    const mode = opens.shadow ? "shadow" : "live";
    const judged = { ...written, rulesVersion: WRITTEN_RULES, mode, counts: false } as const;
    await writeMessage(transaction, judged);
  }
  const keys = await knownKeys(transaction, request);
  const [first] = keys;
  if (first === undefined) return null;
  const existing = await caseToReopen(transaction, request, keys);
  const opening = { ...request, opens: { ...opens, messageKey: first } };
  const cases = await casesSoFar(transaction, opens.communityId);
  const joining = { keys, at: opens.lastSeenAt, cases };
  const change = joinOrOpen(transaction, chain, existing, opening, joining);
  return { case: change.case, opened: existing === null };
}

/** Number of the community's newest case. */
async function casesSoFar(transaction: Transaction<Tables>, communityId: string): Promise<number> {
  const { cases } = await transaction
    .selectFrom("communities")
    .select("cases")
    .where("id", "=", communityId)
    .executeTakeFirstOrThrow();
  return cases;
}

/** The keys that are recorded in the community, in the request's order; the words given to Candor come first. */
async function knownKeys(
  transaction: Transaction<Tables>,
  { opens, written, messageKeys }: OpenRequest,
): Promise<readonly string[]> {
  const asked = [...new Set([...(written ? [written.message.key] : []), ...messageKeys])];
  const rows = await transaction
    .selectFrom("messages")
    .select("key")
    .where(isAnyOf("key", asked))
    .where("community_id", "=", opens.communityId)
    .execute();
  const known = new Set(rows.map(({ key }) => key));
  return asked.filter((key) => known.has(key));
}

async function caseToReopen(
  transaction: Transaction<Tables>,
  { opens, joins }: OpenRequest,
  keys: readonly string[],
): Promise<Case | null> {
  const own = await caseWithId(transaction, opens.id);
  if (own || !joins) return own;
  let query = selectCases(transaction)
    .where(isJoinable(opens))
    .where(
      isAmong(
        "cases.id",
        transaction
          .selectFrom("case_messages")
          .select("case_id")
          .where(isAnyOf("message_key", keys)),
      ),
    )
    .orderBy("cases.number", "desc")
    .limit(1);
  if (joins === "alone") query = query.where(isAlone(keys));
  const row = await query.executeTakeFirst();
  return row ? toCase(row) : null;
}

/** Whether a case has no message but these, whichever revision of them, and nothing that waits for a second moderator. */
function isAlone(keys: readonly string[]) {
  return sql<boolean>`(cases.proposal IS NULL AND NOT EXISTS (
    SELECT FROM case_messages JOIN messages AS own ON own.key = case_messages.message_key
    WHERE case_messages.case_id = cases.id AND NOT EXISTS (
      SELECT FROM messages AS asked
      WHERE asked.key = ANY(${[...keys]}::text[]) AND asked.community_id = own.community_id
        AND asked.channel_id = own.channel_id AND asked.message_id = own.message_id)))`;
}

/**
 * The case that a new message joins: the one with the id it would open, whatever its state; else the
 * newest undecided one that is about its author or has a message of the same text.
 */
export async function caseToJoin(
  transaction: Transaction<Tables>,
  message: StoredMessage,
  { opens, joinsSince }: CaseRequest,
): Promise<Case | null> {
  const row = await selectCases(transaction)
    .where(
      isAmong(
        "cases.id",
        casesInCommon(transaction, message, true).unionAll(
          sql<{ id: string }>`SELECT ${opens.id}::text AS id`,
        ),
      ),
    )
    .where((eb) =>
      eb.or([
        eb("cases.id", "=", opens.id),
        eb.and([isJoinable(opens), eb("cases.last_seen_at", ">=", joinsSince)]),
      ]),
    )
    .orderBy((eb) => eb("cases.id", "=", opens.id), "desc")
    .orderBy("cases.number", "desc")
    .limit(1)
    .executeTakeFirst();
  return row ? toCase(row) : null;
}

/**
 * Ids of the cases that are about a message's author or have one of the same text. One decision is for all that a case
 * holds: what somebody wrote in which a rule found something (`isFlagged`) and what members only reported are not decided
 * together. Lookups and no OR, which would look at every case of the community.
 */
export function casesInCommon(
  db: Kysely<Tables>,
  { communityId, authorId, textFingerprint }: StoredMessage,
  isFlagged: boolean,
) {
  return db
    .selectFrom("cases as theirs")
    .select("theirs.id")
    .where("theirs.community_id", "=", communityId)
    .where("theirs.author_id", "=", authorId)
    .where("theirs.author_id", "<>", ERASED_PERSON)
    .where(sql<boolean>`(cardinality(theirs.families) > 0) = ${isFlagged}`)
    .unionAll(
      db
        .selectFrom("case_texts")
        .select("case_texts.case_id as id")
        .where("case_texts.text_fingerprint", "=", textFingerprint),
    );
}

/** What members asked is the service team's to answer: no finding joins it. */
const NEVER_JOINED: readonly CaseSource[] = ["question", "feedback"];

/** Whether a case is an undecided one of the community and of the same mode. */
function isJoinable({ communityId, shadow }: Case) {
  return sql<boolean>`(${undecided} AND cases.community_id = ${communityId} AND cases.shadow = ${shadow}
    AND cases.source <> ALL(${NEVER_JOINED}::text[]))`;
}

async function caseWithId(transaction: Transaction<Tables>, id: string): Promise<Case | null> {
  const row = await selectCases(transaction).where("cases.id", "=", id).executeTakeFirst();
  return row ? toCase(row) : null;
}

/** What goes into a case, and how many cases the community has had before. */
interface Joining {
  readonly keys: readonly string[];
  readonly at: number;
  readonly cases: number;
}

/**
 * Writes the case that `existing` becomes, or a new one, with its messages, and appends its events and jobs
 * to the locked chain. Nobody waits for the statements: what follows on the same connection sees them.
 */
export function joinOrOpen(
  transaction: Transaction<Tables>,
  chain: LockedChain,
  existing: Case | null,
  { opens, held, keepsUntil, onOpen, onJoin }: Opening,
  joining: Joining,
): Opened {
  const change = existing ? onJoin(existing) : onOpen({ ...opens, number: joining.cases + 1 });
  const { case: item } = change;
  const row = existing
    ? sql`changed AS (${transaction
        .updateTable("cases")
        .set(fromCase(item))
        .where("id", "=", existing.id)})`
    : sql`opened AS (${transaction.insertInto("cases").values(fromCase(item))}), numbered AS (
        UPDATE communities SET cases = ${item.number} WHERE id = ${item.communityId})`;
  const keeping = { held, keepsUntil };
  chain.send(sql`WITH ${row}, ${messagesAdded(item, keeping, joining)}`.execute(transaction));
  chain.append(change.events);
  chain.enqueue(change.jobs);
  return change;
}

/**
 * The end of a statement that puts messages into a case behind those that it has, and remembers what they
 * say. From then on they are evidence, and no longer context of others. The message that opened the case,
 * with which the case goes, stays as long as any of them.
 */
function messagesAdded(
  { id: caseId, messageKey }: Pick<Case, "id" | "messageKey">,
  { held, keepsUntil }: Pick<Opening, "held" | "keepsUntil">,
  { keys, at }: Joining,
) {
  return sql`added AS (
      SELECT added.key, added.nth + (
        SELECT coalesce(max(position), 0) FROM case_messages WHERE case_id = ${caseId}) AS position
      FROM unnest(${[...keys]}::text[]) WITH ORDINALITY AS added (key, nth)
    ), joined AS (
      INSERT INTO case_messages (case_id, message_key, held, joined_at, position)
      SELECT ${caseId}, key, ${held}, ${at}, position FROM added
      ON CONFLICT (case_id, message_key) DO NOTHING
    ), needed AS (
      SELECT key, max(until) AS until FROM (
        SELECT key, ${keepsUntil}::bigint FROM added
        UNION ALL
        SELECT ${messageKey}, greatest(${keepsUntil}::bigint, max(joining.expires_at))
        FROM messages AS joining JOIN added ON added.key = joining.key
      ) AS each (key, until) GROUP BY key
    ), kept AS (
      UPDATE messages SET
        expires_at = greatest(messages.expires_at, needed.until), context_until = NULL
      FROM needed WHERE messages.key = needed.key
        AND (messages.expires_at < needed.until OR messages.context_until IS NOT NULL)
    )
    INSERT INTO case_texts (text_fingerprint, case_id)
    SELECT DISTINCT messages.text_fingerprint, ${caseId}
    FROM messages JOIN added ON added.key = messages.key
    WHERE messages.text_fingerprint <> ''
    ON CONFLICT DO NOTHING`;
}
