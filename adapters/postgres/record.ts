import type { Kysely, Transaction } from "kysely";
import type { NewAuditEvent } from "../../src/engine/audit.ts";
import type { Case, Recorded, Recording, Store } from "../../src/ports/store.ts";
import { fromMessage, toCase, toMessage } from "./case-rows.ts";
import { appendEvents, lockChain, type StoreContext } from "./chain.ts";
import { writeJobs } from "./outbox.ts";
import { storable, storedMode, storedVerdict } from "./stored-json.ts";
import type { Tables } from "./tables.ts";

/** Writes an evaluation and all that follows from it; when two race over one message revision, one wins. */
export function makeRecord(context: StoreContext): Store["record"] {
  return (recording) =>
    context.db.transaction().execute(async (transaction): Promise<Recorded> => {
      const { message, verdict } = recording;
      const community = message.communityId;
      const head = await lockChain(transaction, community);
      const inserted = await transaction
        .insertInto("messages")
        .values(fromMessage(message))
        .onConflict((conflict) => conflict.column("key").doNothing())
        .returning("key")
        .executeTakeFirst();
      if (!inserted) return readRecorded(transaction, message.key);
      const existing = await existingCase(transaction, recording);
      const opens = recording.newCase !== undefined && !existing;
      const number = await countMessage(transaction, recording, opens);
      const belongsTo = opens ? await openCase(transaction, recording, number) : existing;
      await writeVerdict(transaction, recording, belongsTo);
      await countForAuthor(transaction, recording);
      await appendEvents(context, transaction, community, head, eventsOf(recording, opens, number));
      await writeJobs(context, transaction, recording.jobs);
      return { kind: "recorded", verdict, case: belongsTo };
    });
}

/** A recorded message with its first verdict and the case it belongs to. */
export function makeFindJudged({ db }: Pick<StoreContext, "db">): Store["findJudged"] {
  return async (messageKey) => {
    const row = await db
      .selectFrom("messages")
      .innerJoin("verdicts", "verdicts.message_key", "messages.key")
      .selectAll("messages")
      .select(["verdicts.verdict", "verdicts.mode", "verdicts.case_id"])
      .where("messages.key", "=", messageKey)
      .executeTakeFirst();
    if (!row) return null;
    return {
      message: toMessage(row),
      verdict: storedVerdict.parse(row.verdict),
      mode: storedMode.parse(row.mode),
      case: await findCase(db, row.case_id),
    };
  };
}

async function readRecorded(transaction: Transaction<Tables>, key: string): Promise<Recorded> {
  const judged = await makeFindJudged({ db: transaction })(key);
  if (!judged) throw new Error("a recorded message has no verdict");
  return { kind: "duplicate", verdict: judged.verdict, case: judged.case };
}

async function findCase(db: Kysely<Tables>, id: string | null): Promise<Case | null> {
  if (id === null) return null;
  const row = await db.selectFrom("cases").selectAll().where("id", "=", id).executeTakeFirst();
  return row ? toCase(row) : null;
}

function existingCase(transaction: Transaction<Tables>, { newCase }: Recording) {
  return findCase(transaction, newCase?.id ?? null);
}

function eventsOf(recording: Recording, opens: boolean, number: number): readonly NewAuditEvent[] {
  return recording.events.flatMap((event) => {
    if (event.type !== "case.opened") return [event];
    return opens ? [{ ...event, payload: { ...event.payload, number } }] : [];
  });
}

async function writeVerdict(
  transaction: Transaction<Tables>,
  { message, verdict, rulesVersion, mode }: Recording,
  belongsTo: Case | null,
): Promise<void> {
  await transaction
    .insertInto("verdicts")
    .values({
      message_key: message.key,
      verdict: JSON.stringify(verdict),
      rules_version: rulesVersion,
      mode,
      case_id: belongsTo?.id ?? null,
    })
    .execute();
}

/** Counts the message and the case in the community's row; returns the number of its newest case. */
async function countMessage(
  transaction: Transaction<Tables>,
  { message }: Recording,
  opens: boolean,
): Promise<number> {
  const { cases } = await transaction
    .insertInto("communities")
    .values({
      id: message.communityId,
      platform: message.platform,
      name: storable(message.communityName),
      messages: isRevision(message) ? 0 : 1,
      cases: opens ? 1 : 0,
    })
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet((eb) => ({
        name: eb.fn.coalesce("excluded.name", "communities.name"),
        messages: eb("communities.messages", "+", eb.ref("excluded.messages")),
        cases: eb("communities.cases", "+", eb.ref("excluded.cases")),
      })),
    )
    .returning("cases")
    .executeTakeFirstOrThrow();
  return cases;
}

async function countForAuthor(
  transaction: Transaction<Tables>,
  { message, verdict }: Recording,
): Promise<void> {
  const seenAt = message.sentAt > 0 ? message.sentAt : message.receivedAt;
  await transaction
    .insertInto("standing")
    .values({
      community_id: message.communityId,
      author_id: message.authorId,
      messages: isRevision(message) ? 0 : 1,
      flagged: verdict.flags.length > 0 ? 1 : 0,
      upheld: 0,
      dismissed: 0,
      first_seen_at: seenAt,
      last_seen_at: seenAt,
    })
    .onConflict((conflict) =>
      conflict.columns(["community_id", "author_id"]).doUpdateSet((eb) => ({
        messages: eb("standing.messages", "+", eb.ref("excluded.messages")),
        flagged: eb("standing.flagged", "+", eb.ref("excluded.flagged")),
        first_seen_at: eb.fn("least", ["standing.first_seen_at", "excluded.first_seen_at"]),
        last_seen_at: eb.fn("greatest", ["standing.last_seen_at", "excluded.last_seen_at"]),
      })),
    )
    .execute();
}

async function openCase(
  transaction: Transaction<Tables>,
  { message, mode, newCase }: Recording,
  number: number,
) {
  if (!newCase) return null;
  const row = await transaction
    .insertInto("cases")
    .values({
      id: newCase.id,
      community_id: message.communityId,
      number,
      message_key: message.key,
      state: "open",
      severity: newCase.severity,
      families: [...newCase.families],
      shadow: mode === "shadow",
      held: newCase.held,
      rung: 0,
      opened_at: message.receivedAt,
      decided_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toCase(row);
}

function isRevision(message: Recording["message"]): boolean {
  return message.revisedAt !== null;
}
