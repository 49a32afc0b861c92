/** Why an event was left out, in words that repeat nothing of it. */
export const SKIP_REASONS = {
  malformed: "it is not well-formed",
  unclosed: "its end (END:VEVENT) is missing",
  "no-start": "it has no start",
  "bad-time": "one of its times cannot be read",
  "unknown-zone": "its time zone is neither an IANA zone nor usable from the file",
  "no-end": "it has neither an end nor a duration",
  "ends-before-start": "it does not end after its start",
  "bad-rule": "its repetition cannot be read",
  "too-complex": "its repetition takes too long to work out",
  "exception-rule": "it has an exception rule (EXRULE), which RFC 5545 no longer knows",
  "all-later-ones": "it changes all later repetitions (RANGE=THISANDFUTURE); the series ends there",
  "nobody-known": "neither its attendees nor its title name a known person",
} as const;

export type SkipReason = keyof typeof SKIP_REASONS;

/**
 * Ends the reading of one event. Thrown, because it has to pass through ical.js; `readCalendar` turns
 * it into an entry of `skipped`.
 */
export class SkipEvent extends Error {
  readonly reason: SkipReason;

  constructor(reason: SkipReason) {
    super(SKIP_REASONS[reason]);
    this.name = "SkipEvent";
    this.reason = reason;
  }
}

/** Ends the reading of the whole file: its repetitions together take too long. */
export class FileTooComplex extends Error {
  constructor() {
    super("the repetitions of the calendar take too long to work out");
    this.name = "FileTooComplex";
  }
}

/**
 * Steps of working out repetitions. A step is one candidate date and takes ical.js 5 to 8
 * microseconds (measured on two shared cores), so that the rules of a file take some four seconds at
 * the most. A daily duty of five years needs 1,800 steps, one of every hour of two years 18,000.
 */
const EVENT_STEPS = 50_000;
const FILE_STEPS = 300_000;

/** Counts what the repetitions of a file cost, and ends the reading when it is too much. */
export class StepBudget {
  #eventSteps = 0;
  #fileSteps = 0;

  startEvent(): void {
    this.#eventSteps = 0;
  }

  spend(steps: number): void {
    this.#eventSteps += steps;
    if (this.#eventSteps > EVENT_STEPS) throw new SkipEvent("too-complex");
    this.#fileSteps += steps;
    if (this.#fileSteps > FILE_STEPS) throw new FileTooComplex();
  }
}
