import type { Edit } from "./view.ts";

/**
 * Writes Chinese numerals as digits where they are numbers: 三十万 -> 300000, 1.5万 -> 15000,
 * 百分之三点五 -> 3.5%, 三倍 -> 3倍, a run of at least seven digit characters, four before 年. Words made of
 * numerals (千万, 万一, 十分, 三三两两, 乱七八糟) are no well-formed numbers and stay; so do approximations
 * (三五天, 两百多万) and anything longer than 24 units or above 10^15.
 */
export function findNumerals(text: string): readonly Edit[] {
  const edits: Edit[] = [];
  for (const match of text.matchAll(CANDIDATE)) {
    const start = match.index;
    const isFraction = match[1] !== undefined;
    // 两 at the end of a number is the old ounce: 五十万两银子.
    const number = isFraction ? match[0] : match[0].replace(/(?<=.)两$/u, "");
    const end = start + number.length;
    const before = text.slice(Math.max(0, start - CONTEXT), start);
    const after = text.slice(end, end + CONTEXT);
    const written = isFraction
      ? readFraction(number, before, after)
      : readPlain(number, before, after);
    if (written !== null) edits.push({ start, end, text: written });
  }
  return edits;
}

const CONTEXT = 4;
const LONGEST = 24;
const LARGEST = 1e15;
const SHORTEST_DIGIT_RUN = 7;
/** Han digits needed in a run that also holds others: 13800001234一起 is a number and a word. */
const FEWEST_HAN_DIGITS = 3;

const NUMERAL = "[0-9零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟幺]";
// A full stop makes a decimal between plain digits only: "1.四川" is a list.
const NUMBER = String.raw`(?:\d+\.\d+[十百千万亿]*|${NUMERAL}+(?:点${NUMERAL}+)?)`;
// Percentages come first, or 百 would start a number of its own.
const CANDIDATE = new RegExp(`((?:百分之百|百分百)(?!分)|[百千万]分之${NUMBER})|${NUMBER}`, "gu");

const DIGITS: ReadonlyMap<string, number> = new Map(
  Array.from("零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖幺").map((c, i) => [
    c,
    [0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1][i] ?? 0,
  ]),
);
const UNITS: ReadonlyMap<string, number> = new Map([
  ["十", 10],
  ["拾", 10],
  ["百", 100],
  ["佰", 100],
  ["千", 1000],
  ["仟", 1000],
]);
const MYRIADS: ReadonlyMap<string, number> = new Map([
  ["万", 1e4],
  ["亿", 1e8],
]);

const HAN_NUMERAL = /[^0-9.点]/u;
const PART_OF_NUMBER = /[0-9][.,点]?$|[几数第]$/u;
const GOES_ON = /^(?:[.点][0-9零〇一二两三四五六七八九]|[多来余几][万亿千百]|分之)/u;

const WHOLE = /^百分之?百$/u;
const DIGIT_BEFORE = /[0-9零〇一二两三四五六七八九]$/u;

function readFraction(text: string, before: string, after: string): string | null {
  if (WHOLE.test(text)) return DIGIT_BEFORE.test(before) ? null : "100%";
  if (PART_OF_NUMBER.test(before) || GOES_ON.test(after) || text.length > LONGEST) return null;
  const scale = { 百: 1, 千: 10, 万: 100 }[text.charAt(0)] ?? 1;
  const value = parse(text.slice(3));
  return value === null ? null : `${format(value / scale)}%`;
}

const RUN_OF_DIGITS = /^[0-9零〇一二三四五六七八九幺]+$/u;
const HAN_DIGIT = /[零〇一二三四五六七八九幺]/gu;
const SINGLE = /^[二两三四五六七八九十]$/u;
// Only where nothing but a number goes before the word; 一 is an article more often than a number.
const MEASURED =
  /^(?:倍|天(?![王生下地空才])(?!两头|打鱼|一)|个(?:小时|月|星期|点)|折(?![叠扣腾磨])|元(?![桥里乡镇村牛])|块钱|小时|分钟|周年|年(?!级|代))/u;
const DECIMAL_UNIT = /^(?:倍|折|元|个点|块|%)/u;
const ORDINAL = /(?:[第初几数周]|星期|礼拜)$/u;

