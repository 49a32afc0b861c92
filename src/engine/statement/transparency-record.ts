import { z } from "zod";
import type { CaseSource } from "../case/case.ts";
import type { CaseAction } from "../case/decision.ts";
import type { Family } from "../message.ts";

/**
 * The closed lists of the DSA Transparency Database that Candor's restrictions fall under (API version 2,
 * in force since 2025-07-01; https://transparency.dsa.ec.europa.eu/page/api-documentation and the
 * database's source, digital-services-act/transparency-database).
 */
const VISIBILITY = [
  "DECISION_VISIBILITY_CONTENT_REMOVED",
  "DECISION_VISIBILITY_CONTENT_DISABLED",
] as const;
const CATEGORIES = [
  "STATEMENT_CATEGORY_CONSUMER_INFORMATION",
  "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
  "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
] as const;
const KEYWORDS = [
  "KEYWORD_MISLEADING_INFO_GOODS_SERVICES",
  "KEYWORD_MISSING_PROCESSING_GROUND",
  "KEYWORD_OTHER",
] as const;

/** Countries of the European Economic Area, ISO 3166-1: where a statement applies unless it says otherwise. */
export const EEA_COUNTRIES = [
  "AT",
  "BE",
  "BG",
  "CY",
  "CZ",
  "DE",
  "DK",
  "EE",
  "ES",
  "FI",
  "FR",
  "GR",
  "HR",
  "HU",
  "IE",
  "IS",
  "IT",
  "LI",
  "LT",
  "LU",
  "LV",
  "MT",
  "NL",
  "NO",
  "PL",
  "PT",
  "RO",
  "SE",
  "SI",
  "SK",
] as const;

const date = z.iso.date();

/** One statement in the fields of the database. It holds no personal data, nor any words of the message. */
export const transparencyRecordSchema = z.strictObject({
  decision_visibility: z.array(z.enum(VISIBILITY)).min(1).optional(),
  end_date_visibility_restriction: date.optional(),
  decision_provision: z.literal("DECISION_PROVISION_PARTIAL_SUSPENSION").optional(),
  end_date_service_restriction: date.optional(),
  decision_account: z
    .enum(["DECISION_ACCOUNT_SUSPENDED", "DECISION_ACCOUNT_TERMINATED"])
    .optional(),
  end_date_account_restriction: date.optional(),
  decision_ground: z.literal("DECISION_GROUND_INCOMPATIBLE_CONTENT"),
  incompatible_content_ground: z.string().min(1).max(500),
  incompatible_content_explanation: z.string().min(1).max(2000),
  content_type: z.tuple([z.literal("CONTENT_TYPE_TEXT")]),
  category: z.enum(CATEGORIES),
  category_specification: z.array(z.enum(KEYWORDS)).min(1),
  category_specification_other: z.string().min(1).max(500).optional(),
  territorial_scope: z.array(z.enum(EEA_COUNTRIES)).min(1),
  content_date: date,
  application_date: date,
  decision_facts: z.string().min(1).max(5000),
  source_type: z.enum(["SOURCE_VOLUNTARY", "SOURCE_TYPE_OTHER_NOTIFICATION"]),
  automated_detection: z.enum(["Yes", "No"]),
  automated_decision: z.enum(["AUTOMATED_DECISION_FULLY", "AUTOMATED_DECISION_NOT_AUTOMATED"]),
  puid: z.string().regex(/^[\w-]{1,500}$/u),
});
export type TransparencyRecord = z.infer<typeof transparencyRecordSchema>;

/** What was done to somebody's message or account. `hide`: by the machine, before a person decided. */
export type Restriction =
  | { readonly kind: "hide" }
  | Extract<CaseAction, { kind: "delete" | "timeout" | "kick" | "ban" }>;

/** Whether an action restricts its author, so that they are owed a statement of reasons (DSA, Article 17(1)). */
export function isRestriction(
  action: CaseAction,
): action is Exclude<Restriction, { kind: "hide" }> {
  return ["delete", "timeout", "kick", "ban"].includes(action.kind);
}

/** All that a record is made of; times are epoch ms. */
export interface StatementFacts {
  /** Letters, digits, `-` and `_`; unique for ever. */
  readonly id: string;
  readonly restrictions: readonly Restriction[];
  readonly source: CaseSource;
  readonly family: Family | null;
  /** The rule in words, of the community's own or of a pack. */
  readonly ground: string;
  /** Why the message falls under it, without its words. */
  readonly explanation: string;
  /** What was relied on, without personal data. */
  readonly facts: string;
  readonly byMachine: boolean;
  readonly sentAt: number;
  readonly decidedAt: number;
}

