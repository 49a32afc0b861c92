import { z } from "zod";

/** `uphold`: the finding is right. `dismiss`: a false alarm. `need-more`: somebody must say more first; the case goes on hold. */
export const OUTCOMES = ["uphold", "dismiss", "need-more"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Longest reason, official answer and note, in UTF-16 units. */
export const MAX_REASON_UNITS = 1000;
/** Discord's longest timeout (28 days), in minutes. */
export const MAX_TIMEOUT_MINUTES = 28 * 24 * 60;

/** Discord's longest time before a ban of which messages are deleted, in days. */
export const MAX_DELETE_DAYS = 7;

const words = z.string().trim().min(1).max(MAX_REASON_UNITS);

/** Points that somebody's strikes reached, so that the policy added the action; absent where a moderator chose it. */
const threshold = z.number().int().min(1).exactOptional();

const sanctions = [
  z.strictObject({
    kind: z.literal("timeout"),
    minutes: z.number().int().min(1).max(MAX_TIMEOUT_MINUTES),
    threshold,
  }),
  z.strictObject({ kind: z.literal("kick"), threshold }),
  z.strictObject({
    kind: z.literal("ban"),
    minutes: z.number().int().min(1).nullable(),
    /** What they wrote in so many days before goes too, where the platform can. */
    deleteDays: z.number().int().min(1).max(MAX_DELETE_DAYS).exactOptional(),
    threshold,
  }),
] as const;

/** What shuts somebody out. `minutes: null` is for ever. */
export const sanctionSchema = z.discriminatedUnion("kind", sanctions);

/** What a moderator may have done because of a decision. */
export const caseActionSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("delete") }),
  z.strictObject({ kind: z.literal("restore") }),
  z.strictObject({ kind: z.literal("warn") }),
  ...sanctions,
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

/** Actions that shut somebody out, mildest first. */
export type Sanction = Extract<CaseAction, { kind: "timeout" | "kick" | "ban" }>;
export const SANCTIONS: readonly Sanction["kind"][] = ["timeout", "kick", "ban"];

export function isSanction(action: CaseAction): action is Sanction {
  return SANCTIONS.some((kind) => kind === action.kind);
}

/** Whether an action is done to a person, who is told of it and why. */
export function isOnPerson(action: CaseAction): boolean {
  return isSanction(action) || action.kind === "warn";
}

/**
 * Two actions that cannot both be meant: a message is deleted or stays, somebody is shut out in one way, and
 * whoever is asked to correct their words must be let in to do so. null when all go together.
 */
export function clashOf(
  kinds: readonly CaseActionKind[],
): readonly [CaseActionKind, CaseActionKind] | null {
  return CLASHES.find((pair) => pair.every((kind) => kinds.includes(kind))) ?? null;
}

const CLASHES: readonly (readonly [CaseActionKind, CaseActionKind])[] = [
  ["delete", "restore"],
  ["timeout", "kick"],
  ["timeout", "ban"],
  ["kick", "ban"],
  ["ask-correction", "timeout"],
  ["ask-correction", "kick"],
  ["ask-correction", "ban"],
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
  /** The most strike points that an author got for it; each gets those of their own messages. */
  readonly strikePoints: number;
}

/** A decision that waits for a second moderator. */
export interface Proposal extends Decision {
  /** Messages of the case that it is about; absent: all of them. */
  readonly messages?: number;
  /** What thresholds would add for single authors among several, one for each, whoever they are; absent: nothing. */
  readonly added?: readonly Sanction[];
}

/** How a button names a decision: short enough for every platform, and no other of the same case ends so. */
export function shortId({ id }: Pick<Decision, "id">): string {
  return id.slice(-SHORT_ID_UNITS);
}

export const SHORT_ID_UNITS = 8;
