import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { excerptOf } from "../../../src/pipeline/escalation/excerpt.ts";

describe("an excerpt", () => {
  test("of a short text is the text, on one line", () => {
    expect(excerptOf("see ████\n  for it", { start: 4, end: 8 })).toBe("see ████ for it");
    expect(excerptOf(null, undefined)).toBe("");
  });

  test("of a long one has the span in it and says that there is more", () => {
    const text = `${"a".repeat(400)}HERE${"b".repeat(400)}`;
    const excerpt = excerptOf(text, { start: 400, end: 404 });
    expect(excerpt).toMatch(/^…a+HEREb+…$/u);
    expect(excerptOf(text, undefined)).toMatch(/^a+…$/u);
  });

  test("is never longer than 200 units, nor half a character", () => {
    const around = fc.record({
      text: fc.string({ unit: "grapheme", maxLength: 600 }),
      at: fc.nat(700),
    });
    fc.assert(
      fc.property(around, ({ text, at }) => {
        const excerpt = excerptOf(text, { start: at, end: at + 5 });
        expect(excerpt.length).toBeLessThanOrEqual(200);
        expect(excerpt.isWellFormed()).toBe(true);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});
