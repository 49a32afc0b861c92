import { MASK } from "./mask.ts";

/**
 * A text as the patterns of redaction read it: one unit for each character, in its plain form (full-width,
 * styled and circled characters, digits of any script) and with its case; characters without a place of
 * their own (zero-width, variation selectors, combining marks) are left out. Each character is read by itself,
 * so that masking one never changes how the next one is read.
 */
export interface MaskReading {
  readonly text: string;
  /** Where each unit begins in the source, and its length as the last entry. Null: all at the same place. */
  readonly starts: Uint32Array | null;
}

const DROPPED = /^[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Mn}\p{Me}]$/u;
const DIGIT = /\p{Nd}/u;
const ASCII_DIGIT = /[0-9]/u;
const LETTER = /^\p{L}/u;
const OTHER_LETTER = "字";
const OTHER_SYMBOL = "□";
const CHUNK = 4096;
/** In the table: not read yet; left out. Both are code points that no reading has. */
const UNKNOWN = 0;
const NOTHING = 0xffff;

const table = new Uint16Array(0x1_0000);

/** Reads a text for masking. Linear in its length. */
export function readForMasking(source: string): MaskReading {
  if (isPlain(source)) return { text: source, starts: null };
  const { length } = source;
  const units = new Uint16Array(length);
  const starts = new Uint32Array(length + 1);
  let count = 0;
  for (let at = 0; at < length; ) {
    const unit = source.charCodeAt(at);
    const isHigh = (unit & 0xfc00) === 0xd800;
    const codePoint = isHigh ? (source.codePointAt(at) ?? unit) : unit;
    const read = codePoint > 0xffff ? readCodePoint(codePoint) : readUnit(unit);
    if (read !== NOTHING) {
      units[count] = read;
      starts[count] = at;
      count += 1;
    }
    at += codePoint > 0xffff ? 2 : 1;
  }
  starts[count] = length;
  return { text: toText(units, count), starts: count === length ? null : starts };
}

/** Masks in a source what is masked in its reading, and the left-out characters that follow a masked one. */
export function writeMasks(source: string, reading: MaskReading, masked: string): string {
  const { starts } = reading;
  const pieces: string[] = [];
  let written = 0;
  for (let from = masked.indexOf(MASK); from !== -1; ) {
    let to = from;
    while (masked[to] === MASK) to += 1;
    const start = starts ? (starts[from] ?? 0) : from;
    const end = starts ? (starts[to] ?? source.length) : to;
    pieces.push(source.slice(written, start), MASK.repeat(end - start));
    written = end;
    from = masked.indexOf(MASK, to);
  }
  pieces.push(source.slice(written));
  return pieces.join("");
}

function isPlain(source: string): boolean {
  for (let at = 0; at < source.length; at += 1) {
    const unit = source.charCodeAt(at);
    if (readUnit(unit) !== unit) return false;
  }
  return true;
}

function readUnit(unit: number): number {
  const known = table[unit] ?? UNKNOWN;
  if (known !== UNKNOWN) return known;
  const read = readCodePoint(unit);
  table[unit] = read;
  return read;
}

function readCodePoint(codePoint: number): number {
  if (codePoint === 0 || codePoint === NOTHING) return OTHER_SYMBOL.charCodeAt(0);
  const character = String.fromCodePoint(codePoint);
  if (DROPPED.test(character)) return NOTHING;
  const plain = character.normalize("NFKC");
  const digit = ASCII_DIGIT.exec(plain)?.[0] ?? (DIGIT.test(plain) ? "0" : undefined);
  if (digit !== undefined) return digit.charCodeAt(0);
  if (plain.length === 1 && (codePoint < 0xd800 || codePoint > 0xdfff)) return plain.charCodeAt(0);
  if (codePoint <= 0xffff && (codePoint < 0xd800 || codePoint > 0xdfff)) return codePoint;
  return (LETTER.test(plain) ? OTHER_LETTER : OTHER_SYMBOL).charCodeAt(0);
}

function toText(units: Uint16Array, count: number): string {
  let text = "";
  for (let at = 0; at < count; at += CHUNK) {
    const part: unknown = Reflect.apply(
      String.fromCharCode,
      null,
      units.subarray(at, Math.min(count, at + CHUNK)),
    );
    text += String(part);
  }
  return text;
}
