import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Case } from "../../src/engine/case/case.ts";
import type { CaseAction } from "../../src/engine/case/decision.ts";
import { DEFAULT_POLICY, policySchema } from "../../src/engine/policy.ts";
import { SEVERITIES } from "../../src/engine/severity.ts";
import { crossed, weigh, type WeighedAuthor } from "../../src/engine/strikes.ts";

const DAY = { kind: "timeout", minutes: 24 * 60 } as const;
const FOR_EVER = { kind: "ban", minutes: null } as const;
/** The same, as thresholds add them. */
const ADDED_DAY = { ...DAY, threshold: 4 } as const;
const ADDED_BAN = { ...FOR_EVER, threshold: 8 } as const;
const { strikes } = DEFAULT_POLICY;

function about(changes: Partial<Case> = {}) {
  return { severity: "S1", source: "rule", authorId: "ana", shadow: false, ...changes } as const;
}

function member(strikePoints = 0, changes: Partial<WeighedAuthor> = {}): WeighedAuthor {
  return { id: "ana", role: "member", strikePoints, severity: "S1", ...changes };
}

const STAFF: WeighedAuthor = { id: "sam", role: "staff", strikePoints: 0, severity: "S1" };

/** Points of `ana` by the decision of a case. */
function pointsOf(...asked: Parameters<typeof weigh>): number {
  return weigh(...asked).points.get("ana") ?? 0;
}

describe("points", () => {
  test.each([
    ["S1", 4],
    ["S2", 2],
    ["S3", 1],
    ["S4", 0],
  ] as const)("an upheld %s weighs %i", (severity, points) => {
    expect(pointsOf(about({ severity }), true, [], [member()], strikes)).toBe(points);
  });

  test.each([
    ["a false alarm", about(), false, member(100)],
    ["a broken rule", about({ severity: null }), true, member(100)],
    ["the company's own people", about(), true, STAFF],
    ["a case in shadow mode", about({ shadow: true }), true, member(100)],
  ] as const)("%s weighs nothing and adds nothing", (_, item, upheld, author) => {
    expect(weigh(item, upheld, [], [author], strikes)).toEqual({
      points: new Map(),
      actions: [],
      added: new Map(),
    });
  });

  test("a case without anybody, or with colleagues alone, weighs nothing", () => {
    for (const authors of [[], [STAFF, STAFF]]) {
      expect(weigh(about(), true, [], authors, strikes).points.size).toBe(0);
    }
  });

  test("a member gets them though a colleague posted the same", () => {
    expect(weigh(about(), true, [], [STAFF, member()], strikes).points).toEqual(
      new Map([["ana", 4]]),
    );
  });

  test("each author answers for the findings of their own messages, and not for the gravest of the case", () => {
    const ben = member(0, { id: "ben", severity: "S3" });
    const cem = member(0, { id: "cem", severity: null });
    expect(weigh(about(), true, [], [member(), ben, cem], strikes).points).toEqual(
      new Map([
        ["ana", 4],
        ["ben", 1],
      ]),
    );
  });

  test("where people asked, what they asked about weighs for whoever a rule found nothing of", () => {
    const reported = about({ source: "report", severity: "S2" });
    const [ana, ben] = [member(0, { severity: null }), member(0, { id: "ben", severity: "S3" })];
    const both = new Map([
      ["ana", 2],
      ["ben", 1],
    ]);
    expect(weigh(reported, true, [], [ana, ben], strikes).points).toEqual(both);
    // The severity is that of somebody else's finding: what was asked about was an S3 at least.
    const joined = weigh(
      about({ source: "report" }),
      true,
      [],
      [ana, member(0, { id: "ben" })],
      strikes,
    );
    expect(joined.points).toEqual(
      new Map([
        ["ana", 1],
        ["ben", 4],
      ]),
    );
  });
});

describe("thresholds", () => {
  test.each([
    [0, 3, null],
    [0, 4, ADDED_DAY],
    [3, 5, ADDED_DAY],
    [4, 7, null],
    [4, 8, ADDED_BAN],
    [0, 8, ADDED_BAN],
    [8, 12, null],
  ] as const)("from %i to %i points", (before, after, action) => {
    expect(crossed(before, after, strikes)).toEqual(action);
  });

  test.each<[string, readonly CaseAction[], readonly CaseAction[]]>([
    ["is added to what the moderator chose", [{ kind: "delete" }], [{ kind: "delete" }, ADDED_DAY]],
    ["takes the place of a milder one", [{ kind: "timeout", minutes: 60 }], [ADDED_DAY]],
    ["is not added to a graver one", [FOR_EVER], [FOR_EVER]],
    ["is not added to the same", [DAY], [DAY]],
    ["is not added to a kick", [{ kind: "kick" }], [{ kind: "kick" }]],
    [
      "is not added to a request for a correction, which somebody shut out could not write",
      [{ kind: "ask-correction", text: "please" }],
      [{ kind: "ask-correction", text: "please" }],
    ],
    ["stands where it was proposed", [ADDED_DAY], [ADDED_DAY]],
  ])("the action of a threshold %s", (_, chosen, actions) => {
    expect(weigh(about(), true, chosen, [member()], strikes).actions).toEqual(actions);
  });

  test("takes the place of everything milder that shuts somebody out", () => {
    const chosen: readonly CaseAction[] = [{ kind: "kick" }, { kind: "delete" }];
    const { actions } = weigh(about(), true, chosen, [member(4)], strikes);
    expect(actions).toEqual([{ kind: "delete" }, ADDED_BAN]);
  });

  test("proposed because of points that no longer count, it stands as what two people agreed on", () => {
    const { actions } = weigh(about({ severity: "S3" }), true, [ADDED_DAY], [member()], strikes);
    expect(actions).toEqual([DAY]);
  });

  test("crossed by one of several authors, its action is added for them alone", () => {
    const chosen: readonly CaseAction[] = [{ kind: "delete" }];
    for (const other of [STAFF, member(0, { id: "ben", severity: "S4" })]) {
      const weighed = weigh(about(), true, chosen, [member(4), other], strikes);
      expect(weighed.points.get("ana")).toBe(4);
      expect(weighed.actions).toEqual(chosen);
      expect([...weighed.added]).toEqual([["ana", ADDED_BAN]]);
    }
  });

  test("for each of several authors it is their own, unless what all get is as hard", () => {
    const authors = [member(0), member(4, { id: "ben" })];
    const addedTo = (chosen: readonly CaseAction[]) => [
      ...weigh(about(), true, chosen, authors, strikes).added,
    ];
    expect(addedTo([])).toEqual([
      ["ana", ADDED_DAY],
      ["ben", ADDED_BAN],
    ]);
    expect(addedTo([DAY])).toEqual([["ben", ADDED_BAN]]);
    expect(addedTo([FOR_EVER])).toEqual([]);
    expect(addedTo([{ kind: "ask-correction", text: "please" }])).toEqual([]);
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
    expect(crossed(0, 9, turned.strikes)).toEqual(ADDED_BAN);
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
