import type { FoldedText } from "./fold/index.ts";
import type { Message } from "./message.ts";
import type { Policy } from "./policy.ts";
import type { Rule } from "./rule.ts";
import { type RuleOutcome, runRules } from "./run-rules.ts";
import { type Recalled, readSignals, type Signals } from "./signals.ts";
import { decide, type Verdict } from "./verdict.ts";

/** Everything that an evaluation depends on besides the message itself. */
export interface EvaluationContext {
  readonly rules: readonly Rule[];
  readonly policy: Policy;
  readonly recalled: Recalled;
  /** The folded text of the message, where the caller needed it before. */
  readonly text?: FoldedText;
}

export interface Evaluation {
  readonly verdict: Verdict;
  /** One for each rule that ran, in rule order: the material of every explanation. */
  readonly outcomes: readonly RuleOutcome[];
  readonly signals: Signals;
}

/**
 * Judges one message. Pure and total: no I/O, no clock, never throws, and the same input gives the
 * same verdict a year later.
 */
export function evaluate(message: Message, context: EvaluationContext): Evaluation {
  const { policy, recalled } = context;
  const exempt = exemption(message, policy);
  const rules = exempt ? context.rules.filter((rule) => rule.family === "leak") : context.rules;
  const signals = readSignals(message, recalled, context.text);
  const outcomes = runRules(rules, signals);
  return { verdict: decide(outcomes, policy, message, exempt), outcomes, signals };
}

function exemption(message: Message, policy: Policy): "role" | "channel" | null {
  if (policy.exempt.roles.includes(message.author.role)) return "role";
  if (policy.exempt.channels.includes(message.channel.id)) return "channel";
  return null;
}
