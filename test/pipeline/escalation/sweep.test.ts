import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { sweepOverdue } from "../../../src/pipeline/escalation/index.ts";
import { makeListeningLog } from "../../adapters/system/silent-log.ts";
import { freshId } from "../../conformance/recordings.ts";
import { type Desk, HOUR, MINUTE, openDesks } from "./desk.ts";

let desks: Awaited<ReturnType<typeof openDesks>>;
beforeAll(async () => {
  desks = await openDesks();
}, 120_000);
afterAll(() => desks.close());

const POLICY = {
  team: [{ id: "mod", role: "moderator" }],
  escalation: {
    ladders: [
      {
        rungs: [
          { afterMinutes: 0, who: ["role:moderator"], channel: false },
          { afterMinutes: 5, who: ["role:moderator"], channel: false },
        ],
      },
    ],
  },
};

/** A desk with a case whose jobs the queue has lost. */
async function deskThatLost(): Promise<{ readonly desk: Desk; readonly caseId: string }> {
  const desk = await desks.makeDesk();
  await desk.open(POLICY);
  const { id: caseId } = await desk.openCase();
  desk.jobs.loseAll();
  return { desk, caseId };
}

/** The cases whose next step was written. */
async function climbs(desk: Desk): Promise<readonly unknown[]> {
  const jobs = await desk.deps.store.pendingJobs(1000);
  return jobs.filter(({ name }) => name === "climb").map(({ payload }) => payload["case"]);
}

describe("what cannot be swept keeps nothing else from it", () => {
  test.each(["first", "last"])(
    "a community of which nothing can be read, as the %s",
    async (place) => {
      const { desk, caseId } = await deskThatLost();
      const { store } = desk.deps;
      await desk.step(caseId, { kind: "take", by: "mod", until: desk.clock.at + MINUTE });
      desk.jobs.loseAll();
      desk.clock.at += 2 * HOUR;
      const unread = freshId("unread");
      const log = makeListeningLog();
      const broken: typeof store = {
        ...store,
        async communities() {
          const [record] = await store.communities();
          if (!record) throw new Error("no community");
          const all = [
            { ...record, id: unread },
            { ...record, id: desk.community },
          ];
          return place === "first" ? all : all.toReversed();
        },
        async policyOf(id) {
          if (id === unread) throw new Error("the policy is of a newer version");
          return store.policyOf(id);
        },
        async waitingPeople(id, dueBy) {
          if (id === unread) throw new Error("nothing of it can be read");
          return store.waitingPeople(id, dueBy);
        },
      };
      expect(await sweepOverdue({ ...desk.deps, store: broken, log })).toBeGreaterThan(0);
      const jobs = await store.pendingJobs(1000);
      expect(jobs.map(({ name }) => name)).toContain("expire");
      expect(log.lines.map(({ words }) => words)).toEqual([
        "something could not be swept",
        "something could not be swept",
      ]);
    },
  );

  test("a ladder that cannot be written", async () => {
    const { desk, caseId } = await deskThatLost();
    const stuck = await desk.openCase();
    desk.jobs.loseAll();
    desk.clock.at += 20 * MINUTE;
    const { store } = desk.deps;
    const broken: typeof store = {
      ...store,
      async changeCase(item, options, change) {
        if (item.id === stuck.id) throw new Error("this one is stuck");
        return store.changeCase(item, options, change);
      },
    };
    expect(await sweepOverdue({ ...desk.deps, store: broken })).toBeGreaterThan(0);
    expect(await climbs(desk)).toEqual([caseId]);
  });
});

describe("late ladders are swept to the last", () => {
  test("however many are stuck before it", async () => {
    const desk = await desks.makeDesk();
    await desk.open(POLICY);
    const ids: string[] = [];
    for (let nth = 0; nth < 5; nth += 1) ids.push((await desk.openCase()).id);
    desk.jobs.loseAll();
    desk.clock.at += 20 * MINUTE;
    const { store } = desk.deps;
    const paged: typeof store = {
      ...store,
      overdueCases: (at, _, after) => store.overdueCases(at, 2, after),
    };
    await sweepOverdue({ ...desk.deps, store: paged });
    expect(new Set(await climbs(desk))).toEqual(new Set(ids));
  });

  test("and so are late timers of every kind", async () => {
    const desk = await desks.makeDesk();
    await desk.open(POLICY);
    const ids: string[] = [];
    for (let nth = 0; nth < 10; nth += 1) {
      const { id } = await desk.openCase();
      ids.push(id);
      const until = desk.clock.at + MINUTE;
      if (nth < 5) await desk.step(id, { kind: "take", by: "mod", until });
      else await desk.step(id, { kind: "hold", by: "mod", until });
    }
    desk.jobs.loseAll();
    desk.clock.at += 5 * MINUTE;
    const { store } = desk.deps;
    const paged: typeof store = {
      ...store,
      lateTimers: (filter) => store.lateTimers({ ...filter, limit: 2 }),
    };
    await sweepOverdue({ ...desk.deps, store: paged });
    const jobs = await store.pendingJobs(1000);
    const ended = jobs
      .filter(({ name }) => name === "expire")
      .map(({ payload }) => payload["case"]);
    expect(ended).toEqual(expect.arrayContaining(ids));
  });

  test("but not those of a platform that this process does not hold", async () => {
    const { desk } = await deskThatLost();
    desk.clock.at += 20 * MINUTE;
    await sweepOverdue({ ...desk.deps, platform: () => undefined });
    expect(await climbs(desk)).toEqual([]);
  });
});
