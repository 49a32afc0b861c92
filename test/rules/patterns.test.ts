import { describe, expect, test } from "@jest/globals";
import { compilePatterns, patternProblem } from "../../rules/patterns.ts";

function found(pattern: string, text: string, language: "zh" | "en" = "zh"): readonly string[] {
  const find = compilePatterns({ zh: [], en: [], [language]: [pattern] });
  return find(text).map(({ start, end }) => text.slice(start, end));
}

describe("a pattern of a pack", () => {
  test("knows numbers, percentages and gaps", () => {
    expect(found("年化{gap:4}{percent}", "年化高达12.5%，年化。30%")).toEqual(["年化高达12.5%"]);
    expect(found("{n}天回本", "本月30天回本")).toEqual(["30天回本"]);
    expect(found("guaranteed {words:2}returns", "guaranteed high monthly returns", "en")).toEqual([
      "guaranteed high monthly returns",
    ]);
  });

  test("in English stands between word borders", () => {
    expect(found("lose", "you close the door", "en")).toEqual([]);
    expect(found("{percent} daily", "5% daily.", "en")).toEqual(["5% daily"]);
  });

  test.each([
    "a*",
    "稳赚.+",
    "(?:ab){2,5}",
    "x{3,}",
    "(?<=a)b",
    "(a)\\1",
    "Guaranteed",
    "(unclosed",
  ])("%s is refused", (pattern) => {
    expect(patternProblem(pattern)).not.toBeNull();
  });

  test.each([
    "稳赚(?:不赔|不亏)?",
    "x{1,3}",
    "\\d{2}天",
    "{gap:6}{words:2}{n}{percent}",
    "5 \\+ 5",
  ])("%s is accepted", (pattern) => {
    expect(patternProblem(pattern)).toBeNull();
  });
});
