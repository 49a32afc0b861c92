import {
  type CaseAction,
  type CaseActionKind,
  clashOf,
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
import { readPlainWords, readWords, type WordsProblem } from "./case-words.ts";
import type { PipelineDeps } from "./deps.ts";
import type { MoreJoined } from "./seen.ts";

export interface DecisionInput {
  readonly caseId: string;
  /** The moderator's id on the platform of the case. */
  readonly by: string;
  readonly outcome: Outcome;
  /**
   * Id of a rule, or words that name one of the community's own. null: the rule of the case's gravest
   * finding; where nothing was found, none: an answer and a false alarm need none, everything else does.
   */
  readonly rule: string | null;
  /** Why, in the moderator's words; kept with the case after redaction, and not in the audit log. */
  readonly reason: string;
  /** null: what follows from the outcome: an upheld case is deleted, a dismissed one that was held comes back. */
  readonly actions: readonly CaseAction[] | null;
  /** The words for whoever asked, of a question or feedback, kept as they are. The reason is the team's own. */
  readonly answer?: string;
  /**
   * Messages of the case that whoever decides was shown, the first of it: nothing is decided about what came
   * since. Absent: whatever the case holds.
   */
  readonly seen?: number;
}

export type DecideProblem =
  | CaseError
  | NotFound
  | WordsProblem
  | MoreJoined
  /** Whoever reported something does not grade their own report. */
  | { readonly kind: "own-report" }
  /** Two actions that cannot both be done. */
  | { readonly kind: "actions-clash"; readonly actions: readonly CaseActionKind[] }
  /** Points that were reached since add something severe that nobody has proposed. */
  | { readonly kind: "more-follows"; readonly action: CaseActionKind; readonly points: number }
  /** Whoever asked waits for words that are meant for them. */
  | { readonly kind: "answer-required" }
  /** What somebody asks the team is no message that could be deleted or corrected. */
  | { readonly kind: "not-on-question"; readonly action: CaseActionKind }
  /** A false alarm has no consequences for anybody. */
  | { readonly kind: "action-not-allowed"; readonly action: CaseActionKind }
  /** An answer is kept and shown as it is, to everybody or to whoever asked. */
  | { readonly kind: "personal-answer" };

/** What may follow from a false alarm. */
const AFTER_DISMISSAL: readonly CaseActionKind[] = ["restore", "publish-answer"];

export interface ReadDecision {
  readonly reason: string;
  readonly rule: string | null;
  readonly actions: readonly CaseAction[] | null;
  /** For whoever asked, not redacted; only of use where a case is a question or feedback. null: nothing was written for them. */
  readonly answer: string | null;
}

/** Checks what a moderator wrote and chose before any case is touched. */
export function readDecision(
  deps: Pick<PipelineDeps, "ruleSet">,
  { outcome, rule, reason, actions, answer }: Omit<DecisionInput, "caseId" | "by">,
): Result<ReadDecision, DecideProblem> {
  const words = readWords(reason);
  if (!words.ok) return words;
  const told = answer === undefined ? ok(null) : readPlainWords(answer);
  if (!told.ok) return told;
  const units = rule?.trim().length ?? 0;
  if (units > MAX_REASON_UNITS) {
    return fail({ kind: "reason-too-long", units, most: MAX_REASON_UNITS });
  }
  const unfit = actions?.find(({ kind }) => !AFTER_DISMISSAL.includes(kind));
  if (outcome === "dismiss" && unfit) {
    return fail({ kind: "action-not-allowed", action: unfit.kind });
  }
  const clash = clashOf((actions ?? []).map(({ kind }) => kind));
  if (clash) return fail({ kind: "actions-clash", actions: clash });
  const said = actions && readTexts(actions);
  if (said && !said.ok) return said;
  const leaks = said?.value.some(
    (action) => action.kind === "publish-answer" && holdsLeak(deps, action.text),
  );
  if (leaks) return fail({ kind: "personal-answer" });
  return ok({
    reason: words.value,
    rule: rule === null ? null : named(deps, rule.trim()),
    actions: said?.value.map(redacted) ?? null,
    answer: told.value,
  });
}

/** Official words are held to the rules of leaks; a hotline or an address of the company's own passes them. */
export function holdsLeak({ ruleSet }: Pick<PipelineDeps, "ruleSet">, text: string): boolean {
  const rules = ruleSet.rules.filter(({ family }) => family === "leak");
  const asked = { rules, policy: DEFAULT_POLICY, recalled: NOTHING_RECALLED };
  return evaluate(exampleMessage(text), asked).verdict.findings.length > 0;
}

/** The words of actions stand beside Candor's own, as a reason does. */
function readTexts(actions: readonly CaseAction[]): Result<readonly CaseAction[], WordsProblem> {
  const read: CaseAction[] = [];
  for (const action of actions) {
    if (!("text" in action)) {
      read.push(action);
      continue;
    }
    const text = readPlainWords(action.text);
    if (!text.ok) return text;
    read.push({ ...action, text: text.value });
  }
  return ok(read);
}

/** What is asked of an author is kept with the decision. */
function redacted(action: CaseAction): CaseAction {
  return action.kind === "ask-correction" ? { ...action, text: redact(action.text, []) } : action;
}

/** An id of a rule is kept as it is; words are redacted. */
function named({ ruleSet }: Pick<PipelineDeps, "ruleSet">, rule: string): string {
  return ruleSet.rules.some(({ id }) => id === rule) ? rule : redact(rule, []);
}
