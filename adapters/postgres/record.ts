import type { Transaction } from "kysely";
import type { Case } from "../../src/engine/case/case.ts";
import type { Recorded, Recording, Store } from "../../src/ports/store.ts";
import { isAmong } from "./any-of.ts";
import { selectCases, toCase } from "./case-rows.ts";
import type { StoreContext } from "./chain.ts";
import { MESSAGE_COLUMNS, toMessage } from "./message-rows.ts";
import { caseToJoin, joinOrOpen } from "./open-case.ts";
import { storedMode, storedVerdict } from "./stored-json.ts";
import type { Tables } from "./tables.ts";
import { countInCommunity, writeMessage } from "./write-message.ts";

/** Writes an evaluation and all that follows from it; when two race over one message revision, one wins. */
export function makeRecord(context: StoreContext): Store["record"] {
  return (recording) =>
    context.chains.write(
      recording.message.communityId,
      async (transaction, chain): Promise<Recorded> => {
        const { message, verdict, needsCase } = recording;
        if (!(await writeMessage(transaction, recording))) {
          return readRecorded(transaction, message.key);
        }
        await countInCommunity(transaction, message, isRevision(message) ? 0 : 1);
        await countForAuthor(transaction, recording);
        if (!needsCase) {
          chain.append(recording.events);
          chain.enqueue(recording.jobs);
          return { kind: "recorded", verdict, case: null };
        }
        const existing = await caseToJoin(transaction, message, needsCase);
        const {
          case: after,
          events,
          jobs,
        } = await joinOrOpen(transaction, existing, needsCase, [message.key], message.receivedAt);
        chain.append([...recording.events, ...events]);
        chain.enqueue([...recording.jobs, ...jobs]);
        return { kind: "recorded", verdict, case: after };
      },
    );
}

/** A recorded message with its first verdict and the newest case it belongs to. */
export function makeFindJudged({ db }: Pick<StoreContext, "db">): Store["findJudged"] {
  return async (messageKey) => {
    const row = await db
      .selectFrom("messages")
      .innerJoin("verdicts", "verdicts.message_key", "messages.key")
      .select(MESSAGE_COLUMNS)
      .select(["verdicts.verdict", "verdicts.mode"])
      .where("messages.key", "=", messageKey)
      .executeTakeFirst();
    if (!row) return null;
    return {
      message: toMessage(row),
      verdict: storedVerdict.parse(row.verdict),
      mode: storedMode.parse(row.mode),
      case: await caseOfMessage(db, messageKey),
    };
  };
}

async function caseOfMessage(db: StoreContext["db"], messageKey: string): Promise<Case | null> {
  const row = await selectCases(db)
    .where(
      isAmong(
        "cases.id",
        db.selectFrom("case_messages").select("case_id").where("message_key", "=", messageKey),
      ),
    )
    .orderBy("cases.number", "desc")
    .limit(1)
    .executeTakeFirst();
  return row ? toCase(row) : null;
}

async function readRecorded(transaction: Transaction<Tables>, key: string): Promise<Recorded> {
  const judged = await makeFindJudged({ db: transaction })(key);
  if (!judged) throw new Error("a recorded message has no verdict");
  return { kind: "duplicate", verdict: judged.verdict, case: judged.case };
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

function isRevision(message: Recording["message"]): boolean {
  return message.revisedAt !== null;
}
