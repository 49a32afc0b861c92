import type { Detect, Detector } from "./detector.ts";
import type { AuthorRole, Family } from "./message.ts";
import type { Language } from "./policy.ts";
import type { Severity } from "./severity.ts";

/** A text, or a text with the role of its speaker (`member` unless told). */
export type RuleExample = string | { readonly text: string; readonly role: AuthorRole };

/** One line of a pack, bound to its detector and checked against its own examples. */
export interface Rule {
  /** `INV-01` for claims, `family.rule-name` for the others; unique among the rules in force. */
  readonly id: string;
  readonly pack: string;
  readonly family: Family;
  readonly severity: Severity;
  /** One step graver when staff, an affiliate or a bot of the brand speaks: the company answers for them. */
  readonly raiseForStaff: boolean;
  readonly title: Readonly<Record<Language, string>>;
  /** The line shown to moderators and, where the policy says so, to the author. */
  readonly reason: Readonly<Record<Language, string>>;
  /** The law or rule it rests on; the empty string when it is the company's own. */
  readonly citation: string;
  readonly detector: Detector;
  readonly config: unknown;
  readonly examples: {
    readonly flags: readonly RuleExample[];
    readonly passes: readonly RuleExample[];
  };
  readonly detect: Detect;
}

/** The rules in force, in pack order, and a hash of them that a verdict carries. */
export interface RuleSet {
  readonly rules: readonly Rule[];
  /** Changes whenever a pack or a detector's version changes. */
  readonly version: string;
}
