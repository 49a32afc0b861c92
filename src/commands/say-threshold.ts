import { type Case, UNDECIDED } from "../engine/case/case.ts";
import { nextThreshold, weigh } from "../engine/strikes.ts";
import { isSevere } from "../pipeline/weigh-case.ts";
import type { Standing } from "../ports/store.ts";
import { sayActions } from "./case-words.ts";
import type { CommandContext } from "./command.ts";

/**
 * What the policy would add by itself if a case were upheld: whoever decides it knows before they do. Nothing where
 * it would add nothing, and of several authors nothing either: what is added for which of them is said with the decision.
 */
export async function sayWouldAdd(
  context: CommandContext,
  item: Case,
  { strikePoints }: Standing,
): Promise<readonly string[]> {
  const { policy, deps, say } = context;
  if (policy.mode === "shadow" || !UNDECIDED.includes(item.state) || item.proposal) return [];
  const [author, ...others] = await deps.store.caseAuthors(item.id);
  if (!author || others.length > 0) return [];
  const known = { id: author.id, role: author.role, strikePoints, severity: item.severity };
  const { points, actions } = weigh(item, true, [], [known], policy.strikes);
  const [added] = actions;
  if (!added) return [];
  const isSecond = isSevere(policy, added);
  return [
    say("case.would-add", {
      points: points.get(author.id) ?? 0,
      added: sayActions(context, [added]),
    }),
    ...(isSecond ? [say("case.would-add-second")] : []),
  ];
}

/** Which points somebody has not reached yet, and what the policy adds there. */
export function sayNextThreshold(
  context: CommandContext,
  { strikePoints }: Standing,
): readonly string[] {
  const next = nextThreshold(strikePoints, context.policy.strikes);
  if (!next) return [];
  const action = sayActions(context, [next.action]);
  return [context.say("policy.threshold", { points: next.points, action })];
}
