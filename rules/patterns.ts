import { z } from "zod";

/**
 * The small pattern language of packs. A pattern is a regular expression over folded text (lower
 * case, simplified characters, digits for numerals) in which every repetition is bounded, plus:
 *
 *   {n}         a number: 30, 1.5
 *   {percent}   a number and a percent sign
 *   {gap:6}     up to 6 characters of the same clause
 *   {words:3}   up to 3 words of a language that is written with spaces
 */
const MACRO = /\{(?:n|percent|gap:(\d{1,2})|words:(\d))\}/gu;
const NUMBER = String.raw`\d{1,9}(?:\.\d{1,4})?`;

function expand(pattern: string): string {
  return pattern.replace(MACRO, (macro, gap?: string, words?: string) => {
    if (gap !== undefined) return `[^\\n,。!?;]{0,${gap}}`;
    if (words !== undefined) return `(?:[a-z0-9'’-]{1,20} ){0,${words}}`;
    return macro === "{n}" ? NUMBER : `${NUMBER}\\s?%`;
  });
}

// Unbounded repetition, repetition of a group, back-references and look-behind: what could make matching slow.
const ESCAPED = /\\./gu;
const UNBOUNDED = /[*+]|\{\d{0,4},\}|\)\s?\{|\(\?<[=!]|\\[1-9]/u;
const UPPER_CASE = /\p{Lu}/u;

/** What is wrong with a pattern, in words, or null. */
export function patternProblem(pattern: string): string | null {
  const bare = pattern
    .replace(MACRO, "")
    .replace(ESCAPED, (escape) => (/\d/u.test(escape) ? escape : "x"));
  if (UNBOUNDED.test(bare)) {
    return "repetition must be bounded: ?, {m,n}, {gap:n} or {words:n}, and not on a group";
  }
  if (UPPER_CASE.test(bare)) return "patterns match folded text, which is lower case";
  try {
    return new RegExp(expand(pattern), "u").source === "" ? "empty" : null;
  } catch (error) {
    return error instanceof Error ? error.message : "not a regular expression";
  }
}

/** A list of patterns of one language, checked at load. */
export const patternList = z.array(
  z.string().superRefine((pattern, context) => {
    const problem = patternProblem(pattern);
    if (problem) context.addIssue({ code: "custom", message: `pattern "${pattern}": ${problem}` });
  }),
);

/** Patterns by the script they are written in: Chinese needs no word borders, English does. */
export const patterns = z.strictObject({
  zh: patternList.default([]),
  en: patternList.default([]),
});
export type Patterns = z.infer<typeof patterns>;

/** A match in folded text, half-open. */
export interface Match {
  readonly start: number;
  readonly end: number;
}

const HAN = /[\u3400-\u9fff]/u;
const LATIN = /[a-z]/u;
const NEVER = /(?!)/u;

/**
 * Compiles patterns into one scan a script; a script that the text does not hold is not scanned.
 * The result lists matches in order of position, and is empty for an empty list.
 */
export function compilePatterns(lists: Patterns): (folded: string) => readonly Match[] {
  const zh = union(lists.zh, (alternatives) => alternatives);
  const en = union(lists.en, (alternatives) => `(?<![a-z0-9])(?:${alternatives})(?![a-z0-9])`);
  return (folded) => {
    const matches: Match[] = [];
    if (zh !== NEVER && HAN.test(folded)) collect(matches, folded, zh);
    if (en !== NEVER && LATIN.test(folded)) collect(matches, folded, en);
    return matches.length > 1 ? matches.toSorted((a, b) => a.start - b.start) : matches;
  };
}

function union(list: readonly string[], wrap: (alternatives: string) => string): RegExp {
  if (list.length === 0) return NEVER;
  return new RegExp(wrap(list.map((pattern) => `(?:${expand(pattern)})`).join("|")), "gu");
}

function collect(matches: Match[], folded: string, pattern: RegExp): void {
  // Not matchAll, which copies the pattern at every call: a fifth of the whole evaluation when measured.
  pattern.lastIndex = 0;
  for (let match = pattern.exec(folded); match; match = pattern.exec(folded)) {
    const { index } = match;
    if (match[0] === "") pattern.lastIndex += 1;
    else matches.push({ start: index, end: index + match[0].length });
  }
}
