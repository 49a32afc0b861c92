import type ICAL from "ical.js";
import { Temporal } from "temporal-polyfill";
import { type CalendarTime, type Length, daysOf, endOf, epochOf } from "./calendar-time.ts";
import type { CalendarEvent } from "./read-event.ts";
import { repetitions } from "./repetitions.ts";
import type { StepBudget } from "./skip.ts";

/** A stretch of time in epoch milliseconds, half-open. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Which repetitions of a series other events of the file stand for. */
export interface Replaced {
  readonly times: readonly CalendarTime[];
  /** Epoch milliseconds from which on no repetition counts. */
  readonly from: number;
}

/**
 * When an event takes place, as far as it overlaps the window: its start and its repetitions, without
 * those that are excluded or replaced. In the order of its rules. Throws SkipEvent when its rules
 * cannot be worked out.
 */
export function* occurrencesOf(
  event: CalendarEvent,
  replaced: Replaced,
  window: Stretch,
  budget: StepBudget,
): Generator<Stretch> {
  const isExcluded = makeExclusion([...event.excluded, ...replaced.times]);
  const seen = new Set<number>();
  for (const { start, length = event.length } of startsOf(event, window, budget)) {
    const from = epochOf(start);
    if (from >= window.to || from >= replaced.from || seen.has(from)) continue;
    if (isExcluded(start, from)) continue;
    seen.add(from);
    const to = endOf(start, length);
    if (to > window.from && to > from) yield { from, to };
  }
}

/** All starts that may matter for the window, with repetitions, in no certain order. */
function* startsOf(
  event: CalendarEvent,
  window: Stretch,
  budget: StepBudget,
): Generator<{ readonly start: CalendarTime; readonly length?: Length }> {
  const { start } = event;
  yield { start };
  yield* event.added;
  if (event.rules.length === 0) return;
  // The clock of any zone is within a day of UTC's.
  const range = {
    first: clockOfUtc(window.from).subtract({ days: daysOf(event.length) + 2 }),
    last: clockOfUtc(window.to).add({ days: 2 }),
  };
  for (const rule of event.rules) {
    const isPast = makeUntil(rule.until, start);
    for (const local of repetitions(rule, start, range, budget)) {
      const repeated = { ...start, local };
      if (isPast(repeated)) break;
      yield { start: repeated };
    }
  }
}

function clockOfUtc(at: number): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO("UTC").toPlainDateTime();
}

/**
 * Whether a repetition is behind the UNTIL of its rule: a date, a time of the series' own clock, or a
 * time in UTC.
 */
function makeUntil(
  until: ICAL.Time | null,
  start: CalendarTime,
): (repeated: CalendarTime) => boolean {
  if (until === null) return () => false;
  const text = until.toString();
  const plain = Temporal.PlainDateTime.from(text.replace(/Z$/u, ""));
  if (until.isDate || start.isDate) {
    const date = plain.toPlainDate();
    return ({ local }) => Temporal.PlainDate.compare(local, date) > 0;
  }
  if (text.endsWith("Z")) {
    const last = plain.toZonedDateTime("UTC").epochMilliseconds;
    return (repeated) => epochOf(repeated) > last;
  }
  return ({ local }) => Temporal.PlainDateTime.compare(local, plain) > 0;
}

/**
 * Compares instants, since an exception may be written in another zone than its series. One that is
 * only a date is for every repetition on that date.
 */
function makeExclusion(
  times: readonly CalendarTime[],
): (start: CalendarTime, from: number) => boolean {
  const dates = new Set(
    times.filter((time) => time.isDate).map(({ local }) => local.toPlainDate().toString()),
  );
  const instants = new Set(times.filter((time) => !time.isDate).map(epochOf));
  return ({ local }, from) =>
    instants.has(from) || (dates.size > 0 && dates.has(local.toPlainDate().toString()));
}
