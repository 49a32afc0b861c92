import { decideCase } from "../../pipeline/work-case.ts";
import { caseNumber, choice, optional, rule, text } from "../arguments.ts";
import { SERVICE_SOURCES } from "../authorise.ts";
import { defineCommand } from "../command.ts";
import { badInput } from "../reply.ts";
import { answerAsker } from "./answer-asker.ts";
import { isAgainst, isAppealed, sayDecided } from "./decide.ts";
import { CASE_WORKERS, MODERATORS } from "./roles.ts";
import { sayStep } from "./step.ts";

// A decision by words alone. A platform's own form has a field for them; a typed line has these commands.

/** Upholds a case and asks its author to correct what they wrote; nothing is deleted. */
export const correct = defineCommand({
  name: "correct",
  args: { case: caseNumber, rule: optional(rule), text },
  needs: MODERATORS,
  privileged: true,
  actsOnAuthor: ({ case: item }) => isAgainst(item, "uphold", []),
  async run(context, args) {
    if (isAppealed(args.case)) return badInput([context.say("decide.appeal-only")]);
    const decided = await decideCase(context.deps, {
      caseId: args.case.id,
      by: context.actor.id,
      outcome: "uphold",
      rule: args.rule,
      reason: args.text,
      actions: [{ kind: "ask-correction", text: args.text }],
    });
    return sayStep(context, args.case, decided, async (item) =>
      sayDecided(context, item, await answerAsker(context, item, args.text)),
    );
  },
});

/**
 * Answers a question or feedback, or decides a case with an official answer under its message: one that is
 * upheld, unless the outcome is named.
 */
export const answer = defineCommand({
  name: "answer",
  args: { case: caseNumber, outcome: optional(choice(["uphold", "dismiss"])), text },
  needs: CASE_WORKERS,
  privileged: true,
  actsOnAuthor: ({ case: item, outcome }) => isAgainst(item, outcome ?? "uphold", []),
  async run(context, args) {
    if (isAppealed(args.case)) return badInput([context.say("decide.appeal-only")]);
    const asked = SERVICE_SOURCES.includes(args.case.source);
    const decided = await decideCase(context.deps, {
      caseId: args.case.id,
      by: context.actor.id,
      outcome: args.outcome ?? "uphold",
      rule: null,
      reason: args.text,
      actions: asked ? [] : [{ kind: "publish-answer", text: args.text }],
    });
    return sayStep(context, args.case, decided, async (item) =>
      sayDecided(context, item, await answerAsker(context, item, args.text)),
    );
  },
});