const CATEGORY_OF: Readonly<
  Record<Family, Pick<TransparencyRecord, "category" | "category_specification">>
> = {
  claim: {
    category: "STATEMENT_CATEGORY_CONSUMER_INFORMATION",
    category_specification: ["KEYWORD_MISLEADING_INFO_GOODS_SERVICES"],
  },
  leak: {
    category: "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
    category_specification: ["KEYWORD_MISSING_PROCESSING_GROUND"],
  },
  promotion: {
    category: "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
    category_specification: ["KEYWORD_OTHER"],
  },
  complaint: {
    category: "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
    category_specification: ["KEYWORD_OTHER"],
  },
};

const GROUND_UNITS = 500;
const EXPLANATION_UNITS = 2000;
const FACTS_UNITS = 5000;

/** The record of a restriction. Texts that are longer than the database takes are cut. */
export function toTransparencyRecord(facts: StatementFacts): TransparencyRecord {
  const family = facts.family === null ? null : CATEGORY_OF[facts.family];
  const { category, category_specification } = family ?? CATEGORY_OF.complaint;
  const isOther = category_specification.includes("KEYWORD_OTHER");
  return {
    ...visibilityOf(facts.restrictions),
    ...serviceOf(facts),
    ...accountOf(facts),
    decision_ground: "DECISION_GROUND_INCOMPATIBLE_CONTENT",
    incompatible_content_ground: cut(facts.ground, GROUND_UNITS),
    incompatible_content_explanation: cut(facts.explanation, EXPLANATION_UNITS),
    content_type: ["CONTENT_TYPE_TEXT"],
    category,
    category_specification,
    ...(isOther && { category_specification_other: cut(facts.ground, GROUND_UNITS) }),
    territorial_scope: [...EEA_COUNTRIES],
    content_date: dateOf(facts.sentAt),
    application_date: dateOf(facts.decidedAt),
    decision_facts: cut(facts.facts, FACTS_UNITS),
    source_type: facts.source === "report" ? "SOURCE_TYPE_OTHER_NOTIFICATION" : "SOURCE_VOLUNTARY",
    automated_detection: facts.source === "rule" || facts.source === "early-warning" ? "Yes" : "No",
    automated_decision: facts.byMachine
      ? "AUTOMATED_DECISION_FULLY"
      : "AUTOMATED_DECISION_NOT_AUTOMATED",
    puid: facts.id,
  };
}

function visibilityOf(restrictions: readonly Restriction[]): Partial<TransparencyRecord> {
  const kinds = restrictions.map(({ kind }) => kind);
  if (kinds.includes("delete")) {
    return { decision_visibility: ["DECISION_VISIBILITY_CONTENT_REMOVED"] };
  }
  return kinds.includes("hide")
    ? { decision_visibility: ["DECISION_VISIBILITY_CONTENT_DISABLED"] }
    : {};
}

function serviceOf({ restrictions, decidedAt }: StatementFacts): Partial<TransparencyRecord> {
  const timeout = restrictions.find((each) => each.kind === "timeout");
  if (!timeout) return {};
  return {
    decision_provision: "DECISION_PROVISION_PARTIAL_SUSPENSION",
    end_date_service_restriction: dateOf(decidedAt + timeout.minutes * MINUTE_MS),
  };
}

/** Whoever was kicked may come back at once: the account ends here, and nothing says until when. */
function accountOf({ restrictions, decidedAt }: StatementFacts): Partial<TransparencyRecord> {
  const ban = restrictions.find((each) => each.kind === "ban");
  if (ban?.minutes) {
    return {
      decision_account: "DECISION_ACCOUNT_SUSPENDED",
      end_date_account_restriction: dateOf(decidedAt + ban.minutes * MINUTE_MS),
    };
  }
  const ends = ban !== undefined || restrictions.some((each) => each.kind === "kick");
  return ends ? { decision_account: "DECISION_ACCOUNT_TERMINATED" } : {};
}

const MINUTE_MS = 60_000;
/** The database takes nothing older; a message whose time is unknown has 0. */
const EARLIEST_MS = Date.UTC(2000, 0, 1);

function dateOf(at: number): string {
  return new Date(Math.max(at, EARLIEST_MS)).toISOString().slice(0, 10);
}

function cut(text: string, units: number): string {
  return text.length <= units ? text : `${text.slice(0, units - 1).toWellFormed()}…`;
}
