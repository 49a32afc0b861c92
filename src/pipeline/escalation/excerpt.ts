import { plainWords } from "../../engine/plain-words.ts";
import type { Span } from "../../engine/span.ts";

const EXCERPT_UNITS = 200;

/**
 * The words around a span, at most 200 UTF-16 units and on one line; from the beginning when there is no
 * span. `evidence` is redacted text of the length of the message; null gives nothing.
 */
export function excerptOf(evidence: string | null, span: Span | undefined): string {
  if (evidence === null) return "";
  const middle = span ? Math.floor((span.start + span.end) / 2) : 0;
  const latest = Math.max(0, evidence.length - EXCERPT_UNITS);
  // One unit at each end is left for the mark that says there is more.
  const start = Math.min(latest, Math.max(0, middle - EXCERPT_UNITS / 2));
  const end = Math.min(evidence.length, start + EXCERPT_UNITS);
  const from = start > 0 ? start + 1 : start;
  const to = end < evidence.length ? end - 1 : end;
  const words = plainWords(evidence.slice(from, to));
  return `${start > 0 ? "…" : ""}${words}${end < evidence.length ? "…" : ""}`;
}
