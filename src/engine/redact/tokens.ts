import { MASK, blocks } from "./mask.ts";

const RUN = /(?<![\w+/=:.~-])[\w+/=:.~-]{16,}/gu;
const PREFIXED =
  /(?<![a-z0-9])(?:(?:sk|pk|rk|gh[oprsu]|github_pat|xox[a-z]|xapp|glpat|npm|hf|whsec|shpat|dop_v1|pypi|ya29)[-_.][\w.=-]{6,}|(?:akia|asia|aiza)[\w-]{10,}|eyj[\w-]{5,}[\w.-]*)/giu;
const ALPHANUMERIC = /[A-Za-z0-9]+/gu;
// A word, a small number, or both in one: web3, 20x, Q1. A name such as JavaScript has one capital inside.
const ORDINARY = /^(?:[A-Za-z]{1,14}|\d{1,5}|[A-Za-z]{0,6}\d{1,4}[A-Za-z]{0,3})$/u;
const RISES = /[a-z][A-Z]/gu;
const HAS_DIGIT = /\d/u;
/** With a digit among them, 16 characters make a token; without one, 24. */
const FEWEST_WITHOUT_DIGIT = 24;
/** Recovery codes and licence keys: groups of one length. */
const FEWEST_GROUPS = 4;

/**
 * Masks keys, hashes and session tokens with all their segments: known prefixes, and long runs of the
 * base64 and hex alphabets that are not words and small numbers joined by signs.
 */
export function maskTokens(text: string): string {
  return text
    .replace(PREFIXED, blocks)
    .replace(RUN, (run) => (isToken(run) ? MASK.repeat(run.length) : run));
}

function isToken(run: string): boolean {
  const hasDigit = HAS_DIGIT.test(run);
  if (!hasDigit && run.length < FEWEST_WITHOUT_DIGIT) return false;
  const parts = run.match(ALPHANUMERIC) ?? [];
  if (!parts.every(isOrdinary)) return true;
  const size = parts[0]?.length ?? 0;
  return size > 3 && parts.length >= FEWEST_GROUPS && parts.every((part) => part.length === size);
}

function isOrdinary(part: string): boolean {
  return ORDINARY.test(part) && (part.match(RISES)?.length ?? 0) < 2;
}
