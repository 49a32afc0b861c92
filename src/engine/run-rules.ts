import type { Finding } from "./detector.ts";
import type { Rule } from "./rule.ts";
import type { Signals } from "./signals.ts";

/**
 * What one rule said. `passed` may still hold findings that a guard cleared (score 0), so that the
 * verdict can say what was seen and why nothing fired. `errored` never counts as a pass.
 */
export type RuleOutcome =
  | { readonly kind: "passed"; readonly rule: Rule; readonly findings: readonly Finding[] }
  | { readonly kind: "flagged"; readonly rule: Rule; readonly findings: readonly Finding[] }
  | { readonly kind: "errored"; readonly rule: Rule; readonly problem: string };

/** Runs every rule over the same signals; a rule that throws is `errored` and stops no other. Pure and total. */
export function runRules(rules: readonly Rule[], signals: Signals): readonly RuleOutcome[] {
  return rules.map((rule) => runRule(rule, signals));
}

function runRule(rule: Rule, signals: Signals): RuleOutcome {
  try {
    const findings = rule.detect(signals);
    const kind = findings.some((finding) => finding.score > 0) ? "flagged" : "passed";
    return { kind, rule, findings };
  } catch (error) {
    // The message of a thrown error may quote the text, so only the error's class is kept.
    return { kind: "errored", rule, problem: error instanceof Error ? error.name : typeof error };
  }
}
