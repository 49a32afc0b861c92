import type { Span } from "./span.ts";

// Recall over precision: what is kept of a message must not hold a secret even where no rule knows it.
// A run of 6 or more digits with separators (telephone, id, card, account, one-time code), in any script's digits.
const DIGIT_RUN = /\p{Nd}(?:[\p{Cf}\p{Mn}\p{Me}\s().·*_/-]{0,3}\p{Nd}){5,}/gu;
// Chinese digits written out; shorter runs are ordinary words.
const HAN_DIGIT_RUN = /[零〇一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖]{7,}/gu;
const EMAIL = /[\p{L}\p{N}._%+-]{1,64}\s?(?:@|＠|\(at\)|\[at\])\s?[\p{L}\p{N}.-]{1,253}/giu;
// Tokens, keys and hashes: 16 or more characters of the base64 and hex alphabets with a digit among them.
const TOKEN = /(?=[\w+/=:-]{0,200}\d)[\w+/=:-]{16,}/gu;
// The part of a link that may hold an invitation, a session or a name.
const LINK_TAIL = /(?<=https?:\/\/[^\s/]{1,253}\/)\S+/giu;

export const MASK = "█";

/**
 * Replaces every character of the given spans, and everything that looks like a personal value or a
 * secret, by a block. The result has the length of the text, so that spans still point at their
 * place. Idempotent; linear in the length of the text.
 */
export function redact(text: string, spans: readonly Span[]): string {
  let masked = text;
  for (const span of spans) masked = mask(masked, span.start, span.end);
  for (const pattern of [LINK_TAIL, EMAIL, TOKEN, DIGIT_RUN, HAN_DIGIT_RUN]) {
    masked = masked.replace(pattern, (match) => MASK.repeat(match.length));
  }
  return masked;
}

function mask(text: string, start: number, end: number): string {
  return text.slice(0, start) + MASK.repeat(Math.max(0, end - start)) + text.slice(end);
}
