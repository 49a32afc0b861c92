import { describe, expect, test } from "@jest/globals";
import {
  escalationSchema,
  ladderFor,
  parseTarget,
} from "../../src/engine/escalation/escalation-policy.ts";
import { teamOf } from "../../src/engine/escalation/roster.ts";
import { peopleOf, stepsOf } from "../../src/engine/escalation/steps.ts";
import { DEFAULT_POLICY, policySchema } from "../../src/engine/policy.ts";

const plain = {
  severity: "S2",
  families: ["claim"],
  speaker: "member",
  source: "rule",
} as const;

describe("which ladder a case climbs", () => {
  const { ladders } = escalationSchema.parse({
    ladders: [
      { families: ["leak"], speakers: ["staff"], rungs: [{ afterMinutes: 1, who: ["everyone"] }] },
      { severities: ["none"], rungs: [{ afterMinutes: 2, who: ["everyone"] }] },
      { sources: ["report"], rungs: [{ afterMinutes: 3, who: ["everyone"] }] },
    ],
  });
  const firstOf = (item: Parameters<typeof ladderFor>[1]) =>
    ladderFor({ ladders }, item).rungs[0]?.afterMinutes;

  test("the first that fits in everything it names", () => {
    const leak = { ...plain, families: ["claim", "leak"], speaker: "staff" } as const;
    expect(firstOf({ ...leak, source: "report" })).toBe(1);
    expect(firstOf({ ...leak, speaker: "member", source: "report" })).toBe(3);
    expect(firstOf({ ...plain, severity: null })).toBe(2);
  });

  test("where none does, the default ones stand behind", () => {
    expect(firstOf(plain)).toBe(15);
    expect(ladderFor({ ladders: [] }, { ...plain, severity: "S1" }).rungs).toHaveLength(3);
    expect(ladderFor({ ladders: [] }, { ...plain, severity: "S4" }).rungs[0]?.when).toBe("digest");
    expect(firstOf({ ...plain, severity: "S1", source: "question" })).toBe(0);
  });

  test("a rung earlier than the one before is refused", () => {
    const rungs = [5, 4].map((afterMinutes) => ({ afterMinutes, who: ["everyone"] }));
    expect(escalationSchema.safeParse({ ladders: [{ rungs }] }).success).toBe(false);
  });
});

describe("the steps of a ladder", () => {
  test("stand in order of time, with repetitions, a rung before a repetition of its minute", () => {
    const { ladders } = escalationSchema.parse({
      ladders: [
        {
          rungs: [
            { afterMinutes: 0, who: ["everyone"], repeat: { everyMinutes: 5, times: 3 } },
            { afterMinutes: 10, who: ["everyone"] },
          ],
        },
      ],
    });
    const [ladder] = ladders;
    const steps = ladder ? stepsOf(ladder) : [];
    const seen = steps.map(({ rungNumber, repetition, afterMs }) => {
      return [rungNumber, repetition, afterMs / 60_000];
    });
    expect(seen).toEqual([
      [1, 0, 0],
      [1, 1, 5],
      [2, 0, 10],
      [1, 2, 10],
      [1, 3, 15],
    ]);
  });
});

const onCall = (rota: string) => (rota === "desk" ? ["cy", "eve"] : []);

describe("the people of a rung", () => {
  const policy = policySchema.parse({
    team: [
      { id: "ann", role: "moderator" },
      { id: "bo", role: "manager", timeZone: "Europe/Berlin" },
    ],
  });
  const team = teamOf(policy, [
    { id: "ann", name: "Ann", roles: ["owner", "member"], rank: 3, rights: [] },
    { id: "cy", name: "Cy", roles: ["moderator"], rank: 1, rights: [] },
    { id: "dee", name: "Dee", roles: ["member"], rank: 0, rights: [] },
  ]);
  const idsOf = (...who: readonly string[]) => {
    const [ladder] = escalationSchema.parse({
      ladders: [{ rungs: [{ afterMinutes: 0, who }] }],
    }).ladders;
    const rung = ladder?.rungs[0];
    return rung ? peopleOf(rung, team, onCall).map(({ id }) => id) : [];
  };

  test("policy and platform name the team together; ordinary members are not of it", () => {
    expect(team.map(({ id, roles }) => [id, ...roles])).toEqual([
      ["ann", "moderator", "owner"],
      ["bo", "manager"],
      ["cy", "moderator"],
    ]);
  });

  test("each once, in the order of the targets", () => {
    expect(idsOf("on-call:desk", "role:moderator", "person:bo")).toEqual([
      "cy",
      "eve",
      "ann",
      "bo",
    ]);
    expect(idsOf("everyone")).toEqual(["ann", "bo", "cy"]);
    expect(idsOf("on-call:nobody", "role:service")).toEqual([]);
  });

  test("somebody whom only the policy names is paged all the same", () => {
    expect(idsOf("person:zoe")).toEqual(["zoe"]);
  });

  test("a target that is none is refused", () => {
    for (const words of ["", "all", "role:emperor", "person:", "on-call:"]) {
      expect(parseTarget(words)).toBeNull();
    }
    expect(parseTarget("person:a:b")).toEqual({ kind: "person", id: "a:b" });
  });

  test("the default ladders name roles only, which every platform can fill", () => {
    const who = DEFAULT_POLICY.escalation.ladders.flatMap(({ rungs }) =>
      rungs.flatMap((r) => r.who),
    );
    expect(who.every((words) => words.startsWith("role:"))).toBe(true);
  });
});
