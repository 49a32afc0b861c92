import type { Case } from "../engine/case/case.ts";
import { touchedAuthors } from "../pipeline/case-authors.ts";
import { MOST_AUTHORS } from "../ports/rights.ts";
import type { CommandContext } from "./command.ts";

/** How many people a decision, or the proposal of one, touches when it is more than one, and what it weighs for them. */
export async function sayAuthors(
  { deps, say }: CommandContext,
  item: Case,
): Promise<readonly string[]> {
  const { decision } = item;
  const points = decision?.strikePoints ?? 0;
  const authors = await deps.store.caseAuthors(item.id);
  if (authors.length <= 1) return points > 0 ? [say("decide.strikes", { points })] : [];
  const count = touchedAuthors(item, authors).length;
  const left = authors.length - count;
  return [
    say("decide.authors", { count: authors.length }),
    ...(left > 0 ? [say("decide.left-out", { count: left, most: MOST_AUTHORS })] : []),
    ...(points > 0 ? [say("decide.strikes-each", { points })] : []),
  ];
}
