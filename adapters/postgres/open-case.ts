import { sql, type Transaction } from "kysely";
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
import { ERASED_PERSON } from "./stored-json.ts";
import type { Tables } from "./tables.ts";
import { countInCommunity, WRITTEN_RULES, writeMessage } from "./write-message.ts";

type Opening = Pick<CaseRequest, "opens" | "held" | "onOpen" | "onJoin">;
type Opened = Pick<CaseChange, "case" | "events" | "jobs">;

/** Opens a case about messages that are recorded, or about one that is recorded with it. */
export function makeOpenCase(context: StoreContext): Store["openCase"] {
  return (request) =>
    context.chains.write(request.opens.communityId, async (transaction, chain) => {
      const change = await openIn(transaction, request);
      if (!change) return fail({ kind: "not-found" as const });
      chain.append(change.events);
      chain.enqueue(change.jobs);
      return ok({ case: change.case, opened: change.opened });
    });
}

/**
 * Opens or joins a case inside a transaction that has locked the community's chain. Events and jobs of
 * what comes back are the caller's to write. null: no message of the request is recorded.
 */
export async function openIn(
  transaction: Transaction<Tables>,
  request: OpenRequest,
): Promise<(Opened & { readonly opened: boolean }) | null> {
  const { opens, written } = request;
  if (written) {
    const mode = opens.shadow ? "shadow" : "live";
    await writeMessage(transaction, { ...written, rulesVersion: WRITTEN_RULES, mode });
    await countInCommunity(transaction, written.message, 0);
  }
  const keys = await knownKeys(transaction, request);
  const [first] = keys;
  if (first === undefined) return null;
  const existing = await caseToReopen(transaction, request, keys);
  const opening = { ...request, opens: { ...opens, messageKey: first } };
  const change = await joinOrOpen(transaction, existing, opening, keys, opens.lastSeenAt);
  return { ...change, opened: existing === null };
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
  const row = await joinable(transaction, opens)
    .where(
      isAmong(
        "cases.id",
        transaction
          .selectFrom("case_messages")
          .select("case_id")
          .where(isAnyOf("message_key", keys)),
      ),
    )
    .executeTakeFirst();
  return row ? toCase(row) : null;
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
  const own = await caseWithId(transaction, opens.id);
  if (own) return own;
  const row = await joinable(transaction, opens)
    .where("cases.last_seen_at", ">=", joinsSince)
    .where(isAmong("cases.id", casesInCommon(transaction, message)))
    .executeTakeFirst();
  return row ? toCase(row) : null;
}

/** Two lookups and no OR, which would look at every case of the community. */
function casesInCommon(
  transaction: Transaction<Tables>,
  { communityId, authorId, textFingerprint }: StoredMessage,
) {
  return transaction
    .selectFrom("cases as theirs")
    .select("theirs.id")
    .where("theirs.community_id", "=", communityId)
    .where("theirs.author_id", "=", authorId)
    .where("theirs.author_id", "<>", ERASED_PERSON)
    .unionAll(
      transaction
        .selectFrom("case_texts")
        .select("case_texts.case_id as id")
        .where("case_texts.text_fingerprint", "=", textFingerprint),
    );
}

/** What members asked is the service team's to answer: no finding joins it. */
const NEVER_JOINED: readonly CaseSource[] = ["question", "feedback"];

/** The newest undecided case of the community and of the same mode. */
function joinable(transaction: Transaction<Tables>, opens: Case) {
  return selectCases(transaction)
    .where("cases.source", "not in", NEVER_JOINED)
    .where("cases.community_id", "=", opens.communityId)
    .where("cases.shadow", "=", opens.shadow)
    .where(undecided)
    .orderBy("cases.number", "desc")
    .limit(1);
}

async function caseWithId(transaction: Transaction<Tables>, id: string): Promise<Case | null> {
  const row = await selectCases(transaction).where("cases.id", "=", id).executeTakeFirst();
  return row ? toCase(row) : null;
}

/** Writes the case that `existing` becomes, or a new one, and puts the messages into it at `at`. */
export async function joinOrOpen(
  transaction: Transaction<Tables>,
  existing: Case | null,
  { opens, held, onOpen, onJoin }: Opening,
  messageKeys: readonly string[],
  at: number,
): Promise<Opened> {
  let change: Opened;
  if (existing) {
    change = onJoin(existing);
    await transaction
      .updateTable("cases")
      .set(fromCase(change.case))
      .where("id", "=", existing.id)
      .execute();
  } else {
    change = onOpen({ ...opens, number: await nextNumber(transaction, opens) });
    await transaction.insertInto("cases").values(fromCase(change.case)).execute();
  }
  await addMessages(transaction, change.case.id, messageKeys, held, at);
  return change;
}

async function nextNumber(transaction: Transaction<Tables>, opens: Case): Promise<number> {
  const { cases } = await transaction
    .updateTable("communities")
    .set((eb) => ({ cases: eb("cases", "+", 1) }))
    .where("id", "=", opens.communityId)
    .returning("cases")
    .executeTakeFirstOrThrow();
  return cases;
}

async function addMessages(
  transaction: Transaction<Tables>,
  caseId: string,
  messageKeys: readonly string[],
  held: boolean,
  at: number,
): Promise<void> {
  await sql`
    INSERT INTO case_messages (case_id, message_key, held, joined_at, position)
    SELECT ${caseId}, added.key, ${held}, ${at}, added.nth + (
      SELECT coalesce(max(position), 0) FROM case_messages WHERE case_id = ${caseId})
    FROM unnest(${[...messageKeys]}::text[]) WITH ORDINALITY AS added (key, nth)
    ON CONFLICT (case_id, message_key) DO NOTHING`.execute(transaction);
  await sql`
    INSERT INTO case_texts (text_fingerprint, case_id)
    SELECT DISTINCT text_fingerprint, ${caseId} FROM messages
    WHERE key = ANY(${[...messageKeys]}::text[]) AND text_fingerprint <> ''
    ON CONFLICT DO NOTHING`.execute(transaction);
}
