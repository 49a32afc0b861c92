import { blocks } from "./mask.ts";

// Letters of alphabets; Chinese goes on before and after an address without a space.
const ALPHABET = String.raw`a-z0-9\u00c0-\u1fff`;
const LOCAL = String.raw`(?:(?<![${ALPHABET}._%+-])[${ALPHABET}._%+-]+|(?<!\p{sc=Han})\p{sc=Han}{1,8})`;
const LABEL = String.raw`[${ALPHABET}_-]{1,253}`;
const ROOT = "com|net|org|edu|gov|cn|io|me|co|ru|de|uk|fr|jp|hk|tw";
const DOT = String.raw`(?:\.|\s{1,2}\.\s{1,2}|\s{0,2}(?:[([{<]\s?(?:dot|\.|点|點)\s?[)\]}>]|点|點)\s{0,2}|\s{1,2}dot\s{1,2}|\s{0,2}。(?=\s{0,2}(?:${ROOT})(?![a-z]))\s{0,2}|\.\s{1,2}(?=(?:${ROOT})(?![a-z])))`;
const AT = String.raw`(?:\s{0,2}(?:@|[([{<]\s?(?:at|@|艾特)\s?[)\]}>]|艾特)\s{0,2})`;
const PROVIDER =
  "gmail|googlemail|qq|163|126|139|189|outlook|hotmail|yahoo|icloud|proton|protonmail|foxmail|sina|sohu|live|msn|aol|gmx|yandex|zoho|mail";

const TIGHT = new RegExp(
  String.raw`${LOCAL}(?:@|[([{<]\s?(?:at|@|艾特)\s?[)\]}>])(?:${LABEL}|\p{sc=Han}{1,8})(?:${DOT}${LABEL}|\.\p{sc=Han}{1,4}){0,8}`,
  "giu",
);
// A mention has a space before it too, so a domain is asked for.
const SPACED = new RegExp(`${LOCAL}${AT}${LABEL}(?:${DOT}${LABEL}){1,8}`, "giu");
const WORDED = new RegExp(
  String.raw`${LOCAL}\s{1,2}at\s{1,2}(?:(?:${PROVIDER})\.[a-z]{2,6}(?:\.[a-z]{2,6})?|${LABEL}(?:(?!\.)${DOT}${LABEL}){1,8})`,
  "giu",
);

const LETTER_BY_LETTER =
  /(?<![a-z0-9._-]\s)(?<![a-z0-9])(?:[a-z0-9._-]\s){2,}@(?:\s[a-z0-9._-]){3,}/giu;
/** Every pattern here has one of these: most messages have none. */
const ANY_AT = /@|艾特|[([{<\s]at[)\]}>\s]/iu;

/** Masks e-mail addresses, whole, in the ways people write them to keep them from programs. */
export function maskContacts(text: string): string {
  if (!ANY_AT.test(text)) return text;
  return text
    .replace(TIGHT, blocks)
    .replace(SPACED, blocks)
    .replace(WORDED, blocks)
    .replace(LETTER_BY_LETTER, blocks);
}
