import { maskContacts } from "./redact/contacts.ts";
import { maskDigits } from "./redact/digits.ts";
import { maskLinks } from "./redact/links.ts";
import { MASK } from "./redact/mask.ts";
import { readForMasking, writeMasks } from "./redact/reading.ts";
import { maskSecrets } from "./redact/secrets.ts";
import { maskTokens } from "./redact/tokens.ts";
import type { Span } from "./span.ts";

export { MASK } from "./redact/mask.ts";

/**
 * What one mask hides may have been what kept another from matching. The last round finds nothing; more
 * than three are rare, and the limit keeps the time linear.
 */
const MOST_ROUNDS = 8;
// Links come first: an address inside one is part of the link. Digits come last: they are part of everything.
const MASKERS = [maskLinks, maskContacts, maskSecrets, maskTokens, maskDigits];

/**
 * Replaces every character of the given spans, and everything that looks like a personal value or a
 * secret, by a block. The result has the length of the text, so that spans still point at their
 * place. Spans may overlap, stand in any order and reach past the text. Idempotent; linear in the
 * length of the text.
 *
 * Recall goes over precision, but the words around a value stay, since a moderator judges by them.
 * Not found: names of people, postal addresses, passwords of several words, and seed phrases in a
 * message that names neither a wallet nor a seed.
 */
export function redact(text: string, spans: readonly Span[]): string {
  const masked = maskKnownShapes(text);
  // A span may cut a value in two or hide the word that gives it away: shapes are looked for on both sides of it.
  return spans.length === 0 ? masked : maskKnownShapes(maskSpans(masked, spans));
}

function maskKnownShapes(text: string): string {
  const reading = readForMasking(text);
  let current = reading.text;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const before = current;
    for (const maskShape of MASKERS) current = maskShape(current);
    if (current === before) break;
  }
  return current === reading.text ? text : writeMasks(text, reading, current);
}

function maskSpans(text: string, spans: readonly Span[]): string {
  const sorted = spans.toSorted((a, b) => a.start - b.start);
  const pieces: string[] = [];
  let at = 0;
  for (const span of sorted) {
    const start = Math.max(at, span.start);
    const end = Math.min(text.length, span.end);
    if (end <= start) continue;
    pieces.push(text.slice(at, start), MASK.repeat(end - start));
    at = end;
  }
  pieces.push(text.slice(at));
  return pieces.join("");
}
