import type { Case } from "../engine/case/case.ts";
import type { CaseAction } from "../engine/case/decision.ts";
import { ownerAt } from "../engine/case/transitions.ts";
import { actionWords, minuteWords } from "../pipeline/action-words.ts";
import { sayList } from "../words/say.ts";
import type { CommandContext } from "./command.ts";

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
const DAY_MINUTES = 24 * HOUR_MINUTES;

/** A stretch of time in the reader's language, exact to the minute, in the greatest unit that fits. */
export function sayMinutes({ locale }: Pick<CommandContext, "locale">, minutes: number): string {
  return minuteWords(locale, minutes);
}

/** How long ago something was: from two hours on to the hour, from two days on to the day. */
export function sayAge(context: Pick<CommandContext, "locale" | "now">, at: number): string {
  const minutes = (context.now - at) / MINUTE_MS;
  const unit = [DAY_MINUTES, HOUR_MINUTES].find((each) => minutes >= 2 * each) ?? 1;
  return sayMinutes(context, Math.round(minutes / unit) * unit);
}

/** One line about a case: number, gravity, what for, how long it waits, and who has it. */
export async function sayCaseLine(context: CommandContext, item: Case): Promise<string> {
  const { say, now } = context;
  const owner = ownerAt(item, now);
  return say("case.line", {
    number: item.number,
    severity: item.severity ?? say("severity.none"),
    about: sayAbout(context, item),
    age: sayAge(context, item.openedAt),
    state: owner === null ? sayState(context, item) : await context.nameOf(owner),
  });
}

/** What a case is for: its families, or its source where it has none. */
export function sayAbout(
  { say, locale }: Pick<CommandContext, "say" | "locale">,
  { families, source }: Case,
): string {
  if (families.length === 0 || source === "question" || source === "feedback") {
    return saySource({ say }, { source });
  }
  return sayList(
    locale,
    families.map((family) => say(`family.${family}`)),
  );
}

export function saySource({ say }: Pick<CommandContext, "say">, { source }: Pick<Case, "source">) {
  return say(`source.${source}`);
}

/** The state for people: a lease that is over counts as none. */
export function sayState({ say, now }: Pick<CommandContext, "say" | "now">, item: Case): string {
  if (item.proposal) return say("state.proposed");
  const lapsed = item.state === "assigned" && ownerAt(item, now) === null;
  return say(`state.${lapsed ? "open" : item.state}`);
}

/** What was, or will be, done because of a decision. */
export function sayActions({ locale }: CommandContext, actions: readonly CaseAction[]): string {
  return actionWords(locale, actions);
}
