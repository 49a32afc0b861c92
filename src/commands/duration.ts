const MINUTES: readonly (readonly [names: RegExp, minutes: number])[] = [
  [/^(?:m|min|mins|minutes?|分|分钟|分鐘)$/u, 1],
  [/^(?:h|hr|hrs|hours?|时|時|小时|小時|钟头|鐘頭)$/u, 60],
  [/^(?:d|days?|天|日)$/u, 24 * 60],
  [/^(?:w|wk|weeks?|周|週|星期|礼拜|禮拜)$/u, 7 * 24 * 60],
];

const PART = /(\d{1,6})\s*[个個]?\s*(\p{L}+?)(?=\d|\s|$)/gu;

/**
 * Minutes of `30m`, `2h`, `1d12h`, `1w`, `30分钟`, `2个小时`; null for anything else. Full-width digits must
 * have been folded (NFKC) before.
 */
export function parseDuration(words: string): number | null {
  const compact = words.trim().toLowerCase();
  let total = 0;
  let read = 0;
  for (const match of compact.matchAll(PART)) {
    if (match.index !== read) return null;
    const minutes = MINUTES.find(([names]) => names.test(match[2] ?? ""))?.[1];
    if (minutes === undefined) return null;
    total += Number(match[1]) * minutes;
    read += match[0].length;
  }
  return read > 0 && read === compact.length ? total : null;
}
