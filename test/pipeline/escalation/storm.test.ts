import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { sweepOverdue } from "../../../src/pipeline/escalation/index.ts";
import { type Desk, HOUR, MINUTE, openDesks } from "./desk.ts";

let desks: Awaited<ReturnType<typeof openDesks>>;
beforeAll(async () => {
  desks = await openDesks();
}, 120_000);
afterAll(() => desks.close());

const CAPS = { perPersonPerHour: 6, channelPerHour: 60 };
const policyWith = (escalation: object = {}) => ({
  team: [{ id: "mod", role: "moderator" }],
  escalation: {
    caps: CAPS,
    ladders: [{ rungs: [{ afterMinutes: 0, who: ["role:moderator"], channel: false }] }],
    ...escalation,
  },
});

async function deskWith(escalation: object = {}): Promise<Desk> {
  const desk = await desks.makeDesk();
  await desk.open(policyWith(escalation));
  return desk;
}

async function storm(desk: Desk, cases: number, severity: "S1" | "S2"): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let i = 0; i < cases; i += 1) ids.push((await desk.openCase({ severity })).id);
  return ids;
}

describe("a storm", () => {
  test("is summed up, the gravest first, and nothing of it is lost", async () => {
    const desk = await deskWith();
    await storm(desk, 5, "S2");
    // Three one by one, half of the cap; the fourth and fifth in the places that a summary may take.
    expect(desk.titles("mod").filter((title) => title.startsWith("#"))).toHaveLength(3);
    await storm(desk, 25, "S2");
    await storm(desk, 1, "S1");
    await desk.pass(HOUR);
    const notices = desk.platform.inbox(desk.community, "mod");
    expect(notices.length).toBeLessThanOrEqual(CAPS.perPersonPerHour);
    const last = notices.at(-1);
    expect(last?.title).toBe("27 cases wait for a decision");
    expect(last?.lines[0]).toMatch(/^#31 S1 leak \+ claim, \d+ minutes old$/u);
    expect(last?.lines).toHaveLength(21);
    expect(last?.lines.at(-1)).toBe("And 7 more cases.");
    const attempts = await desk.attempts();
    expect(attempts.filter(({ caseId }) => caseId !== null)).toHaveLength(31);
    expect(
      attempts.filter(({ outcome }) => outcome === "bundled" || outcome === "pending"),
    ).toEqual([]);
  });

  test("leaves out what was decided before its summary", async () => {
    const desk = await deskWith();
    const ids = await storm(desk, 10, "S2");
    const waiting = (await desk.attempts()).filter(
      ({ outcome, kind }) => outcome === "bundled" && kind === "page",
    );
    for (const { caseId } of waiting.slice(1)) await desk.decide(caseId ?? "");
    await desk.pass(HOUR);
    expect(desk.titles("mod").at(-1)).toBe("1 case waits for a decision");
    const dropped = (await desk.attempts()).filter(
      ({ outcome, kind }) => outcome === "dropped" && kind === "page",
    );
    expect(dropped).toHaveLength(waiting.length - 1);
    expect(ids).toHaveLength(10);
  });
});

describe("quiet hours and digests", () => {
  const quietHours = { from: "09:00", to: "18:00" };

  test("hold everything but S1 until they end, then tell it in one message", async () => {
    const desk = await deskWith({ quietHours });
    await storm(desk, 2, "S2");
    await storm(desk, 1, "S1");
    expect(desk.titles("mod")).toEqual(["#3 S1 leak + claim — please look at it"]);
    await desk.pass(8 * HOUR - 1);
    expect(desk.titles("mod")).toHaveLength(1);
    await desk.pass(1);
    expect(desk.titles("mod")[1]).toBe("2 cases wait for a decision");
  });

  test("a queue that lost the timer of a summary gets it again", async () => {
    const desk = await deskWith({ quietHours });
    await storm(desk, 2, "S2");
    desk.jobs.loseAll();
    await desk.pass(8 * HOUR + 2 * MINUTE);
    expect(desk.titles("mod")).toEqual([]);
    expect(await sweepOverdue(desk.deps)).toBe(1);
    await desk.pass(0);
    expect(desk.titles("mod")).toEqual(["2 cases wait for a decision"]);
  });

  test("what is for the digest waits for its time", async () => {
    const rungs = [{ afterMinutes: 0, who: ["role:moderator"], when: "digest" }];
    const desk = await deskWith({ ladders: [{ rungs }] });
    await storm(desk, 2, "S2");
    await desk.pass(7 * HOUR - 1);
    expect(desk.titles("mod")).toEqual([]);
    await desk.pass(1);
    expect(desk.titles("mod")).toEqual(["2 cases wait for a decision"]);
    expect(desk.titles()).toEqual(["2 cases wait for a decision"]);
  });
});

describe("an acknowledged case that nobody decides", () => {
  test("reminds once, then begins a new round", async () => {
    const desk = await deskWith();
    const { id } = await desk.openCase();
    await desk.step(id, { kind: "acknowledge", by: "mod" });
    await desk.pass(30 * MINUTE);
    expect(desk.titles("mod")[1]).toBe("#1 S1 leak + claim — still waits for your decision");
    await desk.pass(30 * MINUTE);
    expect(desk.titles("mod")).toHaveLength(3);
    const [item] = await desk.deps.store.listCases({ communityId: desk.community, limit: 1 });
    expect(item?.ladder).toMatchObject({ round: 2, acknowledged: null });
    expect(await desk.events("case.unacknowledged")).toHaveLength(1);
  });

  test("one that was decided, or acknowledged by somebody else since, is left alone", async () => {
    const desk = await deskWith();
    const decided = await desk.openCase();
    const passedOn = await desk.openCase();
    await desk.step(decided.id, { kind: "acknowledge", by: "mod" });
    await desk.step(passedOn.id, { kind: "acknowledge", by: "mod" });
    await desk.pass(20 * MINUTE);
    await desk.decide(decided.id);
    await desk.step(passedOn.id, { kind: "acknowledge", by: "other" });
    desk.platform.addMember(desk.community, { id: "other" });
    await desk.pass(45 * MINUTE);
    expect(desk.titles("mod")).toHaveLength(2);
    expect(desk.titles("other")).toEqual(["#2 S1 leak + claim — still waits for your decision"]);
    expect(await desk.events("case.unacknowledged")).toEqual([]);
    await desk.pass(15 * MINUTE);
    expect(await desk.events("case.unacknowledged")).toHaveLength(1);
  });
});
