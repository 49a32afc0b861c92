import { FAMILIES } from "../engine/message.ts";
import type { CommandContext } from "./command.ts";

/** Rules that are offered to whoever named none, and the newest decisions among which they are looked for. */
const MOST_OFFERED = 4;
const MOST_DECISIONS = 50;

/**
 * Rules as they are typed, likeliest first: those that the community's newest decisions named, then one of
 * each family that is in force.
 */
export async function likelyRules({
  deps,
  actor,
}: Pick<CommandContext, "deps" | "actor">): Promise<readonly string[]> {
  const decided = await deps.store.listCases({
    communityId: actor.communityId,
    states: ["decided", "appealed", "closed"],
    limit: MOST_DECISIONS,
  });
  const { rules } = deps.ruleSet;
  const isId = (rule: string) => rules.some(({ id }) => id === rule);
  const used = decided.flatMap(({ decision, source }) =>
    // Where none was named, the source of the case stands for it.
    decision && decision.rule !== "" && decision.rule !== source ? [decision.rule] : [],
  );
  const first = FAMILIES.flatMap(
    (family) => rules.find((each) => each.family === family)?.id ?? [],
  );
  const offered = [...new Set([...used, ...first])].slice(0, MOST_OFFERED);
  return offered.map((rule) => (isId(rule) ? `rule:${rule}` : `rule:"${rule}"`));
}
