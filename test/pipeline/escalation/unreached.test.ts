import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { CHANNEL } from "../../../src/ports/attempts.ts";
import { type Desk, HOUR, openDesks } from "./desk.ts";

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
  desk.platform.unreachable.add("ben");
  await desk.openCase();
  expect(said(desk)).toEqual(["Cannot reach Ben."]);
  expect(desk.titles("ann")).toHaveLength(1);
  await desk.pass(HOUR);
  await desk.openCase();
  expect(said(desk)).toHaveLength(1);
  desk.platform.unreachable.delete("ben");
  await desk.pass(HOUR);
  await desk.openCase();
  expect(desk.titles("ben")).toHaveLength(1);
  desk.platform.unreachable.add("ben");
  await desk.pass(HOUR);
  await desk.openCase();
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
