import { type CaseAction, isSanction } from "../engine/case/decision.ts";
import type { Locale } from "../engine/policy.ts";
import { say, sayList } from "../words/say.ts";

const HOUR_MINUTES = 60;
const DAY_MINUTES = 24 * HOUR_MINUTES;

/** A stretch of time, exact to the minute, in the greatest unit that fits. */
export function minuteWords(locale: Locale, minutes: number): string {
  const whole = Math.max(0, Math.round(minutes));
  if (whole > 0 && whole % DAY_MINUTES === 0) {
    return say(locale, "span.days", { count: whole / DAY_MINUTES });
  }
  if (whole > 0 && whole % HOUR_MINUTES === 0) {
    return say(locale, "span.hours", { count: whole / HOUR_MINUTES });
  }
  return say(locale, "span.minutes", { count: whole });
}

/** What was, or will be, done because of a decision, with how long: the same words wherever a moderator reads of it. */
export function actionWords(locale: Locale, actions: readonly CaseAction[]): string {
  if (actions.length === 0) return say(locale, "choice.none");
  return sayList(
    locale,
    actions.map((action) => oneAction(locale, action)),
  );
}

function oneAction(locale: Locale, action: CaseAction): string {
  const said = withTime(locale, action);
  if (!isSanction(action) || action.threshold === undefined) return said;
  return say(locale, "case.action-added", { action: said, points: action.threshold });
}

function withTime(locale: Locale, action: CaseAction): string {
  const name = say(locale, `choice.${action.kind}`);
  if (!("minutes" in action)) return name;
  const { minutes } = action;
  const timed = say(locale, "case.action-for", {
    action: name,
    time: minutes === null ? say(locale, "span.ever") : minuteWords(locale, minutes),
  });
  if (action.kind !== "ban" || action.deleteDays === undefined) return timed;
  return say(locale, "case.action-days", { action: timed, days: action.deleteDays });
}
