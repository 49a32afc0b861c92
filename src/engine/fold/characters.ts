import { LONG_SIMPLIFIED, simplifiedUnit } from "./chinese.ts";
import { STYLED } from "./styled.ts";

/** What a unit of folded text is, as bits that can be or-ed over a whole message. */
export const HAN = 1;
/** A letter that the traditional-to-simplified step may change. */
export const TRADITIONAL = 2;
/** A Chinese numeral that may be part of a number. 一 alone never is. */
export const NUMERAL = 4;
/** A letter or a decimal digit. */
export const WORD = 8;
/** A letter of an alphabet other than Latin: it may pass for a Latin one. */
export const FOREIGN = 16;
/** A letter of the Latin script, which is a-z for the most part. */
export const LATIN = 32;
/** Belongs to the cluster of the character before it, or leaves no trace at all. */
export const EXTENDER = 64;
/** No word is joined across it: digits, marks, conjoining jamo, percent and currency signs. */
export const BARRIER = 128;

/** In the unit table: the unit does not fold to exactly one unit, or may depend on what follows. */
export const SLOW = 0xd800;

/** Folded marks kept after one base. Indic scripts need three; the rest is Zalgo. */
const MAX_KEPT_MARKS = 4;
/** Marks read of one cluster: ICU's reordering of marks takes quadratic time. */
export const MAX_READ_MARKS = 16;
const MAX_ROUNDS = 5;

const DROPPED =
  /^(?:[\p{Default_Ignorable_Code_Point}\p{Cf}\u0345\u2800™℠©®]|(?![\t\n\r])\p{Cc})$/u;
const MARK = /^\p{M}$/u;
// Conjoining vowels and finals, and the half-width voicing marks of kana, combine with what precedes them.
const JOINING = /^[\u1160-\u11ff\ud7b0-\ud7ff\uff9e\uff9f]$/u;
const LATIN_WITH_MARKS = /(\p{Script=Latin})\p{M}+/gu;
// Scripts whose words are read without free-standing marks, and everything that is no letter at all.
const BARE_WITH_MARKS =
  /(^|[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]|\P{L})\p{M}+/gu;
const LOST_MARK = /(?=\p{M})[\p{Script=Inherited}\p{Script=Common}\p{Script=Hebrew}]|\p{Me}/gu;
const KEPT_MARKS = /\p{M}+/gu;
const LINE_END = /^[\u2028\u2029]$/u;
const COMPATIBILITY_JAMO = /^[\u3131-\u318e]$/u;
const STARTS_WITH_MARK = /^\s?\p{M}/u;
const FRACTION_SLASH = "\u2044";
const HAN_LETTER = /^(?=\p{L}|\p{Nl})\p{Script=Han}$/u;
const LETTER_OR_DIGIT = /^[\p{L}\p{Nd}]$/u;
const BARRIER_CHARACTER = /^[\p{N}%‰\p{Sc}\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]$/u;
const LATIN_LETTER = /^\p{Script=Latin}$/u;
const NOT_FOREIGN =
  /^[\p{scx=Latin}\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Bopomofo}]$/u;
const NUMERALS = "零〇二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟幺";

const table = new Uint16Array(0x1_0000);
const flags = new Uint8Array(0x1_0000);
/** Code points remembered at a time: a message of all there are must not fill the memory. */
const MOST_REMEMBERED = 0x4000;
/** UTF-16 units of the longest cluster remembered: a letter and two or three marks. */
const LONGEST_REMEMBERED = 4;
const knownClusters = new Map<string, string>();
const slowFolds = new Map<number, string>();
const slowExtenders = new Map<number, boolean>();
const halfwidthJamo = makeHalfwidthJamo();

/** The unit that a unit folds to, or `SLOW`. */
export function foldUnit(unit: number): number {
  return table[unit] || learn(unit);
}

/** The bits of a unit that `foldUnit` has seen or returned. */
export function flagsOf(unit: number): number {
  return flags[unit] ?? 0;
}

function learn(unit: number): number {
  const result = foldSingle(unit);
  table[unit] = result;
  if (result === SLOW) {
    flags[unit] = isSurrogate(unit) ? 0 : bitsOf(unit);
  } else {
    flags[unit] = bitsOf(unit) & EXTENDER;
    flags[result] = bitsOf(result);
    table[result] = result;
  }
  return result;
}

