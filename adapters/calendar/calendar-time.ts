import type ICAL from "ical.js";
import { Temporal } from "temporal-polyfill";
import { type CalendarZone, type CalendarZones, UTC_ZONE } from "./calendar-zone.ts";
import { SkipEvent, type StepBudget } from "./skip.ts";

/** A time as the calendar writes it: what the clock of a zone shows. A date is the start of its day. */
export interface CalendarTime {
  readonly local: Temporal.PlainDateTime;
  readonly isDate: boolean;
  readonly zone: CalendarZone;
}

/** How an end follows from its start. */
export type Length =
  /** When the start's clock has gone on by this much. */
  | { readonly kind: "clock"; readonly duration: Temporal.Duration }
  /** Days of the clock, then time that passes (RFC 5545, 3.3.6). */
  | { readonly kind: "passing"; readonly days: number; readonly restMs: number };

export interface TimeContext {
  readonly zones: CalendarZones;
  /** Zone of times that name none, and of whole days. */
  readonly floating: CalendarZone;
  readonly budget: StepBudget;
}

/**
 * A date, a time in UTC ("Z") or a time of some zone's clock, as jCal writes it. `T::` is what ical.js
 * makes of a date that is not declared to be one.
 */
const TIME = /^(\d{4}-\d{2}-\d{2})(?:T(?:(\d{2}:\d{2}:\d{2})(Z)?|::))?$/u;

export const ONE_DAY: Length = { kind: "clock", duration: Temporal.Duration.from({ days: 1 }) };

/** Epoch milliseconds. */
export function epochOf({ local, zone }: CalendarTime): number {
  return zone.toEpoch(local);
}

/** Epoch milliseconds of the end of what begins at `start`. */
export function endOf(start: CalendarTime, length: Length): number {
  const { local, zone } = start;
  return length.kind === "clock"
    ? zone.toEpoch(local.add(length.duration))
    : zone.toEpoch(local.add({ days: length.days })) + length.restMs;
}

/** At least how many days of the clock the length is. */
export function daysOf(length: Length): number {
  const days = length.kind === "clock" ? length.duration.total("days") : length.days;
  const rest = length.kind === "clock" ? 0 : length.restMs / (24 * 60 * 60 * 1000);
  return Math.ceil(days + rest);
}

/** The times of a property, which may be a list. Throws SkipEvent when one cannot be read. */
export function timesOf(property: ICAL.Property, context: TimeContext): readonly CalendarTime[] {
  return rawValues(property).map((value) => readTime(value, property, context));
}

/** The only time of a property. Throws SkipEvent when it cannot be read. */
export function timeOf(property: ICAL.Property, context: TimeContext): CalendarTime {
  return readTime(rawValues(property)[0], property, context);
}

/** The stretches of a property of the type `period`. Throws SkipEvent when one cannot be read. */
export function periodsOf(
  property: ICAL.Property,
  context: TimeContext,
): readonly { readonly start: CalendarTime; readonly length: Length }[] {
  return rawValues(property).map((value) => {
    const pair: readonly unknown[] = Array.isArray(value) ? value : [];
    const [from, to] = pair;
    const start = readTime(from, property, context);
    const isDuration = typeof to === "string" && /^[+-]?P/u.test(to);
    const length = isDuration ? readDuration(to) : lengthTo(start, readTime(to, property, context));
    return { start, length };
  });
}

/**
 * What lies between a start and an end of the same event, as its repetitions are to have it. They end
 * when the clock shows what it showed at the end of the first one. RFC 5545, 3.8.5.3 asks for the same
 * number of hours, which would leave nobody on call for an hour when clocks are set back between two
 * people's weeks, and is not what calendars show.
 */
export function lengthTo(start: CalendarTime, end: CalendarTime): Length {
  const restMs = epochOf(end) - epochOf(start);
  if (restMs <= 0) throw new SkipEvent("ends-before-start");
  return start.zone.id === end.zone.id
    ? { kind: "clock", duration: start.local.until(end.local, { largestUnit: "days" }) }
    : { kind: "passing", days: 0, restMs };
}

/** The length of a property of the type `duration`. Throws SkipEvent when it is none. */
export function durationOf(property: ICAL.Property): Length {
  return readDuration(rawValues(property)[0]);
}

function readDuration(value: unknown): Length {
  const duration = parsed(() => Temporal.Duration.from(String(value)));
  if (duration.sign <= 0) throw new SkipEvent("ends-before-start");
  const { weeks, days, hours, minutes, seconds } = duration;
  const rest = Temporal.Duration.from({ hours, minutes, seconds });
  return { kind: "passing", days: weeks * 7 + days, restMs: rest.total("milliseconds") };
}

/** A time of UTC's clock needs no zone, and a date has none. */
function readTime(value: unknown, property: ICAL.Property, context: TimeContext): CalendarTime {
  // A list of times can be as long as the file.
  context.budget.spend(1);
  const match = typeof value === "string" ? TIME.exec(value) : null;
  const [, date, time = "00:00:00", isUtc] = match ?? [];
  if (match === null || date === undefined) throw new SkipEvent("bad-time");
  const local = parsed(() => Temporal.PlainDateTime.from(`${date}T${time}`));
  if (match[2] === undefined) return { local, isDate: true, zone: context.floating };
  if (isUtc !== undefined) return { local, isDate: false, zone: UTC_ZONE };
  const tzid: unknown = property.getFirstParameter("tzid");
  if (typeof tzid !== "string") return { local, isDate: false, zone: context.floating };
  const zone = context.zones.find(tzid);
  if (zone === null) throw new SkipEvent("unknown-zone");
  return { local, isDate: false, zone };
}

/** The values as jCal (RFC 7265) has them: what ical.js makes of a time is normalised, 31 February to 3 March. */
function rawValues(property: ICAL.Property): unknown[] {
  const jCal: unknown[] = property.jCal;
  return jCal.slice(3);
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch {
    throw new SkipEvent("bad-time");
  }
}
