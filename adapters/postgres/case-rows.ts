import { type Kysely, type Selectable, sql } from "kysely";
import { z } from "zod";
import {
  AWAITED,
  type Case,
  CASE_SOURCES,
  CASE_STATES,
  priorityOf,
  UNDECIDED,
} from "../../src/engine/case/case.ts";
import {
  caseActionSchema,
  sanctionSchema,
  type Decision,
  OUTCOMES,
  type Proposal,
} from "../../src/engine/case/decision.ts";
import { AUTHOR_ROLES, FAMILIES } from "../../src/engine/message.ts";
import { SEVERITIES } from "../../src/engine/severity.ts";
import type { CaseView, UndoneDecision } from "../../src/ports/store.ts";
import { MESSAGE_COLUMNS, toMessage } from "./message-rows.ts";
import { storable, storableJson, storedVerdict } from "./stored-json.ts";
import type { CaseTable, DecisionTable, Tables } from "./tables.ts";

const words = {
  state: z.enum(CASE_STATES),
  source: z.enum(CASE_SOURCES),
  severity: z.enum(SEVERITIES).nullable(),
  families: z.array(z.enum(FAMILIES)),
  outcome: z.enum(OUTCOMES).exclude(["need-more"]),
  role: z.enum(AUTHOR_ROLES),
};
/** The words of what was decided are not checked for length again: erasure empties them. */
const actions = z.array(
  z.union([
    z.object({ kind: z.enum(["ask-correction", "publish-answer"]), text: z.string() }),
    caseActionSchema,
  ]),
);

const decisionSchema = z.object({
  id: z.string(),
  outcome: words.outcome,
  rule: z.string(),
  reason: z.string(),
  actions,
  moderatorId: z.string(),
  decidedAt: z.number(),
  confirmedBy: z.string().nullable(),
  strikePoints: z.number(),
});

/** A decision, as it is stored with a case that waits for a second moderator, read back. */
export const storedDecision: z.ZodType<Proposal> = decisionSchema.extend({
  messages: z.number().exactOptional(),
  added: z.array(sanctionSchema).exactOptional(),
});

/** Somebody must still decide. Written out, so that the partial indexes are found. */
export const undecided = sql<boolean>`cases.state IN (${sql.join(UNDECIDED.map((state) => sql.lit(state)))})`;

/** Somebody is waited for: the case is climbing its ladder, or may be. */
export const awaited = sql<boolean>`cases.state IN (${sql.join(AWAITED.map((state) => sql.lit(state)))})`;

/** The columns of a case. */
export function fromCase(item: Case) {
  const { assignment, ladder } = item;
  return {
    id: item.id,
    platform: item.platform,
    community_id: item.communityId,
    number: item.number,
    source: item.source,
    message_key: item.messageKey,
    author_id: item.authorId,
    speaker: item.speaker,
    state: item.state,
    severity: item.severity,
    families: [...item.families],
    shadow: item.shadow,
    held: item.held,
    messages: item.messages,
    reports: item.reports,
    reach: item.reach,
    assignee: assignment?.moderatorId ?? null,
    assigned_since: assignment?.since ?? null,
    assigned_until: assignment?.until ?? null,
    on_hold_until: item.onHoldUntil,
    proposal: item.proposal && storableJson(item.proposal),
    ladder_round: ladder.round,
    ladder_started_at: ladder.startedAt,
    ladder_step: ladder.step,
    ladder_next_at: ladder.nextAt,
    ladder_planned_ms: ladder.plannedMs,
    ladder_taken_ms: ladder.takenMs,
    ladder_held_since: ladder.heldSince,
    ladder_waiting: ladder.waiting,
    acknowledged_by: ladder.acknowledged?.by ?? null,
    acknowledged_at: ladder.acknowledged?.at ?? null,
    opened_at: item.openedAt,
    last_seen_at: item.lastSeenAt,
    decided_at: item.decidedAt,
    closed_at: item.closedAt,
    priority: priorityOf(item),
  } satisfies Record<keyof CaseTable, unknown>;
}

/** The columns of a decision that stands. */
export function fromDecision(caseId: string, decision: Decision) {
  return {
    id: decision.id,
    case_id: caseId,
    outcome: decision.outcome,
    rule: storable(decision.rule),
    reason: storable(decision.reason),
    actions: storableJson(decision.actions),
    moderator_id: decision.moderatorId,
    decided_at: decision.decidedAt,
    confirmed_by: decision.confirmedBy,
    strike_points: decision.strikePoints,
    undone_at: null,
    undone_by: null,
  };
}

