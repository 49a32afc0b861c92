/** The lines of one VEVENT or VTIMEZONE that matter here, unfolded, without its BEGIN and END. */
export interface ComponentText {
  readonly lines: readonly string[];
  /** Whether its END was there. */
  readonly closed: boolean;
}

export interface EventText extends ComponentText {
  /** Position among the file's events, from 1. */
  readonly record: number;
  /** Whether the calendar around it announces that its events do not take place. */
  readonly withdrawn: boolean;
}

export interface CalendarText {
  readonly events: readonly EventText[];
  readonly zones: readonly ComponentText[];
  /** Whether every calendar in the file has its END: without it, the file may have been cut off. */
  readonly complete: boolean;
}

/**
 * What of an event bears on a duty. Descriptions, attachments and alarms are left out before anything
 * reads them, so that what is broken in them breaks nothing.
 */
const EVENT_PROPERTIES = new Set([
  "ATTENDEE",
  "DTEND",
  "DTSTART",
  "DURATION",
  "EXDATE",
  "EXRULE",
  "RDATE",
  "RECURRENCE-ID",
  "RRULE",
  "STATUS",
  "SUMMARY",
  "UID",
]);

/**
 * Takes a file apart into its events and time zones, so that each can be read, or fail, on its own
 * (RFC 5545, 3.1 and 3.4). Lines may end in CRLF or LF. Null when the text is no calendar.
 */
export function splitCalendar(text: string): CalendarText | null {
  const splitter = new Splitter();
  for (const line of unfold(text)) {
    if (!splitter.take(line)) return null;
  }
  return splitter.finish();
}

/** A line that begins with a blank goes on with the one before it. Empty lines are left out. */
function* unfold(text: string): Generator<string> {
  let logical = "";
  for (const line of text.replace(/^\ufeff/u, "").split(/\r?\n/u)) {
    if (line.startsWith(" ") || line.startsWith("\t")) {
      logical += line.slice(1);
    } else {
      if (logical.trim() !== "") yield logical;
      logical = line;
    }
  }
  if (logical.trim() !== "") yield logical;
}

class Splitter {
  readonly #events: EventText[] = [];
  readonly #zones: ComponentText[] = [];
  #inCalendar = false;
  #begun = false;
  /** The calendar's METHOD is CANCEL (RFC 5546, 3.2.5). */
  #withdrawn = false;
  #component: "VEVENT" | "VTIMEZONE" | null = null;
  /** Names of the components that are open inside the event or time zone. */
  #inner: string[] = [];
  #lines: string[] = [];

  /** False when the text turns out not to be a calendar. */
  take(line: string): boolean {
    const name = propertyName(line);
    const value = name === "BEGIN" || name === "END" ? line.slice(name.length + 1) : "";
    const component = value.trim().toUpperCase();
    if (name === "BEGIN" && component === "VCALENDAR") {
      this.#close(false);
      this.#begun = true;
      this.#inCalendar = true;
      this.#withdrawn = false;
    } else if (!this.#begun) {
      return false;
    } else if (name === "END" && component === "VCALENDAR") {
      this.#close(false);
      this.#inCalendar = false;
    } else if (name === "BEGIN") {
      this.#begin(component);
    } else if (name === "END") {
      this.#end(component);
    } else {
      this.#property(name, line);
    }
    return true;
  }

  finish(): CalendarText | null {
    const complete = !this.#inCalendar;
    this.#close(false);
    if (!this.#begun) return null;
    return { events: this.#events, zones: this.#zones, complete };
  }

  #begin(component: string): void {
    // Neither can stand inside another component: what was open has lost its END.
    if (component === "VEVENT" || component === "VTIMEZONE") {
      this.#close(false);
      this.#component = component;
    } else if (this.#component !== null) {
      this.#inner.push(component);
      if (this.#component === "VTIMEZONE") this.#lines.push(`BEGIN:${component}`);
    }
  }

  #end(component: string): void {
    if (component === this.#component) {
      this.#close(this.#inner.length === 0);
    } else if (this.#inner.at(-1) === component) {
      this.#inner.pop();
      if (this.#component === "VTIMEZONE") this.#lines.push(`END:${component}`);
    }
  }

  #property(name: string, line: string): void {
    if (this.#component === "VTIMEZONE") {
      this.#lines.push(line);
    } else if (this.#component === "VEVENT") {
      if (this.#inner.length === 0 && EVENT_PROPERTIES.has(name)) this.#lines.push(line);
    } else if (name === "METHOD") {
      this.#withdrawn = /:\s*CANCEL\s*$/iu.test(line);
    }
  }

  #close(closed: boolean): void {
    const text = { lines: this.#lines, closed };
    if (this.#component === "VEVENT") {
      const record = this.#events.length + 1;
      this.#events.push({ ...text, record, withdrawn: this.#withdrawn });
    } else if (this.#component === "VTIMEZONE") {
      this.#zones.push(text);
    }
    this.#component = null;
    this.#inner = [];
    this.#lines = [];
  }
}

/** The name before the first colon or semicolon, in capitals; empty when there is none. */
function propertyName(line: string): string {
  return /^[A-Za-z0-9-]{1,40}(?=[:;])/u.exec(line)?.[0].toUpperCase() ?? "";
}
