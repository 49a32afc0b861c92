const HOUR = 60;
const DAY = 24 * HOUR;

/** A name that begins with another one stands before it. */
const MINUTES: readonly (readonly [names: string, minutes: number])[] = [
  ["m|mins?|minutes?|分钟|分鐘|分", 1],
  ["刻钟|刻鐘", 15],
  ["h|hrs?|hours?|时|時|小时|小時|钟头|鐘頭", HOUR],
  ["d|days?|天|日", DAY],
  ["w|wk|weeks?|周|週|星期|礼拜|禮拜", 7 * DAY],
];
const UNIT = MINUTES.map(([names]) => names).join("|");
const UNITS = MINUTES.map(
  ([names, minutes]) => [new RegExp(`^(?:${names})$`, "u"), minutes] as const,
);

/** A number, in digits or in Chinese, and its unit; `半` adds half a unit before it (`1个半小时`) or after it (`1天半`). */
const PART = new RegExp(
  `(\\d{1,6}(?:\\.\\d{1,2})?|\\.\\d{1,2}|[半一二两兩三四五六七八九十]{1,3})\\s*[个個]?(半)?\\s*` +
    `(${UNIT})(?![a-z])(半(?!\\s*[个個]?(?:${UNIT})))?\\s*`,
  "uy",
);

/**
 * Minutes of `30m`, `2h`, `1.5h`, `1d12h`, `1w`, `30分钟`, `2个小时`, `两天`, `半小时`, to the nearest; null for
 * anything else. Full-width digits must have been folded (NFKC) before.
 */
export function parseDuration(words: string): number | null {
  const compact = words.trim().toLowerCase();
  let total = 0;
  let read = 0;
  while (read < compact.length) {
    PART.lastIndex = read;
    const match = PART.exec(compact);
    if (!match) return null;
    const [whole, number = "", before, unit = "", after] = match;
    const count = readNumber(number);
    const minutes = UNITS.find(([names]) => names.test(unit))?.[1];
    if (count === null || minutes === undefined) return null;
    total += (count + (before ? 0.5 : 0) + (after ? 0.5 : 0)) * minutes;
    read += whole.length;
  }
  return read > 0 ? Math.round(total) : null;
}

const DIGITS = "零一二三四五六七八九";
const BELOW_HUNDRED =
  /^(?:([一二三四五六七八九])?(十)([一二三四五六七八九])?|([一二三四五六七八九]))$/u;

/** `1.5`, `半`, `两`, `十二`, `三十`; null for what is no number. */
function readNumber(words: string): number | null {
  if (/\d/u.test(words)) return Number(words);
  if (words === "半") return 0.5;
  const match = BELOW_HUNDRED.exec(words.replace(/[两兩]/gu, "二"));
  if (!match) return null;
  const [, tens = "一", ten, ones, alone] = match;
  const last = DIGITS.indexOf(alone ?? ones ?? "零");
  return ten === undefined ? last : DIGITS.indexOf(tens) * 10 + last;
}

/** "2nd" begins a sentence. */
const ORDINAL = /^\d+(?:st|nd|rd|th)(?![\p{L}\p{N}])/iu;
/** `2`, `1.5h`, `-1d`, `~2d`, `(1d)`, `约2天`: whatever has a number at its head, but for a sum of money and `#3`. */
const NUMBER = /^[^\p{L}\p{N}\p{Sc}@#\s]{0,3}(?:大?[约約])?\p{N}/u;
/** `两天`, `半小时`, `三个月`. Of units that are other words too (`一日三餐`), only what ends with them. */
const CHINESE_TIME = new RegExp(
  "^[^\\p{L}\\p{N}@#\\s]{0,3}(?:大?[约約])?[半零〇一二两兩俩倆三四五六七八九十百千几幾数數]{1,7}[来來多]?[个個]?半?" +
    "(?:分钟|分鐘|刻钟|刻鐘|小时|小時|钟头|鐘頭|天|星期|礼拜|禮拜|[个個]月|秒" +
    "|(?:日|周|週|年)半?(?![\\p{L}\\p{N}]))",
  "u",
);

/** Whether a word was meant as a time, or as another number, whether it can be read or not. */
export function looksLikeTime(word: string): boolean {
  return CHINESE_TIME.test(word) || looksLikeNumber(word);
}

/** Whether a word has a number at its head that is no place in a row. */
export function looksLikeNumber(word: string): boolean {
  return NUMBER.test(word) && !ORDINAL.test(word);
}
