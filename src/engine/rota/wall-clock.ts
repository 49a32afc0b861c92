import { Temporal } from "temporal-polyfill";

/** Days of the week in the order of ISO 8601. */
export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof DAYS)[number];

/** A stretch of time in epoch milliseconds, half-open. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export const DAY_MS = 24 * 60 * 60 * 1000;

/** The calendar date in the zone at a time in epoch milliseconds. */
export function dateAt(at: number, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate();
}

/** 0 for Monday to 6 for Sunday. */
export function weekdayOf(date: Temporal.PlainDate): number {
  return date.dayOfWeek - 1;
}

/** The index of a day's name as `weekdayOf` counts. */
export function weekdayNumber(day: Day): number {
  return DAYS.indexOf(day);
}

/** Every date from the first to the last, both included. */
export function* datesBetween(
  first: Temporal.PlainDate,
  last: Temporal.PlainDate,
): Generator<Temporal.PlainDate> {
  let date = first;
  while (Temporal.PlainDate.compare(date, last) <= 0) {
    yield date;
    date = date.add({ days: 1 });
  }
}

/**
 * Epoch milliseconds at which clocks in the zone show this time ("HH:MM", or "24:00" for the end of
 * the date). A time that a change of clocks leaves out counts as it would have without the change
 * (02:30 becomes 03:30); one that comes twice means its first coming.
 */
export function instantOf(date: Temporal.PlainDate, time: string, timeZone: string): number {
  const day = time === "24:00" ? date.add({ days: 1 }) : date;
  const plainTime = Temporal.PlainTime.from(time === "24:00" ? "00:00" : time);
  return day.toZonedDateTime({ timeZone, plainTime }).epochMilliseconds;
}

/**
 * The stretch that begins on the date at `from` and lasts until the next `to` on the clock: on the
 * next date when `to` is not later, so that equal times are one whole day of the clock (23 or 25
 * hours when clocks change). Null when a change of clocks leaves nothing of it.
 */
export function spanOn(
  date: Temporal.PlainDate,
  clock: { readonly from: string; readonly to: string },
  timeZone: string,
): Span | null {
  const from = instantOf(date, clock.from, timeZone);
  // Both are zero-padded, so that they compare as text.
  const lastDate = clock.to <= clock.from ? date.add({ days: 1 }) : date;
  const to = instantOf(lastDate, clock.to, timeZone);
  return from < to ? { from, to } : null;
}
