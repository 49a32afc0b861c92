import type { Case } from "../../engine/case/case.ts";
import { MAX_REASON_UNITS } from "../../engine/case/decision.ts";
import type { Locale } from "../../engine/policy.ts";
import { noteCase } from "../../pipeline/work-case.ts";
import { say } from "../../words/say.ts";
import type { CommandContext } from "../command.ts";

/**
 * Whoever asked, or gave feedback, hears what the team made of it, in their own language: no such case ends
 * in silence. Nothing where none was decided. The lines tell whoever decided.
 */
export async function answerAsker(
  context: CommandContext,
  item: Case,
  answer: string,
): Promise<readonly string[]> {
  const { id: caseId, source, authorId, decision } = item;
  if (!decision || authorId === "" || (source !== "question" && source !== "feedback")) return [];
  const worded = say(await languageOf(context, authorId), `author.answer.${source}`, { answer });
  // The answer itself may be as long as a note: then it goes without words around it.
  const text = worded.length <= MAX_REASON_UNITS ? worded : answer;
  const by = context.actor.id;
  const noted = await noteCase(context.deps, { caseId, by, audience: "author", text });
  return [context.say(noted.ok ? "decide.answered" : "decide.unanswered")];
}

async function languageOf(
  { policy, platform, actor }: CommandContext,
  memberId: string,
): Promise<Locale> {
  const listed = policy.team.find(({ id }) => id === memberId)?.language;
  // It is decided already: a platform that does not answer must not keep the words back.
  const asked = await platform.member({ communityId: actor.communityId, memberId });
  return listed ?? (asked.ok ? asked.value?.language : null) ?? policy.language;
}
