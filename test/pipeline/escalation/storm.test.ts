import { EventEmitter, once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { sweepOverdue } from "../../../src/pipeline/escalation/index.ts";
import { bundleJob, newAttempt } from "../../../src/pipeline/escalation/attempts.ts";
import { acknowledgeCase, takeCase } from "../../../src/pipeline/work-case.ts";
import { ok } from "../../../src/engine/result.ts";
import type { Job } from "../../../src/ports/jobs.ts";
import type { Attempt } from "../../../src/ports/attempts.ts";
import { type Desk, HOUR, MINUTE, openDesks, run } from "./desk.ts";

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
    // Less than until an S1 of which nobody has said anything is told of again.
    await desk.pass(HOUR - MINUTE);
    const notices = desk.platform.inbox(desk.community, "mod");
    expect(notices.length).toBeLessThanOrEqual(CAPS.perPersonPerHour);
    expect(desk.sentTwice()).toEqual([]);
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
    const [grave = ""] = await storm(desk, 1, "S1");
    expect(desk.titles("mod")).toEqual(["#3 S1 leak + claim — please look at it"]);
    await desk.decide(grave);
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
    expect(await sweepOverdue(desk.deps)).toBeGreaterThan(0);
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

  test("one that was decided is left alone", async () => {
    const desk = await deskWith();
    const { id } = await desk.openCase();
    await desk.step(id, { kind: "acknowledge", by: "mod" });
    await desk.pass(20 * MINUTE);
    await desk.decide(id);
    await desk.pass(2 * HOUR);
    expect(desk.titles("mod")).toHaveLength(1);
    expect(await desk.events("case.unacknowledged")).toEqual([]);
  });

  test("whoever took it since is reminded, and no acknowledgement in turn puts off its end", async () => {
    const desk = await deskWith();
    desk.platform.addMember(desk.community, { id: "other" });
    const { id } = await desk.openCase();
    await desk.step(id, { kind: "acknowledge", by: "mod" });
    await desk.pass(20 * MINUTE);
    await desk.step(id, { kind: "acknowledge", by: "other" });
    expect((await desk.deps.store.findCase(id))?.ladder.acknowledged?.by).toBe("mod");
    await desk.step(id, { kind: "take", by: "other", until: desk.clock.at + HOUR });
    await desk.pass(39 * MINUTE);
    expect(desk.titles("other")).toEqual(["#1 S1 leak + claim — still waits for your decision"]);
    expect(desk.titles("mod")).toHaveLength(1);
    await desk.pass(MINUTE);
    expect(await desk.events("case.unacknowledged")).toHaveLength(1);
    expect(desk.titles("mod")).toHaveLength(2);
  });

  test("two people in turn keep it from nobody for longer than one of them could", async () => {
    const desk = await deskWith();
    const { id } = await desk.openCase();
    for (let turn = 0; turn < 48; turn += 1) {
      await acknowledgeCase(desk.deps, { caseId: id, by: turn % 2 === 0 ? "mod" : "other" });
      await desk.pass(25 * MINUTE);
    }
    expect((await desk.events("case.unacknowledged")).length).toBeGreaterThan(10);
  });

  test("whoever takes it at the last moment keeps it for one lease", async () => {
    const desk = await deskWith();
    const { id } = await desk.openCase();
    await acknowledgeCase(desk.deps, { caseId: id, by: "mod" });
    await desk.pass(59 * MINUTE);
    await takeCase(desk.deps, { caseId: id, by: "other" });
    await desk.pass(14 * MINUTE);
    await takeCase(desk.deps, { caseId: id, by: "other" });
    expect(await desk.events("case.unacknowledged")).toEqual([]);
    await desk.pass(MINUTE);
    expect(await desk.events("case.unacknowledged")).toHaveLength(1);
  });
});

