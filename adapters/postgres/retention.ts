import { type ExpressionBuilder, sql } from "kysely";
import type { Store } from "../../src/ports/store.ts";
import { undecided } from "./case-rows.ts";
import type { StoreContext } from "./chain.ts";
import { retryGivenUp } from "./given-up.ts";
import { nearby } from "./messages.ts";
import { ERASED_PERSON } from "./stored-json.ts";
import type { Tables } from "./tables.ts";

const PURGE_BATCH = 1000;
const MINUTE_MS = 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** As long as the queue itself remembers a job's id. */
const OUTBOX_KEPT_MS = 7 * DAY_MS;
const ATTEMPTS_KEPT_MS = 90 * DAY_MS;
/** A member who has not written for so long begins anew. */
const STANDING_KEPT_MS = 365 * DAY_MS;
const EFFECTS_KEPT_MS = 365 * DAY_MS;
/** Of expired strikes, and of changes of a rota that are over. */
const PAST_KEPT_MS = 365 * DAY_MS;
/** Messages before and after one of an undecided case that a moderator can still read. */
const CONTEXT_MESSAGES = 20;

export function makePurge(context: StoreContext): Store["purgeExpired"] {
  return async (now) => {
    await retryGivenUp(() => purgeUpkeep(context, now));
    const purged = await inBatches(() => purgeMessages(context, now));
    await inBatches(() => purgeContext(context, now));
    return purged;
  };
}

async function purgeUpkeep({ db }: StoreContext, now: number): Promise<void> {
  await db
    .deleteFrom("outbox")
    .where("enqueued_at", "<", now - OUTBOX_KEPT_MS)
    .execute();
  await db
    .deleteFrom("effects")
    .where("noted_at", "<", now - EFFECTS_KEPT_MS)
    // What a decision has done is known as long as it can be taken back.
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom("decisions")
            .select("decisions.id")
            .whereRef("decisions.id", "=", "effects.decision_id"),
        ),
      ),
    )
    .execute();
  await db
    .deleteFrom("attempts")
    .where("requested_at", "<", now - ATTEMPTS_KEPT_MS)
    .execute();
  await db.deleteFrom("erased_reports").where("expires_at", "<=", now).execute();
  await db
    .deleteFrom("strikes")
    .where("expires_at", "<", now - PAST_KEPT_MS)
    // What was added with one is known as long as it can be taken back.
    .where((eb) =>
      eb.or([
        eb("strikes.added", "is", null),
        eb.not(
          eb.exists(
            eb
              .selectFrom("decisions")
              .select("decisions.id")
              .whereRef("decisions.id", "=", "strikes.decision_id"),
          ),
        ),
      ]),
    )
    .execute();
  // A statement is accounted for longer than it is known whose it was.
  await db
    .updateTable("statements")
    .set({ author_id: ERASED_PERSON })
    .where("author_id", "<>", ERASED_PERSON)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb.selectFrom("cases").select("cases.id").whereRef("cases.id", "=", "statements.case_id"),
        ),
      ),
    )
    .execute();
  await db
    .deleteFrom("rota_entries")
    .where("ends_at", "<", now - PAST_KEPT_MS)
    .execute();
  await db
    .deleteFrom("standing")
    .where("last_seen_at", "<", now - STANDING_KEPT_MS)
    .where((eb) => eb.not(eb.exists(countingStrike(eb, now))))
    .execute();
}

function countingStrike(eb: ExpressionBuilder<Tables, "standing">, now: number) {
  return eb
    .selectFrom("strikes")
    .select("strikes.decision_id")
    .whereRef("strikes.community_id", "=", "standing.community_id")
    .whereRef("strikes.author_id", "=", "standing.author_id")
    .where("strikes.expires_at", ">", now);
}

/** Repeats a step until it has less than a batch to do, so that it never keeps an embedded database to itself for long. */
async function inBatches(step: () => Promise<number>): Promise<number> {
  let all = 0;
  for (;;) {
    const done = await retryGivenUp(step);
    all += done;
    if (done < PURGE_BATCH) return all;
  }
}

