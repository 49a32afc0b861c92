import { readFileSync } from "node:fs";
import { Temporal } from "temporal-polyfill";
import { type CalendarOptions, readCalendar } from "../../../adapters/calendar/read-calendar.ts";

export function fixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/calendars/${name}`, import.meta.url), "utf8");
}

export function at(iso: string): number {
  return Temporal.Instant.from(iso).epochMilliseconds;
}

/** A calendar around the lines of its components. */
export function calendar(...lines: readonly string[]): string {
  return ["BEGIN:VCALENDAR", "VERSION:2.0", ...lines, "END:VCALENDAR", ""].join("\r\n");
}

/** An event with an unlike UID whose title names Mira. */
export function event(...lines: readonly string[]): string {
  const rest = lines.some((line) => line.startsWith("SUMMARY")) ? [] : ["SUMMARY:Mira"];
  return ["BEGIN:VEVENT", "UID:e1", ...rest, ...lines, "END:VEVENT"].join("\r\n");
}

/** Knows two people by address, by full name and by a title that has their first name in it. */
export const findPerson: CalendarOptions["findPerson"] = ({ name, email, summary }) => {
  for (const first of ["Mira", "Jonas"]) {
    const id = first.toLowerCase();
    if (email?.toLowerCase() === `${id}@example.com`) return id;
    if (name?.includes(first)) return id;
    if (name === null && email === null && summary.includes(first)) return id;
  }
  return null;
};

export function read(text: string, changes: Partial<CalendarOptions> = {}) {
  return readCalendar(text, {
    findPerson,
    timeZone: "Europe/Berlin",
    from: at("2026-01-01T00:00:00Z"),
    until: at("2027-01-01T00:00:00Z"),
    ...changes,
  });
}

/** What was read, one line an entry: person, start and end in UTC. */
export function entries(text: string, changes: Partial<CalendarOptions> = {}): readonly string[] {
  const result = read(text, changes);
  if (!result.ok) throw new Error(result.error.kind);
  return result.value.entries.map(({ personId, from, to }) =>
    [
      personId,
      ...[from, to].map((ms) =>
        Temporal.Instant.fromEpochMilliseconds(ms).toString({ smallestUnit: "minute" }),
      ),
    ].join(" "),
  );
}

/** What was left out: position and reason. */
export function skipped(text: string, changes: Partial<CalendarOptions> = {}): readonly string[] {
  const result = read(text, changes);
  if (!result.ok) throw new Error(result.error.kind);
  return result.value.skipped.map(({ record, reason }) => `${record} ${reason}`);
}
