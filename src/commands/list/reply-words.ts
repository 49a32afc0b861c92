import { decideCase } from "../../pipeline/work-case.ts";
import { caseNumber, choice, optional, rule, text } from "../arguments.ts";
import { SERVICE_SOURCES } from "../authorise.ts";
import { defineCommand } from "../command.ts";
import { seen } from "../decision-arguments.ts";
import { badInput } from "../reply.ts";
import { isAgainst, isAppealed, sayDecision, sayUnseen, seenBy } from "./decide.ts";
import { CASE_WORKERS, MODERATORS } from "./roles.ts";

// A decision by words alone. A platform's own form has a field for them; a typed line has these commands.

/** Upholds a case and asks its author to correct what they wrote; nothing is deleted. */
export const correct = defineCommand({
  name: "correct",
  args: { case: caseNumber, seen: optional(seen), rule: optional(rule), text },
  needs: MODERATORS,
  privileged: true,
  actsOnAuthor: ({ case: item }) => isAgainst(item, "uphold", []),
  async run(context, args) {
    if (isAppealed(args.case)) return badInput([context.say("decide.appeal-only")]);
    const unseen = sayUnseen(context, args);
    if (unseen) return unseen;
    const decided = await decideCase(context.deps, {
      caseId: args.case.id,
      by: context.actor.id,
      outcome: "uphold",
      rule: args.rule,
      reason: args.text,
      actions: [{ kind: "ask-correction", text: args.text }],
      seen: seenBy(args),
    });
    return sayDecision(context, args.case, decided, "retype");
  },
});

/**
 * Answers a question or feedback; or, where its outcome is named, decides a case with an official answer
 * under its message. Nobody gets strike points because an answer was typed.
 */
export const answer = defineCommand({
  name: "answer",
  args: {
    case: caseNumber,
    outcome: optional(choice(["uphold", "dismiss"])),
    seen: optional(seen),
    rule: optional(rule),
    text,
  },
  needs: CASE_WORKERS,
  privileged: true,
  actsOnAuthor: ({ case: item, outcome }) => isAgainst(item, outcome ?? "uphold", []),
  async run(context, args) {
    if (isAppealed(args.case)) return badInput([context.say("decide.appeal-only")]);
    const asked = SERVICE_SOURCES.includes(args.case.source);
    if (!asked && args.outcome === null) {
      return badInput([context.say("answer.no-question", { number: args.case.number })]);
    }
    const unseen = sayUnseen(context, args);
    if (unseen) return unseen;
    const decided = await decideCase(context.deps, {
      caseId: args.case.id,
      by: context.actor.id,
      outcome: args.outcome ?? "uphold",
      rule: asked ? null : args.rule,
      reason: args.text,
      actions: asked ? [] : [{ kind: "publish-answer", text: args.text }],
      ...(asked && { answer: args.text }),
      seen: seenBy(args),
    });
    return sayDecision(context, args.case, decided, "retype");
  },
});