test("more than fits into a summary, waiting for the digest, does not hide what is due", async () => {
  const desk = await deskWith();
  const { id } = await desk.openCase({ severity: "S1" });
  const { at } = desk.clock;
  const waiting = (nth: string, more: Partial<Attempt>): Attempt => ({
    ...newAttempt(`${nth}-${desk.community}`, desk.community, "mod", at),
    caseId: id,
    kind: "page",
    ways: ["direct"],
    outcome: "bundled",
    ...more,
  });
  const digest = Array.from({ length: 2000 }, (_, nth) =>
    waiting(`q${nth}`, { requestedAt: at - 1000, waitsFor: "digest", dueAt: at + 20 * HOUR }),
  );
  const write = (attempts: readonly Attempt[], jobs: readonly Job[] = []) =>
    desk.deps.store.changeCase({ id, communityId: desk.community }, { at }, (current) =>
      ok({ case: current, events: [], jobs, attempts }),
    );
  for (let nth = 0; nth < digest.length; nth += 500) await write(digest.slice(nth, nth + 500));
  const due = waiting("due", { waitsFor: "cap", step: 9 });
  await write([due], [bundleJob(desk.deps, desk.community, "mod", at, at, "-x")]);
  await desk.pass(0);
  expect(desk.titles("mod")).toHaveLength(2);
  const lost = waiting("lost", { waitsFor: "cap", step: 10 });
  await write([lost]);
  await desk.pass(2 * MINUTE);
  expect(await sweepOverdue(desk.deps)).toBeGreaterThan(0);
  await desk.pass(0);
  expect(desk.titles("mod")).toHaveLength(3);
});

/** A desk whose summaries a test runs itself. */
async function withHeld() {
  const desk = await desks.makeDesk();
  const held: Job[] = [];
  await desk.open(policyWith({ caps: { ...CAPS, perPersonPerHour: 12 } }), async (deps, job) => {
    if (job.name === "bundle") held.push(job);
    else await run(deps, job);
  });
  return { desk, held };
}

describe("two summaries of one person at once", () => {
  test("tell each case once, also where another came in between", async () => {
    const { desk, held } = await withHeld();
    await storm(desk, 7, "S2");
    const gate = new EventEmitter();
    const opens = once(gate, "open");
    const hasRead = once(gate, "read");
    const { store } = desk.deps;
    const slow: typeof store = {
      ...store,
      async changeInbox(...args) {
        gate.emit("read");
        await opens;
        return store.changeInbox(...args);
      },
    };
    const first = run({ ...desk.deps, store: slow }, held[0] as Job);
    await hasRead;
    await storm(desk, 1, "S2");
    await run(desk.deps, held.at(-1) as Job);
    gate.emit("open");
    await first;
    const told = desk.platform
      .inbox(desk.community, "mod")
      .flatMap(({ title, lines, caseNumber }) =>
        caseNumber === null ? lines.map((line) => line.split(" ")[0]) : [title.split(" ")[0]],
      )
      .filter((word) => word?.startsWith("#"));
    expect(told).toHaveLength(8);
    expect(new Set(told).size).toBe(8);
    const waits = (await desk.attempts()).filter(
      ({ outcome }) => outcome === "pending" || outcome === "bundled",
    );
    expect(waits).toEqual([]);
  });

  test("the sweep leaves what it writes a job for as it is", async () => {
    const { desk } = await withHeld();
    await storm(desk, 7, "S2");
    const before = await desk.attempts();
    expect(before.some(({ outcome }) => outcome === "bundled")).toBe(true);
    await desk.pass(2 * MINUTE);
    const { store } = desk.deps;
    const claimed = before.find(({ outcome }) => outcome === "bundled") as Attempt;
    // Another takes it up between the sweep's look and its write.
    const racing: typeof store = {
      ...store,
      async waitingPeople(...args) {
        const people = await store.waitingPeople(...args);
        const takenUp = { bundle: "s-other", ids: [claimed.id] };
        await store.changeInbox(desk.community, claimed.personId, desk.clock.at, () => {
          return { added: [], putOff: [], takenUp, jobs: [] };
        });
        return people;
      },
    };
    expect(await sweepOverdue({ ...desk.deps, store: racing })).toBeGreaterThan(0);
    const after = (await desk.attempts()).find(({ id }) => id === claimed.id);
    expect(after).toEqual({ ...claimed, bundle: "s-other" });
  });
});
