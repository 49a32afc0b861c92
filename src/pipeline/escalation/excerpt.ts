import { plainWords } from "../../engine/plain-words.ts";
import type { Span } from "../../engine/span.ts";

const EXCERPT_UNITS = 200;
/** Enough for somebody to know their own words again. */
const QUOTE_UNITS = 60;

/**
 * The words around a span, at most `units` UTF-16 units and on one line; from the beginning when there is no
 * span. `evidence` is redacted text of the length of the message; null gives nothing.
 */
export function excerptOf(
  evidence: string | null,
  span: Span | undefined,
  units = EXCERPT_UNITS,
): string {
  if (evidence === null) return "";
  const middle = span ? Math.floor((span.start + span.end) / 2) : 0;
  const latest = Math.max(0, evidence.length - units);
  // One unit at each end is left for the mark that says there is more.
  const start = Math.min(latest, Math.max(0, middle - units / 2));
  const end = Math.min(evidence.length, start + units);
  const from = start > 0 ? start + 1 : start;
  const to = end < evidence.length ? end - 1 : end;
  const words = plainWords(evidence.slice(from, to));
  return `${start > 0 ? "…" : ""}${words}${end < evidence.length ? "…" : ""}`;
}

/** The beginning of what somebody wrote, for whoever wrote it. */
export function quoteOf(words: string | null): string {
  return excerptOf(words, undefined, QUOTE_UNITS);
}
