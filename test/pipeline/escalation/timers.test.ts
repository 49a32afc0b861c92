import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Case } from "../../../src/engine/case/case.ts";
import { sweepOverdue } from "../../../src/pipeline/escalation/index.ts";
import {
  acknowledgeCase,
  decideCase,
  holdCase,
  rejectProposal,
  takeCase,
} from "../../../src/pipeline/work-case.ts";
import { type Desk, HOUR, MINUTE, openDesks } from "./desk.ts";

let desks: Awaited<ReturnType<typeof openDesks>>;
beforeAll(async () => {
  desks = await openDesks();
}, 120_000);
afterAll(() => desks.close());

const DAY = 24 * HOUR;
const POLICY = {
  team: [{ id: "mod", role: "moderator" }],
  escalation: {
    ladders: [{ rungs: [{ afterMinutes: 0, who: ["role:moderator"], channel: false }] }],
  },
};

async function deskWithCase(): Promise<{ readonly desk: Desk; readonly caseId: string }> {
  const desk = await desks.makeDesk();
  await desk.open(POLICY);
  return { desk, caseId: (await desk.openCase({ severity: "S2" })).id };
}

async function caseOf(desk: Desk, caseId: string): Promise<Case> {
  const found = await desk.deps.store.findCase(caseId);
  if (!found) throw new Error("the case is gone");
  return found;
}

/** What was to happen later is written, handed to the queue, and lost there. */
async function loseTimers(desk: Desk): Promise<void> {
  await desk.pass(0);
  desk.jobs.loseAll();
}

async function passSwept(desk: Desk, ms: number, every: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += every) {
    await desk.pass(every);
    await sweepOverdue(desk.deps);
  }
  await desk.pass(0);
}

const DISMISSED = { outcome: "dismiss", rule: "own", reason: "fine", actions: [] } as const;

describe("a queue that lost its timers", () => {
  test("gets the end of a lease again", async () => {
    const { desk, caseId } = await deskWithCase();
    await takeCase(desk.deps, { caseId, by: "mod" });
    await loseTimers(desk);
    await passSwept(desk, 20 * MINUTE, 5 * MINUTE);
    expect(await caseOf(desk, caseId)).toMatchObject({
      state: "open",
      assignment: null,
      ladder: { round: 2, acknowledged: null },
    });
    expect(desk.titles("mod")).toHaveLength(2);
  });

  test("gets the end of a hold again", async () => {
    const { desk, caseId } = await deskWithCase();
    await holdCase(desk.deps, { caseId, by: "mod", hours: 1 });
    await loseTimers(desk);
    await passSwept(desk, HOUR, 10 * MINUTE);
    // A minute of grace: the job may only be late.
    expect((await caseOf(desk, caseId)).state).toBe("on-hold");
    await passSwept(desk, 10 * MINUTE, 5 * MINUTE);
    expect((await caseOf(desk, caseId)).state).toBe("open");
  });

  test("gets the closing of a decision again, and what it was about expires", async () => {
    const { desk, caseId } = await deskWithCase();
    await decideCase(desk.deps, { caseId, by: "mod", ...DISMISSED });
    await loseTimers(desk);
    await passSwept(desk, 14 * DAY, DAY);
    expect((await caseOf(desk, caseId)).state).toBe("decided");
    await passSwept(desk, DAY, DAY);
    expect((await caseOf(desk, caseId)).state).toBe("closed");
    await desk.deps.store.purgeExpired(desk.clock.at + 1000 * HOUR);
    expect(await desk.deps.store.findCase(caseId)).toBeNull();
  });

  test("gets the timers of an acknowledgement again, the reminder once", async () => {
    const { desk, caseId } = await deskWithCase();
    await acknowledgeCase(desk.deps, { caseId, by: "mod" });
    await loseTimers(desk);
    await passSwept(desk, 45 * MINUTE, 5 * MINUTE);
    expect(desk.titles("mod").filter((title) => title.includes("still waits"))).toHaveLength(1);
    expect(await sweepOverdue(desk.deps)).toBe(0);
    await passSwept(desk, 20 * MINUTE, 5 * MINUTE);
    expect((await caseOf(desk, caseId)).ladder).toMatchObject({ round: 2, acknowledged: null });
    expect(desk.titles("mod")).toHaveLength(3);
  });

  test("is given a job once in five minutes, and none before it is a minute late", async () => {
    const { desk, caseId } = await deskWithCase();
    await takeCase(desk.deps, { caseId, by: "mod" });
    await loseTimers(desk);
    await desk.pass(16 * MINUTE);
    expect(await sweepOverdue(desk.deps)).toBe(0);
    await desk.pass(1);
    await sweepOverdue(desk.deps);
    await sweepOverdue(desk.deps);
    const written = await desk.deps.store.pendingJobs(100);
    expect(written.filter(({ name }) => name === "expire")).toHaveLength(1);
  });
});

