import { BARRIER, HAN, WORD, flagsOf, foldUnit } from "./characters.ts";
import type { Edit } from "./view.ts";

/**
 * Takes out what was put between the characters of a word: "f r e e", "稳*赚*不*赔", one character a line.
 *
 * Text is read as pieces: runs of Han letters, runs of other letters, and barriers (digits, marks, percent
 * and currency signs) over which nothing is joined. A *single* is a piece of one letter that touches no
 * other piece. Two rules apply:
 *
 * - three or more singles in a row, with the same kind of gap between all of them, are one word, unless
 *   honest writing explains them (`isWord`);
 * - one space or mark between two Han pieces goes where at least one of them is a single.
 *
 * Every piece is read at most three times, whatever the runs are, so the time is linear in the length.
 */
export function findSpacing(text: string): readonly Edit[] {
  const pieces = readPieces(text);
  const edits: Edit[] = [];
  let k = 0;
  while (k < pieces.length - 1) {
    const stop = endOfRun(text, pieces, k);
    const isJoined = stop - k >= SHORTEST_RUN && isWord(text, pieces.slice(k, stop));
    // The last piece of a run that stays apart may begin another one with another gap.
    const next = isJoined ? stop : Math.max(k + 1, stop - 1);
    for (; k < next; k += 1) {
      // The gap after a run is no part of it, but may lie between Han pieces.
      const isInside = isJoined && k < stop - 1;
      if (isInside || joinsHan(text, pieces, k)) dropGap(edits, pieces, k);
    }
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

/** The end of the singles in a row that start at piece k with one kind of gap between them; k where there are none. */
function endOfRun(text: string, pieces: readonly Piece[], k: number): number {
  const first = pieces[k];
  const second = pieces[k + 1];
  if (!first?.isSingle || !second?.isSingle) return k;
  const wanted = gapBetween(text, first, second);
  if (wanted === null) return k;
  let stop = k + 2;
  for (let last: Piece = second; last.isSingle; stop += 1) {
    const next = pieces[stop];
    if (!(next?.isSingle || next?.isLast)) break;
    if (!isSameGap(wanted, gapBetween(text, last, next))) break;
    last = next;
  }
  return stop;
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
  if (length === 1 && text.charCodeAt(left.end) === 0x20)
    return isHangul(text, left) || isHangul(text, right) ? null : ONE_SPACE;
  const gap = text.slice(left.end, right.start);
  if (SPACES.test(gap))
    return isHangul(text, left) || isHangul(text, right) ? null : { kind: "spaces", text: gap };
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

/** Korean sets words of one syllable apart ("나 는 너"), and most syllables can be one. */
function isHangul(text: string, piece: Piece): boolean {
  const unit = text.charCodeAt(piece.start);
  return (unit >= 0xac00 && unit <= 0xd7a3) || (unit >= 0x3131 && unit <= 0x318e);
}

/**
 * Whether a run is a word that was spread out. By what is between its letters:
 *
 * - spaces: some letter is no word by itself, as all of "и я в" are, or there are more than four;
 * - clause marks: see `isSpreadByClauseMarks`;
 * - other marks: formulas mix their signs ("a = b + c"), a word spread out in letters other than Han uses one;
 * - line ends: always.
 */
function isWord(text: string, run: readonly Piece[]): boolean {
  const [first, second] = run;
  const gap = first && second ? gapBetween(text, first, second) : null;
  if (gap === null) return false;
  if (gap.kind === "clause") return isSpreadByClauseMarks(text, run);
  if (gap.kind === "line" || run.some((piece) => piece.kind === HAN)) return true;
  if (gap.kind === "spaces") return !isRowOfWords(text, run);
  return run.every((piece, i) => {
    const before = run[i - 1];
    return !before || text.slice(before.end, piece.start) === gap.text;
  });
}

function isRowOfWords(text: string, run: readonly Piece[]): boolean {
  return (
    run.length <= LONGEST_ROW_OF_WORDS &&
    run.every((piece) => ONE_LETTER_WORDS.has(letterOf(text, piece)))
  );
}

/**
 * Words of one letter, folded, so à and ó are a and o: English, Romance languages and Polish with the chat
 * spelling u; Russian, Ukrainian, Belarusian and Bulgarian; Greek articles; Hindi, Marathi and Bengali.
 */
const ONE_LETTER_WORDS: ReadonlySet<string> = new Set("aeiouwyzаивоуксяіїйзўеєοηωवनও");
/** Nobody writes more words of one letter in a row: the rest is a word like "з а к а з". */
const LONGEST_ROW_OF_WORDS = 4;

/** Answers, pronouns, particles and verbs that are clauses of one letter in chat: "嗯，好，我，来". */
const CLAUSES_OF_ONE: ReadonlySet<string> = new Set(
  "嗯好我你您他她它咱来去走在是的了吗嘛吧呢啊呀哇哦噢喔额呃唉哎诶欸哈呵嘿嗨喂哼对行有没谁啥",
);
const NOT = "不";
const NUMERALS = "零〇一二三四五六七八九十百千万亿两";
const FEWEST_CLAUSE_HAN = 4;
const FEWEST_CLAUSE_LETTERS = 3;
const LETTERS_PER_CLAUSE_OF_ONE = 5;

/**
 * Clause marks stay, since later steps split clauses on them, except where nobody would write so many short
 * clauses: at least four single Han letters that are not all numerals, three different ones among them that
 * are no clause of one letter and not 不 ("不，不，不，不" is an answer), and at most one clause of one letter in five.
 */
function isSpreadByClauseMarks(text: string, run: readonly Piece[]): boolean {
  const han = run.filter((piece) => piece.kind === HAN).map((piece) => letterOf(text, piece));
  if (han.length < FEWEST_CLAUSE_HAN || han.every((letter) => NUMERALS.includes(letter)))
    return false;
  const others = han.filter((letter) => !CLAUSES_OF_ONE.has(letter));
  const different = new Set(others);
  different.delete(NOT);
  return (
    different.size >= FEWEST_CLAUSE_LETTERS &&
    (han.length - others.length) * LETTERS_PER_CLAUSE_OF_ONE <= han.length
  );
}

function letterOf(text: string, piece: Piece): string {
  return text.slice(piece.start, piece.end);
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
