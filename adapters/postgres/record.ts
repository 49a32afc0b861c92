import type { Transaction } from "kysely";
import type { Case } from "../../src/engine/case/case.ts";
import type { Recorded, Store } from "../../src/ports/store.ts";
import { isAmong } from "./any-of.ts";
import { selectCases, toCase } from "./case-rows.ts";
import type { StoreContext } from "./chain.ts";
import { makePostgresHistory } from "./history.ts";
import { MESSAGE_COLUMNS, toMessage } from "./message-rows.ts";
import { caseToJoin, joinOrOpen } from "./open-case.ts";
import { storedMode, storedVerdict } from "./stored-json.ts";
import type { Tables } from "./tables.ts";
import { writeMessage } from "./write-message.ts";

/**
 * Judges a message by what its community's transaction sees, and writes an evaluation and all that follows
 * from it; when two race over one message revision, one wins.
 */
export function makeRecord(context: StoreContext): Store["record"] {
  return (said, textFingerprint, judge) =>
    context.chains.write(said.community.id, async (transaction, chain): Promise<Recorded> => {
      const [policy, recalled] = await Promise.all([
        chain.policy(),
        makePostgresHistory(transaction).recall(said, textFingerprint),
      ]);
      const recording = judge({ policy, recalled });
      const { message, verdict, needsCase } = recording;
      // The second is of use only when the first wrote something; to ask for it later would be a journey more.
      const [written, existing] = await Promise.all([
        writeMessage(transaction, { ...recording, counts: true }),
        needsCase ? caseToJoin(transaction, message, needsCase) : null,
      ]);
      if (!written) return readRecorded(transaction, message.key);
      chain.append(recording.events);
      chain.enqueue(recording.jobs);
      if (!needsCase) return { kind: "recorded", verdict, case: null };
      const joining = { keys: [message.key], at: message.receivedAt, cases: written.cases };
      const change = joinOrOpen(transaction, chain, existing, needsCase, joining);
      return { kind: "recorded", verdict, case: change.case };
    });
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
