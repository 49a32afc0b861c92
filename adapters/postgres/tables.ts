import type { ColumnType, Generated, JSONColumnType } from "kysely";

/** A JSON column: kept as text by PostgreSQL's `json`, so that any string of any platform fits; `jsonb` refuses some. */
type Json = JSONColumnType<object>;
/** An `int8` column. */
type Big = ColumnType<number, number, number>;

export interface Tables {
  communities: CommunityTable;
  policies: PolicyTable;
  messages: MessageTable;
  verdicts: VerdictTable;
  cases: CaseTable;
  decisions: DecisionTable;
  standing: StandingTable;
  audit_heads: AuditHeadTable;
  audit_events: AuditEventTable;
  audit_payloads: AuditPayloadTable;
  outbox: OutboxTable;
  effects: EffectTable;
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
  revised_at: Big | null;
  author_id: string;
  author_role: string;
  evidence: string | null;
  text_fingerprint: string;
  sent_at: Big;
  received_at: Big;
  expires_at: Big;
}

export interface VerdictTable {
  message_key: string;
  verdict: Json;
  rules_version: string;
  mode: string;
  /** The case the message belongs to: its own, or one that stood open for the same trouble. */
  case_id: string | null;
}

export interface CaseTable {
  id: string;
  community_id: string;
  number: number;
  message_key: string;
  state: string;
  severity: string | null;
  families: string[];
  shadow: boolean;
  held: boolean;
  rung: number;
  opened_at: Big;
  decided_at: Big | null;
}

export interface DecisionTable {
  id: string;
  case_id: string;
  outcome: string;
  reason: string;
  moderator_id: string;
  decided_at: Big;
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
  delay_ms: Big;
  written_at: Big;
  enqueued_at: Big | null;
}

export interface EffectTable {
  id: string;
  community_id: string;
  noted_at: Big;
}
