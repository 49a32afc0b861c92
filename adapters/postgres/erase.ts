import { sql, type Transaction } from "kysely";
import type { CaseAction } from "../../src/engine/case/decision.ts";
import type { Store } from "../../src/ports/store.ts";
import { addAttempts } from "./attempts.ts";
import { storedDecision } from "./case-rows.ts";
import type { StoreContext } from "./chain.ts";
import { closeReports, eraseRights } from "./erase-rights.ts";
import { makePersonRecord } from "./person-record.ts";
import { policyWithoutPerson } from "./policy-without-person.ts";
import { ERASED_PERSON, storableJson } from "./stored-json.ts";
import type { Tables } from "./tables.ts";
import { theirCases } from "./their-cases.ts";

/** Somebody of one community, whether they wrote there, moderate there, or both. */
export interface Erasure {
  readonly transaction: Transaction<Tables>;
  readonly community: string;
  readonly person: string;
  /** Their keyed fingerprint. */
  readonly fingerprint: string;
  readonly at: number;
}

export function makeErasePerson(context: StoreContext): Store["erasePerson"] {
  return async (community, person, fingerprint, event, { mayErase, tells } = {}) => {
    const erased = await context.chains.writeAlone(community, async (transaction, chain) => {
      const erasure = { transaction, community, person, fingerprint, at: event.at };
      if (mayErase) {
        const read = makePersonRecord({ db: transaction });
        const asked = { communityId: community, personId: person, fingerprint, at: event.at };
        if (!mayErase(await read(asked))) return null;
      }
      await lockMessages(erasure);
      const closed = await closeReports(erasure);
      const payloads = await erasePayloads(erasure);
      let found = payloads;
      // In this order: what hangs on their cases and messages is found by the author of these.
      for (const erase of [
        eraseNotes,
        eraseProposals,
        eraseDecisions,
        eraseRights,
        eraseCases,
        eraseTexts,
        eraseAsAuthor,
        eraseAttempts,
        eraseDuties,
        erasePolicies,
      ]) {
        found += await erase(erasure);
      }
      if (found === 0) return null;
      const told = closed.length > 0 ? tells?.(closed) : undefined;
      await addAttempts(transaction, told?.attempts ?? []);
      chain.enqueue(told?.jobs ?? []);
      const counted = { ...event, payload: { ...event.payload, payloads } };
      chain.append([counted]);
      return payloads;
    });
    context.policies.written();
    return erased;
  };
}

/**
 * Everything but the log hangs on a message, and the purge, which takes no chain's lock, deletes from the
 * message down and passes over those that somebody holds: whoever holds them first cannot meet it half-way.
 */
async function lockMessages({ transaction, community, person }: Erasure): Promise<void> {
  await sql`
    SELECT key FROM messages
    WHERE key IN (
      SELECT key FROM messages WHERE community_id = ${community} AND author_id = ${person}
      UNION
      SELECT message_key FROM reports WHERE community_id = ${community} AND reporter_id = ${person}
      UNION
      SELECT case_messages.message_key
      FROM case_messages JOIN cases ON cases.id = case_messages.case_id
      WHERE cases.community_id = ${community} AND (
        cases.id IN ${theirCases(community, person)}
        OR ${person} IN (cases.assignee, cases.acknowledged_by, cases.proposal ->> 'moderatorId')
        OR EXISTS (SELECT 1 FROM case_notes WHERE case_id = cases.id AND by_person = ${person})
        OR EXISTS (SELECT 1 FROM decisions WHERE case_id = cases.id
          AND ${person} IN (moderator_id, confirmed_by, undone_by))
        OR EXISTS (SELECT 1 FROM appeals WHERE case_id = cases.id
          AND ${person} IN (appeals.author_id, decided_by))
        OR EXISTS (SELECT 1 FROM attempts WHERE case_id = cases.id AND person_id = ${person})))
    ORDER BY key
    FOR UPDATE`.execute(transaction);
}

