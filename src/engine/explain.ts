import type { Finding } from "./detector.ts";
import type { Evaluation } from "./evaluate.ts";
import type { Policy } from "./policy.ts";
import type { RuleOutcome } from "./run-rules.ts";

/** Why one rule did or did not count, in the terms of the policy. */
export interface Explanation {
  readonly rule: string;
  readonly family: string;
  readonly result: "flagged" | "below-threshold" | "cleared" | "nothing-found" | "errored";
  readonly score: number;
  /** The author's words that were matched; leaks are masked by the caller through `spans`. */
  readonly spans: Finding["spans"];
  readonly guards: readonly string[];
}

/** One explanation for each rule that ran, also for those that found nothing. */
export function explainOutcomes(evaluation: Evaluation, policy: Policy): readonly Explanation[] {
  return evaluation.outcomes.map((outcome) => explainOutcome(outcome, policy));
}

function explainOutcome(outcome: RuleOutcome, policy: Policy): Explanation {
  const { id: rule, family } = outcome.rule;
  if (outcome.kind === "errored") {
    return { rule, family, result: "errored", score: 0, spans: [], guards: [] };
  }
  const score = Math.max(0, ...outcome.findings.map((finding) => finding.score));
  const spans = outcome.findings.flatMap((finding) => finding.spans);
  const guards = outcome.findings.flatMap((finding) => finding.guards);
  return {
    rule,
    family,
    result: resultOf(score, spans.length, policy.thresholds[family]),
    score,
    spans,
    guards,
  };
}

function resultOf(score: number, spans: number, threshold: number): Explanation["result"] {
  if (score > 0) return score >= threshold ? "flagged" : "below-threshold";
  return spans > 0 ? "cleared" : "nothing-found";
}
