import {
  type CaseAction,
  type CaseActionKind,
  MAX_REASON_UNITS,
  type Outcome,
} from "../engine/case/decision.ts";
import type { CaseError } from "../engine/case/transitions.ts";
import { evaluate } from "../engine/evaluate.ts";
import { exampleMessage } from "../engine/pack.ts";
import { DEFAULT_POLICY } from "../engine/policy.ts";
import { redact } from "../engine/redact.ts";
import { fail, ok, type Result } from "../engine/result.ts";
import { NOTHING_RECALLED } from "../engine/signals.ts";
import type { NotFound } from "./case-change.ts";
import { readWords, type WordsProblem } from "./case-words.ts";
import type { PipelineDeps } from "./deps.ts";

export interface DecisionInput {
  readonly caseId: string;
  /** The moderator's id on the platform of the case. */
  readonly by: string;
  readonly outcome: Outcome;
  /**
   * Id of a rule, or words that name one of the community's own. null: the rule of the case's first
   * finding; for a case that no rule opened, the word of its source.
   */
  readonly rule: string | null;
  /** Why, in the moderator's words; kept with the case after redaction, and not in the audit log. */
  readonly reason: string;
  /** null: what follows from the outcome: an upheld case is deleted, a dismissed one that was held comes back. */
  readonly actions: readonly CaseAction[] | null;
}

export type DecideProblem =
  | CaseError
  | NotFound
  | WordsProblem
  /** A false alarm has no consequences for anybody. */
  | { readonly kind: "action-not-allowed"; readonly action: CaseActionKind }
  /** An official answer is kept and shown to everybody as it is. */
  | { readonly kind: "personal-answer" };

/** What may follow from a false alarm. */
const AFTER_DISMISSAL: readonly CaseActionKind[] = ["restore", "publish-answer"];

interface ReadDecision {
  readonly reason: string;
  readonly rule: string | null;
  readonly actions: readonly CaseAction[] | null;
}

/** Checks what a moderator wrote and chose before any case is touched. */
export function readDecision(
  deps: Pick<PipelineDeps, "ruleSet">,
  { outcome, rule, reason, actions }: Omit<DecisionInput, "caseId" | "by">,
): Result<ReadDecision, DecideProblem> {
  const words = readWords(reason);
  if (!words.ok) return words;
  const units = rule?.trim().length ?? 0;
  if (units > MAX_REASON_UNITS) {
    return fail({ kind: "reason-too-long", units, most: MAX_REASON_UNITS });
  }
  const unfit = actions?.find(({ kind }) => !AFTER_DISMISSAL.includes(kind));
  if (outcome === "dismiss" && unfit) {
    return fail({ kind: "action-not-allowed", action: unfit.kind });
  }
  const leaks = actions?.some(
    (action) => action.kind === "publish-answer" && isLeak(deps, action.text),
  );
  if (leaks) return fail({ kind: "personal-answer" });
  return ok({
    reason: words.value,
    rule: rule === null ? null : named(deps, rule.trim()),
    actions: actions?.map(redacted) ?? null,
  });
}

/** Official words are held to the rules of leaks; a hotline or an address of the company's own passes them. */
function isLeak({ ruleSet }: Pick<PipelineDeps, "ruleSet">, text: string): boolean {
  const rules = ruleSet.rules.filter(({ family }) => family === "leak");
  const asked = { rules, policy: DEFAULT_POLICY, recalled: NOTHING_RECALLED };
  return evaluate(exampleMessage(text), asked).verdict.findings.length > 0;
}

/** What is asked of an author is kept with the decision. */
function redacted(action: CaseAction): CaseAction {
  return action.kind === "ask-correction" ? { ...action, text: redact(action.text, []) } : action;
}

/** An id of a rule is kept as it is; words are redacted. */
function named({ ruleSet }: Pick<PipelineDeps, "ruleSet">, rule: string): string {
  return ruleSet.rules.some(({ id }) => id === rule) ? rule : redact(rule, []);
}
