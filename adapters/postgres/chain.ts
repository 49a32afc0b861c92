import { type Kysely, sql, type Transaction } from "kysely";
import {
  appendEvent,
  type AuditHashing,
  type ChainHead,
  GENESIS,
  type NewAuditEvent,
} from "../../src/engine/audit.ts";
import type { Share } from "../../src/engine/share.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Ids } from "../../src/ports/ids.ts";
import type { ChainWriter } from "./chain-writer.ts";
import type { PolicyReader } from "./policy-reader.ts";
import type { Tables } from "./tables.ts";

/** What an event needs to find its place. */
export interface ChainContext {
  readonly hashing: AuditHashing;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** What every part of the store works with. */
export interface StoreContext extends ChainContext {
  readonly policies: PolicyReader;
  readonly db: Kysely<Tables>;
  readonly chains: ChainWriter;
  /** The communities of which what waits is told; of any other nothing is kept back that is asked for by its id. */
  readonly share: Share;
}

/** The head of a chain that a transaction has locked. */
export interface LockedHead extends ChainHead {
  readonly community: string;
}

/**
 * Locks a community's chain until the transaction ends and returns its head. Every transaction that
 * writes for a community takes this lock first: events and case numbers then have one order, and as
 * nobody holds anything else while waiting for it, transactions cannot deadlock.
 */
export async function lockChain(
  transaction: Transaction<Tables>,
  community: string,
): Promise<LockedHead> {
  const locked = () =>
    transaction
      .selectFrom("audit_heads")
      .select(["seq", "hash"])
      .where("community", "=", community)
      .forUpdate()
      .executeTakeFirst();
  const head = await locked();
  if (head) return { community, ...head };
  await transaction
    .insertInto("audit_heads")
    .values({ community, seq: 0, hash: GENESIS })
    .onConflict((conflict) => conflict.column("community").doNothing())
    .execute();
  const made = await locked();
  if (!made) throw new Error("audit head vanished while it was locked");
  return { community, ...made };
}

/** Appends events after a head that this transaction has locked. */
export async function appendEvents(
  context: ChainContext,
  transaction: Transaction<Tables>,
  locked: LockedHead,
  events: readonly NewAuditEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const { community } = locked;
  let head: ChainHead = locked;
  const placed = events.map(({ person, ...event }) => {
    const nonce = context.ids.nonce();
    const next = appendEvent(context.hashing, community, head, { person, ...event }, nonce);
    head = { seq: next.seq, hash: next.hash };
    return { ...next, person, text: JSON.stringify(event.payload), nonce };
  });
  const column = <Key extends keyof (typeof placed)[number]>(key: Key) =>
    placed.map((event) => event[key]);
  // One statement of columns: a list of rows has too many parameters in a storm, and each statement is a journey.
  await sql`
    WITH placed AS (
      SELECT * FROM unnest(
        ${column("seq")}::bigint[], ${column("at")}::bigint[], ${column("type")}::text[],
        ${column("payloadHash")}::text[], ${column("previous")}::text[], ${column("hash")}::text[],
        ${column("person")}::text[], ${column("text")}::text[], ${column("nonce")}::text[]
      ) AS p (seq, at, type, payload_hash, previous, hash, person, payload, nonce)
    ), events AS (
      INSERT INTO audit_events (community, seq, at, type, payload_hash, previous, hash)
      SELECT ${community}, seq, at, type, payload_hash, previous, hash FROM placed
    ), payloads AS (
      INSERT INTO audit_payloads (community, seq, person, payload, nonce)
      SELECT ${community}, seq, person, payload::json, nonce FROM placed
    )
    UPDATE audit_heads SET seq = ${head.seq}, hash = ${head.hash}
    WHERE community = ${community}`.execute(transaction);
}
