import type { Kysely, Transaction } from "kysely";
import {
  appendEvent,
  type AuditHashing,
  type ChainHead,
  GENESIS,
  type NewAuditEvent,
} from "../../src/engine/audit.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Ids } from "../../src/ports/ids.ts";
import type { Tables } from "./tables.ts";

/** What every part of the store works with. */
export interface StoreContext {
  readonly db: Kysely<Tables>;
  readonly hashing: AuditHashing;
  readonly ids: Ids;
  readonly clock: Clock;
}

/**
 * Locks a community's chain until the transaction ends and returns its head. Every transaction that
 * writes for a community takes this lock first: events and case numbers then have one order, and as
 * nobody holds anything else while waiting for it, transactions cannot deadlock.
 */
export async function lockChain(
  transaction: Transaction<Tables>,
  community: string,
): Promise<ChainHead> {
  const locked = () =>
    transaction
      .selectFrom("audit_heads")
      .select(["seq", "hash"])
      .where("community", "=", community)
      .forUpdate()
      .executeTakeFirst();
  const head = await locked();
  if (head) return head;
  await transaction
    .insertInto("audit_heads")
    .values({ community, seq: 0, hash: GENESIS })
    .onConflict((conflict) => conflict.column("community").doNothing())
    .execute();
  const made = await locked();
  if (!made) throw new Error("audit head vanished while it was locked");
  return made;
}

/** Appends events after a head that this transaction has locked. */
export async function appendEvents(
  context: StoreContext,
  transaction: Transaction<Tables>,
  community: string,
  locked: ChainHead,
  events: readonly NewAuditEvent[],
): Promise<void> {
  if (events.length === 0) return;
  let head = locked;
  const placed = events.map((event) => {
    const nonce = context.ids.nonce();
    const next = appendEvent(context.hashing, community, head, event, nonce);
    head = { seq: next.seq, hash: next.hash };
    return { ...next, person: event.person, payload: event.payload, nonce };
  });
  await transaction
    .insertInto("audit_events")
    .values(
      placed.map(({ seq, at, type, payloadHash, previous, hash }) => ({
        community,
        seq,
        at,
        type,
        payload_hash: payloadHash,
        previous,
        hash,
      })),
    )
    .execute();
  await transaction
    .insertInto("audit_payloads")
    .values(
      placed.map(({ seq, person, payload, nonce }) => ({
        community,
        seq,
        person,
        payload: JSON.stringify(payload),
        nonce,
      })),
    )
    .execute();
  await transaction
    .updateTable("audit_heads")
    .set({ seq: head.seq, hash: head.hash })
    .where("community", "=", community)
    .execute();
}