async function erasePayloads({ transaction, community, fingerprint }: Erasure): Promise<number> {
  const { numDeletedRows } = await transaction
    .deleteFrom("audit_payloads")
    .where("community", "=", community)
    .where("person", "=", fingerprint)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

async function eraseNotes({ transaction, community, person }: Erasure): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE case_notes SET
      note = '',
      by_person = CASE WHEN by_person = ${person} THEN ${ERASED_PERSON} ELSE by_person END
    FROM cases
    WHERE cases.id = case_notes.case_id AND cases.community_id = ${community}
      AND (case_notes.by_person = ${person} OR cases.id IN ${theirCases(community, person)})
      AND (case_notes.note <> '' OR case_notes.by_person = ${person})`.execute(transaction);
  return Number(numAffectedRows ?? 0);
}

/** Only a few cases wait for a second moderator at a time. */
async function eraseProposals({ transaction, community, person }: Erasure): Promise<number> {
  const rows = await transaction
    .selectFrom("cases")
    .select(["id", "proposal"])
    .select(sql<boolean>`id IN ${theirCases(community, person)}`.as("about"))
    .where("community_id", "=", community)
    .where("proposal", "is not", null)
    .execute();
  let erased = 0;
  for (const row of rows) {
    const proposal = storedDecision.parse(row.proposal);
    const by = proposal.moderatorId === person;
    const { about } = row;
    if (!by && !about) continue;
    const left = {
      ...proposal,
      ...(by && { moderatorId: ERASED_PERSON }),
      ...(about && { reason: "", actions: proposal.actions.map(wordless) }),
    };
    await transaction
      .updateTable("cases")
      .set({ proposal: storableJson(left) })
      .where("id", "=", row.id)
      .execute();
    erased += 1;
  }
  return erased;
}

/** Takes the place of what was written about somebody. */
const ERASED_WORDS = "█";

function wordless(action: CaseAction): CaseAction {
  return "text" in action ? { ...action, text: ERASED_WORDS } : action;
}

async function eraseDecisions({ transaction, community, person }: Erasure): Promise<number> {
  const without = (column: string) =>
    sql`CASE WHEN ${sql.ref(column)} = ${person} THEN ${ERASED_PERSON} ELSE ${sql.ref(column)} END`;
  const about = sql`cases.id IN ${theirCases(community, person)}`;
  const { numAffectedRows } = await sql`
    UPDATE decisions SET
      reason = CASE WHEN ${about} THEN '' ELSE reason END,
      actions = CASE WHEN ${about} THEN (
        SELECT coalesce(json_agg(
          CASE WHEN action ->> 'text' IS NULL THEN action
            ELSE (action::jsonb || jsonb_build_object('text', ${ERASED_WORDS}::text))::json END), '[]')
        FROM json_array_elements(actions) AS action) ELSE actions END,
      moderator_id = ${without("decisions.moderator_id")},
      confirmed_by = ${without("decisions.confirmed_by")},
      undone_by = ${without("decisions.undone_by")}
    FROM cases
    WHERE cases.id = decisions.case_id AND cases.community_id = ${community}
      AND (${about} OR ${person} IN (moderator_id, confirmed_by, undone_by))`.execute(transaction);
  return Number(numAffectedRows ?? 0);
}

async function eraseCases(erasure: Erasure): Promise<number> {
  const { transaction, community, person } = erasure;
  let erased = await beginAgain(erasure);
  for (const column of ["author_id", "assignee", "acknowledged_by"] as const) {
    const { numUpdatedRows } = await transaction
      .updateTable("cases")
      .set({ [column]: ERASED_PERSON })
      .where("community_id", "=", community)
      .where(column, "=", person)
      .executeTakeFirst();
    erased += Number(numUpdatedRows);
  }
  return erased;
}

/**
 * A case that waits for them waits for nobody: it is given back and climbs its ladder again. The first step
 * is due at once, for the sweep to write its job; an appeal keeps its deadline.
 */
async function beginAgain({ transaction, community, person, at }: Erasure): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE cases SET
      state = CASE WHEN state = 'assigned' THEN 'open' ELSE state END,
      assignee = NULL,
      assigned_since = NULL,
      assigned_until = NULL,
      ladder_round = ladder_round + 1,
      ladder_started_at = CASE WHEN state = 'appealed' THEN ladder_started_at ELSE ${at} END,
      ladder_step = 0,
      ladder_next_at = CASE WHEN shadow THEN NULL ELSE ${at}::bigint END,
      ladder_planned_ms = 0,
      ladder_taken_ms = NULL,
      ladder_held_since = NULL,
      ladder_waiting = false,
      acknowledged_by = NULL,
      acknowledged_at = NULL
    WHERE community_id = ${community} AND (
      (state = 'assigned' AND assignee = ${person})
      OR (state IN ('open', 'reopened', 'appealed') AND acknowledged_by = ${person}))`.execute(
    transaction,
  );
  return Number(numAffectedRows ?? 0);
}

