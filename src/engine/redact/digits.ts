import { MASK } from "./mask.ts";

const DIGIT = "0-9零〇一二三四五六七八九幺两兩壹贰貳叁參肆伍陆陸柒捌玖";
// Percent and currency signs belong to an amount: "10%, 20%, 30%" and "$100 - $500" stay readable. Tight
// between two digits they are a disguise.
const GAP = `(?:[%$€£¥](?=[${DIGIT}])|[^\\p{L}\\p{N}█%‰$€£¥]{0,5})`;
// O and l written for 0 and 1, but not the words that are made of these letters alone.
const LOOK_ALIKE = "(?!(?<![\\p{L}\\p{N}])(?:oil|lol|ill|lil|i|io|lo|li)(?![\\p{L}\\p{N}]))[oil]";

/**
 * Telephone, identity, card and account numbers, one-time codes: six or more digits in any script or
 * written out in Chinese, up to five characters that are neither letters nor digits between two of them.
 */
const DIGIT_RUN = new RegExp(
  `(?:(?<![\\p{L}\\p{N}])[oil]{1,4})?[${DIGIT}](?:${GAP}(?:[${DIGIT}]|${LOOK_ALIKE})){4,}${GAP}[${DIGIT}](?:[oil]{1,4}(?![\\p{L}\\p{N}]))?`,
  "giu",
);

const HAS_FIGURE = /\d/u;
const ALL_DIGITS = new RegExp(`^[${DIGIT}]+$`, "u");
const EACH_DIGIT = new RegExp(`[${DIGIT}]`, "gu");
/** With gaps, six written-out digits may still be words: 三三两两，一一列举. */
const FEWEST_WRITTEN_OUT = 7;

/** Masks long numbers, however they are spaced. */
export function maskDigits(text: string): string {
  return text.replace(DIGIT_RUN, (run) => (isNumber(run) ? MASK.repeat(run.length) : run));
}

function isNumber(run: string): boolean {
  if (HAS_FIGURE.test(run) || ALL_DIGITS.test(run)) return true;
  return (run.match(EACH_DIGIT)?.length ?? 0) >= FEWEST_WRITTEN_OUT;
}
