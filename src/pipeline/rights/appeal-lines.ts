import type { Appeal } from "../../ports/rights.ts";
import type { CaseView } from "../../ports/store.ts";
import { type CommandNames, say, sayTime } from "../../words/say.ts";
import type { ReaderSettings } from "../escalation/context.ts";
import { quoteOf } from "../escalation/excerpt.ts";
import type { Judges } from "./judges.ts";
import { waitingAppeals } from "./waiting.ts";

/** Appeals beside the first that one page quotes. */
const MOST_QUOTED = 3;

type Reading = Pick<ReaderSettings, "locale" | "timeZone">;

interface AppealsTold {
  readonly appeals: readonly Appeal[];
  readonly judges: Judges | null;
  /** Absent: as a platform without groups of commands calls them. */
  readonly names?: CommandNames | undefined;
}

/**
 * What a page about appeals says beside the case: the objection that is due first and until when, how many wait, who
 * may decide where that is not said by the page itself, and how. `appeals` are all of the case: each is named by its
 * place among them.
 */
export function appealLines(
  { appeals, judges, names }: AppealsTold,
  { number }: Pick<CaseView, "number">,
  reading: Reading,
): readonly string[] {
  const [first, ...others] = waitingAppeals(appeals);
  if (!first) return [];
  const { locale, timeZone } = reading;
  const nth = appeals.indexOf(first) + 1;
  const count = others.length + 1;
  return [
    ...(others.length > 0 ? [say(locale, "rights.appeal.several", { count, nth })] : []),
    ...(first.reason === "" ? [] : [say(locale, "rights.appeal.said", { reason: first.reason })]),
    say(locale, "rights.appeal.due", { time: sayTime(locale, timeZone, first.dueAt) }),
    ...others.slice(0, MOST_QUOTED).map((each) => alsoLine(each, appeals, reading)),
    ...judgeLines(judges, reading),
    appeals.length > 1
      ? say(locale, "rights.appeal.how-named", { number, nth }, names)
      : say(locale, "rights.appeal.how", { number }, names),
  ];
}

function alsoLine(appeal: Appeal, all: readonly Appeal[], { locale, timeZone }: Reading): string {
  const { reason, dueAt } = appeal;
  return say(locale, "rights.appeal.also", {
    nth: all.indexOf(appeal) + 1,
    time: sayTime(locale, timeZone, dueAt),
    text: reason === "" ? say(locale, "case.evidence-gone") : quoteOf(reason),
  });
}

function judgeLines(judges: Judges | null, { locale }: Reading): readonly string[] {
  if (!judges?.isLeftToOwner) return [];
  return [say(locale, judges.people.length > 0 ? "rights.appeal.owner" : "rights.appeal.nobody")];
}