/** What they wrote is no longer compared with what others write, but where others of a case wrote the same: a raid goes on. */
async function eraseTexts({ transaction, community, person }: Erasure): Promise<number> {
  const { numAffectedRows } = await sql`
    DELETE FROM case_texts
    USING case_messages, messages
    WHERE messages.community_id = ${community} AND messages.author_id = ${person}
      AND case_messages.message_key = messages.key
      AND case_texts.case_id = case_messages.case_id
      AND case_texts.text_fingerprint = messages.text_fingerprint
      AND NOT EXISTS (
        SELECT FROM case_messages AS theirs JOIN messages AS living ON living.key = theirs.message_key
        WHERE theirs.case_id = case_texts.case_id
          AND living.text_fingerprint = case_texts.text_fingerprint
          AND living.author_id NOT IN (${person}, ${ERASED_PERSON}))`.execute(transaction);
  return Number(numAffectedRows ?? 0);
}

async function eraseAsAuthor({ transaction, community, person }: Erasure): Promise<number> {
  const messages = await transaction
    .updateTable("messages")
    .set({ evidence: null, author_id: ERASED_PERSON, text_fingerprint: "" })
    .where("community_id", "=", community)
    .where("author_id", "=", person)
    .executeTakeFirst();
  let erased = Number(messages.numUpdatedRows);
  for (const table of ["standing", "strikes"] as const) {
    const { numDeletedRows } = await transaction
      .deleteFrom(table)
      .where("community_id", "=", community)
      .where("author_id", "=", person)
      .executeTakeFirst();
    erased += Number(numDeletedRows);
  }
  return erased;
}

/** What they were told of stays as told to nobody; what they were still to be told is not sent any more. */
async function eraseAttempts({ transaction, community, person, at }: Erasure): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE attempts SET
      person_id = ${ERASED_PERSON},
      ref = NULL,
      done_at = coalesce(done_at, ${at}),
      outcome = CASE WHEN outcome IN ('pending', 'bundled') THEN 'dropped' ELSE outcome END
    WHERE community_id = ${community} AND person_id = ${person}`.execute(transaction);
  return Number(numAffectedRows ?? 0);
}

async function eraseDuties({ transaction, community, person }: Erasure): Promise<number> {
  const { numDeletedRows } = await transaction
    .deleteFrom("rota_entries")
    .where("community_id", "=", community)
    .where((eb) => eb.or([eb("person_id", "=", person), eb("replaces", "=", person)]))
    .executeTakeFirst();
  return Number(numDeletedRows);
}

async function erasePolicies({ transaction, community, person }: Erasure): Promise<number> {
  const rows = await transaction
    .selectFrom("policies")
    .select(["version", "policy"])
    .where("community_id", "=", community)
    .execute();
  let erased = 0;
  for (const { version, policy } of rows) {
    const left = policyWithoutPerson(policy, person);
    if (!left) continue;
    await transaction
      .updateTable("policies")
      .set({ policy: storableJson(left) })
      .where("community_id", "=", community)
      .where("version", "=", version)
      .execute();
    erased += 1;
  }
  return erased;
}
