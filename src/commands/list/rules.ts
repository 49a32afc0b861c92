import { evaluate } from "../../engine/evaluate.ts";
import { explainOutcomes } from "../../engine/explain.ts";
import { exampleMessage } from "../../engine/pack.ts";
import type { Rule } from "../../engine/rule.ts";
import { NOTHING_RECALLED } from "../../engine/signals.ts";
import { type RuleWords, ruleWords } from "../../pipeline/rights/rule-words.ts";
import { longText, optional, word } from "../arguments.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { badInput, done, type Reply } from "../reply.ts";
import { EVERYBODY } from "./roles.ts";

/** Telegram's longest message, in UTF-16 units. */
const MOST_EXPLAINED_UNITS = 4096;

export const rules = defineCommand({
  name: "rules",
  args: { rule: optional({ ...word, claims: () => true }) },
  needs: EVERYBODY,
  privileged: false,
  async run(context, args) {
    const inForce = rulesInForce(context);
    if (args.rule === null) {
      return done(
        inForce.map((rule) => `${rule.id}: ${wordsOf(context, rule).title}`),
        { title: context.say("rules.title", { count: inForce.length }), visibility: "public" },
      );
    }
    const wanted = args.rule.toLowerCase();
    const rule = inForce.find(({ id }) => id.toLowerCase() === wanted);
    if (!rule) return badInput([context.say("rules.unknown", { rule: args.rule.slice(0, 40) })]);
    return sayRule(context, rule);
  },
});

function sayRule(context: CommandContext, rule: Rule): Reply {
  const { title, reason, citation } = wordsOf(context, rule);
  return done(
    [
      reason,
      context.say("rules.about", {
        family: context.say(`family.${rule.family}`),
        severity: rule.severity,
      }),
      ...(citation === "" ? [] : [context.say("rules.citation", { citation })]),
    ],
    { title: `${rule.id}: ${title}`, visibility: "public" },
  );
}

/** Rules whose findings the community's policy does something about. */
function rulesInForce({ deps, policy }: CommandContext): readonly Rule[] {
  return deps.ruleSet.rules.filter(
    ({ family, severity }) => policy.actions[family][severity] !== "none",
  );
}

/** A rule of the packs in the reader's language and script. */
function wordsOf({ deps, locale }: CommandContext, { id }: Rule): RuleWords {
  const words = ruleWords(deps, { findings: [] }, id, locale);
  if (!words) throw new Error(`no rule ${id} of the packs`);
  return words;
}

export const explain = defineCommand({
  name: "explain",
  args: { text: longText(MOST_EXPLAINED_UNITS) },
  needs: EVERYBODY,
  privileged: false,
  async run(context, args) {
    const { deps, policy, say } = context;
    const evaluation = evaluate(exampleMessage(args.text), {
      rules: deps.ruleSet.rules,
      policy,
      recalled: NOTHING_RECALLED,
    });
    const { verdict } = evaluation;
    const spoken = new Map(
      deps.ruleSet.rules.map((rule) => [rule.id, wordsOf(context, rule).title]),
    );
    const lines = explainOutcomes(evaluation, policy).flatMap(({ rule, result }) =>
      result === "nothing-found"
        ? []
        : [say(`explain.${result}`, { rule, title: spoken.get(rule) ?? rule })],
    );
    return done([
      say("explain.decision", { action: say(`policy-action.${verdict.decision}`) }),
      ...(lines.length > 0 ? lines : [say("explain.nothing")]),
      say("explain.alone"),
    ]);
  },
});
