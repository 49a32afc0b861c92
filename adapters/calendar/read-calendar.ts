import type { RotaEntry } from "../../src/engine/rota/on-call.ts";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import { type TimeContext, epochOf } from "./calendar-time.ts";
import { CalendarZones, ianaZone } from "./calendar-zone.ts";
import { type Replaced, type Stretch, occurrencesOf } from "./occurrences.ts";
import { type CalendarEvent, readEvent } from "./read-event.ts";
import { FileTooComplex, SkipEvent, type SkipReason, StepBudget } from "./skip.ts";
import { type EventText, splitCalendar } from "./split-calendar.ts";

/** A team's calendar of several years is some hundred kilobytes. */
export const MOST_CALENDAR_BYTES = 5 * 1024 * 1024;
/** Three people, hour by hour, for some 20 weeks. */
export const MOST_ENTRIES = 10_000;

export interface CalendarOptions {
  /**
   * The id of the person whom an attendee or a title names, or null. Called for each attendee, and
   * with the title alone (name and email null) when none of them is known.
   */
  readonly findPerson: (words: {
    readonly name: string | null;
    readonly email: string | null;
    readonly summary: string;
  }) => string | null;
  /** IANA zone of times that name none, and of whole days. */
  readonly timeZone: string;
  /** The window, epoch milliseconds, half-open: duties that overlap it are read. */
  readonly from: number;
  readonly until: number;
}

export type CalendarProblem =
  | { readonly kind: "too-large"; readonly mostBytes: number }
  /** The text does not begin as an iCalendar file does. */
  | { readonly kind: "not-a-calendar" }
  /** The end of the calendar is missing: the file may be only a part. */
  | { readonly kind: "cut-off" }
  | { readonly kind: "too-many-entries"; readonly most: number }
  /** Its repetitions take too long to work out. */
  | { readonly kind: "too-complex" };

/** An event that was left out: its position among the file's events, from 1, and why. */
export interface SkippedEvent {
  readonly record: number;
  readonly reason: SkipReason;
}

export interface ReadCalendar {
  /** Sorted by start. */
  readonly entries: readonly RotaEntry[];
  /** Sorted by position. Cancelled events and those outside the window are read, and not listed. */
  readonly skipped: readonly SkippedEvent[];
}

/**
 * Reads the duties of an iCalendar file (RFC 5545) as entries of a rota. Neither problems nor reasons
 * repeat anything of the file.
 */
export function readCalendar(
  text: string,
  options: CalendarOptions,
): Result<ReadCalendar, CalendarProblem> {
  if (Buffer.byteLength(text) > MOST_CALENDAR_BYTES) {
    return fail({ kind: "too-large", mostBytes: MOST_CALENDAR_BYTES });
  }
  const calendar = splitCalendar(text);
  if (calendar === null) return fail({ kind: "not-a-calendar" });
  if (!calendar.complete) return fail({ kind: "cut-off" });
  const context: TimeContext = {
    // A repetition that begins in the window may end in the year after it.
    zones: new CalendarZones(calendar.zones, new Date(options.until).getUTCFullYear() + 1),
    floating: ianaZone(options.timeZone),
    budget: new StepBudget(),
  };
  try {
    return readEvents(calendar.events, options, context);
  } catch (error) {
    if (error instanceof FileTooComplex) return fail({ kind: "too-complex" });
    throw error;
  }
}

function readEvents(
  texts: readonly EventText[],
  options: CalendarOptions,
  context: TimeContext,
): Result<ReadCalendar, CalendarProblem> {
  const skipped: SkippedEvent[] = [];
  const attempt = <T>(record: number, step: () => T): T | null => {
    const tried = trySteps(step, context);
    if (tried.ok) return tried.value;
    skipped.push({ record, reason: tried.error });
    return null;
  };

  const events = texts.flatMap((text) => {
    const event = attempt(text.record, () => readEvent(text, context));
    return event === null ? [] : [{ record: text.record, event }];
  });
  const replaced = gatherReplaced(events.map(({ event }) => event));
  const entries: RotaEntry[] = [];
  for (const { record, event } of events) {
    const stretches = attempt(record, () => stretchesOf(event, replaced, options, context)) ?? [];
    // Only an event that takes place in the window has to name somebody.
    if (stretches.length === 0) continue;
    const people = peopleOf(event, options.findPerson);
    if (people.length === 0) skipped.push({ record, reason: "nobody-known" });
    if (entries.length + stretches.length * people.length > MOST_ENTRIES) {
      return fail({ kind: "too-many-entries", most: MOST_ENTRIES });
    }
    for (const stretch of stretches) {
      for (const personId of people) {
        entries.push({ ...stretch, personId, replaces: null, kind: "imported" });
      }
    }
  }
  return ok({
    entries: entries.toSorted((a, b) => a.from - b.from),
    skipped: skipped.toSorted((a, b) => a.record - b.record),
  });
}

/** What the step gives, or why the event has to be left out. */
function trySteps<T>(step: () => T, { budget }: TimeContext): Result<T, SkipReason> {
  budget.startEvent();
  try {
    return ok(step());
  } catch (error) {
    if (error instanceof FileTooComplex) throw error;
    return fail(error instanceof SkipEvent ? error.reason : "malformed");
  }
}

/** When an event takes place in the window; of too many, one more than are allowed. */
function stretchesOf(
  event: CalendarEvent,
  replaced: ReadonlyMap<string, Replaced>,
  { from, until }: CalendarOptions,
  { budget }: TimeContext,
): readonly Stretch[] {
  if (event.cancelled) return [];
  if (event.replacesLaterOnes) throw new SkipEvent("all-later-ones");
  const series = event.replaces === null ? replaced.get(event.uid) : undefined;
  const stretches: Stretch[] = [];
  const window = { from, to: until };
  for (const stretch of occurrencesOf(event, series ?? NOTHING_REPLACED, window, budget)) {
    stretches.push(stretch);
    if (stretches.length > MOST_ENTRIES) break;
  }
  return stretches;
}

function peopleOf(
  { attendees, summary }: CalendarEvent,
  findPerson: CalendarOptions["findPerson"],
): readonly string[] {
  const people = new Set<string>();
  for (const attendee of attendees) {
    const personId = findPerson({ ...attendee, summary });
    if (personId !== null) people.add(personId);
  }
  if (people.size === 0) {
    const personId = findPerson({ name: null, email: null, summary });
    if (personId !== null) people.add(personId);
  }
  return [...people];
}

const NOTHING_REPLACED: Replaced = { times: [], from: Number.POSITIVE_INFINITY };

/**
 * Which repetitions of which series (by UID) other events stand for. Those events take place on their
 * own, so that one whose series is not in the file is read as well.
 */
function gatherReplaced(events: readonly CalendarEvent[]): ReadonlyMap<string, Replaced> {
  const replaced = new Map<string, { times: Replaced["times"][number][]; from: number }>();
  for (const { uid, replaces, replacesLaterOnes } of events) {
    if (replaces === null) continue;
    const series = replaced.get(uid) ?? { times: [], from: Number.POSITIVE_INFINITY };
    series.times.push(replaces);
    if (replacesLaterOnes) series.from = Math.min(series.from, epochOf(replaces));
    replaced.set(uid, series);
  }
  return replaced;
}
