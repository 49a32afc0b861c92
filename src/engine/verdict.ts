import type { EvidenceSpan, Finding } from "./detector.ts";
import { FAMILIES, type AuthorRole, type Family, type Message } from "./message.ts";
import { type Decision, type Policy, ruleLanguage, stronger } from "./policy.ts";
import { type Severity, raise } from "./severity.ts";
import type { Rule } from "./rule.ts";
import type { RuleOutcome } from "./run-rules.ts";

/** A finding that reached its family's threshold, as people and the record see it. Never holds the text it matched. */
export interface VerdictFinding {
  readonly family: Family;
  readonly rule: string;
  readonly severity: Severity;
  readonly score: number;
  readonly spans: readonly EvidenceSpan[];
  readonly reason: string;
  readonly citation: string;
  readonly guards: readonly string[];
  readonly people?: number;
}

/** The wire form of `contracts.md`. */
export interface Verdict {
  readonly id: string;
  /** Families that the policy acts on, in the order of `FAMILIES`. */
  readonly flags: readonly Family[];
  readonly decision: Decision;
  /** 0 to 1 for every family, also below its threshold. */
  readonly scores: Readonly<Record<Family, number>>;
  readonly findings: readonly VerdictFinding[];
  /** Ids of rules that broke on this message; absent when none did. */
  readonly errored?: readonly string[];
  /** Why nothing of some families was judged; absent when everything was. */
  readonly exempt?: "role" | "channel";
}

/**
 * Turns outcomes into a verdict. The order of the outcomes does not matter: findings are sorted by
 * severity, family, position and rule id.
 */
export function decide(
  outcomes: readonly RuleOutcome[],
  policy: Policy,
  message: Message,
  exempt: "role" | "channel" | null,
): Verdict {
  const scores: Record<Family, number> = { claim: 0, leak: 0, promotion: 0, complaint: 0 };
  const findings: VerdictFinding[] = [];
  const errored: string[] = [];
  let decision: Decision = "none";
  const acted = new Set<Family>();
  for (const outcome of outcomes) {
    if (outcome.kind === "errored") {
      errored.push(outcome.rule.id);
      continue;
    }
    const { rule } = outcome;
    for (const finding of outcome.findings) {
      const score = clamp(finding.score);
      scores[rule.family] = Math.max(scores[rule.family], score);
      if (score === 0 || score < policy.thresholds[rule.family]) continue;
      const severity = severityFor(rule, message.author.role);
      const asked = policy.actions[rule.family][severity];
      if (asked !== "none") acted.add(rule.family);
      decision = stronger(decision, asked);
      findings.push(toVerdictFinding(rule, finding, severity, score, policy));
    }
  }
  // A rule that broke has not passed: a person looks, and nothing happens by itself.
  if (errored.length > 0) decision = stronger(decision, "escalate");
  return {
    id: message.id,
    flags: FAMILIES.filter((family) => acted.has(family)),
    decision,
    scores,
    findings: findings.length > 1 ? findings.toSorted(compareFindings) : findings,
    ...(errored.length > 0 && { errored: errored.toSorted() }),
    ...(exempt && { exempt }),
  };
}

function severityFor(rule: Rule, role: AuthorRole): Severity {
  return rule.raiseForStaff && role !== "member" ? raise(rule.severity) : rule.severity;
}

function toVerdictFinding(
  rule: Rule,
  finding: Finding,
  severity: Severity,
  score: number,
  policy: Policy,
): VerdictFinding {
  return {
    family: rule.family,
    rule: rule.id,
    severity,
    score,
    spans: finding.spans,
    reason: rule.reason[ruleLanguage(policy.language)],
    citation: rule.citation,
    guards: finding.guards,
    ...(finding.people !== undefined && { people: finding.people }),
  };
}

function clamp(score: number): number {
  return Number.isFinite(score) ? Math.min(1, Math.max(0, score)) : 0;
}

function compareFindings(a: VerdictFinding, b: VerdictFinding): number {
  return (
    compare(a.severity, b.severity) ||
    FAMILIES.indexOf(a.family) - FAMILIES.indexOf(b.family) ||
    (a.spans[0]?.start ?? 0) - (b.spans[0]?.start ?? 0) ||
    compare(a.rule, b.rule) ||
    (a.spans[0]?.end ?? 0) - (b.spans[0]?.end ?? 0) ||
    b.score - a.score
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The gravest severity among the findings; null when there is none. */
export function gravest(verdict: Verdict): Severity | null {
  return verdict.findings[0]?.severity ?? null;
}