function readPlain(text: string, before: string, after: string): string | null {
  if (!HAN_NUMERAL.test(text) || PART_OF_NUMBER.test(before) || GOES_ON.test(after)) return null;
  if (RUN_OF_DIGITS.test(text)) {
    if (isDigitRun(text, after))
      return Array.from(text)
        .map((c) => DIGITS.get(c) ?? c)
        .join("");
    if (text.length > 1) return null;
  }
  if (text.length > LONGEST) return null;
  if (SINGLE.test(text)) {
    return MEASURED.test(after) && !ORDINAL.test(before)
      ? String(UNITS.get(text) ?? DIGITS.get(text))
      : null;
  }
  if (text.includes("点") && !/[万亿]$/u.test(text) && !DECIMAL_UNIT.test(after)) return null;
  if (text.length === 1) return null;
  const value = parse(text);
  return value === null ? null : format(value);
}

function isDigitRun(text: string, after: string): boolean {
  const han = text.match(HAN_DIGIT)?.length ?? 0;
  if (text.length === 4 && han === 4 && after.startsWith("年")) return true;
  return text.length >= SHORTEST_DIGIT_RUN && (han === text.length || han >= FEWEST_HAN_DIGITS);
}

function format(value: number): string {
  return String(Number(value.toFixed(4)));
}

/** The value of a well-formed number, or null. */
function parse(text: string): number | null {
  const plain = text.replace("点", ".");
  const decimal = /^([^.]+)\.([0-9零〇一二三四五六七八九]{1,4})(百|千)?(万|亿)?$/u.exec(plain);
  if (plain.includes(".")) return decimal ? parseDecimal(decimal) : null;
  let total = 0;
  let rest = plain;
  for (const [myriad, scale] of [...MYRIADS].toReversed()) {
    const at = rest.indexOf(myriad);
    if (at === -1) continue;
    const part = parseSection(rest.slice(0, at));
    if (part === null || part === 0) return null;
    total += part * scale;
    rest = rest.slice(at + 1);
    const short = shortTail(rest);
    if (short !== null) return bounded(total + short * (scale / 10));
  }
  if (rest === "") return bounded(total);
  const section = parseSection(rest);
  return section === null || (total > 0 && section >= 1e4) ? null : bounded(total + section);
}

function bounded(value: number): number | null {
  return value <= LARGEST ? value : null;
}

function parseDecimal(match: RegExpExecArray): number | null {
  const whole = parseSection(match[1] ?? "");
  if (whole === null || whole > 1e9) return null;
  const digits = Array.from(match[2] ?? "")
    .map((c) => DIGITS.get(c) ?? c)
    .join("");
  const scale = (UNITS.get(match[3] ?? "") ?? 1) * (MYRIADS.get(match[4] ?? "") ?? 1);
  return bounded(Number(`${whole}.${digits}`) * scale);
}

// 三万五 is 35000: a digit after a unit counts the next smaller one.
function shortTail(text: string): number | null {
  return text.length === 1 && text !== "零" && text !== "〇" ? digitOf(text) : null;
}

function digitOf(text: string): number | null {
  const han = DIGITS.get(text);
  if (han !== undefined) return han;
  return /^[0-9]{1,9}$/u.test(text) ? Number(text) : null;
}

const SECTION_PART =
  /([0-9]+|[零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖幺])?([十拾百佰千仟])|[零〇]|([0-9]+|[一二两三四五六七八九壹贰叁肆伍陆柒捌玖幺])/gu;

/** A number below 万: digits and falling units, 零 between them. Plain digits may be larger. */
function parseSection(text: string): number | null {
  if (text === "") return null;
  const whole = digitOf(text);
  if (whole !== null) return whole;
  let total = 0;
  let unit = 1e4;
  let at = 0;
  for (const match of text.matchAll(SECTION_PART)) {
    if (match.index !== at) return null;
    at += match[0].length;
    if (match[0] === "零" || match[0] === "〇") {
      if (total === 0) return null;
      continue;
    }
    const next = UNITS.get(match[2] ?? "") ?? 1;
    // Only 十 counts by itself; a bare 百 or 千 is a word (百万, 千万).
    const digit = match[1] ?? match[3] ?? (next === 10 && total === 0 ? "1" : "");
    const value = digitOf(digit);
    if (value === null || next >= unit) return null;
    const isShort =
      next === 1 && total > 0 && unit >= 100 && !/[零〇]/u.test(text.charAt(match.index - 1));
    total += isShort ? value * (unit / 10) : value * next;
    unit = isShort ? 1 : next;
  }
  return at === text.length && total > 0 ? total : null;
}
