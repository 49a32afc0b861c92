import type { Case } from "../../engine/case/case.ts";
import { isOnPerson } from "../../engine/case/decision.ts";
import type { WordKey } from "../../words/say.ts";
import { isAsked } from "../../pipeline/asked.ts";
import type { CommandContext } from "../command.ts";

/**
 * What a decision about a question or feedback was: an answer, or none. null for other cases, where none was
 * decided, and where something was done to whoever asked: that is said as of any other case.
 */
export function sayAnswered(context: CommandContext, item: Case): readonly string[] | null {
  const { number, source, decision, authorId } = item;
  if (!decision || !isAsked(item) || decision.actions.some(isOnPerson)) return null;
  if (decision.outcome === "dismiss") return [context.say("decide.asked.closed", { number })];
  const answered: WordKey =
    source === "question" ? "decide.asked.question" : "decide.asked.feedback";
  return [
    context.say(answered, { number }),
    ...(authorId === "" ? [] : [context.say("decide.answered")]),
  ];
}

/** That an answer was read, where the decision that is taken back was one. */
export function sayAnswerStays(context: CommandContext, item: Case): readonly string[] {
  const { decision, authorId } = item;
  if (!decision || authorId === "" || !isAsked(item)) return [];
  const isAnswer = decision.outcome === "uphold" && !decision.actions.some(isOnPerson);
  return isAnswer ? [context.say("undo.answered")] : [];
}
