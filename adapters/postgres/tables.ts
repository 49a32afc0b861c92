import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from "kysely";

/** A JSON column: kept as text by PostgreSQL's `json`, so that any string of any platform fits; `jsonb` refuses some. */
type Json = JSONColumnType<object>;
type NullableJson = ColumnType<object | null, string | null, string | null>;
/** An `int8` column. */
type Big = ColumnType<number, number, number>;
type NullableBig = ColumnType<number | null, number | null, number | null>;

export interface Tables {
  communities: CommunityTable;
  policies: PolicyTable;
  messages: MessageTable;
  verdicts: VerdictTable;
  cases: CaseTable;
  case_messages: CaseMessageTable;
  case_texts: CaseTextTable;
  case_notes: CaseNoteTable;
  decisions: DecisionTable;
  strikes: StrikeTable;
  standing: StandingTable;
  attempts: AttemptTable;
  rota_entries: RotaEntryTable;
  statements: StatementTable;
  appeals: AppealTable;
  reports: ReportTable;
  audit_heads: AuditHeadTable;
  audit_events: AuditEventTable;
  audit_payloads: AuditPayloadTable;
  outbox: OutboxTable;
  effects: EffectTable;
  platform_memory: PlatformMemoryTable;
  secret_canary: SecretCanaryTable;
  erased_reports: ErasedReportTable;
}

/** Of an adapter; see `PlatformMemory`. */
export interface PlatformMemoryTable {
  platform: string;
  key: string;
  value: string;
  due_at: NullableBig;
}

export interface CommunityTable {
  id: string;
  platform: string;
  name: string | null;
  /** Messages ever judged, revisions apart. */
  messages: Big;
  /** Number of the newest case. */
  cases: number;
}

export interface PolicyTable {
  community_id: string;
  version: number;
  policy: Json;
}

export interface MessageTable {
  key: string;
  platform: string;
  community_id: string;
  community_name: string | null;
  channel_id: string;
  channel_name: string | null;
  message_id: string;
  revised_at: NullableBig;
  author_id: string;
  author_role: string;
  evidence: string | null;
  text_fingerprint: string;
  unread_files: number;
  sent_at: Big;
  received_at: Big;
  expires_at: Big;
  context_until: NullableBig;
}

export interface VerdictTable {
  message_key: string;
  verdict: Json;
  rules_version: string;
  mode: string;
}

export interface CaseTable {
  id: string;
  platform: string;
  community_id: string;
  number: number;
  source: string;
  /** The message that opened it; several cases may be about one message. */
  message_key: string;
  author_id: string;
  speaker: string;
  state: string;
  severity: string | null;
  families: string[];
  shadow: boolean;
  held: boolean;
  messages: number;
  reports: number;
  reach: number | null;
  assignee: string | null;
  assigned_since: NullableBig;
  assigned_until: NullableBig;
  on_hold_until: NullableBig;
  proposal: NullableJson;
  ladder_round: number;
  ladder_started_at: Big;
  ladder_step: number;
  ladder_next_at: NullableBig;
  ladder_planned_ms: NullableBig;
  ladder_taken_ms: NullableBig;
  ladder_held_since: NullableBig;
  ladder_waiting: boolean;
  acknowledged_by: string | null;
  acknowledged_at: NullableBig;
  opened_at: Big;
  last_seen_at: Big;
  decided_at: NullableBig;
  closed_at: NullableBig;
  /** `priorityOf` the case, for the order of the queue. */
  priority: number;
}

export interface CaseMessageTable {
  case_id: string;
  message_key: string;
  held: boolean;
  joined_at: Big;
  /** 1 for the first; order in which they joined. */
  position: number;
  /** Since when it is known that somebody else deleted it on the platform. */
  deleted_at: NullableBig;
}

/** The texts of a case's messages, each once. */
export interface CaseTextTable {
  text_fingerprint: string;
  case_id: string;
}

export interface CaseNoteTable {
  id: string;
  case_id: string;
  by_person: string;
  audience: string;
  note: string;
  at: Big;
}

/** The decision with `undone_at` null is the one that stands. */
export interface DecisionTable {
  id: string;
  case_id: string;
  outcome: string;
  rule: string;
  reason: string;
  actions: Json;
  moderator_id: string;
  decided_at: Big;
  confirmed_by: string | null;
  strike_points: number;
  undone_at: NullableBig;
  undone_by: string | null;
}

export interface StrikeTable {
  decision_id: string;
  case_id: string;
  community_id: string;
  author_id: string;
  points: number;
  /** A sanction; null where no threshold was reached. */
  added: unknown;
  at: Big;
  expires_at: Big;
  revoked_at: NullableBig;
}

export interface StandingTable {
  community_id: string;
  author_id: string;
  messages: number;
  flagged: number;
  upheld: number;
  dismissed: number;
  first_seen_at: Big;
  last_seen_at: Big;
}

export interface AttemptTable {
  id: string;
  community_id: string;
  case_id: string | null;
  person_id: string;
  kind: string;
  round: number;
  step: number;
  ways: Json;
  outcome: string;
  waits_for: string | null;
  due_at: Big;
  requested_at: Big;
  bundle: string | null;
  way: string | null;
  ref: string | null;
  refused: Json;
  done_at: NullableBig;
  claimed_until: NullableBig;
}

export interface RotaEntryTable {
  seq: Generated<number>;
  community_id: string;
  rota: string;
  person_id: string;
  replaces: string | null;
  kind: string;
  starts_at: Big;
  ends_at: Big;
}

export interface StatementTable {
  /** Also the `puid` of its record. */
  id: string;
  community_id: string;
  case_id: string;
  decision_id: string | null;
  author_id: string;
  at: Big;
  record: Json;
  revoked_at: NullableBig;
}

export interface AppealTable {
  id: string;
  community_id: string;
  case_id: string;
  decision_id: string;
  author_id: string;
  reason: string;
  at: Big;
  due_at: Big;
  decided_by: string | null;
  overturned: boolean | null;
  answer: string | null;
  decided_at: NullableBig;
}

export interface ReportTable {
  id: string;
  community_id: string;
  message_key: string;
  case_id: string | null;
  reporter_id: string;
  reason: string;
  at: Big;
  outcome: string | null;
}

export interface AuditHeadTable {
  community: string;
  seq: Big;
  hash: string;
}

export interface AuditEventTable {
  community: string;
  seq: Big;
  at: Big;
  type: string;
  payload_hash: string;
  previous: string;
  hash: string;
}

export interface AuditPayloadTable {
  community: string;
  seq: Big;
  person: string | null;
  payload: Json;
  nonce: string;
}

export interface OutboxTable {
  seq: Generated<number>;
  queue: string;
  id: string;
  name: string;
  payload: Json;
  community_id: string;
  delay_ms: Big;
  written_at: Big;
  enqueued_at: Big | null;
  ended_at: Big | null;
}

export interface EffectTable {
  id: string;
  /** What the id begins with, of an action of a decision or of taking it back. */
  decision_id: GeneratedAlways<string | null>;
  community_id: string;
  noted_at: Big;
}

/** One row: what the deployment's secret makes of a fixed text. */
export interface SecretCanaryTable {
  id: number;
  fingerprint: string;
}

/** A report whose reporter was erased, kept without its words and its message against abuse, for a time. */
export interface ErasedReportTable {
  community_id: string;
  /** The reporter's keyed fingerprint. */
  reporter: string;
  at: Big;
  outcome: string | null;
  expires_at: Big;
}
