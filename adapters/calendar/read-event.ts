import ICAL from "ical.js";
import {
  type CalendarTime,
  type Length,
  type TimeContext,
  ONE_DAY,
  durationOf,
  lengthTo,
  periodsOf,
  timeOf,
  timesOf,
} from "./calendar-time.ts";
import { SkipEvent } from "./skip.ts";
import type { EventText } from "./split-calendar.ts";

export interface Attendee {
  readonly name: string | null;
  readonly email: string | null;
}

export interface CalendarEvent {
  readonly uid: string;
  readonly cancelled: boolean;
  readonly start: CalendarTime;
  readonly length: Length;
  readonly rules: readonly ICAL.Recur[];
  /** What is added to the repetitions of the rules; a length where it is not the event's own. */
  readonly added: readonly { readonly start: CalendarTime; readonly length?: Length }[];
  readonly excluded: readonly CalendarTime[];
  /** The repetition, in the series with the same UID, for which this event stands. */
  readonly replaces: CalendarTime | null;
  /** It stands for all later repetitions too. */
  readonly replacesLaterOnes: boolean;
  readonly summary: string;
  readonly attendees: readonly Attendee[];
}

/** UTF-16 units of a title, a name or an address that are looked at. */
const MOST_WORDS = 500;

/**
 * UTF-16 units of one unfolded line. ical.js takes time that grows with the square of the length of a
 * line's parameters; a line of 5,000 excluded dates is shorter than this.
 */
const LONGEST_LINE = 100_000;

/** Reads one event. Throws SkipEvent with the reason when it cannot be used. */
export function readEvent(text: EventText, context: TimeContext): CalendarEvent {
  if (!text.closed) throw new SkipEvent("unclosed");
  const component = parseEvent(text.lines);
  if (component.hasProperty("exrule")) throw new SkipEvent("exception-rule");
  const startProperty = component.getFirstProperty("dtstart");
  if (!startProperty) throw new SkipEvent("no-start");
  const start = timeOf(startProperty, context);
  const replaced = component.getFirstProperty("recurrence-id");
  const status = firstText(component, "status").toUpperCase();
  return {
    uid: firstText(component, "uid"),
    cancelled: text.withdrawn || status === "CANCELLED",
    start,
    length: readLength(component, start, context),
    rules: component.getAllProperties("rrule").map(readRule),
    added: component
      .getAllProperties("rdate")
      .flatMap((list): CalendarEvent["added"] =>
        list.type === "period"
          ? periodsOf(list, context)
          : timesOf(list, context).map((time) => ({ start: time })),
      ),
    excluded: component.getAllProperties("exdate").flatMap((list) => timesOf(list, context)),
    replaces: replaced ? timeOf(replaced, context) : null,
    replacesLaterOnes: replaced !== null && parameter(replaced, "range") === "THISANDFUTURE",
    summary: firstText(component, "summary").slice(0, MOST_WORDS),
    attendees: component.getAllProperties("attendee").flatMap(readAttendee),
  };
}

function parseEvent(lines: readonly string[]): ICAL.Component {
  if (lines.some((line) => line.length > LONGEST_LINE)) throw new SkipEvent("malformed");
  try {
    return ICAL.Component.fromString(["BEGIN:VEVENT", ...lines, "END:VEVENT"].join("\r\n"));
  } catch {
    // What ical.js says repeats the line, which may name people.
    throw new SkipEvent("malformed");
  }
}

function readLength(component: ICAL.Component, start: CalendarTime, context: TimeContext): Length {
  const end = component.getFirstProperty("dtend");
  if (end) return lengthTo(start, timeOf(end, context));
  const duration = component.getFirstProperty("duration");
  if (duration) return durationOf(duration);
  if (start.isDate) return ONE_DAY;
  throw new SkipEvent("no-end");
}

function readRule(property: ICAL.Property): ICAL.Recur {
  let rule: unknown = null;
  try {
    rule = property.getFirstValue();
  } catch {
    // What cannot be read is no rule, as below.
  }
  if (!(rule instanceof ICAL.Recur)) throw new SkipEvent("bad-rule");
  return rule;
}

/** Nobody for a room, a device or a person who has declined. */
function readAttendee(property: ICAL.Property): Attendee[] {
  const kind = parameter(property, "cutype");
  if (kind === "ROOM" || kind === "RESOURCE") return [];
  if (parameter(property, "partstat") === "DECLINED") return [];
  const address = textOf(property.getFirstValue());
  // The parameter is used where the address is one of the sender's own system (RFC 7986, 6.2).
  const email = [address.replace(/^mailto:/iu, ""), words(property, "email")]
    .map((text) => text.trim())
    .find((text) => text.includes("@"));
  const name = words(property, "cn").trim();
  if (email === undefined && name === "") return [];
  return [
    {
      name: name === "" ? null : name.slice(0, MOST_WORDS),
      email: email === undefined ? null : email.slice(0, MOST_WORDS),
    },
  ];
}

function firstText(component: ICAL.Component, name: string): string {
  return textOf(component.getFirstPropertyValue(name));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

function words(property: ICAL.Property, name: string): string {
  return textOf(property.getFirstParameter(name));
}

/** A parameter's value in capitals; empty when there is none. */
function parameter(property: ICAL.Property, name: string): string {
  return words(property, name).toUpperCase();
}
