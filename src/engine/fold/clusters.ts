import {
  EXTENDER,
  FOREIGN,
  HAN,
  LATIN,
  MAX_READ_MARKS,
  SLOW,
  WORD,
  flagsOf,
  foldCluster,
  foldCodePoint,
  foldUnit,
  isDropped,
  isExtenderCodePoint,
} from "./characters.ts";
import { REGIONS } from "./styled.ts";
import type { Draft } from "./view.ts";

/** The first step's result: characters folded one cluster at a time, and what later steps need to know. */
export interface FirstPass {
  readonly draft: Draft;
  /** The bits of `characters.ts`, or-ed over the folded text. */
  readonly seen: number;
  /** Letters and digits that stand between two characters that are neither, or at an end of the text. */
  readonly loneCount: number;
  /** A Latin letter and one of another alphabet stand side by side. */
  readonly isMixed: boolean;
}

const REGIONAL_A = 0x1_f1e6;
const REGIONAL_Z = 0x1_f1ff;
const LONE = 0b010;
const SCRATCH_UNITS = 4096;
const scratch = new Uint16Array(SCRATCH_UNITS);

/** Folds every character. Linear in the length; text that folds to itself is returned as the same string. */
export function foldClusters(source: string): FirstPass {
  const { length } = source;
  if (length > SCRATCH_UNITS) return new ClusterFolder(source).run();
  let seen = 0;
  let loneCount = 0;
  let history = 0;
  let changed = 0;
  let all = 0;
  let previous = 0;
  let touching = 0;
  for (let i = 0; i < length; i += 1) {
    const unit = source.charCodeAt(i);
    const folded = foldUnit(unit);
    if (folded === SLOW) return new ClusterFolder(source).run();
    const bits = flagsOf(folded);
    seen |= bits;
    history = ((history << 1) | ((bits & WORD) === 0 ? 0 : 1)) & 0b111;
    if (history === LONE) loneCount += 1;
    touching |= sidesOf(previous, bits);
    previous = bits;
    changed |= folded ^ unit;
    all |= unit;
    scratch[i] = folded;
  }
  if (((history << 1) & 0b111) === LONE) loneCount += 1;
  const text =
    changed === 0 ? source : all < 0x80 ? source.toLowerCase() : fromUnits(scratch, length);
  return { draft: { text, starts: null, ends: null }, seen, loneCount, isMixed: touching !== 0 };
}

/** Not 0 where one of two neighbours is a Latin letter and the other one of another alphabet. */
function sidesOf(left: number, right: number): number {
  return (left & LATIN && right & FOREIGN) | (right & LATIN && left & FOREIGN);
}

function fromUnits(units: Uint16Array, length: number): string {
  let text = "";
  for (let i = 0; i < length; i += SCRATCH_UNITS) {
    const part: unknown = Reflect.apply(
      String.fromCharCode,
      null,
      units.subarray(i, Math.min(length, i + SCRATCH_UNITS)),
    );
    text += String(part);
  }
  return text;
}

/** The general case: clusters of several units, characters that fold to none or many, with offsets. */
class ClusterFolder {
  readonly #source: string;
  #units: Uint16Array;
  #starts: Uint32Array;
  #ends: Uint32Array;
  #length = 0;
  #seen = 0;
  #loneCount = 0;
  #history = 0;
  #previous = 0;
  #touching = 0;

  constructor(source: string) {
    const capacity = source.length + 16;
    this.#source = source;
    this.#units = new Uint16Array(capacity);
    this.#starts = new Uint32Array(capacity);
    this.#ends = new Uint32Array(capacity);
  }

