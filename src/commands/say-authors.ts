import type { Case } from "../engine/case/case.ts";
import { touchedAuthors } from "../pipeline/case-authors.ts";
import type { CaseAuthor } from "../ports/store.ts";
import { MOST_AUTHORS } from "../ports/rights.ts";
import { sayList } from "../words/say.ts";
import type { CommandContext } from "./command.ts";

/** How many people a decision, or the proposal of one, touches when it is more than one, and what it weighs for them. */
export async function sayAuthors(context: CommandContext, item: Case): Promise<readonly string[]> {
  const { deps, policy, say } = context;
  const points = item.decision?.strikePoints ?? 0;
  const authors = await deps.store.caseAuthors(item.id);
  if (authors.length <= 1) return points > 0 ? [say("decide.strikes", { points })] : [];
  const touched = touchedAuthors(item, authors);
  const left = authors.length - touched.length;
  return [
    say("decide.authors", { count: authors.length }),
    ...(left > 0 ? [say("decide.left-out", { count: left, most: MOST_AUTHORS })] : []),
    ...(points > 0 ? [await sayPoints(context, touched)] : []),
    ...(points > 0 && policy.strikes.thresholds.length > 0 ? [say("decide.no-threshold")] : []),
  ];
}

/** What a decision weighs for its authors: one number where they get the same. */
async function sayPoints(context: CommandContext, authors: readonly CaseAuthor[]): Promise<string> {
  const weighed = authors.filter(({ role }) => role === "member");
  const [first] = weighed;
  if (first && weighed.every(({ points }) => points === first.points)) {
    return context.say("decide.strikes-each", { points: first.points });
  }
  const each = weighed.map(async ({ id, points }) =>
    context.say("decide.strikes-of", { who: await context.nameOf(id), points }),
  );
  return context.say("decide.strikes-own", {
    points: sayList(context.locale, await Promise.all(each)),
  });
}
