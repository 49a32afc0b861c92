import { type Severity, SEVERITIES } from "../severity.ts";
import { type WaitFigures, Waits } from "./waits.ts";

/**
 * `in-time`: a person touched it within the time. `late`: a person did, after it, or with a clock that was set
 * back meanwhile, so that nobody can say. `unseen`: nobody did, and the time is over. `waiting`: nobody did, and it
 * is not.
 */
export const SEEN_OUTCOMES = ["in-time", "waiting", "late", "unseen"] as const;
export type SeenOutcome = (typeof SEEN_OUTCOMES)[number];

export type SeenCounts = Readonly<Record<SeenOutcome, number>>;

/**
 * What stood between a message and whoever should have seen it in time. None of it excuses anything.
 * `clock-set-back`: the clock went back while it waited. `nobody-on-call`: its ladder found nobody to page.
 * `out-of-reach`: somebody was to be told, and no way reached them. `in-summary`: what would have told them was kept
 * for a summary, for quiet hours or for a cap. `not-told`: no page reached anybody by then, for no reason that the
 * log knows. `told`: a page had reached somebody, and nobody did anything.
 */
export const MISSED_WHY = [
  "clock-set-back",
  "nobody-on-call",
  "out-of-reach",
  "in-summary",
  "not-told",
  "told",
] as const;
export type MissedWhy = (typeof MISSED_WHY)[number];

/** A case of which a message was not seen in time. */
export interface MissedCase {
  readonly number: number;
  readonly severity: Severity | null;
  readonly outcome: Extract<SeenOutcome, "late" | "unseen">;
  /** Messages of it that were not seen in time. */
  readonly messages: number;
  /** The longest wait of these, up to now where it goes on. */
  readonly waitedMs: number;
  readonly why: readonly MissedWhy[];
}

/** What became of the cases and messages of one severity; null: a rule broke, or a member asked something. */
export interface SeverityFigures {
  readonly severity: Severity | null;
  /** A case is what the worst of its messages is. */
  readonly cases: SeenCounts;
  readonly messages: SeenCounts;
  /** Of the messages that were seen, late or not. */
  readonly waits: WaitFigures;
  /** The longest wait of those that nobody has seen yet; null where there are none. */
  readonly longestUnseenMs: number | null;
  /** Cases opened in the period: whether a page reached a person, and whether within the time. Not a person seeing it. */
  readonly reached: { readonly inTime: number; readonly late: number; readonly never: number };
}

/** Figures of one severity as they are counted. */
export class SeverityTally {
  readonly severity: Severity | null;
  readonly #cases = noCounts();
  readonly #messages = noCounts();
  readonly #waits = new Waits();
  readonly #reached = { inTime: 0, late: 0, never: 0 };
  #longestUnseenMs: number | null = null;

  constructor(severity: Severity | null) {
    this.severity = severity;
  }

  addMessage(outcome: SeenOutcome, waitedMs: number): void {
    this.#messages[outcome] += 1;
    if (outcome === "in-time" || outcome === "late") this.#waits.add(waitedMs);
    else this.#longestUnseenMs = Math.max(this.#longestUnseenMs ?? 0, waitedMs);
  }

  addCase(worst: SeenOutcome): void {
    this.#cases[worst] += 1;
  }

  addReached(reached: "inTime" | "late" | "never"): void {
    this.#reached[reached] += 1;
  }

  figures(): SeverityFigures {
    return {
      severity: this.severity,
      cases: { ...this.#cases },
      messages: { ...this.#messages },
      waits: this.#waits.figures(),
      longestUnseenMs: this.#longestUnseenMs,
      reached: { ...this.#reached },
    };
  }
}

function noCounts(): Record<SeenOutcome, number> {
  return { "in-time": 0, waiting: 0, late: 0, unseen: 0 };
}

/** The worse of two outcomes. */
export function worseOf(a: SeenOutcome, b: SeenOutcome): SeenOutcome {
  return SEEN_OUTCOMES.indexOf(a) >= SEEN_OUTCOMES.indexOf(b) ? a : b;
}

/** Every severity that a report may ask for, gravest first. */
export const ALL_SEVERITIES: readonly (Severity | null)[] = [...SEVERITIES, null];
