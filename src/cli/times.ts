import { Temporal } from "temporal-polyfill";
import { wrongOption } from "./wrong-option.ts";

const DATE = /^\d{4}-\d{2}-\d{2}$/u;
const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

/** Whether a date alone means the beginning of the day or its end. */
export type DayEdge = "start" | "end";

/**
 * Epoch milliseconds of a date (`2026-12-01`), a time of day in the zone (`2026-12-01T09:00`) or a time
 * with an offset (`2026-12-01T09:00Z`). Throws CANDOR-021, which names the option.
 */
export function readTime(option: string, words: string, timeZone: string, edge: DayEdge): number {
  try {
    if (DATE.test(words)) {
      const day = Temporal.PlainDate.from(words).add({ days: edge === "end" ? 1 : 0 });
      return day.toZonedDateTime(timeZone).epochMilliseconds;
    }
    return /(?:Z|[+-]\d{2}:?\d{2})$/u.test(words)
      ? Temporal.Instant.from(words).epochMilliseconds
      : Temporal.PlainDateTime.from(words).toZonedDateTime(timeZone).epochMilliseconds;
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw wrongOption(
      option,
      words,
      "a date such as 2026-12-01 or a time such as 2026-12-01T09:00 or 2026-12-01T09:00Z",
    );
  }
}

/** A time as an operator reads it: `Tue 2026-12-01 09:00 +08:00`. */
export function timeWords(at: number, timeZone: string): string {
  const time = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  const clock = time.toPlainTime().toString({ smallestUnit: "minute" });
  return `${WEEKDAYS[time.dayOfWeek - 1]} ${time.toPlainDate().toString()} ${clock} ${time.offset}`;
}
