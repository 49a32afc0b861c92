import { fallenSince, sayFallen } from "../pipeline/points-fell.ts";
import type { CaseView } from "../ports/store.ts";
import type { CommandContext } from "./command.ts";

/** What points that were just taken back had added elsewhere: whoever took them back looks at it. */
export async function sayFallenSince(
  { deps, locale, nameOf, platform }: CommandContext,
  item: CaseView,
): Promise<readonly string[]> {
  const fallen = await fallenSince(deps, item);
  return Promise.all(
    fallen.map(async (each) =>
      sayFallen(locale, each, await nameOf(each.authorId), platform.commandName),
    ),
  );
}