/** Cases with the decision that stands; add a condition, an order and a limit. */
export function selectCases(db: Kysely<Tables>) {
  return db
    .selectFrom("cases")
    .leftJoin("decisions", (join) =>
      join.onRef("decisions.case_id", "=", "cases.id").on("decisions.undone_at", "is", null),
    )
    .selectAll("cases")
    .select([
      "decisions.id as decision_id",
      "decisions.outcome",
      "decisions.rule",
      "decisions.reason",
      "decisions.actions",
      "decisions.moderator_id",
      "decisions.decided_at as decision_at",
      "decisions.confirmed_by",
      "decisions.strike_points",
    ]);
}

/** Cases with their decision, the message that opened them and its verdict. */
export function selectCaseViews(db: Kysely<Tables>) {
  return selectCases(db)
    .innerJoin("messages", "messages.key", "cases.message_key")
    .innerJoin("verdicts", "verdicts.message_key", "cases.message_key")
    .select(MESSAGE_COLUMNS)
    .select("verdicts.verdict");
}

type CaseRow = Awaited<ReturnType<ReturnType<typeof selectCases>["execute"]>>[number];
type CaseViewRow = Awaited<ReturnType<ReturnType<typeof selectCaseViews>["execute"]>>[number];

export function toCase(row: CaseRow): Case {
  return {
    id: row.id,
    platform: row.platform,
    communityId: row.community_id,
    number: row.number,
    source: words.source.parse(row.source),
    messageKey: row.message_key,
    authorId: row.author_id,
    speaker: words.role.parse(row.speaker),
    state: words.state.parse(row.state),
    severity: words.severity.parse(row.severity),
    families: words.families.parse(row.families),
    shadow: row.shadow,
    held: row.held,
    messages: row.messages,
    reports: row.reports,
    reach: row.reach,
    ...toProgress(row),
    proposal: row.proposal && storedDecision.parse(row.proposal),
    decision: toDecision(row),
    openedAt: row.opened_at,
    lastSeenAt: row.last_seen_at,
    decidedAt: row.decided_at,
    closedAt: row.closed_at,
  };
}

/** Who has the case, and how far its ladder has come. */
function toProgress(
  row: Selectable<CaseTable>,
): Pick<Case, "assignment" | "onHoldUntil" | "ladder"> {
  const { assignee, assigned_since: since, assigned_until: until } = row;
  const { acknowledged_by: by, acknowledged_at: at } = row;
  return {
    assignment:
      assignee === null || since === null || until === null
        ? null
        : { moderatorId: assignee, since, until },
    onHoldUntil: row.on_hold_until,
    ladder: {
      round: row.ladder_round,
      startedAt: row.ladder_started_at,
      step: row.ladder_step,
      nextAt: row.ladder_next_at,
      plannedMs: row.ladder_planned_ms,
      takenMs: row.ladder_taken_ms,
      heldSince: row.ladder_held_since,
      acknowledged: by === null || at === null ? null : { by, at },
      waiting: row.ladder_waiting,
    },
  };
}

function toDecision(row: CaseRow): Decision | null {
  if (row.decision_id === null) return null;
  return decisionSchema.parse({
    id: row.decision_id,
    outcome: row.outcome,
    rule: row.rule,
    reason: row.reason,
    actions: row.actions,
    moderatorId: row.moderator_id,
    decidedAt: row.decision_at,
    confirmedBy: row.confirmed_by,
    strikePoints: row.strike_points,
  });
}

export function toUndone(row: Selectable<DecisionTable>): UndoneDecision {
  const decision = storedDecision.parse({
    id: row.id,
    outcome: row.outcome,
    rule: row.rule,
    reason: row.reason,
    actions: row.actions,
    moderatorId: row.moderator_id,
    decidedAt: row.decided_at,
    confirmedBy: row.confirmed_by,
    strikePoints: row.strike_points,
  });
  return { ...decision, undoneAt: row.undone_at ?? row.decided_at, undoneBy: row.undone_by ?? "" };
}

export function toCaseView(row: CaseViewRow): CaseView {
  return { ...toCase(row), message: toMessage(row), verdict: storedVerdict.parse(row.verdict) };
}
