import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { CHANNEL } from "../../../src/ports/attempts.ts";
import { type Desk, HOUR, MINUTE, openDesks } from "./desk.ts";

let desks: Awaited<ReturnType<typeof openDesks>>;
beforeAll(async () => {
  desks = await openDesks();
}, 120_000);
afterAll(() => desks.close());

/** One rung that pages Ann and Ben. */
async function deskOfTwo(more: object = {}): Promise<Desk> {
  const desk = await desks.makeDesk();
  const team = [
    { id: "ann", name: "Ann", role: "moderator" },
    { id: "ben", role: "moderator" },
  ];
  const ladders = [{ rungs: [{ afterMinutes: 0, who: ["role:moderator"], ways: ["direct"] }] }];
  await desk.open({ team, escalation: { ladders, ...more } });
  desk.platform.addMember(desk.community, { id: "ben", name: "Ben" });
  return desk;
}

function said(desk: Desk): readonly string[] {
  return desk.titles().filter((title) => title.startsWith("Cannot reach"));
}

test("one of a rung who cannot be reached is named in the channel once, until something reached them again", async () => {
  const desk = await deskOfTwo();
  // What is decided is not told of again.
  const openAndDecide = async () => {
    const { id } = await desk.openCase();
    await desk.decide(id);
    await desk.pass(HOUR);
  };
  desk.platform.unreachable.add("ben");
  await openAndDecide();
  expect(said(desk)).toEqual(["Cannot reach Ben."]);
  expect(desk.titles("ann")).toHaveLength(1);
  await openAndDecide();
  expect(said(desk)).toHaveLength(1);
  desk.platform.unreachable.delete("ben");
  await openAndDecide();
  expect(desk.titles("ben")).toHaveLength(1);
  desk.platform.unreachable.add("ben");
  await openAndDecide();
  expect(said(desk)).toHaveLength(2);
  // The name is for the channel; what is kept for ever has fingerprints.
  const kept = JSON.stringify(await desk.events("people.told"));
  expect(kept).not.toMatch(/"ben"|Ben|"ann"|Ann/u);
});

test("each of several is named by itself; where nobody is reached, the rung's own notice names them", async () => {
  const desk = await deskOfTwo();
  desk.platform.unreachable.add("ann").add("ben");
  await desk.openCase();
  expect(said(desk)).toEqual([]);
  const [notice] = desk.platform
    .inbox(desk.community, CHANNEL)
    .filter(({ title }) => title.includes("cannot reach 2 people"));
  expect(notice?.lines[0]).toBe("Cannot reach Ann and Ben.");
});

test("the channel's share of the hour is kept: who was left out is named with the next page", async () => {
  const desk = await deskOfTwo({ caps: { channelPerHour: 3, perPersonPerHour: 30 } });
  desk.platform.unreachable.add("ben");
  await desk.openCase({ severity: "S1" });
  await desk.openCase({ severity: "S1" });
  const inHour = desk.titles().length;
  expect(inHour).toBeLessThanOrEqual(3);
  await desk.pass(2 * HOUR);
  await desk.openCase({ severity: "S1" });
  expect(said(desk)).toEqual(["Cannot reach Ben."]);
});

describe("nobody waits for somebody whom a summary or a reminder did not reach", () => {
  const RUNGS = [
    { afterMinutes: 0, who: ["role:moderator"], ways: ["direct"], channel: false },
    { afterMinutes: 24 * 60, who: ["role:manager"], ways: ["direct"], channel: false },
  ];
  const withBoss = async (more: object = {}) => {
    const desk = await desks.makeDesk();
    const team = [
      { id: "ann", name: "Ann", role: "moderator" },
      { id: "boss", role: "manager" },
    ];
    await desk.open({ team, escalation: { ladders: [{ rungs: RUNGS }], ...more } });
    return desk;
  };

  test("in the morning after quiet hours the next rung is called for each case, and the channel is told who", async () => {
    const desk = await withBoss({ quietHours: { from: "09:00", to: "18:00" } });
    desk.platform.unreachable.add("ann");
    await desk.openCase({ severity: "S2" });
    await desk.openCase({ severity: "S2" });
    await desk.pass(8 * HOUR - 1);
    expect(desk.titles("boss")).toEqual([]);
    await desk.pass(MINUTE);
    const hurried = desk.titles("boss").map((title) => title.slice(0, 2));
    expect(hurried.toSorted()).toEqual(["#1", "#2"]);
    const named = desk.platform
      .inbox(desk.community, CHANNEL)
      .filter(({ title, lines }) => `${title} ${lines[0]}`.includes("Cannot reach Ann."));
    expect(named.length).toBeGreaterThan(0);
  });

  test("where another of the rung was reached, it is not hurried, and the channel is told who was not", async () => {
    const desk = await deskOfTwo({ quietHours: { from: "09:00", to: "18:00" } });
    desk.platform.unreachable.add("ben");
    await desk.openCase({ severity: "S2" });
    await desk.pass(8 * HOUR + MINUTE);
    expect(desk.titles("ann")).toHaveLength(1);
    expect(said(desk)).toEqual(["Cannot reach Ben."]);
  });

  test("the last rung, which waits for a digest, is told of in the channel with the name", async () => {
    const desk = await desks.makeDesk();
    await desk.open({ team: [{ id: "ann", name: "Ann", role: "moderator" }] });
    desk.platform.unreachable.add("ann");
    await desk.openCase({ severity: "S3" });
    await desk.pass(48 * HOUR);
    const notices = desk.platform.inbox(desk.community, CHANNEL);
    expect(notices.some(({ lines }) => lines[0] === "Cannot reach Ann.")).toBe(true);
  });

  test("a reminder that does not arrive ends the acknowledgement at once", async () => {
    const desk = await withBoss();
    const { id } = await desk.openCase();
    await desk.step(id, { kind: "acknowledge", by: "ann" });
    desk.platform.unreachable.add("ann");
    await desk.pass(30 * MINUTE);
    expect(await desk.events("case.unacknowledged")).toHaveLength(1);
    expect(desk.titles("boss")).toHaveLength(1);
    expect((await desk.deps.store.findCase(id))?.ladder).toMatchObject({
      round: 2,
      acknowledged: null,
    });
    const notices = desk.platform.inbox(desk.community, CHANNEL);
    expect(notices.some((each) => `${each.title} ${each.lines[0]}`.includes("Ann"))).toBe(true);
  });

  test("but not of whoever works on the case, with direct messages closed or not", async () => {
    const desk = await withBoss();
    const { id } = await desk.openCase();
    desk.platform.unreachable.add("ann");
    const until = desk.clock.at + HOUR;
    await desk.step(id, { kind: "take", by: "ann", until });
    await desk.pass(30 * MINUTE);
    expect(await desk.events("case.unacknowledged")).toHaveLength(0);
    const item = await desk.deps.store.findCase(id);
    expect(item?.assignment).toMatchObject({ moderatorId: "ann", until });
  });
});