/**
 * A case whose messages outlive their time: something may still become of it, or somebody is still shut out
 * or has points because of it, and must find why, and whom to ask. Of a case in shadow mode nothing becomes,
 * and nobody is asked to close it: it expires with its evidence.
 */
function neededCase(eb: ExpressionBuilder<Tables, "messages">, now: number) {
  return eb
    .selectFrom("case_messages")
    .innerJoin("cases", "cases.id", "case_messages.case_id")
    .select("cases.id")
    .whereRef("case_messages.message_key", "=", "messages.key")
    .where("cases.shadow", "=", false)
    .where(sql<boolean>`(cases.state <> 'closed' OR ${weighsOnSomebody(now)})`);
}

/** A strike that counts, or a sanction that was carried out and lasts, against somebody neither erased nor cleared on appeal. */
function weighsOnSomebody(now: number) {
  return sql<boolean>`EXISTS (
    SELECT 1 FROM decisions
    WHERE decisions.case_id = cases.id AND decisions.undone_at IS NULL AND (
      EXISTS (
        SELECT 1 FROM strikes
        WHERE strikes.decision_id = decisions.id
          AND strikes.revoked_at IS NULL AND (strikes.expires_at > ${now} OR (
            strikes.added ->> 'kind' IN ('timeout', 'ban') AND (
              strikes.added ->> 'minutes' IS NULL
              OR decisions.decided_at + (strikes.added ->> 'minutes')::bigint * ${MINUTE_MS} > ${now}))))
      OR (
        EXISTS (
          SELECT 1
          FROM json_array_elements(decisions.actions) WITH ORDINALITY AS each (action, nth)
          JOIN effects ON effects.decision_id = decisions.id
            AND substr(effects.id, length(decisions.id) + 1) ~ ('^-act-' || nth - 1 || '-[0-9a-f]+$')
          WHERE action ->> 'kind' IN ('timeout', 'ban') AND (
            action ->> 'minutes' IS NULL
            OR decisions.decided_at + (action ->> 'minutes')::bigint * ${MINUTE_MS} > ${now}))
        AND EXISTS (
          SELECT 1 FROM case_messages AS written JOIN messages AS theirs ON theirs.key = written.message_key
          WHERE written.case_id = cases.id AND theirs.author_id <> ${ERASED_PERSON}
            AND NOT EXISTS (
              SELECT 1 FROM appeals
              WHERE appeals.decision_id = decisions.id AND appeals.author_id = theirs.author_id
                AND appeals.overturned)))))`;
}

// Verdicts, cases, notes and decisions go with their message. Rows that somebody holds are left for the next time.
async function purgeMessages({ db }: StoreContext, now: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom("messages")
    .where("key", "in", (eb) =>
      eb
        .selectFrom("messages")
        .select("key")
        .where("expires_at", "<", now)
        .where((where) => where.not(where.exists(neededCase(where, now))))
        .limit(PURGE_BATCH)
        .forUpdate()
        .skipLocked(),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Empties what was kept as context of others, where it is no context of a case that somebody must decide. */
async function purgeContext({ db }: StoreContext, now: number): Promise<number> {
  const needed = sql<string>`(
    SELECT near.key
    FROM cases
    JOIN case_messages ON case_messages.case_id = cases.id
    JOIN messages AS middle ON middle.key = case_messages.message_key,
    LATERAL ${nearby(CONTEXT_MESSAGES)} AS near
    WHERE ${undecided})`;
  const { numUpdatedRows } = await db
    .updateTable("messages")
    .set({ evidence: null, context_until: null })
    .where("key", "in", (eb) =>
      eb
        .selectFrom("messages")
        .select("key")
        .where("context_until", "<", now)
        .where((where) =>
          where.not(
            where.exists(
              where
                .selectFrom("case_messages")
                .select("case_id")
                .whereRef("case_messages.message_key", "=", "messages.key"),
            ),
          ),
        )
        .where("key", "not in", needed)
        .limit(PURGE_BATCH)
        .forUpdate()
        .skipLocked(),
    )
    .executeTakeFirst();
  return Number(numUpdatedRows);
}
