import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Case } from "../../../src/engine/case/case.ts";
import { policySchema } from "../../../src/engine/policy.ts";
import { sweepOverdue } from "../../../src/pipeline/escalation/index.ts";
import {
  acknowledgeCase,
  decideCase,
  holdCase,
  takeCase,
} from "../../../src/pipeline/work-case.ts";
import { type Desk, HOUR, MINUTE, openDesks } from "./desk.ts";

let desks: Awaited<ReturnType<typeof openDesks>>;
beforeAll(async () => {
  desks = await openDesks();
}, 120_000);
afterAll(() => desks.close());

const DAY = 24 * HOUR;
/** Further than anything waits here, and to another time of the day. */
const YEAR = 365 * DAY + 6 * HOUR;
const CLOSES_AFTER = policySchema.parse({}).cases.closeAfterDays * DAY;
const POLICY = {
  team: [{ id: "mod", role: "moderator" }],
  escalation: {
    ladders: [{ rungs: [{ afterMinutes: 0, who: ["role:moderator"], channel: false }] }],
  },
};
const DISMISSED = { outcome: "dismiss", rule: "own", reason: "fine", actions: [] } as const;

interface Timer {
  readonly name: string;
  /** What begins it. */
  readonly begin: (desk: Desk, caseId: string) => Promise<unknown>;
  /** Whether it has fired. */
  readonly fired: (item: Case, desk: Desk) => boolean | Promise<boolean>;
  /** How long it may run at most from when the clock is right again. */
  readonly withinMs: number;
  readonly policy?: object;
}

const by = "mod";
const TIMERS: readonly Timer[] = [
  {
    name: "the end of a lease",
    begin: (desk, caseId) => takeCase(desk.deps, { caseId, by }),
    fired: ({ state }) => state === "open",
    withinMs: 15 * MINUTE,
  },
  {
    name: "the end of a hold",
    begin: (desk, caseId) => holdCase(desk.deps, { caseId, by, hours: 1 }),
    fired: ({ state }) => state === "open",
    withinMs: HOUR,
  },
  {
    name: "the end of an acknowledgement",
    begin: (desk, caseId) => acknowledgeCase(desk.deps, { caseId, by }),
    fired: ({ ladder }) => ladder.acknowledged === null && ladder.round === 2,
    withinMs: HOUR,
  },
  {
    name: "the closing of a decision",
    begin: (desk, caseId) => decideCase(desk.deps, { caseId, by, ...DISMISSED }),
    fired: ({ state }) => state === "closed",
    withinMs: CLOSES_AFTER,
  },
  {
    name: "the next step of a ladder",
    begin: async () => undefined,
    fired: ({ ladder }) => ladder.round > 1,
    withinMs: DAY,
  },
  {
    name: "a summary after quiet hours",
    begin: async () => undefined,
    fired: async (_item, desk) => {
      return (await desk.attempts()).every(({ outcome }) => outcome !== "bundled");
    },
    withinMs: HOUR,
    policy: { quietHours: { from: "09:00", to: "11:00" } },
  },
];

async function begun(timer: Timer): Promise<{ desk: Desk; hasFired: () => Promise<boolean> }> {
  const desk = await desks.makeDesk();
  await desk.open({ ...POLICY, escalation: { ...POLICY.escalation, ...timer.policy } });
  const { id } = await desk.openCase({ severity: "S2" });
  await timer.begin(desk, id);
  await desk.pass(0);
  const hasFired = async () => {
    const item = await desk.deps.store.findCase(id);
    return item !== null && (await timer.fired(item, desk));
  };
  expect(await hasFired()).toBe(false);
  return { desk, hasFired };
}

/** Time passes with the sweeper at work in this community, now and then. */
async function passSwept(desk: Desk, ms: number): Promise<void> {
  const { store } = desk.deps;
  const ours: typeof store = {
    ...store,
    async communities() {
      return (await store.communities()).filter(({ id }) => id === desk.community);
    },
  };
  const every = Math.max(2 * MINUTE, ms / 5);
  for (let passed = 0; passed < ms; passed += every) {
    await sweepOverdue({ ...desk.deps, store: ours });
    await desk.pass(Math.min(every, ms - passed));
  }
  await sweepOverdue({ ...desk.deps, store: ours });
  await desk.pass(0);
}

