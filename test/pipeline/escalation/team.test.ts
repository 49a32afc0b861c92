import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { fail } from "../../../src/engine/result.ts";
import { type Desk, HOUR, MINUTE, openDesks } from "./desk.ts";

let desks: Awaited<ReturnType<typeof openDesks>>;
beforeAll(async () => {
  desks = await openDesks();
}, 120_000);
afterAll(() => desks.close());

const LADDER = {
  rungs: [
    { afterMinutes: 0, who: ["role:moderator"] },
    { afterMinutes: 10, who: ["person:lead"] },
  ],
};

/** A desk whose platform has a moderator, and does not name its team for the first `silent` times it is asked. */
async function deskWith(silent: number, team: readonly object[] = []): Promise<Desk> {
  const desk = await desks.makeDesk();
  await desk.open({ team, escalation: { ladders: [LADDER] } });
  desk.platform.addMember(desk.community, { id: "mod", roles: ["moderator"] });
  desk.platform.addMember(desk.community, { id: "lead" });
  const { platform } = desk;
  const answer = platform.team.bind(platform);
  let asked = 0;
  platform.team = async (community) => {
    asked += 1;
    return asked > silent ? answer(community) : fail({ kind: "throttled", retryAfterMs: 1000 });
  };
  return desk;
}

describe("a platform that does not name its team", () => {
  test("is asked again within seconds, and nobody is said to be away", async () => {
    const desk = await deskWith(1);
    await desk.openCase();
    expect(desk.titles("mod")).toEqual([]);
    await desk.pass(10_000);
    expect(desk.titles("mod")).toHaveLength(1);
    expect(desk.titles()).toHaveLength(1);
    expect(await desk.events("case.waiting")).toEqual([]);
    await desk.pass(HOUR);
    expect(desk.titles("mod")).toHaveLength(1);
  });

  test("those whom the policy names are told at once, the others as soon as they are known", async () => {
    const desk = await deskWith(3, [{ id: "boss", role: "moderator" }]);
    await desk.openCase();
    expect(desk.titles("boss")).toHaveLength(1);
    expect(desk.titles("mod")).toEqual([]);
    await desk.pass(MINUTE);
    expect(desk.titles("mod")).toHaveLength(1);
    await desk.pass(HOUR);
    expect(desk.titles("boss")).toHaveLength(1);
    expect(desk.titles("lead")).toHaveLength(1);
    // Once for each rung.
    expect(desk.titles()).toHaveLength(2);
    const escalated = await desk.events("case.escalated");
    expect(escalated.map((payload) => payload?.["rung"])).toEqual([1, 1, 2]);
  });

  test("and never answers keeps nobody of the next rung waiting", async () => {
    const desk = await deskWith(Number.POSITIVE_INFINITY);
    await desk.openCase();
    await desk.pass(10 * MINUTE);
    expect(desk.titles("lead")).toHaveLength(1);
  });
});

test("whoever is on call and may not look at the case keeps nobody of the next rung waiting", async () => {
  const desk = await desks.makeDesk();
  const everyDay = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
  const shift = { days: everyDay, from: "00:00", to: "24:00", people: ["mod"] };
  const rungs = [
    { afterMinutes: 0, who: ["on-call:night"] },
    { ...LADDER.rungs[1], afterMinutes: 240 },
  ];
  const rotas = { night: { shifts: [shift] } };
  await desk.open({ rotas, escalation: { ladders: [{ rungs }] } });
  desk.platform.addMember(desk.community, { id: "mod", roles: ["service"] });
  desk.platform.addMember(desk.community, { id: "lead" });
  await desk.openCase();
  await desk.pass(MINUTE);
  expect(desk.titles("mod")).toEqual([]);
  expect(desk.titles("lead")).toHaveLength(1);
});
