import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { foldText } from "../../src/engine/fold/index.ts";
import type { TextView } from "../../src/engine/fold/index.ts";

const RUNS = 400;

// What steps meet in each other's way: marks, joiners, traditional letters, numerals, look-alikes, halves of pairs.
const NASTY = [
  ...Array.from('aeokITßéøﬁｆⒶⓕᴀ₤ǰİıẞΐᾳ㍿㊙㈱…¨´゛① ❶²½1209%¥.,，。、!:*-~·/|(【】"=+ \t\n'),
  ...Array.from("稳赚不赔信微我年天倍元一二两三五八十百千万亿零〇幺点分之多第陆"),
  ...Array.from("乾隆坤淨著名顯看沈沒甚麼瞭解望哪吒穩賺徵坏磚薴龍叄貳"),
  ...Array.from("раВтиЙйПсІαΣςονΩάคกสश각가ㅋﾡￂカהՕꭰა𠮷㑮🅰🆓🇫🇷🇪😀🔥𝓯"),
  ...Array.from("\u0e49\u0e35\u093e\u093c\u0995\u09cd\u09be\u0627\u1100\u1161\u11a8"),
  ...Array.from("\u0308\u0336\u3099ﾞ\u200b\u200d\u20e3\u0345\u0300\u034f\u{e0067}\u{e0100}"),
  ...Array.from("\u0000\u0085\u2028\u3000ㅤ™\ud800 \udc00"),
  "👍🏽",
  "❤\ufe0f",
  "百分之",
  "个月",
  "\r\n",
  "  ",
];

const text = fc
  .array(
    fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(...NASTY) },
      { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 2 }) },
      { weight: 1, arbitrary: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) },
    ),
    { maxLength: 16 },
  )
  .map((parts) => parts.join(""));

function splitsPair(source: string, at: number): boolean {
  return at > 0 && at < source.length && (source.codePointAt(at - 1) ?? 0) > 0xffff;
}

function expectSpans(view: TextView, source: string): void {
  let last = { start: 0, end: 0 };
  for (let i = 0; i < view.folded.length; i += 1) {
    const span = view.toSource(i, i + 1);
    expect(span.start).toBeGreaterThanOrEqual(last.start);
    expect(span.end).toBeGreaterThanOrEqual(last.end);
    expect(span.end).toBeGreaterThan(span.start);
    expect(span.end).toBeLessThanOrEqual(source.length);
    expect(splitsPair(source, span.start) || splitsPair(source, span.end)).toBe(false);
    last = span;
  }
  const whole = view.toSource(0, view.folded.length);
  expect(whole).toEqual(
    view.folded === "" ? { start: 0, end: 0 } : { start: 0, end: source.length },
  );
}

describe("folding", () => {
  test("twice equals once", () => {
    fc.assert(
      fc.property(text, (source) => {
        const { folded } = foldText(source);
        expect(foldText(folded).folded).toBe(folded);
      }),
      { numRuns: RUNS },
    );
  });

  // Each of these once folded differently the second time.
  test.each([
    "ͅиeᴀ",
    "ßйο",
    "Вেa",
    "اাⒶ",
    "🇪ᾳ़",
    "aำ",
    "叄",
    "陸",
    "a b c d  e f",
    "乾 隆",
    "甚 麼",
    "ᄀ ᅡ ᆨ",
    "三十万.5万",
    "🇻Ω🇻а",
    "\u1100™\u1161",
  ])("%j settles at once", (source) => {
    const { folded } = foldText(source);
    expect(foldText(folded).folded).toBe(folded);
  });

  test("every BMP unit settles at once, between letters too", () => {
    const unsettled: string[] = [];
    for (let unit = 0; unit <= 0xffff; unit += 1) {
      const source = `${String.fromCharCode(unit)} ж${String.fromCharCode(unit)}a`;
      const { folded } = foldText(source);
      if (foldText(folded).folded !== folded) unsettled.push(source);
    }
    expect(unsettled).toEqual([]);
  });

  test("text that needs no change is the same string, with spans of its own", () => {
    const view = foldText("plain text, 普通的话");
    expect(view.folded).toBe("plain text, 普通的话");
    expect(view.toSource(6, 10)).toEqual({ start: 6, end: 10 });
  });
});

