import { BARRIER, HAN, WORD, flagsOf, foldUnit } from "./characters.ts";
import type { Edit } from "./view.ts";

/**
 * Takes out what was put between the characters of a word: "f r e e", "稳*赚*不*赔", one character a line.
 *
 * Text is read as pieces: runs of Han letters, runs of other letters, and barriers (digits, marks, percent
 * and currency signs) over which nothing is joined. A *single* is a piece of one letter that touches no
 * other piece. Two rules apply:
 *
 * - three or more singles in a row, with the same kind of gap between all of them, are one word;
 * - one space or mark between two Han pieces goes where at least one of them is a single.
 *
 * Clause punctuation stays, since later steps split clauses on it, except between at least three singles
 * that are all set apart by the same mark, hold a Han letter and are not all numerals.
 */
export function findSpacing(text: string): readonly Edit[] {
  const pieces = readPieces(text);
  const edits: Edit[] = [];
  let k = 0;
  while (k < pieces.length - 1) {
    const length = runLength(text, pieces, k);
    for (let i = k; i < k + length - 1; i += 1) dropGap(edits, pieces, i);
    if (length > 0) k += length - 1;
    // The gap after a run is no part of it, but may lie between Han pieces.
    if (joinsHan(text, pieces, k)) dropGap(edits, pieces, k);
    k += 1;
  }
  return edits;
}

const SHORTEST_RUN = 3;
const LONGEST_MARK_GAP = 3;
/** UTF-16 units of the longest gap worth reading: three code points, or a wide run of spaces. */
const LONGEST_GAP = 32;

interface Piece {
  readonly start: number;
  readonly end: number;
  /** `HAN`, `BARRIER`, or `WORD` for letters of any other script. */
  readonly kind: number;
  readonly isSingle: boolean;
  /** A single but for the digits right after it: the end of "x h c593". */
  readonly isLast: boolean;
  /** Digits stand right before or after it: 元 in 300元/天 is a unit, not half of a word. */
  readonly touchesBarrier: boolean;
}

function readPieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  let kind = 0;
  let before = 0;
  for (let i = 0; i <= text.length; ) {
    const next = i < text.length ? kindAt(text, i) : 0;
    if (next !== kind) {
      if (kind !== 0) pieces.push(makePiece(text, start, i, kind, before, next));
      before = kind;
      kind = next;
      start = i;
    }
    i += next !== 0 && isOneCodePoint(text, i, i + 2) ? 2 : 1;
  }
  return pieces;
}

function makePiece(
  text: string,
  start: number,
  end: number,
  kind: number,
  before: number,
  after: number,
): Piece {
  const isAlone = kind !== BARRIER && before === 0 && isOneCodePoint(text, start, end);
  return {
    start,
    end,
    kind,
    isSingle: isAlone && after === 0,
    isLast: isAlone && after === BARRIER,
    touchesBarrier: before === BARRIER || after === BARRIER,
  };
}

/** `HAN`, `BARRIER`, `WORD` for another letter, or 0 for what may lie in a gap. */
function kindAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if ((unit & 0xf800) === 0xd800) return kindOfPair(text.codePointAt(at) ?? 0);
  foldUnit(unit);
  const bits = flagsOf(unit);
  if (bits & HAN) return HAN;
  if (bits & BARRIER) return BARRIER;
  return bits & WORD;
}

const LETTER = /^[\p{L}\p{Nl}]$/u;
const HAN_LETTER = /^\p{Script=Han}$/u;
const BARRIER_PAIR = /^[\p{N}\p{M}\p{Sc}]$/u;

function kindOfPair(codePoint: number): number {
  const character = String.fromCodePoint(codePoint);
  if (LETTER.test(character)) return HAN_LETTER.test(character) ? HAN : WORD;
  return BARRIER_PAIR.test(character) ? BARRIER : 0;
}

function isOneCodePoint(text: string, start: number, end: number): boolean {
  return end - start === 1 || (end - start === 2 && (text.charCodeAt(start) & 0xfc00) === 0xd800);
}

