import type { Digest, QuietHours } from "./rota-schema.ts";
import {
  DAY_MS,
  dateAt,
  datesBetween,
  instantOf,
  spanOn,
  weekdayNumber,
  weekdayOf,
} from "./wall-clock.ts";

/** How far ahead quiet hours that join without a gap are followed. */
const LOOK_AHEAD_MS = 14 * DAY_MS;

/**
 * When the quiet around `at` ends, epoch milliseconds; null when it is not quiet at `at`. Quiet hours
 * that join are one quiet. Quiet that never ends gives a time some 14 days ahead, to ask again then.
 */
export function quietUntil(quiet: QuietHours | null, timeZone: string, at: number): number | null {
  if (quiet === null) return null;
  const weekdays = quiet.days === undefined ? null : new Set(quiet.days.map(weekdayNumber));
  let end: number | null = null;
  for (const date of datesBetween(
    dateAt(at - 2 * DAY_MS, timeZone),
    dateAt(at + LOOK_AHEAD_MS, timeZone),
  )) {
    if (weekdays !== null && !weekdays.has(weekdayOf(date))) continue;
    const span = spanOn(date, quiet, timeZone);
    if (span === null || span.to <= at) continue;
    if (span.from > (end ?? at)) return end;
    end = Math.max(end ?? 0, span.to);
  }
  return end;
}

/** The first time of a digest strictly after `after`, both in epoch milliseconds. */
export function nextDigest(digest: Digest, timeZone: string, after: number): number {
  let next = Number.POSITIVE_INFINITY;
  for (const date of datesBetween(
    dateAt(after - DAY_MS, timeZone),
    dateAt(after + 2 * DAY_MS, timeZone),
  )) {
    for (const time of digest.times) {
      const at = instantOf(date, time, timeZone);
      if (at > after) next = Math.min(next, at);
    }
  }
  return next;
}
