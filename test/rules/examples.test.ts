import { describe, expect, test } from "@jest/globals";
import { DETECTORS } from "../../rules/index.ts";
import { meetsExample } from "../../src/cli/rules.ts";
import { failedExamples } from "../../src/engine/pack.ts";
import { shippedRuleSet } from "../support/rules.ts";

const { rules } = await shippedRuleSet();

describe.each([...DETECTORS.values()])("detector $id", (detector) => {
  test.each(detector.examples)("$language: $why", (example) => {
    expect(meetsExample(detector, example)).toBe(true);
  });

  test("has flagging and passing examples in Chinese and in English", () => {
    for (const language of ["zh", "en"]) {
      for (const flags of [true, false]) {
        expect(detector.examples).toContainEqual(expect.objectContaining({ language, flags }));
      }
    }
  });
});

describe.each(rules)("rule $id", (rule) => {
  test("meets its examples", () => {
    expect(failedExamples(rule)).toEqual([]);
  });
});

test("every family has a rule", () => {
  expect(new Set(rules.map((rule) => rule.family))).toEqual(
    new Set(["claim", "leak", "promotion", "complaint"]),
  );
});
