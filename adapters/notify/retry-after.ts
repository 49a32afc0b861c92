const LEAST_MS = 1000;
const MOST_MS = 3_600_000;
const DEFAULT_MS = 60_000;

/**
 * How long a `Retry-After` header asks to wait, in ms, from 1 s to 1 h: seconds or a date (RFC 9110,
 * 10.2.3). One minute when there is none or it says nothing.
 */
export function readRetryAfter(header: string | null, now: number): number {
  const ms = parseDelay(header?.trim() ?? "", now);
  return Number.isNaN(ms) ? DEFAULT_MS : Math.min(Math.max(ms, LEAST_MS), MOST_MS);
}

function parseDelay(header: string, now: number): number {
  if (/^\d+$/u.test(header)) return Number(header) * 1000;
  // Every form of an HTTP date begins with a weekday; Date.parse also takes "-5" for a date.
  return /^[A-Z][a-z]{2,8},? /u.test(header) ? Date.parse(header) - now : Number.NaN;
}
