import { z } from "zod";
import {
  defineDetector,
  type Detect,
  type EvidenceSpan,
  type Finding,
} from "../../src/engine/detector.ts";
import type { FoldedText } from "../../src/engine/fold/index.ts";
import type { Signals } from "../../src/engine/signals.ts";
import { type Candidate, candidatesAt, readChains, readGroups } from "./digit-groups.ts";
import {
  isChineseId,
  isChineseMobile,
  isGroupedAsMobile,
  isInternationalPhone,
  isNorthAmericanPhone,
  isTollFree,
  isUsSsn,
  looksLikeCard,
  type NumberType,
} from "./numbers.ts";
import { companyOf, standsFree } from "./surroundings.ts";

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

const LEAST_DIGITS = 9;
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
  version: 2,
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
      text: "1. 张三 13900000012\n2. 李四 13900000013\n3. 王五 13900000014",
      flags: true,
      language: "zh",
      why: "a numbered list of three people",
      config: { minPeople: 3 },
    },
    {
      text: "张三\t13900000012\t100\n李四\t13900000013\t200",
      flags: true,
      language: "zh",
      why: "rows of a table",
      config: { minPeople: 2 },
    },
    {
      text: "139 0000 0012\n139 0000 0013\n139 0000 0014",
      flags: true,
      language: "zh",
      why: "a line break ends a number",
      config: { minPeople: 3 },
    },
    {
      text: "1,13900000012\n2,13900000013",
      flags: true,
      language: "zh",
      why: "comma-separated values",
      config: { minPeople: 2 },
    },
    {
      text: "13900000012/13900000013",
      flags: true,
      language: "zh",
      why: "two numbers, a slash between",
      config: { minPeople: 2 },
    },
    { text: "张三 13900000012 2026-11-24", flags: true, language: "zh", why: "a date after it" },
    { text: "2026-11-24 13900000012", flags: true, language: "zh", why: "a date before it" },
    { text: "电话 13900000012 100块", flags: true, language: "zh", why: "a sum after it" },
    { text: "王姐 13900000012 2单", flags: true, language: "zh", why: "a quantity after it" },
    { text: "1 13900000012", flags: true, language: "zh", why: "a list number before it" },
    { text: "①13900000012", flags: true, language: "zh", why: "a circled list number" },
    { text: "张三/13900000012/北京", flags: true, language: "zh", why: "between slashes" },
    { text: "张三_13900000012", flags: true, language: "zh", why: "after a low line" },
    { text: "13900000012@qq.com", flags: true, language: "zh", why: "the name of a mailbox" },
    {
      text: "我订单没到，电话 13900000012",
      flags: true,
      language: "zh",
      why: "the order is in another clause",
    },
    {
      text: "客服你好，我手机13900000012",
      flags: true,
      language: "zh",
      why: "the greeting is another clause",
    },
    { text: "腾讯会议：139-0000-0012", flags: false, language: "zh", why: "a meeting" },
    { text: "资产 15900000000 元", flags: false, language: "zh", why: "a sum of money" },
    { text: "总量 13900000012 次", flags: false, language: "zh", why: "a quantity" },
    { text: "call 1-800-555-0199", flags: false, language: "en", why: "toll-free" },
    { text: "看图 13900000012.jpg", flags: false, language: "zh", why: "a file name" },
    { text: "运单 sf13900000012 到了", flags: false, language: "zh", why: "digits of a word" },
    {
      text: "see https://example.com/u/13900000012",
      flags: false,
      language: "en",
      why: "digits of an address",
    },
    { text: "name=ann phone=13900000012", flags: true, language: "en", why: "a form field" },
    { text: "david 415-555-0132", flags: true, language: "en", why: "id is the end of a name" },
    {
      text: "in any case call 415-555-0132",
      flags: true,
      language: "en",
      why: "the word for a telephone wins",
    },
    {
      text: "4111 1111 1111 1111 123 card",
      flags: true,
      language: "en",
      why: "a security code after a card",
    },
    {
      text: "+100000000 views, then +10 20 30 40 50",
      flags: false,
      language: "en",
      why: "no such country code",
    },
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
      const numbers = numbersOf(signals).filter((number) => wanted.has(number.type));
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