describe("spans", () => {
  test("rise, lie in the source and never split a pair", () => {
    fc.assert(
      fc.property(text, (source) => {
        const view = foldText(source);
        expect(view.source).toBe(source);
        expectSpans(view, source);
        expectSpans(view.contact, source);
      }),
      { numRuns: RUNS },
    );
  });

  test.each([
    ["zero-width characters", "说稳\u200b赚不赔", "稳赚不赔", "稳\u200b赚不赔"],
    ["gaps", "说 稳 赚 不 赔 的", "稳赚不赔", "稳 赚 不 赔"],
    ["numbers", "年化百分之三十的", "30%", "百分之三十"],
    ["expansions", "a🆓b", "free", "🆓"],
    ["full-width letters", "加ＶＸ：1", "vx", "ＶＸ"],
    ["pairs", "😀x😀", "x", "x"],
    ["pairs that stay", "a😀b", "😀", "😀"],
  ])("cover what was written: %s", (_, source, found, written) => {
    const view = foldText(source);
    const start = view.folded.indexOf(found);
    const span = view.toSource(start, start + found.length);
    expect(start).toBeGreaterThanOrEqual(0);
    expect(source.slice(span.start, span.end)).toBe(written);
  });

  test("half of a pair comes from the whole pair, and ranges outside are cut", () => {
    const view = foldText("a😀b");
    expect(view.toSource(2, 3)).toEqual({ start: 1, end: 3 });
    expect(view.toSource(-5, 99)).toEqual({ start: 0, end: 4 });
    expect(view.toSource(99, 100)).toEqual({ start: 4, end: 4 });
    expect(foldText("\u200b").toSource(0, 1)).toEqual({ start: 0, end: 0 });
  });
});

describe("long and hostile text", () => {
  test.each([
    ["marks on one letter", "\u0301", 100_000, "a", 1],
    ["foreign marks on one letter", "\u0e31", 100_000, "ก", 5],
    ["zero-width characters", "\u200b", 1_000_000, "a", 1],
    ["final jamo", "\u11a8", 100_000, "가", 16],
    ["spaced letters", " a", 200_000, "a", 200_001],
    ["half pairs", "\ud800", 200_000, "", 200_000],
    ["flags", "🇫", 200_000, "", 200_000],
  ])("%s fold to a bounded text", (_, unit, count, base, longest) => {
    const { folded, contact } = foldText(base + unit.repeat(count));
    expect(folded.length).toBeLessThanOrEqual(longest);
    expect(contact.folded.length).toBe(folded.length);
  });

  test.each(["三十", "沈沒", "рp", "1.", "百分之", "加 ", "乾"])(
    "a megabyte of %j folds",
    (unit) => {
      const source = unit.repeat(1_000_000 / unit.length);
      expect(foldText(source).folded.length).toBeLessThanOrEqual(source.length);
    },
  );

  // A step that reads a run again from each of its letters would take minutes here.
  test.each([
    ["letters and marks", ["a,", "一，", "а,", "a+b-", "x = a + ", "a*b/", "十,", "稳*", "á"]],
    ["letters and spaces", ["a b  ", "和 ", "나 ", "稳 赚不 ", "x h c593 ", "a\n", "稳        "]],
    ["digits and numerals", ["1 ", "1,2 ", "四.", "点", "1亿 ", "3 十 万 ", "百分之三", "½ "]],
    ["signs", ["微❤", "🇫", "🇻🇽a", "\u0301a ", "a\u200b", "乾", "【微】", "…a", "𠮷 "]],
    ["letters of two scripts", ["рp", "αрa", "aж", "Пp", "ا a", "aЖβ"]],
    ["contact words", ["加微", "+ ", "q ", "v❤", "看卫星", "叩", "公众", "wx.", "飞机 "]],
  ])("200,000 units of %s fold", (_, units) => {
    for (const unit of units) {
      const { folded, contact } = foldText(unit.repeat(200_000 / unit.length));
      // A numeral grows most: 1亿 has nine digits.
      expect(folded.length).toBeLessThanOrEqual(800_000);
      expect(contact.folded.length).toBeLessThanOrEqual(800_000);
    }
  });
});
