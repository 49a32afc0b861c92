import type { Kysely } from "kysely";
import type { AuditEvent, AuditPayload, AuditType } from "../../src/engine/audit.ts";
import type { Store } from "../../src/ports/store.ts";
import { addAttempts } from "./attempts.ts";
import type { StoreContext } from "./chain.ts";
import { withoutErased, withoutPerson } from "./late-author.ts";
import type { Tables } from "./tables.ts";
import { writeRights } from "./write-rights.ts";

type AuditMethods = Pick<
  Store,
  "auditEvents" | "recentAuditEvents" | "auditHeads" | "noteEffect" | "hasEffect"
>;

export function makeAudit(context: StoreContext): AuditMethods {
  const { db } = context;
  return {
    async auditEvents(communityId, afterSeq, limit) {
      const rows = await selectEvents(db, communityId)
        .where("audit_events.seq", ">", afterSeq)
        .orderBy("audit_events.seq")
        .limit(limit)
        .execute();
      return rows.map(toEvent);
    },
    async recentAuditEvents(communityId, limit) {
      const rows = await selectEvents(db, communityId)
        .orderBy("audit_events.seq", "desc")
        .limit(limit)
        .execute();
      return rows.map(toEvent);
    },
    async auditHeads() {
      const rows = await db
        .selectFrom("audit_heads")
        .selectAll()
        .where("seq", ">", 0)
        .orderBy("community")
        .execute();
      return new Map(rows.map(({ community, seq, hash }) => [community, { seq, hash }]));
    },
    noteEffect: (effectId, communityId, event, follows = {}) =>
      context.chains.write(communityId, async (transaction, chain) => {
        const [inserted, noted] = await Promise.all([
          transaction
            .insertInto("effects")
            .values({ id: effectId, community_id: communityId, noted_at: event.at })
            .onConflict((conflict) => conflict.column("id").doNothing())
            .returning("id")
            .executeTakeFirst(),
          withoutErased(transaction, [event]),
        ]);
        if (!inserted) return false;
        const isErased = event.person !== null && noted[0]?.person === null;
        const more = isErased ? withoutPerson(follows, event.author?.id ?? "") : follows;
        chain.append(noted);
        await writeRights(transaction, more);
        chain.send(addAttempts(transaction, more.attempts ?? []));
        chain.enqueue(more.jobs ?? []);
        return true;
      }),
    async hasEffect(effectId) {
      const row = await db
        .selectFrom("effects")
        .select("id")
        .where("id", "=", effectId)
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}

function selectEvents(db: Kysely<Tables>, communityId: string) {
  return db
    .selectFrom("audit_events")
    .leftJoin("audit_payloads", (join) =>
      join
        .onRef("audit_payloads.community", "=", "audit_events.community")
        .onRef("audit_payloads.seq", "=", "audit_events.seq"),
    )
    .selectAll("audit_events")
    .select(["audit_payloads.payload", "audit_payloads.nonce"])
    .where("audit_events.community", "=", communityId);
}

type EventRow = Awaited<ReturnType<ReturnType<typeof selectEvents>["execute"]>>[number];

// Nothing is checked here: a row that somebody changed must reach the chain's check as it is, which
// then says what is wrong with it.
function toEvent(row: EventRow): AuditEvent {
  return {
    community: row.community,
    seq: row.seq,
    at: row.at,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    type: row.type as AuditType,
    payloadHash: row.payload_hash,
    previous: row.previous,
    hash: row.hash,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    payload: row.payload as AuditPayload | null,
    nonce: row.nonce,
  };
}
