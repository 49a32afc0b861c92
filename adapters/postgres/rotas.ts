import { type Kysely, sql, type Transaction } from "kysely";
import { z } from "zod";
import { ROTA_ENTRY_KINDS, type RotaEntry } from "../../src/engine/rota/on-call.ts";
import type { Store } from "../../src/ports/store.ts";
import { addAttempts } from "./attempts.ts";
import type { StoreContext } from "./chain.ts";
import type { Tables } from "./tables.ts";

const kind = z.enum(ROTA_ENTRY_KINDS);

type RotaMethods = Pick<Store, "rotaEntries" | "changeRota" | "importRotaEntries">;

/** What changes the pattern of a rota for a time, in the order in which it was added. */
export function makeRotas(context: StoreContext): RotaMethods {
  const { db } = context;
  return {
    rotaEntries: (communityId, rota, from) => readEntries(db, communityId, rota, from),
    changeRota: (communityId, rota, at, change) =>
      context.chains.writeAlone(communityId, async (transaction, chain) => {
        const changed = change(await readEntries(transaction, communityId, rota, at));
        if (!changed.ok) return changed;
        const { removed, added, attempts, jobs, event } = changed.value;
        for (const entry of removed) await deleteEntry(transaction, communityId, rota, entry);
        await insertEntries(transaction, communityId, rota, added);
        await addAttempts(transaction, attempts);
        chain.append([event]);
        chain.enqueue(jobs);
        return changed;
      }),
    importRotaEntries: (communityId, rota, { entries, replaces }, eventOf) =>
      context.chains.writeAlone(communityId, async (transaction, chain) => {
        const kept = await importedBefore(transaction, communityId, rota);
        const wanted = new Map(entries.map((entry) => [keyOf(entry), entry]));
        const removed = kept.filter(
          (row) =>
            replaces !== null &&
            row.from < replaces.to &&
            row.to > replaces.from &&
            !wanted.has(keyOf(row)),
        );
        for (const row of kept) wanted.delete(keyOf(row));
        const changed = { added: wanted.size, removed: removed.length };
        if (changed.added + changed.removed === 0) return changed;
        if (removed.length > 0) {
          // One array, since a list of 10,000 values has too many parameters for one statement.
          const seqs = removed.map(({ seq }) => seq);
          await transaction
            .deleteFrom("rota_entries")
            .where(sql<boolean>`seq = ANY(${seqs}::bigint[])`)
            .execute();
        }
        await insertEntries(transaction, communityId, rota, [...wanted.values()]);
        chain.append([eventOf(changed)]);
        return changed;
      }),
  };
}

async function readEntries(
  db: Kysely<Tables>,
  communityId: string,
  rota: string,
  from: number,
): Promise<readonly RotaEntry[]> {
  const rows = await db
    .selectFrom("rota_entries")
    .selectAll()
    .where("community_id", "=", communityId)
    .where("rota", "=", rota)
    .where("ends_at", ">", from)
    .orderBy("seq")
    .execute();
  return rows.map((row) => ({
    personId: row.person_id,
    replaces: row.replaces,
    kind: kind.parse(row.kind),
    from: row.starts_at,
    to: row.ends_at,
  }));
}

async function deleteEntry(
  transaction: Transaction<Tables>,
  communityId: string,
  rota: string,
  entry: RotaEntry,
): Promise<void> {
  await transaction
    .deleteFrom("rota_entries")
    .where("community_id", "=", communityId)
    .where("rota", "=", rota)
    .where("person_id", "=", entry.personId)
    .where("replaces", "is not distinct from", entry.replaces)
    .where("kind", "=", entry.kind)
    .where("starts_at", "=", entry.from)
    .where("ends_at", "=", entry.to)
    .execute();
}

async function importedBefore(
  transaction: Transaction<Tables>,
  communityId: string,
  rota: string,
): Promise<readonly (Pick<RotaEntry, "personId" | "from" | "to"> & { readonly seq: number })[]> {
  return transaction
    .selectFrom("rota_entries")
    .select(["seq", "person_id as personId", "starts_at as from", "ends_at as to"])
    .where("community_id", "=", communityId)
    .where("rota", "=", rota)
    .where("kind", "=", "imported")
    .execute();
}

/** Whose duty it is and when: what makes two imported entries the same. */
function keyOf({ personId, from, to }: Pick<RotaEntry, "personId" | "from" | "to">): string {
  return `${from} ${to} ${personId}`;
}

async function insertEntries(
  transaction: Transaction<Tables>,
  communityId: string,
  rota: string,
  entries: readonly RotaEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  // Columns, not a list of rows: 10,000 rows have too many parameters for one statement.
  await sql`
    INSERT INTO rota_entries (community_id, rota, person_id, replaces, kind, starts_at, ends_at)
    SELECT ${communityId}, ${rota}, person_id, replaces, kind, starts_at, ends_at
    FROM unnest(
      ${entries.map(({ personId }) => personId)}::text[],
      ${entries.map(({ replaces }) => replaces)}::text[],
      ${entries.map((entry) => entry.kind)}::text[],
      ${entries.map(({ from }) => from)}::bigint[],
      ${entries.map(({ to }) => to)}::bigint[]
    ) WITH ORDINALITY AS added (person_id, replaces, kind, starts_at, ends_at, place)
    ORDER BY place`.execute(transaction);
}
