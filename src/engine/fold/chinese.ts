import characters from "opencc-js/dict/TSCharacters";
import phrases from "opencc-js/dict/TSPhrases";

/**
 * Traditional to simplified Chinese. Data: OpenCC's dictionaries TSCharacters and TSPhrases
 * (Apache-2.0, by way of opencc-js), first candidate each.
 *
 * A phrase counts only when it holds a character that is traditional for certain, so simplified text
 * never changes: 坏 becomes 坯 in 磚坏 and nowhere else.
 */

// TSCharacters leaves these alone, since mainland spelling has them too, though in few words (著名, 瞭望).
const ADDED: readonly (readonly [string, string])[] = [
  ["妳", "你"],
  ["著", "着"],
  ["瞭", "了"],
];
const ADDED_PHRASES = "甚麼 什么";

/** Kept where they stand in one of these, changed everywhere else. */
const KEPT = "乾著吒瞭";
const KEPT_PHRASES =
  "著名 著作 著者 著书 著称 著述 著录 著有 名著 原著 巨著 专著 论著 编著 译著 遗著 合著 拙著 大著 新著 " +
  "显著 卓著 昭著 较著 土著 执著 哪吒 木吒 金吒 李乾 张乾 瞭望";
/** Kept in every phrase of OpenCC that keeps it: read qián, it has no simplified form. */
const QIAN = "乾";

const all = readEntries(characters);
/** Characters whose simplified form takes another number of UTF-16 units, and those beyond the BMP. */
export const LONG_SIMPLIFIED: ReadonlyMap<string, string> = makeLong();
const units = makeUnits();
const replaced = makeReplaced();
const kept = makeKept();

/** The simplified form of a BMP unit, or the unit itself. */
export function simplifiedUnit(unit: number): number {
  return units.get(unit) ?? unit;
}

/** Simplifies text of folded characters. The result has the same length, unit for unit. */
export function simplify(text: string): string {
  let result = "";
  let i = 0;
  while (i < text.length) {
    const phrase = replaced.get(text.charCodeAt(i))?.find(([key]) => text.startsWith(key, i));
    if (phrase) {
      result += phrase[1];
      i += phrase[0].length;
      continue;
    }
    const unit = text.charCodeAt(i);
    result += isKept(text, i) ? text.charAt(i) : String.fromCharCode(simplifiedUnit(unit));
    i += 1;
  }
  return result;
}

// Any occurrence counts, not the leftmost longest one: neighbours then cannot hide a kept word on a second fold.
function isKept(text: string, at: number): boolean {
  const neighbours = kept.get(text.charCodeAt(at));
  if (!neighbours) return false;
  return isKeptBeside(neighbours, text, at, -1) || isKeptBeside(neighbours, text, at, 1);
}

function isKeptBeside(neighbours: Neighbours, text: string, at: number, side: -1 | 1): boolean {
  const unit = text.charCodeAt(at + side);
  const simple = simplifiedUnit(unit);
  const stands = ([phrase, offset]: Place) => standsAt(text, at - offset, phrase);
  return (
    neighbours.get(unit * side)?.some(stands) === true ||
    (simple !== unit && neighbours.get(simple * side)?.some(stands) === true)
  );
}

function standsAt(text: string, start: number, phrase: string): boolean {
  for (let k = 0; k < phrase.length; k += 1) {
    const unit = text.charCodeAt(start + k);
    const wanted = phrase.charCodeAt(k);
    if (unit !== wanted && simplifiedUnit(unit) !== wanted) return false;
  }
  return true;
}

function readEntries(text: string): Map<string, string> {
  const entries = new Map<string, string>();
  for (const entry of text.split("|")) {
    const [key, value] = entry.split(" ");
    if (key && value && key !== value) entries.set(key, value);
  }
  return entries;
}

function final(character: string): string {
  const once = all.get(character) ?? character;
  return all.get(once) ?? once;
}

function makeLong(): Map<string, string> {
  const long = new Map<string, string>();
  for (const key of all.keys()) {
    const value = final(key);
    if (key.length !== 1 || value.length !== 1) long.set(key, value);
  }
  return long;
}

function makeUnits(): Map<number, number> {
  const map = new Map<number, number>();
  for (const key of all.keys()) {
    const value = final(key);
    if (key.length === 1 && value.length === 1) map.set(key.charCodeAt(0), value.charCodeAt(0));
  }
  for (const [key, value] of ADDED) map.set(key.charCodeAt(0), value.charCodeAt(0));
  return map;
}

function convert(text: string): string {
  return Array.from(text)
    .map((character) => String.fromCharCode(simplifiedUnit(character.charCodeAt(0))))
    .join("");
}

function makeReplaced(): Map<number, (readonly [string, string])[]> {
  const map = new Map<number, (readonly [string, string])[]>();
  for (const [key, value] of readEntries(`${phrases}|${ADDED_PHRASES}`)) {
    if (!isSafeReplacement(key, value)) continue;
    const first = key.charCodeAt(0);
    map.set(first, [...(map.get(first) ?? []), [key, value] as const]);
  }
  for (const list of map.values()) list.sort((a, b) => b[0].length - a[0].length);
  return map;
}

function isSafeReplacement(key: string, value: string): boolean {
  if (key.length !== value.length || Array.from(key).length !== key.length) return false;
  const certain = Array.from(key).some(
    (c) => simplifiedUnit(c.charCodeAt(0)) !== c.charCodeAt(0) && !KEPT.includes(c),
  );
  const settled = convert(value) === value;
  return certain && settled && convert(key) !== value;
}

type Place = readonly [phrase: string, offset: number];
/** Phrases by the unit before the kept one (negative) or, where that comes first, after it. */
type Neighbours = ReadonlyMap<number, readonly Place[]>;

function makeKept(): Map<number, Neighbours> {
  const values = phrases.split("|").map((entry) => entry.split(" ")[1] ?? "");
  const words = new Set([
    ...values.filter((value) => value.includes(QIAN)),
    ...KEPT_PHRASES.split(" "),
  ]);
  const map = new Map<number, Map<number, Place[]>>();
  for (const word of words) {
    for (const [offset, character] of Array.from(word).entries()) {
      if (!KEPT.includes(character)) continue;
      const side = offset > 0 ? -1 : 1;
      const neighbour = word.charCodeAt(offset + side) * side;
      const unit = character.charCodeAt(0);
      const neighbours = map.get(unit) ?? new Map<number, Place[]>();
      neighbours.set(neighbour, [...(neighbours.get(neighbour) ?? []), [word, offset]]);
      map.set(unit, neighbours);
    }
  }
  return map;
}