/** How many singles in a row start at piece k with one kind of gap between them; 0 where they are no word. */
function runLength(text: string, pieces: readonly Piece[], k: number): number {
  const first = pieces[k];
  const second = pieces[k + 1];
  if (!first?.isSingle || !second?.isSingle) return 0;
  const wanted = gapBetween(text, first, second);
  if (wanted === null) return 0;
  let stop = k + 2;
  for (let last: Piece = second; last.isSingle; stop += 1) {
    const next = pieces[stop];
    if (!(next?.isSingle || next?.isLast)) break;
    if (!isSameGap(wanted, gapBetween(text, last, next))) break;
    last = next;
  }
  const length = stop - k;
  return length >= SHORTEST_RUN && isWord(text, pieces.slice(k, stop), wanted) ? length : 0;
}

interface Gap {
  readonly kind: "spaces" | "line" | "mark" | "clause";
  readonly text: string;
}

const SPACES = /^ +$/u;
const LINE = /^\r?\n$/u;
const CLAUSE = /^[,，。!?;:、｡…]$/u;
// Not letters, digits, marks or clause punctuation: those mean something between words.
const MARK = /[^\p{L}\p{N}\p{M}\s%‰\p{Sc},，。!?;:、]/u;
const MARKS_AND_SPACES = /^[^\p{L}\p{N}\p{M}\n\r%‰\p{Sc},，。!?;:、]+$/u;
// Between two words these mean something: 额...星星, 他(她)们.
const PAUSE_OR_BRACKET = /[\p{Ps}\p{Pe}\p{Pi}\p{Pf}"]|\.\.|——/u;

// In 微❤ the heart is the second half of 微信, and no gap.
const HEART = /^ ?[❤♥♡💓-💟🖤🤍🤎🧡]/u;
const MESSENGER = /[微薇徽嶶溦vw]/u;
const ONE_SPACE: Gap = { kind: "spaces", text: " " };

function gapBetween(text: string, left: Piece, right: Piece): Gap | null {
  const length = right.start - left.end;
  if (length === 0 || length >= LONGEST_GAP) return null;
  if (length === 1 && text.charCodeAt(left.end) === 0x20) return ONE_SPACE;
  const gap = text.slice(left.end, right.start);
  if (SPACES.test(gap)) return { kind: "spaces", text: gap };
  if (LINE.test(gap)) return { kind: "line", text: "\n" };
  if (CLAUSE.test(gap)) return { kind: "clause", text: gap };
  if (HEART.test(gap) && MESSENGER.test(text.charAt(left.end - 1))) return null;
  const isMark =
    Array.from(gap).length <= LONGEST_MARK_GAP && MARK.test(gap) && MARKS_AND_SPACES.test(gap);
  return isMark ? { kind: "mark", text: gap } : null;
}

function isSameGap(wanted: Gap, gap: Gap | null): boolean {
  return gap?.kind === wanted.kind && (wanted.kind === "mark" || gap.text === wanted.text);
}

const NUMERALS_ONLY = /^[零〇一二三四五六七八九十百千万亿两]+$/u;

function isWord(text: string, run: readonly Piece[], gap: Gap): boolean {
  if (gap.kind === "clause") {
    const letters = run.map((piece) => text.slice(piece.start, piece.end)).join("");
    return run.some((piece) => piece.kind === HAN) && !NUMERALS_ONLY.test(letters);
  }
  // Formulas mix their signs ("a = b + c"); a word that is spread out in Latin letters uses one.
  if (gap.kind !== "mark" || run.some((piece) => piece.kind === HAN)) return true;
  return run.every((piece, i) => {
    const before = run[i - 1];
    return !before || text.slice(before.end, piece.start) === gap.text;
  });
}

function joinsHan(text: string, pieces: readonly Piece[], k: number): boolean {
  const left = pieces[k];
  const right = pieces[k + 1];
  if (left?.kind !== HAN || right?.kind !== HAN) return false;
  if (!(left.isSingle || right.isSingle) || left.touchesBarrier || right.touchesBarrier)
    return false;
  const gap = gapBetween(text, left, right);
  return gap === ONE_SPACE || (gap?.kind === "mark" && !PAUSE_OR_BRACKET.test(gap.text));
}

function dropGap(edits: Edit[], pieces: readonly Piece[], k: number): void {
  const start = pieces[k]?.end ?? 0;
  const end = pieces[k + 1]?.start ?? start;
  if (end > start && edits.at(-1)?.start !== start) edits.push({ start, end, text: "" });
}
