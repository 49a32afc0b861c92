/** Types of personal numbers, named as in `contracts.md`. */
export type NumberType = "pii.phone" | "pii.id.cn" | "pii.id.us_ssn" | "pii.card";

/** GB 11643-1999: weights and check characters of the 18-character citizen number (ISO 7064 mod 11-2). */
const CN_ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CN_ID_CHECK = "10x98765432";
/** GB/T 2260 codes of provinces, of Hong Kong, Macau and Taiwan, and of foreigners' permits (91). */
const CN_PROVINCES = new Set(
  "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91".split(
    " ",
  ),
);
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether 18 characters are a citizen number of the PRC: province, a calendar date, and the check character. */
export function isChineseId(value: string): boolean {
  if (!/^\d{17}[\dx]$/u.test(value) || !CN_PROVINCES.has(value.slice(0, 2))) return false;
  const year = Number(value.slice(6, 10));
  const month = Number(value.slice(10, 12));
  const day = Number(value.slice(12, 14));
  if (year < 1900 || year > 2099 || day < 1 || day > (DAYS_IN_MONTH[month - 1] ?? 0)) return false;
  const sum = CN_ID_WEIGHTS.reduce((total, weight, i) => total + weight * Number(value[i]), 0);
  return CN_ID_CHECK[sum % 11] === value[17];
}

/** Luhn's checksum (ISO/IEC 7812-1 annex B). 1 in 10 random numbers passes, so it is never enough alone. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Issuer ranges: UnionPay 62, Visa 4, Mastercard 51-55 and 2221-2720, American Express 34 and 37, JCB 35. */
const CARD_PREFIX = /^(?:62|4|5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[457])/u;

export function looksLikeCard(digits: string): boolean {
  return (
    digits.length >= 15 && digits.length <= 19 && CARD_PREFIX.test(digits) && passesLuhn(digits)
  );
}

/** Mainland mobile numbers: 11 digits, 13 to 19 in front, with or without the country code 86. */
export function isChineseMobile(digits: string): boolean {
  return /^(?:0{0,2}86)?1[3-9]\d{9}$/u.test(digits);
}

/** US social security numbers: ranges that the SSA never issues are left out. */
export function isUsSsn(written: string): boolean {
  const match = /^(\d{3})-(\d{2})-(\d{4})$/u.exec(written);
  if (!match) return false;
  const [, area = "", group = "", serial = ""] = match;
  return !/^(?:000|666|9\d\d)$/u.test(area) && group !== "00" && serial !== "0000";
}

/** Toll-free numbers belong to companies; 1-800 and a number have the 11 digits of a Chinese mobile. */
export function isTollFree(written: string): boolean {
  return /^(?:\+?1[\s.-]?)?\(?8(?:00|33|44|55|66|77|88)\)?[\s.-]{0,2}\d{3}[\s.-]\d{4}$/u.test(
    written,
  );
}

/** Whether a mobile number is grouped as people write it: groups of three and more, or single digits or pairs throughout. */
export function isGroupedAsMobile(written: string): boolean {
  const lengths = (written.replace(/^\+?(?:0{0,2}86|1)(?=\D)/u, "").match(/\d+/gu) ?? []).map(
    (group) => group.length,
  );
  return Math.min(...lengths) > 2 || Math.max(...lengths) < 3;
}

/** North American numbers with their usual marks: (415) 555-0132, 415-555-0132, +1 415 555 0132. */
export function isNorthAmericanPhone(written: string): boolean {
  return /^(?:\+?1[\s.-]?)?(?:\([2-9]\d{2}\)[\s-]?|[2-9]\d{2}[\s.-])[2-9]\d{2}[\s.-]\d{4}$/u.test(
    written,
  );
}

/** ITU-T E.164 country codes but 1 and 86, whose numbers have a known length. */
const COUNTRY_CODE =
  /^(?:7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[124]|9[0-58]|2[1-689]\d|3[578]\d|42\d|5[09]\d|6[789]\d|8[0578]\d|9[679]\d)/u;
const KNOWN_LENGTH = /^(?:1[2-9]\d{9}|86(?:1[3-9]\d{9}|[2-9]\d{8,10}))$/u;

/** A number in international form: a plus sign, a country code that exists, and 9 to 15 digits in all. */
export function isInternationalPhone(written: string, digits: string): boolean {
  if (!written.startsWith("+") || digits.length < 9 || digits.length > 15) return false;
  return KNOWN_LENGTH.test(digits) || COUNTRY_CODE.test(digits);
}
