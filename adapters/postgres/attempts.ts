import { type Selectable, sql, type Transaction } from "kysely";
import { z } from "zod";
import {
  type Attempt,
  ATTEMPT_KINDS,
  ATTEMPT_OUTCOMES,
  type InboxChange,
  type SettledAttempts,
} from "../../src/ports/attempts.ts";
import type { Store } from "../../src/ports/store.ts";
import { isAnyOf } from "./any-of.ts";
import type { StoreContext } from "./chain.ts";
import { emptyInbox, inboxesOf } from "./inboxes.ts";
import { withoutErased } from "./late-author.ts";
import { storable, storableJson } from "./stored-json.ts";
import type { AttemptTable, Tables } from "./tables.ts";

const words = {
  kind: z.enum(ATTEMPT_KINDS),
  outcome: z.enum(ATTEMPT_OUTCOMES),
  waitsFor: z.enum(["cap", "quiet", "digest"]),
  ways: z.array(z.string()),
};

/** Tries to tell people something. */
export function makeAttempts(
  context: StoreContext,
): Pick<
  Store,
  | "attempts"
  | "waitingPeople"
  | "inbox"
  | "changeInbox"
  | "claimAttempts"
  | "endClaims"
  | "pullAttempts"
  | "settleAttempts"
> {
  const { db } = context;
  return {
    async attempts(filter) {
      const { communityId, id, caseId, stepOf, personId, outcomes } = filter;
      const { bundle, dueBy, freeAt, after, newestFirst, limit } = filter;
      const order = newestFirst ? "desc" : "asc";
      let query = db
        .selectFrom("attempts")
        .selectAll()
        .where("community_id", "=", communityId)
        .orderBy("requested_at", order)
        .orderBy("id", order)
        .limit(limit);
      if (id !== undefined) query = query.where("id", "=", id);
      if (caseId !== undefined) query = query.where("case_id", "=", caseId);
      if (stepOf !== undefined)
        query = query.where("round", "=", stepOf.round).where("step", "=", stepOf.step);
      if (personId !== undefined) query = query.where("person_id", "=", personId);
      if (outcomes !== undefined) query = query.where(isAnyOf("outcome", outcomes));
      if (bundle !== undefined) query = query.where("bundle", "=", bundle);
      if (dueBy !== undefined) query = query.where("due_at", "<=", dueBy);
      if (freeAt !== undefined) query = query.where(isFree(freeAt));
      if (after !== undefined)
        query = query.where(
          sql<boolean>`(requested_at, id) > (${after.requestedAt}::bigint, ${after.id})`,
        );
      return (await query.execute()).map(toAttempt);
    },
    async waitingPeople(communityId, dueBy) {
      let query = db
        .selectFrom("attempts")
        .select("person_id")
        .distinct()
        .where("community_id", "=", communityId)
        // Written out, so that the partial index is found.
        .where(sql<boolean>`outcome IN ('pending', 'bundled')`);
      if (dueBy !== undefined) {
        query = query.where("outcome", "=", "bundled").where("due_at", "<=", dueBy);
      }
      const rows = await query.execute();
      return rows.map((row) => row.person_id);
    },
    async inbox(communityId, personId, at) {
      return (await inboxesOf(db, communityId, [personId], at)).get(personId) ?? emptyInbox;
    },
    changeInbox: (communityId, personId, at, change) =>
      context.chains.write(communityId, async (transaction, chain) => {
        const known = await inboxesOf(transaction, communityId, [personId], at);
        const { added, putOff, takenUp, jobs } = change(known.get(personId) ?? emptyInbox);
        await addAttempts(transaction, added);
        for (const each of putOff) await putOffAttempt(transaction, communityId, each, at);
        if (takenUp) await takeUpAttempts(transaction, takenUp);
        chain.enqueue(jobs);
      }),
    async claimAttempts(communityId, claims, at) {
      if (claims.length === 0) return [];
      // Without the chain's lock: one who meets a row that another holds passes over it and waits for nobody.
      const { rows } = await sql<Selectable<AttemptTable>>`
        UPDATE attempts SET claimed_until = claim.until
        FROM (
          SELECT attempts.id, wanted.until
          FROM attempts
          JOIN unnest(
            ${claims.map(({ id }) => id)}::text[],
            ${claims.map(({ until }) => until)}::bigint[]
          ) AS wanted (id, until) ON wanted.id = attempts.id
          WHERE community_id = ${communityId} AND outcome = 'pending' AND ${isFree(at)}
          FOR UPDATE OF attempts SKIP LOCKED
        ) AS claim
        WHERE attempts.id = claim.id
        RETURNING attempts.*`.execute(db);
      return rows.map(toAttempt);
    },
    async endClaims(communityId) {
      const rows = await db
        .updateTable("attempts")
        .set({ claimed_until: null })
        .where("community_id", "=", communityId)
        .where("outcome", "=", "pending")
        .where("claimed_until", "is not", null)
        .returningAll()
        .execute();
      return rows.map(toAttempt);
    },
    async pullAttempts(communityId, at, aheadOf) {
      await sql`
        UPDATE attempts SET
          due_at = CASE WHEN waits
            THEN greatest(due_at - (requested_at - ${at}::bigint), ${at}::bigint)
            ELSE due_at - ahead.ms END,
          requested_at = CASE WHEN waits THEN ${at}::bigint ELSE requested_at - ahead.ms END,
          done_at = done_at - ahead.ms
        FROM (
          SELECT id AS ahead_id, outcome IN ('pending', 'bundled') AS waits,
            max(greatest(requested_at, done_at)) OVER () - ${at}::bigint AS ms
          FROM attempts
          WHERE community_id = ${communityId} AND requested_at > ${aheadOf}
        ) AS ahead
        WHERE attempts.id = ahead.ahead_id`.execute(db);
    },
    settleAttempts: (settled) =>
      context.chains.write(settled.communityId, async (transaction, chain) => {
        const [changed, events] = await Promise.all([
          settle(transaction, settled),
          withoutErased(transaction, settled.events),
        ]);
        if (changed === 0 && settled.attempts.length > 0) return false;
        chain.send(addAttempts(transaction, settled.added));
        chain.append(events);
        chain.enqueue(settled.jobs);
        return true;
      }),
  };
}

