import { z } from "zod";

/** `uphold`: the finding is right. `dismiss`: a false alarm. `need-more`: somebody must say more first; the case goes on hold. */
export const OUTCOMES = ["uphold", "dismiss", "need-more"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Longest reason, official answer and note, in UTF-16 units. */
export const MAX_REASON_UNITS = 1000;
/** Discord's longest timeout (28 days), in minutes. */
export const MAX_TIMEOUT_MINUTES = 28 * 24 * 60;

const words = z.string().trim().min(1).max(MAX_REASON_UNITS);

/** What a moderator may have done because of a decision. `minutes: null` is for ever. */
export const caseActionSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("delete") }),
  z.strictObject({ kind: z.literal("restore") }),
  z.strictObject({ kind: z.literal("warn") }),
  z.strictObject({
    kind: z.literal("timeout"),
    minutes: z.number().int().min(1).max(MAX_TIMEOUT_MINUTES),
  }),
  z.strictObject({ kind: z.literal("kick") }),
  z.strictObject({ kind: z.literal("ban"), minutes: z.number().int().min(1).nullable() }),
  z.strictObject({ kind: z.literal("ask-correction"), text: words }),
  z.strictObject({ kind: z.literal("publish-answer"), text: words }),
]);
export type CaseAction = z.infer<typeof caseActionSchema>;
export type CaseActionKind = CaseAction["kind"];
export const CASE_ACTIONS: readonly CaseActionKind[] = [
  "delete",
  "restore",
  "warn",
  "timeout",
  "kick",
  "ban",
  "ask-correction",
  "publish-answer",
];

/** What can be taken back. Words that were read and a person who was shown the door cannot. */
export const UNDONE_BY: Readonly<Record<CaseActionKind, "undo" | "nothing">> = {
  delete: "undo",
  restore: "undo",
  warn: "nothing",
  timeout: "undo",
  kick: "nothing",
  ban: "undo",
  "ask-correction": "nothing",
  "publish-answer": "nothing",
};

/** What a moderator decided, why, and under which rule. */
export interface Decision {
  readonly id: string;
  readonly outcome: Exclude<Outcome, "need-more">;
  /** Id of the rule, or words that name one of the community's own. */
  readonly rule: string;
  /** In the moderator's words, redacted. */
  readonly reason: string;
  readonly actions: readonly CaseAction[];
  readonly moderatorId: string;
  readonly decidedAt: number;
  /** The second moderator, where the policy asks for one. */
  readonly confirmedBy: string | null;
  /** Strike points that each member among the authors got for it. */
  readonly strikePoints: number;
}
