import { contextOf } from "../pipeline/escalation/context.ts";
import { waitingIn } from "../pipeline/rights/judges.ts";
import type { CommandContext } from "./command.ts";

/** Appealed cases that are looked at, and those of them that are named. */
const MOST_CASES = 200;
const MOST_NAMED = 10;

/** The appeals that nobody may decide, not even an owner. */
export async function sayUndecidable({
  deps,
  actor,
  say,
}: CommandContext): Promise<readonly string[]> {
  const { communityId, platform } = actor;
  const states = ["appealed"] as const;
  const cases = await deps.store.listCases({ communityId, states, limit: MOST_CASES });
  if (cases.length === 0) return [];
  const context = await contextOf(deps, { communityId, platform });
  const lines: string[] = [];
  for (const item of cases) {
    const waiting = await waitingIn(deps, context, item, await deps.store.appealsOf(item.id));
    const isLeft = waiting.some(({ judges }) => judges.isLeftToOwner && judges.people.length === 0);
    if (isLeft) lines.push(say("status.undecidable", { number: item.number }));
  }
  return lines.slice(0, MOST_NAMED);
}
