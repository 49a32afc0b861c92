import type { Family } from "../../engine/message.ts";
import { type Locale, ruleLanguage } from "../../engine/policy.ts";
import type { Verdict, VerdictFinding } from "../../engine/verdict.ts";
import { toTraditional } from "../../words/traditional.ts";
import type { PipelineDeps } from "../deps.ts";

/** A rule as somebody can look it up. */
export interface RuleWords {
  readonly title: string;
  readonly reason: string;
  /** Empty where the rule is the company's own. */
  readonly citation: string;
  readonly family: Family;
}

/**
 * A rule of a pack in a reader's language; where the pack is gone, in the words that a verdict keeps. null
 * for words that name one of the community's own.
 */
export function ruleWords(
  { ruleSet }: Pick<PipelineDeps, "ruleSet">,
  verdict: Pick<Verdict, "findings">,
  rule: string,
  locale: Locale,
): RuleWords | null {
  const shipped = ruleSet.rules.find(({ id }) => id === rule);
  const finding = verdict.findings.find((each) => each.rule === rule);
  if (shipped) {
    const { title, reason, citation, family } = shipped;
    const language = ruleLanguage(locale);
    const inScript = locale === "zh-TW" ? toTraditional : (words: string) => words;
    return {
      title: inScript(title[language]),
      reason: inScript(reason[language]),
      citation: inScript(citation),
      family,
    };
  }
  if (!finding) return null;
  const { reason, citation, family } = finding;
  return { title: rule, reason, citation, family };
}

/** Every rule of the packs in a reader's language, by id. */
export function allRuleWords(
  deps: Pick<PipelineDeps, "ruleSet">,
  locale: Locale,
): Readonly<Record<string, RuleWords>> {
  const words = deps.ruleSet.rules.flatMap(({ id }) => {
    const found = ruleWords(deps, { findings: [] }, id, locale);
    return found ? [[id, found] as const] : [];
  });
  return Object.fromEntries(words);
}

/** The finding because of which a message was hidden before anybody decided: the gravest that asks for it. */
export function holdingFinding(
  { findings }: Pick<Verdict, "findings">,
  actions: Readonly<Record<Family, Readonly<Record<VerdictFinding["severity"], string>>>>,
): VerdictFinding | undefined {
  return (
    findings.find(({ family, severity }) => actions[family][severity] === "hold") ?? findings[0]
  );
}