function foldSingle(unit: number): number {
  if (isSurrogate(unit) || bitsOf(unit) & EXTENDER) return SLOW;
  const folded = foldCodePoint(unit);
  return folded.length === 1 ? folded.charCodeAt(0) : SLOW;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

function bitsOf(unit: number): number {
  const character = String.fromCharCode(unit);
  // A mark that is kept stands in a word of a foreign script.
  if (isExtender(character)) return EXTENDER | BARRIER | FOREIGN;
  let bits = BARRIER_CHARACTER.test(character) ? BARRIER : 0;
  if (LETTER_OR_DIGIT.test(character)) {
    bits |= WORD;
    if (LATIN_LETTER.test(character)) bits |= LATIN;
    else if (!NOT_FOREIGN.test(character)) bits |= FOREIGN;
  }
  if (HAN_LETTER.test(character)) bits = (bits & ~BARRIER) | HAN | WORD;
  if (simplifiedUnit(unit) !== unit) bits |= TRADITIONAL;
  if (NUMERALS.includes(String.fromCharCode(simplifiedUnit(unit)))) bits |= NUMERAL;
  return bits;
}

function isExtender(character: string): boolean {
  return MARK.test(character) || JOINING.test(character) || DROPPED.test(character);
}

/** Whether the code point belongs to the cluster of the one before it. */
export function isExtenderCodePoint(codePoint: number): boolean {
  if (codePoint <= 0xffff) {
    foldUnit(codePoint);
    return (flagsOf(codePoint) & EXTENDER) !== 0;
  }
  let known = slowExtenders.get(codePoint);
  if (known === undefined) {
    known = isExtender(String.fromCodePoint(codePoint));
    if (slowExtenders.size >= MOST_REMEMBERED) slowExtenders.clear();
    slowExtenders.set(codePoint, known);
  }
  return known;
}

/** Whether an extender leaves no trace: format characters, control characters, trade marks. */
export function isDropped(character: string): boolean {
  return DROPPED.test(character);
}

/** One code point on its own, folded. Empty when it is dropped; a lone surrogate becomes U+FFFD. */
export function foldCodePoint(codePoint: number): string {
  const known = slowFolds.get(codePoint);
  if (known !== undefined) return known;
  const lone = codePoint >= 0xd800 && codePoint <= 0xdfff;
  const folded = lone ? "\ufffd" : foldCluster(String.fromCodePoint(codePoint));
  if (slowFolds.size >= MOST_REMEMBERED) slowFolds.clear();
  slowFolds.set(codePoint, folded);
  return folded;
}

/**
 * A base and the marks after it, folded together. Marks that compose stay composed (й, が), except on
 * Latin letters, which lose them: café -> cafe, since chat writers leave them out and evaders put them in.
 * Marks of no script of their own, or of scripts that are read without them, are dropped (Zalgo, overlays,
 * Arabic and Hebrew points); up to four of any other script are kept.
 */
export function foldCluster(cluster: string): string {
  const known = knownClusters.get(cluster);
  if (known !== undefined) return known;
  const folded = foldToEnd(cluster);
  if (cluster.length <= LONGEST_REMEMBERED) {
    if (knownClusters.size >= MOST_REMEMBERED) knownClusters.clear();
    knownClusters.set(cluster, folded);
  }
  return folded;
}

function foldToEnd(cluster: string): string {
  let text = cluster;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = foldOnce(text);
    if (next === text) break;
    text = next;
  }
  return text;
}

function foldOnce(text: string): string {
  let plain = "";
  for (const character of text) plain += foldPlain(character);
  // Composing first lets a mark find its letter; the second time closes what a dropped mark kept apart.
  const composed = plain
    .normalize("NFC")
    .normalize("NFD")
    .replace(LATIN_WITH_MARKS, "$1")
    .normalize("NFC");
  return composed
    .replace(LOST_MARK, "")
    .replace(BARE_WITH_MARKS, "$1")
    .replace(KEPT_MARKS, (marks) => Array.from(marks).slice(0, MAX_KEPT_MARKS).join(""))
    .normalize("NFC");
}

function foldPlain(character: string): string {
  if (DROPPED.test(character)) return "";
  if (LINE_END.test(character)) return "\n";
  const codePoint = character.codePointAt(0) ?? 0;
  const styled = STYLED.get(codePoint);
  if (styled !== undefined) return styled;
  // NFKC tears keyboard jamo (ㅋㅋ) into conjoining ones.
  if (COMPATIBILITY_JAMO.test(character)) return character;
  const jamo = halfwidthJamo.get(character);
  if (jamo !== undefined) return jamo;
  const compatible = character.normalize("NFKC");
  // 2½% would read 21⁄2%.
  if (compatible.includes(FRACTION_SLASH)) return character;
  // Free-standing accents would become a space and a mark; Thai and Lao am, a mark and a vowel.
  if (character !== compatible && !JOINING.test(character) && STARTS_WITH_MARK.test(compatible)) {
    return MARK.test(character) ? compatible : character;
  }
  let folded = "";
  for (const part of compatible) folded += LONG_SIMPLIFIED.get(part) ?? foldCase(part);
  return folded;
}

// Upper case first: full case folding is what two spellings of one word share, so ß = ss and ς = σ.
function foldCase(character: string): string {
  let folded = "";
  for (const part of character.toUpperCase()) folded += part.toLowerCase();
  return folded;
}

function makeHalfwidthJamo(): Map<string, string> {
  const wide = new Map<string, string>();
  for (let unit = 0x3131; unit <= 0x318e; unit += 1) {
    const character = String.fromCharCode(unit);
    wide.set(character.normalize("NFKC"), character);
  }
  const jamo = new Map<string, string>();
  for (let unit = 0xffa0; unit <= 0xffdc; unit += 1) {
    const character = String.fromCharCode(unit);
    const known = wide.get(character.normalize("NFKC"));
    if (known !== undefined && known !== "\u3164") jamo.set(character, known);
  }
  return jamo;
}