describe.each(TIMERS)("$name", (timer) => {
  test("fires in its time though the clock was set back by a year, and the queue waits by that", async () => {
    const { desk, hasFired } = await begun(timer);
    desk.clock.at -= YEAR;
    await passSwept(desk, timer.withinMs + 5 * MINUTE);
    expect(await hasFired()).toBe(true);
  });

  test("fires at once where the clock was set forward by a year", async () => {
    const { desk, hasFired } = await begun(timer);
    desk.clock.at += YEAR;
    await desk.pass(0);
    expect(await hasFired()).toBe(true);
  });

  test("is not early where the clock was corrected by minutes right after it began", async () => {
    const { desk, hasFired } = await begun(timer);
    await desk.pass(10_000);
    desk.clock.at -= 5 * MINUTE;
    await passSwept(desk, timer.withinMs - MINUTE);
    expect(await hasFired()).toBe(false);
    await passSwept(desk, 6 * MINUTE);
    expect(await hasFired()).toBe(true);
  });

  test("does not fire for a clock that was set right by seconds", async () => {
    const { desk, hasFired } = await begun(timer);
    desk.clock.at -= 30_000;
    await passSwept(desk, 5 * MINUTE);
    expect(await hasFired()).toBe(false);
  });

  test("is swept where the queue lost it and the clock was set back", async () => {
    const { desk, hasFired } = await begun(timer);
    desk.jobs.loseAll();
    desk.clock.at -= YEAR;
    await passSwept(desk, timer.withinMs + 15 * MINUTE);
    expect(await hasFired()).toBe(true);
  });
});

test("whoever decided before the clock was set back leaves as long for an appeal as anybody", async () => {
  const { desk, hasFired } = await begun(TIMERS.find(({ name }) => name.includes("closing"))!);
  desk.clock.at -= YEAR;
  await passSwept(desk, CLOSES_AFTER - HOUR);
  expect(await hasFired()).toBe(false);
  const jobs = desk.jobs.all().filter(({ job }) => job.name === "close");
  // One as it was, and one that counts from now: the sweep does not write it again and again.
  expect(jobs).toHaveLength(2);
});

test("what was sent before the clock was set back keeps nobody waiting for as long", async () => {
  const desk = await desks.makeDesk();
  await desk.open({
    ...POLICY,
    escalation: { ...POLICY.escalation, caps: { perPersonPerHour: 6 } },
  });
  for (let nth = 0; nth < 6; nth += 1) await desk.openCase({ severity: "S1" });
  const before = desk.titles("mod").length;
  desk.clock.at -= YEAR;
  await desk.openCase({ severity: "S1" });
  await passSwept(desk, HOUR);
  expect(desk.titles("mod").length).toBeGreaterThan(before);
});

test("a correction of the clock wakes nobody who was not to be woken, and the next rung comes in its time", async () => {
  const desk = await desks.makeDesk();
  const [rung] = POLICY.escalation.ladders[0]?.rungs ?? [];
  const ladders = [{ rungs: [rung, { ...rung, afterMinutes: 30 }] }];
  await desk.open({ ...POLICY, escalation: { ladders } });
  await desk.openCase({ severity: "S1" });
  await desk.pass(3 * MINUTE);
  desk.clock.at -= 5 * MINUTE;
  await passSwept(desk, 26 * MINUTE);
  expect(desk.titles("mod")).toHaveLength(1);
  // What the record knows of the correction is that the page was sent: three minutes too few.
  await passSwept(desk, 5 * MINUTE);
  expect(desk.titles("mod")).toHaveLength(2);
});

test("who took a case after the clock was set back loses nothing by what began before it", async () => {
  const desk = await desks.makeDesk();
  await desk.open(POLICY);
  const { id } = await desk.openCase({ severity: "S1" });
  desk.clock.at -= 20 * MINUTE;
  await takeCase(desk.deps, { caseId: id, by });
  await passSwept(desk, 14 * MINUTE);
  expect((await desk.deps.store.findCase(id))?.state).toBe("assigned");
});

test("what was sent while the clock was ahead counts for the cap of the hour in which it is right again", async () => {
  const desk = await desks.makeDesk();
  await desk.open({
    ...POLICY,
    escalation: { ...POLICY.escalation, caps: { perPersonPerHour: 6 } },
  });
  const four = async () => {
    for (let nth = 0; nth < 4; nth += 1) await desk.openCase({ severity: "S1" });
  };
  desk.clock.at += YEAR;
  await four();
  desk.clock.at -= YEAR;
  await four();
  await passSwept(desk, 59 * MINUTE);
  expect(desk.titles("mod").length).toBeLessThanOrEqual(6);
});
