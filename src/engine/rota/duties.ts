import { Temporal } from "temporal-polyfill";
import type { Rota, Shift } from "./rota-schema.ts";
import {
  type Span,
  DAY_MS,
  dateAt,
  datesBetween,
  spanOn,
  weekdayNumber,
  weekdayOf,
} from "./wall-clock.ts";

/** One shift on one day: when it is and whose turn it is. */
export interface Duty extends Span {
  readonly people: readonly string[];
}

/**
 * The duties of the pattern that overlap [from, to), epoch milliseconds, sorted by shift and then by
 * date. No shift begins before its `startsOn` or on a holiday.
 */
export function dutiesBetween(rota: Rota, from: number, to: number): readonly Duty[] {
  const { timeZone } = rota;
  const holidays = new Set(rota.holidays);
  // A duty reaches into the next date; where a zone once left out a date, one date further.
  const dates = [...datesBetween(dateAt(from - 2 * DAY_MS, timeZone), dateAt(to, timeZone))].filter(
    (date) => !holidays.has(date.toString()),
  );
  return rota.shifts.flatMap((shift) => {
    const startsOn = Temporal.PlainDate.from(shift.startsOn);
    const weekdays = new Set(shift.days.map(weekdayNumber));
    return dates.flatMap((date): Duty[] => {
      if (!weekdays.has(weekdayOf(date))) return [];
      if (Temporal.PlainDate.compare(date, startsOn) < 0) return [];
      const span = spanOn(date, shift, timeZone);
      if (span === null || span.to <= from || span.from >= to) return [];
      return [{ ...span, people: peopleOn(shift, weekdays, startsOn, date) }];
    });
  });
}

function peopleOn(
  shift: Shift,
  weekdays: ReadonlySet<number>,
  startsOn: Temporal.PlainDate,
  date: Temporal.PlainDate,
): readonly string[] {
  if (shift.rotate === "none") return shift.people;
  const passed = startsOn.until(date, { largestUnit: "days" }).days;
  const turn =
    shift.rotate === "weekly"
      ? Math.floor(passed / 7)
      : daysOfDuty(passed, weekdayOf(startsOn), weekdays);
  return shift.people.slice(turn % shift.people.length).slice(0, 1);
}

/**
 * How many of the days that have passed were days of the shift. Turns are counted in these and not in
 * days of the calendar: seven people on five days a week would otherwise leave two without a turn.
 */
function daysOfDuty(passed: number, first: number, weekdays: ReadonlySet<number>): number {
  let inLastWeek = 0;
  for (let day = 0; day < passed % 7; day += 1) {
    if (weekdays.has((first + day) % 7)) inLastWeek += 1;
  }
  return Math.floor(passed / 7) * weekdays.size + inLastWeek;
}