test("an acknowledgement that ended in shadow mode ends when that is over", async () => {
  const { desk, caseId } = await deskWithCase();
  await acknowledgeCase(desk.deps, { caseId, by: "mod" });
  await desk.usePolicy({ ...POLICY, mode: "shadow" });
  await passSwept(desk, 2 * HOUR, 10 * MINUTE);
  expect((await caseOf(desk, caseId)).ladder.acknowledged).not.toBeNull();
  expect(desk.titles("mod")).toHaveLength(1);
  await desk.usePolicy(POLICY);
  await passSwept(desk, 10 * MINUTE, 5 * MINUTE);
  expect((await caseOf(desk, caseId)).ladder).toMatchObject({ round: 2, acknowledged: null });
});

test("a rejected proposal is told of again, while its ladder rests", async () => {
  const { desk, caseId } = await deskWithCase();
  const ban = { outcome: "uphold", rule: "own", reason: "bad" } as const;
  const actions = [{ kind: "ban", minutes: null }] as const;
  await decideCase(desk.deps, { caseId, by: "mod", ...ban, actions });
  await desk.pass(HOUR);
  const { round } = (await caseOf(desk, caseId)).ladder;
  const before = desk.titles("mod").length;
  await rejectProposal(desk.deps, { caseId, by: "second", reason: null });
  await desk.pass(0);
  expect((await caseOf(desk, caseId)).ladder.round).toBe(round + 1);
  const told = desk.titles("mod").slice(before);
  expect(new Set(told.map((title) => title.split(" — ")[1]))).toEqual(
    new Set(["please look at it", "your proposal was turned down"]),
  );
  expect(told).toHaveLength(2);
});

test("a case whose owner was erased climbs again", async () => {
  const { desk, caseId } = await deskWithCase();
  await takeCase(desk.deps, { caseId, by: "gone" });
  await desk.pass(0);
  const event = { type: "person.erased", at: desk.clock.at, person: null, payload: {} } as const;
  await desk.deps.store.erasePerson(desk.community, "gone", "print", event);
  expect((await caseOf(desk, caseId)).assignment).toBeNull();
  await passSwept(desk, 2 * MINUTE, 2 * MINUTE);
  expect(desk.titles("mod")).toHaveLength(2);
  expect((await desk.attempts()).filter(({ personId }) => personId === "")).toEqual([]);
});

test("an S1 rests no longer than the policy lets one, whatever is asked for", async () => {
  const { desk, caseId } = await deskWithCase();
  const grave = (await desk.openCase({ severity: "S1" })).id;
  const { at } = desk.clock;
  for (const [id, hours, rests] of [
    [caseId, null, 24],
    [caseId, 72, 72],
    [grave, null, 2],
    [grave, 72, 2],
    [grave, 1, 1],
  ] as const) {
    const held = await holdCase(desk.deps, { caseId: id, by: "mod", hours });
    expect(held).toMatchObject({ ok: true, value: { onHoldUntil: at + rests * HOUR } });
  }
});