/** No claim lasts so long: one that seems to is from before the clock was set back. */
const NO_CLAIM_LASTS_MS = 10 * 60_000;

/** Nobody is sending it at `at` (epoch ms), or whoever was has died over it. */
function isFree(at: number) {
  return sql<boolean>`(claimed_until IS NULL OR claimed_until <= ${at}
    OR claimed_until > ${at + NO_CLAIM_LASTS_MS})`;
}

/** Writes the outcomes of those that wait; returns of how many. */
async function settle(
  transaction: Transaction<Tables>,
  { communityId, attempts }: SettledAttempts,
): Promise<number> {
  if (attempts.length === 0) return 0;
  // Columns, not a list of rows: PGlite 0.5 breaks on a list of 400 ("bad buffer ID").
  const { numAffectedRows } = await sql`
    UPDATE attempts SET
      outcome = settled.outcome,
      bundle = settled.bundle,
      way = settled.way,
      ref = settled.ref,
      refused = settled.refused::json,
      done_at = settled.done_at,
      due_at = settled.due_at,
      claimed_until = NULL
    FROM unnest(
      ${attempts.map(({ id }) => id)}::text[],
      ${attempts.map(({ outcome }) => outcome)}::text[],
      ${attempts.map(({ bundle }) => bundle)}::text[],
      ${attempts.map(({ way }) => way)}::text[],
      ${attempts.map(({ ref }) => storable(ref))}::text[],
      ${attempts.map(({ refused }) => storableJson(refused))}::text[],
      ${attempts.map(({ doneAt }) => doneAt)}::bigint[],
      ${attempts.map(({ dueAt }) => dueAt)}::bigint[],
      ${attempts.map(({ claimedUntil }) => claimedUntil ?? null)}::bigint[]
    ) AS settled (id, outcome, bundle, way, ref, refused, done_at, due_at, claimed_until)
    WHERE attempts.id = settled.id AND attempts.community_id = ${communityId}
      AND attempts.outcome IN ('pending', 'bundled')
      AND (attempts.bundle IS NULL OR attempts.bundle = settled.bundle)
      AND (settled.outcome <> 'pending' OR attempts.claimed_until = settled.claimed_until)`.execute(
    transaction,
  );
  return Number(numAffectedRows ?? 0);
}

/** Lets a pending attempt that nobody is sending wait for a summary. */
async function putOffAttempt(
  transaction: Transaction<Tables>,
  communityId: string,
  { id, dueAt, waitsFor }: InboxChange["putOff"][number],
  at: number,
): Promise<void> {
  await transaction
    .updateTable("attempts")
    .set({ outcome: "bundled", due_at: dueAt, waits_for: waitsFor, claimed_until: null })
    .where("id", "=", id)
    .where("community_id", "=", communityId)
    .where("outcome", "=", "pending")
    .where(isFree(at))
    .execute();
}

/** Gives a summary those of its attempts that still wait and that no other has taken up. */
async function takeUpAttempts(
  transaction: Transaction<Tables>,
  { bundle, ids }: NonNullable<InboxChange["takenUp"]>,
): Promise<void> {
  await transaction
    .updateTable("attempts")
    .set({ bundle })
    .where(isAnyOf("id", ids))
    .where("outcome", "=", "bundled")
    .where("bundle", "is", null)
    .execute();
}

/** Writes new attempts; one whose id is taken is left alone. */
export async function addAttempts(
  transaction: Transaction<Tables>,
  attempts: readonly Attempt[],
): Promise<void> {
  if (attempts.length === 0) return;
  await transaction
    .insertInto("attempts")
    .values(attempts.map(fromAttempt))
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
}

function fromAttempt(attempt: Attempt) {
  return {
    id: attempt.id,
    community_id: attempt.communityId,
    case_id: attempt.caseId,
    person_id: attempt.personId,
    kind: attempt.kind,
    round: attempt.round,
    step: attempt.step,
    ways: storableJson(attempt.ways),
    outcome: attempt.outcome,
    waits_for: attempt.waitsFor ?? null,
    due_at: attempt.dueAt,
    requested_at: attempt.requestedAt,
    bundle: attempt.bundle,
    way: attempt.way,
    ref: storable(attempt.ref),
    refused: storableJson(attempt.refused),
    done_at: attempt.doneAt,
    claimed_until: attempt.claimedUntil ?? null,
  } satisfies Record<keyof AttemptTable, unknown>;
}

function toAttempt(row: Selectable<AttemptTable>): Attempt {
  return {
    id: row.id,
    communityId: row.community_id,
    caseId: row.case_id,
    personId: row.person_id,
    kind: words.kind.parse(row.kind),
    round: row.round,
    step: row.step,
    ways: words.ways.parse(row.ways),
    outcome: words.outcome.parse(row.outcome),
    ...(row.waits_for !== null && { waitsFor: words.waitsFor.parse(row.waits_for) }),
    dueAt: row.due_at,
    requestedAt: row.requested_at,
    bundle: row.bundle,
    way: row.way,
    ref: row.ref,
    refused: words.ways.parse(row.refused),
    doneAt: row.done_at,
    ...(row.claimed_until !== null && { claimedUntil: row.claimed_until }),
  };
}
