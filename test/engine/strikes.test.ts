import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Case } from "../../src/engine/case/case.ts";
import type { CaseAction } from "../../src/engine/case/decision.ts";
import { DEFAULT_POLICY, policySchema } from "../../src/engine/policy.ts";
import { SEVERITIES } from "../../src/engine/severity.ts";
import { crossed, weigh, type WeighedAuthor } from "../../src/engine/strikes.ts";

const DAY = { kind: "timeout", minutes: 24 * 60 } as const;
const FOR_EVER = { kind: "ban", minutes: null } as const;
const { strikes } = DEFAULT_POLICY;

function about(changes: Partial<Case> = {}): Pick<Case, "severity" | "shadow"> {
  return { severity: "S1", shadow: false, ...changes };
}

function member(strikePoints = 0): WeighedAuthor {
  return { role: "member", strikePoints };
}

const STAFF: WeighedAuthor = { role: "staff", strikePoints: 0 };

describe("points", () => {
  test.each([
    ["S1", 4],
    ["S2", 2],
    ["S3", 1],
    ["S4", 0],
  ] as const)("an upheld %s weighs %i", (severity, points) => {
    expect(weigh(about({ severity }), true, [], [member()], strikes).points).toBe(points);
  });

  test.each([
    ["a false alarm", about(), false, member(100)],
    ["a broken rule", about({ severity: null }), true, member(100)],
    ["the company's own people", about(), true, STAFF],
    ["a case in shadow mode", about({ shadow: true }), true, member(100)],
  ] as const)("%s weighs nothing and adds nothing", (_, item, upheld, author) => {
    expect(weigh(item, upheld, [], [author], strikes)).toEqual({ points: 0, actions: [] });
  });

  test("a case without anybody, or with colleagues alone, weighs nothing", () => {
    for (const authors of [[], [STAFF, STAFF]]) {
      expect(weigh(about(), true, [], authors, strikes).points).toBe(0);
    }
  });

  test("a member gets them though a colleague posted the same", () => {
    expect(weigh(about(), true, [], [STAFF, member()], strikes).points).toBe(4);
  });
});

describe("thresholds", () => {
  test.each([
    [0, 3, null],
    [0, 4, DAY],
    [3, 5, DAY],
    [4, 7, null],
    [4, 8, FOR_EVER],
    [0, 8, FOR_EVER],
    [8, 12, null],
  ] as const)("from %i to %i points", (before, after, action) => {
    expect(crossed(before, after, strikes)).toEqual(action);
  });

  test.each<[string, readonly CaseAction[], readonly CaseAction[]]>([
    ["is added to what the moderator chose", [{ kind: "delete" }], [{ kind: "delete" }, DAY]],
    ["takes the place of a milder one", [{ kind: "timeout", minutes: 60 }], [DAY]],
    ["is not added to a graver one", [FOR_EVER], [FOR_EVER]],
    ["is not added to the same", [DAY], [DAY]],
    ["is not added to a kick", [{ kind: "kick" }], [{ kind: "kick" }]],
  ])("the action of a threshold %s", (_, chosen, actions) => {
    expect(weigh(about(), true, chosen, [member()], strikes).actions).toEqual(actions);
  });

  test("crossed by one of several authors, nothing is added for all of them", () => {
    const chosen: readonly CaseAction[] = [{ kind: "delete" }];
    for (const other of [STAFF, member(0)]) {
      expect(weigh(about(), true, chosen, [member(4), other], strikes)).toEqual({
        points: 4,
        actions: chosen,
      });
    }
  });

  test("whatever the order of the policy, the gravest of those crossed is added", () => {
    const turned = policySchema.parse({
      strikes: {
        thresholds: [
          { points: 8, action: FOR_EVER },
          { points: 4, action: DAY },
        ],
      },
    });
    expect(crossed(0, 9, turned.strikes)).toEqual(FOR_EVER);
  });

  test("no decision adds more than one action, and a moderator's are never milder for it", () => {
    const points = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(points, fc.constantFrom(...SEVERITIES), (before, severity) => {
        const chosen: readonly CaseAction[] = [{ kind: "delete" }];
        const { actions } = weigh(about({ severity }), true, chosen, [member(before)], strikes);
        expect(actions.length).toBeLessThanOrEqual(2);
        expect(actions[0]).toEqual({ kind: "delete" });
      }),
    );
  });
});
