/** A maximal run of decimal digits, half-open offsets in the folded text. */
export interface DigitGroup {
  readonly start: number;
  readonly end: number;
  /** What joins it to the next group, or the empty string where a number cannot go on. */
  readonly joiner: Joiner;
}

type Joiner = "" | "space" | "dash" | "dot" | "low" | "paren";

/** Consecutive groups that may be one number, with a plus sign or bracket that opens it. */
export interface Candidate {
  readonly start: number;
  readonly end: number;
  /** Digits only, at most 19 (ISO/IEC 7812-1, the longest number looked for). */
  readonly digits: string;
  readonly written: string;
  /** Index of the last group. */
  readonly last: number;
  /** Whether the joined groups end on both sides here, so that no other grouping is possible. */
  readonly isWholeChain: boolean;
}

export const MOST_DIGITS = 19;
const LEAST_DIGITS = 8;
/** Shorter first groups ("1 3 9 …") make a number only where nothing else is joined to it. */
const LEAST_FIRST_GROUP = 3;
const DIGITS = /\d+/gu;

/** Every run of digits in order. A line break or a tab never joins two. `breaks` may cut a leading list number off a run. */
export function readGroups(
  folded: string,
  breaks: (start: number, end: number) => number,
): readonly DigitGroup[] {
  const groups: DigitGroup[] = [];
  DIGITS.lastIndex = 0;
  let before: { start: number; end: number } | null = null;
  for (let match = DIGITS.exec(folded); match; match = DIGITS.exec(folded)) {
    const end = match.index + match[0].length;
    const start = breaks(match.index, end);
    if (before) groups.push({ ...before, joiner: joinerOf(folded, before.end, start) });
    before = { start, end };
  }
  if (before) groups.push({ ...before, joiner: "" });
  return groups;
}

const JOINERS: readonly (readonly [Joiner, RegExp])[] = [
  ["space", /^(?: {1,2}|·)$/u],
  ["dash", /^ ?[-–—‐‑−] ?$/u],
  ["dot", /^\.$/u],
  ["low", /^_$/u],
  ["paren", /^(?:[ -]?\(|\)[ -]?)$/u],
];

function joinerOf(folded: string, from: number, to: number): Joiner {
  if (to - from < 1 || to - from > 3) return "";
  const gap = folded.slice(from, to);
  if (gap === " ") return "space";
  return JOINERS.find(([, pattern]) => pattern.test(gap))?.[0] ?? "";
}

/** Index of the last group of the chain that each group belongs to, and of its first. */
export interface Chain {
  readonly first: number;
  readonly last: number;
}

/** Runs of groups with a joiner between each two, in one pass. */
export function readChains(groups: readonly DigitGroup[]): readonly Chain[] {
  const chains: Chain[] = [];
  let first = 0;
  groups.forEach((group, i) => {
    if (group.joiner !== "") return;
    chains.push({ first, last: i });
    first = i + 1;
  });
  return chains;
}

/**
 * Candidates that start at group `at`, longest first; at most 19 of them. Groups must be joined by one
 * kind of mark, but for what follows a plus sign, the mark after a country code and brackets around an area code.
 */
export function candidatesAt(
  folded: string,
  groups: readonly DigitGroup[],
  chain: Chain,
  at: number,
): readonly Candidate[] {
  const first = groups[at];
  if (!first) return [];
  const start = openingOf(folded, first);
  const isLead = start < first.start || isCountryCode(folded, first, groups[at + 1]);
  const isShort = first.end - first.start < LEAST_FIRST_GROUP && !isLead;
  if (isShort && !fitsWhole(groups, chain, at)) return [];
  const isInternational = folded[start] === "+";
  const found: Candidate[] = [];
  let digits = "";
  let kind: Joiner = "";
  for (let i = at; i <= chain.last; i += 1) {
    const group = groups[i];
    if (!group || digits.length + group.end - group.start > MOST_DIGITS) break;
    if (i > at) {
      const joiner = groups[i - 1]?.joiner ?? "";
      if (joiner === "paren" ? !isLead : !(isLead && i === at + 1)) {
        if (joiner === "paren" || (kind !== "" && kind !== joiner && !isInternational)) break;
        kind = joiner;
      }
    }
    digits += folded.slice(group.start, group.end);
    const isWholeChain = at === chain.first && i === chain.last;
    if (digits.length < LEAST_DIGITS || (isShort && !isWholeChain)) continue;
    const written = folded.slice(start, group.end);
    found.push({ start, end: group.end, digits, written, last: i, isWholeChain });
  }
  return found.toReversed();
}

/** A short first group costs nothing where it cannot begin a number, however long the row of digits is. */
function fitsWhole(groups: readonly DigitGroup[], chain: Chain, at: number): boolean {
  if (at !== chain.first || chain.last - chain.first >= MOST_DIGITS) return false;
  const [first, last] = [groups[chain.first], groups[chain.last]];
  return first !== undefined && last !== undefined && last.end - first.start <= 3 * MOST_DIGITS;
}

/** A code without its plus sign must be followed by the first groups of a number. */
function isCountryCode(folded: string, { start, end }: DigitGroup, next?: DigitGroup): boolean {
  if (end - start > 4 || !next || next.end - next.start < LEAST_FIRST_GROUP) return false;
  return /^(?:0{0,2}86|1)$/u.test(folded.slice(start, end));
}

/** Where the number begins: with a plus sign or a bracket right before the digits, or both. */
function openingOf(folded: string, { start }: DigitGroup): number {
  let at = start;
  if (folded[at - 1] === "(") at -= 1;
  if (folded[at - 1] === "+") at -= 1;
  return at;
}
