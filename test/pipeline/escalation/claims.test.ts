import { EventEmitter, once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { deliver, sweepOverdue, takeOverClaims } from "../../../src/pipeline/escalation/index.ts";
import { deliverJob } from "../../../src/pipeline/escalation/attempts.ts";
import { ok } from "../../../src/engine/result.ts";
import type { Job } from "../../../src/ports/jobs.ts";
import type { Delivered } from "../../../src/ports/notifier.ts";
import { type Desk, HOUR, MINUTE, openDesks, run } from "./desk.ts";

let desks: Awaited<ReturnType<typeof openDesks>>;
beforeAll(async () => {
  desks = await openDesks();
}, 120_000);
afterAll(() => desks.close());

const PEOPLE = ["a", "b", "c", "d", "e"];
const addressOf = (id: string) => `${id}@club.example`;
const RUNG = { afterMinutes: 0, who: ["role:moderator"], ways: ["email"], channel: false };
const MAILED = {
  team: PEOPLE.map((id) => ({ id, role: "moderator", email: addressOf(id) })),
  escalation: { ladders: [{ rungs: [RUNG] }] },
};

/** Time passes with the sweeper at work. */
async function passSwept(desk: Desk, ms: number, every = 15_000): Promise<void> {
  for (let passed = 0; passed < ms; passed += every) {
    await desk.pass(every);
    await sweepOverdue(desk.deps);
  }
  await desk.pass(0);
}

/** Jobs that wait in the outbox, each run at this moment beside the others. */
async function runAtOnce(desk: Desk, name: string): Promise<readonly Job[]> {
  const pending = await desk.deps.store.pendingJobs(1000);
  const jobs = pending.filter((job) => job.name === name);
  await Promise.allSettled(jobs.map((job) => run(desk.deps, job)));
  return jobs;
}

describe("one notice is sent by one try at a time", () => {
  test("after an outage of the mail server everybody gets one mail, though all the jobs run at once", async () => {
    const desk = await desks.makeDesk();
    await desk.open(MAILED);
    desk.email.fault = { kind: "unavailable", cause: null };
    await desk.openCase();
    await desk.pass(70_000);
    await sweepOverdue(desk.deps);
    desk.email.fault = null;
    const jobs = await runAtOnce(desk, "deliver");
    // One for the step, not one for each of its people.
    expect(jobs).toHaveLength(1);
    await passSwept(desk, 10 * MINUTE);
    expect(PEOPLE.map((id) => desk.letters(addressOf(id)).length)).toEqual([1, 1, 1, 1, 1]);
  });

  test("while one mail hangs, nobody sends the others again; when whoever sent them died, somebody does", async () => {
    const desk = await desks.makeDesk();
    let lives = 0;
    const sent: string[] = [];
    const gate = new EventEmitter();
    const hangs = once(gate, "open");
    desk.email.send = async (address): Promise<Delivered> => {
      sent.push(address);
      if (address === addressOf("a") && lives === 1) await hangs;
      return { ok: true, value: { ref: null } };
    };
    let first: Promise<void> | undefined;
    await desk.open(MAILED, async (deps, job) => {
      lives += 1;
      if (lives > 1) return run(deps, job);
      first = run(deps, job);
      while (sent.length < PEOPLE.length) await new Promise(setImmediate);
    });
    await desk.openCase();
    desk.clock.at += 61_000;
    await sweepOverdue(desk.deps);
    await runAtOnce(desk, "deliver");
    expect(sent).toHaveLength(PEOPLE.length);
    // The claim is over: as if the first had died.
    desk.clock.at += 5 * MINUTE;
    await sweepOverdue(desk.deps);
    await desk.pass(0);
    expect(sent).toHaveLength(2 * PEOPLE.length);
    gate.emit("open");
    await first;
    expect(new Set((await desk.attempts()).map(({ outcome }) => outcome))).toEqual(
      new Set(["delivered"]),
    );
  });

  test("a rung of hundreds is sent by one, though a platform takes its time over so many", async () => {
    const desk = await desks.makeDesk();
    const people = Array.from({ length: 120 }, (_, nth) => `p-${nth}`);
    const rung = { ...RUNG, ways: ["direct"] };
    const team = people.map((id) => ({ id, role: "moderator" }));
    const gate = new EventEmitter();
    const opens = once(gate, "open");
    let begun = 0;
    const { platform } = desk;
    const direct = platform.direct.bind(platform);
    platform.direct = async (target, notice) => {
      begun += 1;
      await opens;
      return direct(target, notice);
    };
    let first: Promise<void> | undefined;
    await desk.open({ team, escalation: { ladders: [{ rungs: [rung] }] } }, async (deps, job) => {
      if (first) return run(deps, job);
      first = run(deps, job);
      while (begun < people.length) await new Promise(setImmediate);
    });
    await desk.openCase();
    // Two a second.
    desk.clock.at += MINUTE;
    await sweepOverdue(desk.deps);
    const again = runAtOnce(desk, "deliver");
    await new Promise(setImmediate);
    gate.emit("open");
    await Promise.all([first, again]);
    await desk.pass(0);
    expect(platform.sends).toHaveLength(people.length);
  });

  test("who died right after a step keeps its people waiting until the claim ends, and no longer", async () => {
    const desk = await desks.makeDesk();
    let lives = 0;
    let sent = 0;
    let climb: Job | undefined;
    const send = desk.email.send.bind(desk.email);
    desk.email.send = async (address, notice) => {
      sent += 1;
      return lives === 1 ? new Promise<never>(() => undefined) : send(address, notice);
    };
    await desk.open(MAILED, async (deps, job) => {
      lives += 1;
      if (lives > 1) return run(deps, job);
      climb = job;
      void run(deps, job);
      while (sent < PEOPLE.length) await new Promise(setImmediate);
    });
    await desk.openCase();
    lives = 2;
    // The queue gives the job out again, twice: nothing is thrown into its pauses, which would grow.
    for (let nth = 0; nth < 2; nth += 1) {
      await desk.pass(10_000);
      if (climb) await run(desk.deps, climb);
    }
    const looks = desk.jobs.all().filter(({ job }) => job.name === "deliver");
    expect(looks).toHaveLength(1);
    await desk.pass(54_000);
    expect(desk.email.letters.size).toBe(0);
    await desk.pass(3000);
    expect(PEOPLE.map((id) => desk.letters(addressOf(id)).length)).toEqual([1, 1, 1, 1, 1]);
  });

  test("a summary that somebody else sends is looked at again when their time is over, without a failure", async () => {
    const desk = await desks.makeDesk();
    const quiet = { quietHours: { from: "09:00", to: "11:00" } };
    await desk.open({ ...MAILED, escalation: { ...MAILED.escalation, ...quiet } });
    await desk.openCase({ severity: "S2" });
    const { store } = desk.deps;
    const timer = desk.jobs.all().find(({ job }) => job.name === "bundle")?.job;
    if (!timer) throw new Error("nobody waits for a summary");
    let lives = 1;
    const send = desk.email.send.bind(desk.email);
    desk.email.send = async (address, notice) =>
      lives === 1 ? new Promise<never>(() => undefined) : send(address, notice);
    desk.clock.at += 2 * HOUR;
    void run(desk.deps, timer);
    const begun = async () => {
      const found = await store.attempts({ communityId: desk.community, limit: 99 });
      return found.filter(({ kind, outcome }) => kind === "bundle" && outcome === "pending");
    };
    while ((await begun()).length === 0) await new Promise(setImmediate);
    lives = 2;
    await run(desk.deps, timer);
    const [looks] = (await store.pendingJobs(99)).filter(({ name }) => name === "deliver");
    const [summary] = await begun();
    expect(looks?.delayMs).toBeGreaterThan(60_000);
    expect(looks?.payload["attempt"]).toBe(summary?.id);
    expect(desk.email.letters.size).toBe(0);
    await desk.pass(5 * MINUTE);
    expect(await begun()).toEqual([]);
    expect([...desk.email.letters.values()].map((letters) => letters.length)).toEqual(
      PEOPLE.map(() => 1),
    );
  });

  test("who died over a step keeps its people waiting no longer than until the process is back", async () => {
    const desk = await desks.makeDesk();
    let sent = 0;
    let lives = 1;
    const send = desk.email.send.bind(desk.email);
    desk.email.send = async (address, notice) => {
      sent += 1;
      return lives === 1 ? new Promise<never>(() => undefined) : send(address, notice);
    };
    await desk.open(MAILED, async (deps, job) => {
      if (lives > 1) return run(deps, job);
      void run(deps, job);
      while (sent < PEOPLE.length) await new Promise(setImmediate);
    });
    await desk.openCase();
    lives = 2;
    await takeOverClaims({ ...desk.deps, platform: () => undefined });
    await desk.pass(1000);
    expect(desk.email.letters.size).toBe(0);
    await takeOverClaims(desk.deps);
    await desk.pass(0);
    expect(PEOPLE.map((id) => desk.letters(addressOf(id)).length)).toEqual([1, 1, 1, 1, 1]);
    await takeOverClaims(desk.deps);
    await passSwept(desk, 5 * MINUTE);
    expect(sent).toBe(2 * PEOPLE.length);
  });

  test("of two runs of a summary one sends it, and what both found is told once", async () => {
    const desk = await desks.makeDesk();
    const held: Job[] = [];
    await desk.open(
      {
        ...MAILED,
        escalation: { ...MAILED.escalation, quietHours: { from: "09:00", to: "11:00" } },
      },
      async (deps, job) => {
        if (job.name === "bundle") held.push(job);
        else await run(deps, job);
      },
    );
    await desk.openCase({ severity: "S2" });
    await desk.pass(2 * HOUR);
    const [timer] = held as [Job];
    const one = PEOPLE.length;
    expect(held.length).toBeGreaterThanOrEqual(one);
    const { store } = desk.deps;
    // Each run goes on when every run has read.
    const reading: string[] = [];
    const together: typeof store = {
      ...store,
      async changeCase(item, options, change) {
        reading.push(item.id);
        for (let i = 0; i < 200 && reading.length < 3; i += 1) await new Promise(setImmediate);
        return store.changeCase(item, options, change);
      },
    };
    const again = (nth: number) =>
      run({ ...desk.deps, store: together }, { ...timer, id: `x${nth}` });
    await Promise.allSettled([0, 1, 2].map(again));
    await Promise.allSettled([3, 4].map(again));
    expect([...desk.email.letters.values()].map((letters) => letters.length)).toEqual([1]);
    expect(desk.sentTwice()).toEqual([]);
  });

  test("a delivery whose turn comes again and again sends once", async () => {
    const desk = await desks.makeDesk();
    await desk.open(MAILED);
    desk.email.fault = { kind: "unavailable", cause: null };
    await desk.openCase();
    desk.email.fault = null;
    const [page] = await desk.attempts();
    if (!page) throw new Error("nobody was asked");
    await Promise.allSettled(
      Array.from({ length: 8 }, (_, nth) => deliver(desk.deps, deliverJob(page, `-${nth}`))),
    );
    await passSwept(desk, 5 * MINUTE);
    expect(PEOPLE.map((id) => desk.letters(addressOf(id)).length)).toEqual([1, 1, 1, 1, 1]);
  });
});

test("what cannot be delivered does not hide from the sweep what came after it", async () => {
  const desk = await desks.makeDesk();
  await desk.open({ ...MAILED, team: [] });
  const { id } = await desk.openCase();
  const { at } = desk.clock;
  const attempts = Array.from({ length: 2100 }, (_, nth) => ({
    id: `st-${desk.community}-${String(nth).padStart(4, "0")}`,
    communityId: desk.community,
    caseId: id,
    personId: `member-${nth}`,
    kind: "statement" as const,
    round: 0,
    step: 0,
    ways: ["direct"],
    outcome: "pending" as const,
    dueAt: at,
    requestedAt: at + Math.floor(nth / 3),
    bundle: null,
    way: null,
    ref: null,
    refused: [],
    doneAt: null,
  }));
  for (let nth = 0; nth < attempts.length; nth += 500) {
    const some = attempts.slice(nth, nth + 500);
    await desk.deps.store.changeCase({ id, communityId: desk.community }, { at }, (current) =>
      ok({ case: current, events: [], jobs: [], attempts: some }),
    );
  }
  desk.clock.at += 2 * MINUTE;
  await sweepOverdue(desk.deps);
  const written = await desk.deps.store.pendingJobs(10_000);
  const swept = new Set(
    written.filter(({ name }) => name === "deliver").map(({ payload }) => payload["attempt"]),
  );
  expect(attempts.filter((each) => !swept.has(each.id))).toEqual([]);
});
