import type { Case } from "../../engine/case/case.ts";
import type { WordKey } from "../../words/say.ts";
import { isAsked } from "../../pipeline/asked.ts";
import { sayActions } from "../case-words.ts";
import type { CommandContext } from "../command.ts";

/** What a decision about a question or feedback was: an answer. null for other cases, and where none was decided. */
export function sayAnswered(context: CommandContext, item: Case): readonly string[] | null {
  const { number, source, decision, authorId } = item;
  if (!decision || !isAsked(item)) return null;
  const answered: WordKey =
    source === "question" ? "decide.asked.question" : "decide.asked.feedback";
  const { actions } = decision;
  return [
    context.say(answered, { number }),
    ...(authorId === "" ? [] : [context.say("decide.answered")]),
    ...(actions.length === 0
      ? []
      : [context.say("decide.actions", { actions: sayActions(context, actions) })]),
  ];
}

/** That an answer was read, where the decision that is taken back was one. */
export function sayAnswerStays(context: CommandContext, item: Case): readonly string[] {
  const sent = item.decision !== null && isAsked(item) && item.authorId !== "";
  return sent ? [context.say("undo.answered")] : [];
}
