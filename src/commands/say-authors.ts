import type { Case } from "../engine/case/case.ts";
import { touchedAuthors } from "../pipeline/case-authors.ts";
import type { CaseAuthor } from "../ports/store.ts";
import { MOST_AUTHORS } from "../ports/rights.ts";
import { sayList } from "../words/say.ts";
import { sayActions } from "./case-words.ts";
import type { CommandContext } from "./command.ts";

/** How many people a decision, or the proposal of one, touches when it is more than one, and what it weighs for them. */
export async function sayAuthors(context: CommandContext, item: Case): Promise<readonly string[]> {
  const { deps, say } = context;
  const points = item.decision?.strikePoints ?? 0;
  const authors = await deps.store.caseAuthors(item.id);
  if (authors.length <= 1) return points > 0 ? [say("decide.strikes", { points })] : [];
  const touched = touchedAuthors(item, authors);
  const left = authors.length - touched.length;
  return [
    say("decide.authors", { count: authors.length }),
    ...(left > 0 ? [say("decide.left-out", { count: left, most: MOST_AUTHORS })] : []),
    ...(points > 0 ? [await sayPoints(context, touched)] : []),
    ...(await sayAdded(context, item, touched)),
  ];
}

/** What thresholds add for single authors: of a decision with their names, of a proposal what it would be. */
async function sayAdded(
  context: CommandContext,
  { decision, proposal }: Case,
  authors: readonly CaseAuthor[],
): Promise<readonly string[]> {
  if (!decision) {
    const { added = [] } = proposal ?? {};
    if (added.length === 0) return [];
    return [context.say("decide.added", { list: sayActions(context, added) })];
  }
  const each = authors.flatMap(({ id, added, cleared }) =>
    added && !cleared ? [{ id, action: added }] : [],
  );
  if (each.length === 0) return [];
  const said = each.map(async ({ id, action }) =>
    context.say("decide.added-for", {
      who: await context.nameOf(id),
      action: sayActions(context, [action]),
    }),
  );
  const list = sayList(context.locale, await Promise.all(said));
  return [context.say("decide.added", { list })];
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
