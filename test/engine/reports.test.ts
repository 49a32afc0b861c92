import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { judgeReports, reportWeight } from "../../src/engine/reports.ts";

describe("what a report weighs", () => {
  test("half for a newcomer, more with each that was right, less with each that was wrong", () => {
    expect(reportWeight({ upheld: 0, dismissed: 0 })).toBe(0.5);
    expect(reportWeight({ upheld: 8, dismissed: 0 })).toBe(0.9);
    expect(reportWeight({ upheld: 0, dismissed: 4 })).toBeCloseTo(1 / 6);
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (upheld, dismissed) => {
        const weight = reportWeight({ upheld, dismissed });
        expect(weight).toBeGreaterThan(0);
        expect(weight).toBeLessThan(1);
        expect(reportWeight({ upheld: upheld + 1, dismissed })).toBeGreaterThan(weight);
        expect(reportWeight({ upheld, dismissed: dismissed + 1 })).toBeLessThan(weight);
      }),
    );
  });
});

test("reports together open a case, and a grave one", () => {
  const policy = { openAt: 1, graveAt: 2 };
  expect(judgeReports([], policy)).toEqual({ kind: "noted" });
  expect(judgeReports([0.5], policy)).toEqual({ kind: "noted" });
  expect(judgeReports([0.5, 0.5], policy)).toEqual({ kind: "case", severity: "S3" });
  expect(judgeReports([0.5, 0.5, 0.5, 0.5], policy)).toEqual({ kind: "case", severity: "S2" });
});
