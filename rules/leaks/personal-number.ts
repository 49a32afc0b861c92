import { z } from "zod";
import {
  defineDetector,
  type Detect,
  type EvidenceSpan,
  type Finding,
} from "../../src/engine/detector.ts";
import type { Signals } from "../../src/engine/signals.ts";
import {
  isChineseId,
  isChineseMobile,
  isInternationalPhone,
  isNorthAmericanPhone,
  isUsSsn,
  looksLikeCard,
  type NumberType,
} from "./numbers.ts";

const TYPES = ["pii.phone", "pii.id.cn", "pii.id.us_ssn", "pii.card"] as const;

const config = z.strictObject({
  types: z
    .array(z.enum(TYPES))
    .min(1)
    .default([...TYPES])
    .describe("what is looked for"),
  minPeople: z
    .number()
    .int()
    .min(1)
    .default(1)
    .describe("distinct people from which the list itself is the finding"),
  score: z.number().min(0).max(1).default(0.9),
});
type Config = z.infer<typeof config>;

// A run of digits with one kind of mark between them; an x may end a citizen number.
const CANDIDATE =
  /(?<![\p{Ll}\d@/#=_.-])\+?\(?\d(?:[\s().·_-]{0,2}\d){7,18}(?:[\s·_-]?x)?(?![\d\p{Ll}@%/=_]|[.-]\d)/gu;
const LEAST_DIGITS = 9;
/** Words within this many characters before a number that say it is no person's: an order, a parcel, a hotline. */
const LOOK_BEHIND = 12;
const NOT_A_PERSON =
  /(?:订单|单号|流水|运单|快递|物流|编号|工单|发票|批次|客服|热线|群号|版本|order|invoice|tracking|ticket|case|hotline|serial|model|version|id|hash|block|tx)[^\d\n]{0,6}$/u;
const CARD_WORD =
  /(?:卡号|银行卡|信用卡|储蓄卡|借记卡|账号|帐号|工行|农行|建行|招行|\bcard|\bvisa|\bmastercard|\bcvv)/u;

interface PersonalNumber {
  readonly type: NumberType;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Finds telephone numbers, citizen numbers and bank cards in any written form that folding undoes.
 * One arbiter for a run of digits: form, checksum, then the words before it. Never reports the value.
 */
export const personalNumber = defineDetector<Config>({
  id: "leaks.personal-number",
  version: 1,
  family: "leak",
  title: "A telephone, identity or bank card number of a person",
  sources: [
    "GB 11643-1999 (citizen identification number)",
    "ISO/IEC 7812-1 (card numbers)",
    "ITU-T E.164",
    "PIPL Articles 28, 51, 57",
  ],
  config,
  examples: [
    {
      text: "我的手机是 139-0000-0012，有事打我",
      flags: true,
      language: "zh",
      why: "mobile with dashes",
    },
    { text: "１３９００００００１２ 王姐", flags: true, language: "zh", why: "full-width digits" },
    { text: "幺三九零零零零零零幺二", flags: true, language: "zh", why: "digits as words" },
    { text: "1️⃣3️⃣9️⃣0️⃣0️⃣0️⃣0️⃣0️⃣0️⃣1️⃣2️⃣", flags: true, language: "zh", why: "keycap emoji" },
    {
      text: "身份证 11010119000101100X",
      flags: false,
      language: "zh",
      why: "the check character is wrong",
    },
    { text: "订单号 13900000012 已发货", flags: false, language: "zh", why: "an order number" },
    { text: "时间戳 1700000000000", flags: false, language: "zh", why: "a timestamp" },
    {
      text: "call me on (415) 555-0132 tonight",
      flags: true,
      language: "en",
      why: "phone in US form",
    },
    {
      text: "+44 20 7946 0018 is her number",
      flags: true,
      language: "en",
      why: "international form",
    },
    { text: "tracking 139 0000 0012", flags: false, language: "en", why: "a parcel" },
    {
      text: "commit 1390000 of 2026-11-24 10:20",
      flags: false,
      language: "en",
      why: "numbers of other kinds",
    },
  ],
  prepare(settings): Detect {
    const wanted = new Set<NumberType>(settings.types);
    return (signals) => {
      if (signals.digitCount < LEAST_DIGITS) return [];
      const numbers = findNumbers(signals.text.folded).filter((number) => wanted.has(number.type));
      if (numbers.length === 0) return [];
      const people = peopleIn(numbers);
      return people < settings.minPeople ? [] : [toFinding(signals, numbers, people, settings)];
    };
  },
});

function toFinding(
  signals: Signals,
  numbers: readonly PersonalNumber[],
  people: number,
  settings: Config,
): Finding {
  const spans: EvidenceSpan[] = numbers.map(({ start, end, type }) => ({
    ...signals.text.toSource(start, end),
    type,
  }));
  return { score: settings.score, spans, guards: [], ...(people > 1 && { people }) };
}

/** Distinct people: a line of a list may hold several numbers of one person, so the commonest type counts. */
function peopleIn(numbers: readonly PersonalNumber[]): number {
  const byType = new Map<NumberType, Set<string>>();
  for (const { type, value } of numbers) {
    byType.set(type, (byType.get(type) ?? new Set()).add(value));
  }
  return Math.max(...[...byType.values()].map((values) => values.size));
}

function findNumbers(folded: string): readonly PersonalNumber[] {
  const found: PersonalNumber[] = [];
  for (const match of folded.matchAll(CANDIDATE)) {
    const written = match[0];
    const digits = written.replace(/[^\dx]/gu, "");
    const before = folded.slice(Math.max(0, match.index - LOOK_BEHIND), match.index);
    const type = typeOf(written, digits, before, folded);
    if (!type) continue;
    found.push({ type, value: digits, start: match.index, end: match.index + written.length });
  }
  return found;
}

function typeOf(
  written: string,
  digits: string,
  before: string,
  folded: string,
): NumberType | null {
  if (isChineseId(digits)) return "pii.id.cn";
  if (NOT_A_PERSON.test(before)) return null;
  if (isChineseMobile(digits)) return "pii.phone";
  if (isUsSsn(written)) return "pii.id.us_ssn";
  if (looksLikeCard(digits) && (CARD_WORD.test(folded) || isGroupedInFours(written)))
    return "pii.card";
  if (isInternationalPhone(written, digits) || isNorthAmericanPhone(written)) return "pii.phone";
  return null;
}

function isGroupedInFours(written: string): boolean {
  return /^(?:\d{4}[\s-]){3,4}\d{1,4}$/u.test(written);
}