  run(): FirstPass {
    const source = this.#source;
    let i = 0;
    while (i < source.length) {
      const folded = foldUnit(source.charCodeAt(i));
      if (folded === SLOW || this.#isExtenderAt(i + 1)) {
        i = this.#foldSlow(i);
      } else {
        this.#push(folded, i, i + 1);
        i += 1;
      }
    }
    if (((this.#history << 1) & 0b111) === LONE) this.#loneCount += 1;
    return {
      draft: this.#finish(),
      seen: this.#seen,
      loneCount: this.#loneCount,
      isMixed: this.#touching !== 0,
    };
  }

  #finish(): Draft {
    const length = this.#length;
    const text = fromUnits(this.#units, length);
    if (text === this.#source) return { text: this.#source, starts: null, ends: null };
    // Dropped characters at the front belong to the first that is left, so that nothing is out of reach.
    const first = this.#starts[0];
    for (let i = 0; i < length && this.#starts[i] === first; i += 1) this.#starts[i] = 0;
    const starts = this.#starts.subarray(0, length);
    return { text, starts, ends: this.#ends.subarray(0, length) };
  }

  #isExtenderAt(at: number): boolean {
    if (at >= this.#source.length) return false;
    const unit = this.#source.charCodeAt(at);
    if ((unit & 0xf800) !== 0xd800)
      return foldUnit(unit) === SLOW && (flagsOf(unit) & EXTENDER) !== 0;
    return isExtenderCodePoint(this.#source.codePointAt(at) ?? 0);
  }

  #foldSlow(start: number): number {
    const base = this.#source.codePointAt(start) ?? 0;
    if (base >= REGIONAL_A && base <= REGIONAL_Z) return this.#foldRegions(start);
    let end = start + (base > 0xffff ? 2 : 1);
    if (!this.#isExtenderAt(end)) {
      this.#pushAll(foldCodePoint(base), start, end);
      return end;
    }
    let cluster = this.#source.slice(start, end);
    let read = 0;
    while (this.#isExtenderAt(end)) {
      const extender = String.fromCodePoint(this.#source.codePointAt(end) ?? 0);
      end += extender.length;
      if (read >= MAX_READ_MARKS || isDropped(extender)) continue;
      cluster += extender;
      read += 1;
    }
    this.#pushAll(read === 0 ? foldCodePoint(base) : foldCluster(wellFormed(cluster)), start, end);
    return end;
  }

  // Exactly two regional indicators that name a region are a flag; any other run spells a word.
  #foldRegions(start: number): number {
    const places: number[] = [];
    let letters = "";
    let end = start;
    while (end < this.#source.length) {
      const codePoint = this.#source.codePointAt(end) ?? 0;
      const isRegional = codePoint >= REGIONAL_A && codePoint <= REGIONAL_Z;
      if (!isRegional && !isExtenderCodePoint(codePoint)) break;
      if (isRegional) {
        places.push(end);
        letters += String.fromCharCode(0x61 + codePoint - REGIONAL_A);
      }
      end += codePoint > 0xffff ? 2 : 1;
    }
    if (REGIONS.has(letters)) {
      for (const place of places) this.#pushAll(this.#source.slice(place, place + 2), start, end);
      return end;
    }
    for (const [i, place] of places.entries()) {
      this.#push(letters.charCodeAt(i), place, places[i + 1] ?? end);
    }
    return end;
  }

  #pushAll(folded: string, start: number, end: number): void {
    for (let i = 0; i < folded.length; i += 1) this.#push(folded.charCodeAt(i), start, end);
    if (folded === "" && this.#length > 0) this.#extendLast(end);
    if (folded.length > 1 && PAIR_LETTER.test(folded)) this.#noteLetterPair(folded);
  }

  // Letters beyond the BMP have no flags of their own. They are rare, so what they touch is not asked.
  #noteLetterPair(folded: string): void {
    this.#loneCount += 1;
    if (HAN_LETTER.test(folded)) {
      this.#seen |= HAN;
      return;
    }
    this.#seen |= FOREIGN;
    this.#touching |= 1;
  }

  // A dropped character belongs to what stands before it: hiding a match hides its zero-width parts too.
  #extendLast(end: number): void {
    const last = this.#length - 1;
    const start = this.#starts[last];
    for (let i = last; i >= 0 && this.#starts[i] === start; i -= 1) this.#ends[i] = end;
  }

  #push(unit: number, start: number, end: number): void {
    if (this.#length === this.#units.length) this.#grow();
    this.#units[this.#length] = unit;
    this.#starts[this.#length] = start;
    this.#ends[this.#length] = end;
    this.#length += 1;
    foldUnit(unit);
    const bits = flagsOf(unit);
    this.#seen |= bits & ~EXTENDER;
    this.#touching |= sidesOf(this.#previous, bits);
    this.#previous = bits;
    this.#history = ((this.#history << 1) | ((bits & WORD) === 0 ? 0 : 1)) & 0b111;
    if (this.#history === LONE) this.#loneCount += 1;
  }

  #grow(): void {
    const capacity = this.#units.length * 2;
    const units = new Uint16Array(capacity);
    const starts = new Uint32Array(capacity);
    const ends = new Uint32Array(capacity);
    units.set(this.#units);
    starts.set(this.#starts);
    ends.set(this.#ends);
    this.#units = units;
    this.#starts = starts;
    this.#ends = ends;
  }
}

const PAIR_LETTER = /(?=[\u{10000}-\u{10ffff}])\p{L}/u;
const HAN_LETTER = /\p{Script=Han}/u;

function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}