/** Several rules ask for the numbers of one message; it is read once. */
const READ = new WeakMap<Signals, readonly PersonalNumber[]>();

function numbersOf(signals: Signals): readonly PersonalNumber[] {
  const known = READ.get(signals);
  if (known) return known;
  const found = findNumbers(signals);
  READ.set(signals, found);
  return found;
}

/** Each number of a row is typed alone: the longest that has a type, then on after it. */
function findNumbers({ text, message }: Signals): readonly PersonalNumber[] {
  const { folded } = text;
  const groups = readGroups(folded, ENCLOSED.test(message.text) ? cutListNumber(text) : keep);
  const hasCardWord = once(() => CARD_WORD.test(folded));
  const found: PersonalNumber[] = [];
  for (const chain of readChains(groups)) {
    for (let at = chain.first; at <= chain.last; at += 1) {
      for (const candidate of candidatesAt(folded, groups, chain, at)) {
        const number = typed(folded, candidate, hasCardWord);
        if (!number) continue;
        // A parcel's number is left out as a whole, so that no part of it is read as another.
        if (isPersons(folded, number)) found.push(number);
        at = candidate.last;
        break;
      }
    }
  }
  return found;
}

/** "①139…" folds to 1139…: the circled digit in front of plain ones is a list number. */
const ENCLOSED = /[\u2460-\u249b\u24f5-\u24ff\u2776-\u2793]/u;

function cutListNumber(text: FoldedText): (start: number, end: number) => number {
  const isEnclosed = (at: number) => {
    const span = text.toSource(at, at + 1);
    return ENCLOSED.test(text.source.slice(span.start, span.end));
  };
  return (start, end) => {
    let at = start;
    while (at < end && at - start < 2 && isEnclosed(at)) at += 1;
    return at < end && !isEnclosed(at) ? at : start;
  };
}

function keep(start: number): number {
  return start;
}

function once(ask: () => boolean): () => boolean {
  let answer: boolean | undefined;
  return () => (answer ??= ask());
}

/** An x may take the place of the last digit of a citizen number, with a mark before it or none. */
const CHECK_X = /^[\s·_-]?x(?![\d\p{Ll}])/u;

function typed(
  folded: string,
  candidate: Candidate,
  hasCardWord: () => boolean,
): PersonalNumber | null {
  const { start, digits } = candidate;
  const x =
    digits.length === 17 ? CHECK_X.exec(folded.slice(candidate.end, candidate.end + 3)) : null;
  if (x && isChineseId(`${digits}x`) && standsFree(folded, start, candidate.end + x[0].length)) {
    return { type: "pii.id.cn", value: `${digits}x`, start, end: candidate.end + x[0].length };
  }
  const type = typeOf(candidate, hasCardWord);
  if (!type || !standsFree(folded, start, candidate.end)) return null;
  // With a country code and without it is one person.
  const value = isChineseMobile(digits) ? digits.slice(-11) : digits;
  return { type, value, start, end: candidate.end };
}

/** A citizen number is somebody's whatever the words around it say. */
function isPersons(folded: string, { type, start, end }: PersonalNumber): boolean {
  return type === "pii.id.cn" || companyOf(folded, start, end) !== "other";
}

function typeOf(
  { digits, written, isWholeChain }: Candidate,
  hasCardWord: () => boolean,
): NumberType | null {
  if (isChineseId(digits)) return "pii.id.cn";
  if (isTollFree(written)) return null;
  if (isChineseMobile(digits) && isGroupedAsMobile(written)) return "pii.phone";
  if (isUsSsn(written)) return "pii.id.us_ssn";
  if (looksLikeCard(digits)) {
    // One number in ten passes the checksum, and a row of groups offers many: its shape or a word must agree.
    const isPlain = isWholeChain || written === digits;
    if (isGroupedInFours(written) || (isPlain && hasCardWord())) return "pii.card";
  }
  if (isInternationalPhone(written, digits) || isNorthAmericanPhone(written)) return "pii.phone";
  return null;
}

function isGroupedInFours(written: string): boolean {
  return /^(?:\d{4}[\s-]){3,4}\d{1,4}$/u.test(written);
}
