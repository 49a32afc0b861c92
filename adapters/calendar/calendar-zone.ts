import ICAL from "ical.js";
import { Temporal } from "temporal-polyfill";
import { isTimeZone } from "../../src/engine/rota/time-zone.ts";
import type { ComponentText } from "./split-calendar.ts";

/** A clock on the wall somewhere. */
export interface CalendarZone {
  /** Two times with equal ids show the same clock. */
  readonly id: string;
  /**
   * Epoch milliseconds at which the clock shows this time. One that a change of clocks leaves out
   * counts with the offset before the change, one that comes twice is the first (RFC 5545, 3.3.5).
   */
  toEpoch(local: Temporal.PlainDateTime): number;
}

export const UTC_ZONE: CalendarZone = ianaZone("UTC");

/** More is no real zone's history: every rule a zone has had since 1900 makes at most some 200. */
const MOST_OBSERVANCES = 250;
/** Zones that one file may define; a company has offices in fewer. */
const MOST_DEFINITIONS = 100;
/** Lines of one definition, and UTF-16 units of one of its lines. */
const MOST_LINES = 4_000;
const LONGEST_LINE = 1_000;
/** BY values of a zone's rule; "the last Sunday in October" has two. */
const MOST_RULE_VALUES = 20;

export function ianaZone(id: string): CalendarZone {
  return {
    id,
    toEpoch: (local) => local.toZonedDateTime(id).epochMilliseconds,
  };
}

/**
 * Finds the zone of a TZID. An IANA name is looked up here even when the file defines it: what files
 * say of it is often only one year's rule. Other names, such as those of Windows, are read from the
 * file's VTIMEZONE. Null when there is none or it cannot be used.
 */
export class CalendarZones {
  readonly #definitions = new Map<string, ICAL.Component>();
  readonly #zones = new Map<string, CalendarZone | null>();
  readonly #lastYear: number;

  /** `lastYear`: no time of a later year is asked for. */
  constructor(texts: readonly ComponentText[], lastYear: number) {
    this.#lastYear = lastYear;
    for (const text of texts.slice(0, MOST_DEFINITIONS)) {
      const component = parseZone(text);
      const id = component?.getFirstPropertyValue("tzid");
      if (component && typeof id === "string") this.#definitions.set(id, component);
    }
  }

  find(tzid: string): CalendarZone | null {
    const known = this.#zones.get(tzid);
    if (known !== undefined) return known;
    const zone = this.#resolve(tzid);
    this.#zones.set(tzid, zone);
    return zone;
  }

  #resolve(tzid: string): CalendarZone | null {
    const definition = this.#definitions.get(tzid);
    // Lotus, Evolution and others put the IANA name here.
    const location = definition?.getFirstPropertyValue("x-lic-location");
    const names = [...ianaNames(tzid), ...(typeof location === "string" ? [location] : [])];
    const iana = names.find(isTimeZone);
    if (iana !== undefined) return ianaZone(iana);
    return definition ? definedZone(tzid, definition, this.#lastYear) : null;
  }
}

/** The name itself, and what may be an IANA name behind a prefix such as `/freeassociation.sourceforge.net/`. */
function ianaNames(tzid: string): string[] {
  if (!tzid.startsWith("/")) return [tzid];
  const parts = tzid.split("/");
  return [3, 2].map((count) => parts.slice(-count).join("/"));
}

function parseZone({ lines, closed }: ComponentText): ICAL.Component | null {
  if (!closed || lines.length > MOST_LINES) return null;
  if (lines.some((line) => line.length > LONGEST_LINE)) return null;
  try {
    const text = ["BEGIN:VTIMEZONE", ...lines, "END:VTIMEZONE"].join("\r\n");
    return ICAL.Component.fromString(text);
  } catch {
    return null;
  }
}

function definedZone(
  tzid: string,
  component: ICAL.Component,
  lastYear: number,
): CalendarZone | null {
  try {
    const first = boundObservances(component, lastYear);
    if (first === null) return null;
    const timezone = new ICAL.Timezone({ component, tzid });
    const offsetAt = (local: Temporal.PlainDateTime) =>
      Temporal.PlainDateTime.compare(local, first.from) < 0
        ? first.offsetBefore
        : timezone.utcOffset(floatingTime(local));
    return {
      id: `file:${tzid}`,
      toEpoch(local) {
        const seconds = offsetAtFirst(local, offsetAt);
        return local.subtract({ seconds }).toZonedDateTime("UTC").epochMilliseconds;
      },
    };
  } catch {
    return null;
  }
}

/**
 * ical.js takes the offset after a change for a time that comes twice or not at all, where RFC 5545
 * asks for the one before. Such a time shows in that the clock, set back by the size of the change,
 * was still at the offset before.
 */
function offsetAtFirst(
  local: Temporal.PlainDateTime,
  offsetAt: (local: Temporal.PlainDateTime) => number,
): number {
  const offset = offsetAt(local);
  const before = offsetAt(local.subtract({ hours: 3 }));
  const size = Math.abs(offset - before);
  return size > 0 && offsetAt(local.subtract({ seconds: size })) === before ? before : offset;
}

/** When the zone's definition sets in, and its offset before that in seconds. */
interface FirstObservance {
  readonly from: Temporal.PlainDateTime;
  readonly offsetBefore: number;
}

/**
 * Makes a definition safe to work out: yearly rules only, none beyond the last year. Null when it has
 * no observance or asks for more than any real zone does.
 */
function boundObservances(component: ICAL.Component, lastYear: number): FirstObservance | null {
  const observances = component.getAllSubcomponents();
  if (observances.length === 0 || observances.length > MOST_OBSERVANCES) return null;
  let first: FirstObservance | null = null;
  for (const observance of observances) {
    const start = observance.getFirstPropertyValue("dtstart");
    const offset = observance.getFirstPropertyValue("tzoffsetfrom");
    const offsetTo = observance.getFirstPropertyValue("tzoffsetto");
    if (!(start instanceof ICAL.Time)) return null;
    if (!(offset instanceof ICAL.UtcOffset && offsetTo instanceof ICAL.UtcOffset)) return null;
    for (const property of observance.getAllProperties("rrule")) {
      const rule = property.getFirstValue();
      if (!(rule instanceof ICAL.Recur) || !isYearly(rule)) return null;
      if (!rule.until || rule.until.year > lastYear) {
        rule.until = floatingTime(new Temporal.PlainDateTime(lastYear, 12, 31));
      }
    }
    const from = plainTime(start);
    if (first === null || Temporal.PlainDateTime.compare(from, first.from) < 0) {
      first = { from, offsetBefore: offset.toSeconds() };
    }
  }
  return first;
}

function isYearly(rule: ICAL.Recur): boolean {
  const values = Object.values(rule.parts).flat().length;
  return rule.freq === "YEARLY" && rule.interval === 1 && values <= MOST_RULE_VALUES;
}

/** The time of the clock, without its zone. */
export function plainTime(time: ICAL.Time): Temporal.PlainDateTime {
  const { year, month, day } = time;
  return time.isDate
    ? new Temporal.PlainDateTime(year, month, day)
    : new Temporal.PlainDateTime(year, month, day, time.hour, time.minute, time.second);
}

/** The same time of the clock for ical.js, without a zone, so that it compares clocks and no instants. */
export function floatingTime(local: Temporal.PlainDateTime, isDate = false): ICAL.Time {
  const { year, month, day, hour, minute, second } = local;
  const time = isDate ? { isDate } : { isDate, hour, minute, second };
  return new ICAL.Time({ year, month, day, ...time }, ICAL.Timezone.localTimezone);
}
