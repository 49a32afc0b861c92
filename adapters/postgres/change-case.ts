import { sql, type Transaction } from "kysely";
import type { Case } from "../../src/engine/case/case.ts";
import type { Decision } from "../../src/engine/case/decision.ts";
import type { Inbox } from "../../src/engine/escalation/inbox.ts";
import { fail, ok, type Result } from "../../src/engine/result.ts";
import type {
  CaseChange,
  CaseNote,
  ChangeOptions,
  KnownInChange,
  Store,
} from "../../src/ports/store.ts";
import { isAmong } from "./any-of.ts";
import { addAttempts } from "./attempts.ts";
import { hasErasedAuthor, weighedAuthors } from "./case-authors.ts";
import { fromCase, fromDecision, selectCases, toCase } from "./case-rows.ts";
import type { StoreContext } from "./chain.ts";
import type { LockedChain } from "./chain-writer.ts";
import { emptyInbox, inboxesOf } from "./inboxes.ts";
import { storable } from "./stored-json.ts";
import { addStrikes, revokeStrikes } from "./strikes.ts";
import type { Tables } from "./tables.ts";
import { rightsOf, writeRights } from "./write-rights.ts";

export function makeChangeCase(context: StoreContext): Store["changeCase"] {
  return (item, options, change) =>
    context.chains.write(item.communityId, (transaction, chain) =>
      changeIn(transaction, chain, item, options, change),
    );
}

/** Takes one step of a case inside a transaction that has locked the community's chain. */
export async function changeIn<E>(
  transaction: Transaction<Tables>,
  chain: LockedChain,
  { id, communityId }: Pick<Case, "id" | "communityId">,
  { at, people = [], rights = false }: ChangeOptions,
  change: (current: Case, known: KnownInChange) => Result<CaseChange, E>,
): Promise<Result<Case, E | { readonly kind: "not-found" }>> {
  // Asked for together, whether the case is there or not: one journey.
  const [before, inboxes, authors, hasErased] = await Promise.all([
    readCase(transaction, communityId, id),
    inboxesFor(transaction, communityId, people, at),
    rights ? weighedAuthors(transaction, id, at) : [],
    rights ? hasErasedAuthor(transaction, id) : false,
  ]);
  if (!before) return fail({ kind: "not-found" as const });
  const known: KnownInChange = {
    authors,
    hasErased,
    inboxes,
    rights: rights ? await rightsOf(transaction, before) : null,
  };
  const changed = change(before, known);
  if (!changed.ok) return changed;
  await writeChange(transaction, chain, before, changed.value);
  chain.append(changed.value.events);
  chain.enqueue(changed.value.jobs);
  return ok(changed.value.case);
}

/** The case as it is under the chain's lock: nobody else changes it. */
async function readCase(
  transaction: Transaction<Tables>,
  communityId: string,
  caseId: string,
): Promise<Case | null> {
  const row = await selectCases(transaction)
    .innerJoin("messages", "messages.key", "cases.message_key")
    .where("cases.id", "=", caseId)
    .where("cases.community_id", "=", communityId)
    // The purge takes no chain's lock, and passes over messages that somebody holds.
    .forKeyShare("messages")
    .executeTakeFirst();
  return row ? toCase(row) : null;
}

async function inboxesFor(
  transaction: Transaction<Tables>,
  communityId: string,
  people: readonly string[],
  at: number,
): Promise<ReadonlyMap<string, Inbox>> {
  const found = await inboxesOf(transaction, communityId, people, at);
  return new Map(people.map((person) => [person, found.get(person) ?? emptyInbox]));
}

async function writeChange(
  transaction: Transaction<Tables>,
  chain: LockedChain,
  before: Case,
  change: CaseChange,
): Promise<void> {
  const { case: after, note, strikes = [], attempts = [] } = change;
  chain.send(
    transaction.updateTable("cases").set(fromCase(after)).where("id", "=", before.id).execute(),
  );
  chain.send(addAttempts(transaction, attempts));
  await writeDecision(transaction, before, change);
  if (note) await addNote(transaction, note);
  await addStrikes(transaction, strikes);
  await writeRights(transaction, change);
}

async function writeDecision(
  transaction: Transaction<Tables>,
  before: Case,
  { case: after, undone, cleared }: CaseChange,
): Promise<void> {
  const { decision: stood } = before;
  const { decision: stands } = after;
  if (stood && stood.id !== stands?.id) {
    if (undone?.decisionId !== stood.id)
      throw new Error("a decision vanished without being undone");
    await transaction
      .updateTable("decisions")
      .set({ undone_at: undone.at, undone_by: undone.by })
      .where("id", "=", stood.id)
      .execute();
    await revokeStrikes(transaction, stood.id, undone.at);
    await countDecision(transaction, before, stood, -1);
  }
  if (cleared && stood) {
    await revokeStrikes(transaction, stood.id, cleared.at, cleared.authorId);
    await countDecision(transaction, before, stood, -1, cleared.authorId);
  }
  if (stands && stands.id !== stood?.id) {
    await transaction.insertInto("decisions").values(fromDecision(after.id, stands)).execute();
    await countDecision(transaction, before, stands, 1);
  }
}

/**
 * In the standing of everybody of whom the case holds a message, or of one of them; what was decided in shadow
 * mode is no part of it. Of whom it was taken back before, it is not taken back again.
 */
async function countDecision(
  transaction: Transaction<Tables>,
  { id, communityId, shadow }: Case,
  { id: decisionId, outcome }: Pick<Decision, "id" | "outcome">,
  more: 1 | -1,
  authorId: string | null = null,
): Promise<void> {
  if (shadow) return;
  const counted = outcome === "uphold" ? "upheld" : "dismissed";
  await transaction
    .updateTable("standing")
    // Somebody whose standing began anew since the decision has nothing to take back.
    .set((eb) => ({ [counted]: eb.fn("greatest", [eb(counted, "+", more), eb.lit(0)]) }))
    .where("community_id", "=", communityId)
    .where(
      isAmong(
        "author_id",
        transaction
          .selectFrom("case_messages")
          .innerJoin("messages", "messages.key", "case_messages.message_key")
          .select("messages.author_id")
          .where("case_messages.case_id", "=", id),
      ),
    )
    .where((eb) => (authorId === null ? eb.lit(true) : eb("author_id", "=", authorId)))
    .where(
      sql<boolean>`author_id NOT IN (
        SELECT author_id FROM appeals WHERE decision_id = ${decisionId} AND overturned)`,
    )
    .execute();
}

async function addNote(transaction: Transaction<Tables>, note: CaseNote): Promise<void> {
  await transaction
    .insertInto("case_notes")
    .values({
      id: note.id,
      case_id: note.caseId,
      by_person: note.by,
      audience: note.audience,
      note: storable(note.text),
      at: note.at,
    })
    .execute();
}
