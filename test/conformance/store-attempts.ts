import { expect, test } from "@jest/globals";
import type { Inbox } from "../../src/engine/escalation/inbox.ts";
import { fail } from "../../src/engine/result.ts";
import { type Attempt, CHANNEL, type SettledAttempts } from "../../src/ports/attempts.ts";
import {
  changeCase,
  freshId,
  HOUR,
  makeAttempt,
  makeRecording,
  NOW,
  record,
  step,
} from "./recordings.ts";
import type { Under } from "./store-under-test.ts";

const DELIVERED: Partial<Attempt> = {
  outcome: "delivered",
  way: "email",
  ref: "<1@mail>\u0000",
  refused: ["direct: unreachable"],
  doneAt: NOW + 1,
};

/** The part of the store's suite about telling people. */
export function attempts(under: Under): void {
  const opened = async (made: (community: string, caseId: string) => readonly Attempt[]) => {
    const { store } = under();
    const community = freshId("c");
    const caseId = freshId("case");
    await record(store, makeRecording({ community, caseId }));
    const asked = made(community, caseId);
    await step(store, caseId, { kind: "climb" }, NOW, { attempts: asked });
    return { community, caseId, asked };
  };
  test("what a step asks for is kept, and found by case, person, outcome and time", async () => {
    const { store } = under();
    const { community, caseId, asked } = await opened((c, id) => [
      makeAttempt(c, id, { requestedAt: NOW - 1, dueAt: NOW + 9 }),
      makeAttempt(c, id, { personId: CHANNEL, ways: ["announce"], kind: "reminder" }),
      makeAttempt(c, null, { outcome: "bundled", waitsFor: "quiet", kind: "bundle" }),
    ]);
    const find = async (filter: object) =>
      (await store.attempts({ communityId: community, limit: 10, ...filter })).map((each) =>
        asked.findIndex(({ id }) => id === each.id),
      );
    expect(await store.attempts({ communityId: community, limit: 1 })).toEqual([asked[0]]);
    expect(new Set(await store.attempts({ communityId: community, limit: 9 }))).toEqual(
      new Set(asked),
    );
    expect(await find({ caseId, personId: CHANNEL })).toEqual([1]);
    expect(await find({ outcomes: ["bundled", "dropped"] })).toEqual([2]);
    expect(await find({ caseId, dueBy: NOW })).toEqual([1]);
    expect(await find({ outcomes: [] })).toEqual([]);
  });

  test("an outcome is written once, with what follows from it", async () => {
    const { store } = under();
    const { community, asked } = await opened((c, id) => [makeAttempt(c, id)]);
    const [attempt] = asked as [Attempt];
    const next = makeAttempt(community, null, { kind: "bundle", requestedAt: NOW + 1 });
    const job = { queue: "escalations", id: `${next.id}-deliver`, name: "deliver", payload: {} };
    const done = settled(
      community,
      { ...attempt, ...DELIVERED },
      { added: [next], jobs: [job as never] },
    );
    const results = await Promise.all([1, 2, 3].map(() => store.settleAttempts(done)));
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await store.attempts({ communityId: community, limit: 9 })).toEqual([
      { ...attempt, ...DELIVERED, ref: "<1@mail>\uFFFD" },
      next,
    ]);
    expect(
      await store.attempts({ communityId: community, newestFirst: true, limit: 1 }),
    ).toMatchObject([{ id: next.id }]);
    expect((await store.auditHeads()).get(community)?.seq).toBe(4);
    const jobs = await store.pendingJobs(10_000);
    expect(jobs.filter(({ id }) => id === job.id)).toHaveLength(1);
    const onlyJobs = settled(community, attempt, {
      attempts: [],
      jobs: [{ ...job, id: `${next.id}-again` } as never],
    });
    expect(await store.settleAttempts(onlyJobs)).toBe(true);
    const again = await store.pendingJobs(10_000);
    expect(again.filter(({ id }) => id === `${next.id}-again`)).toHaveLength(1);
  });

  test("claims of the dead end together, and nothing else does", async () => {
    const { store } = under();
    const { community, asked } = await opened((c, id) => [
      makeAttempt(c, id, { claimedUntil: NOW + 50 }),
      makeAttempt(c, id),
      makeAttempt(c, id, { outcome: "delivered" }),
    ]);
    const [ofDead] = asked as [Attempt];
    const free = () =>
      store.attempts({ communityId: community, outcomes: ["pending"], freeAt: NOW, limit: 9 });
    expect(await store.endClaims(freshId("c"))).toEqual([]);
    expect(await free()).toHaveLength(1);
    const { claimedUntil: _, ...unclaimed } = ofDead;
    expect(await store.endClaims(community)).toEqual([unclaimed]);
    expect(await free()).toHaveLength(2);
    expect(await store.endClaims(community)).toEqual([]);
  });

  test("what was asked for before the clock was set back is due as much sooner, and what was sent fills the inbox of its hour", async () => {
    const { store } = under();
    const later = { requestedAt: NOW + HOUR };
    const { community, asked } = await opened((c, id) => [
      makeAttempt(c, id, { ...later, outcome: "bundled", dueAt: NOW + 3 * HOUR }),
      makeAttempt(c, id, { ...later, dueAt: NOW + HOUR }),
      makeAttempt(c, id, { requestedAt: NOW + 50, outcome: "bundled", dueAt: NOW + 3 * HOUR }),
      makeAttempt(c, id, { ...later, outcome: "delivered", doneAt: NOW + HOUR + 5 }),
      makeAttempt(c, id, { ...later, outcome: "delivered", doneAt: NOW + 2 * HOUR }),
    ]);
    const [{ personId }] = asked as [Attempt];
    // Until the sweep has come, it counts as sent now.
    expect((await store.inbox(community, personId, NOW)).sent).toContain(NOW);
    await store.pullAttempts(community, NOW, NOW + 99);
    const found = await store.attempts({ communityId: community, limit: 9 });
    const times = asked.map(({ id }) => {
      const attempt = found.find((each) => each.id === id);
      return [
        attempt?.requestedAt,
        attempt?.outcome === "delivered" ? attempt.doneAt : attempt?.dueAt,
      ];
    });
    expect(times).toEqual([
      [NOW, NOW + 2 * HOUR],
      [NOW, NOW],
      [NOW + 50, NOW + 3 * HOUR],
      [NOW - HOUR, NOW - HOUR + 5],
      [NOW - HOUR, NOW],
    ]);
    expect((await store.inbox(community, personId, NOW)).sent).toEqual([NOW - HOUR + 5, NOW, NOW]);
  });

  test("what is put off waits for its summary, unless somebody is sending it", async () => {
    const { store } = under();
    const { community, asked } = await opened((c, id) => [
      makeAttempt(c, id),
      makeAttempt(c, id, { claimedUntil: NOW + 50 }),
      makeAttempt(c, id, { outcome: "dropped" }),
    ]);
    const [free] = asked as [Attempt];
    const waits = { dueAt: NOW + HOUR, waitsFor: "quiet" } as const;
    let seen = 0;
    await store.changeInbox(community, free.personId, NOW, ({ sent: places }) => {
      seen = places.length;
      const putOff = asked.map(({ id }) => ({ id, ...waits }));
      return { added: [], putOff, takenUp: null, jobs: [] };
    });
    expect(seen).toBe(2);
    const found = await store.attempts({ communityId: community, limit: 9 });
    const outcomes = asked.map(({ id }) => found.find((each) => each.id === id)?.outcome);
    expect(outcomes).toEqual(["bundled", "pending", "dropped"]);
    expect(found.find(({ id }) => id === free.id)).toMatchObject(waits);
  });

  test("whoever claims an attempt sends it alone, until they give it back, settle it or are too late", async () => {
    const { store } = under();
    const { community, asked } = await opened((c, id) => [
      makeAttempt(c, id),
      makeAttempt(c, id, { claimedUntil: NOW + 50 }),
      makeAttempt(c, id, { outcome: "bundled" }),
      makeAttempt(c, id, { outcome: "delivered" }),
    ]);
    const [free, written] = asked as [Attempt, Attempt];
    const ids = asked.map(({ id }) => id);
    const claim = async (at: number, until = at + 100) => {
      const claims = ids.map((id) => ({ id, until }));
      return (await store.claimAttempts(community, claims, at)).map(({ id }) => id);
    };
    const all = { communityId: community, limit: 9 };
    const open = async (freeAt: number) =>
      (await store.attempts({ ...all, outcomes: ["pending"], freeAt })).map(({ id }) => id);
    expect(await open(NOW)).toEqual([free.id]);
    const taken = await Promise.all([claim(NOW), claim(NOW), claim(NOW)]);
    expect(taken.flat()).toEqual([free.id]);
    expect(await store.attempts({ ...all, id: free.id })).toEqual([
      { ...free, claimedUntil: NOW + 100 },
    ]);
    expect(await open(NOW + 49)).toEqual([]);
    expect(await claim(NOW + 50, NOW + 200)).toEqual([written.id]);
    // Whoever lost its claim gives nothing back.
    const again = (until: number) =>
      store.settleAttempts(settled(community, { ...written, claimedUntil: until }));
    expect(await again(NOW + 50)).toBe(false);
    expect(await open(NOW + 60)).toEqual([]);
    expect(await again(NOW + 200)).toBe(true);
    expect(await open(NOW + 60)).toEqual([written.id]);
    expect(await store.settleAttempts(settled(community, { ...free, ...DELIVERED }))).toBe(true);
    expect(await store.attempts({ ...all, id: free.id })).toMatchObject([{ outcome: "delivered" }]);
    expect(await claim(NOW + 60, NOW + 70)).toEqual([written.id]);
    expect(
      await store.claimAttempts(freshId("c"), [{ id: written.id, until: NOW + 999 }], NOW + 99),
    ).toEqual([]);
    // The clock was set back by hours: nobody waits for them.
    expect(await claim(NOW - 5 * HOUR)).toEqual([written.id]);
  });

  test("attempts are found by step, and page by page", async () => {
    const { store } = under();
    const { community, caseId, asked } = await opened((c, id) =>
      [1, 2, 3, 4, 5].map((nth) =>
        makeAttempt(c, id, { step: nth % 2, requestedAt: NOW + Math.floor(nth / 2) }),
      ),
    );
    const filter = { communityId: community, limit: 2 };
    const seen: Attempt[] = [];
    for (let after: Attempt | undefined; ; ) {
      const page = await store.attempts({ ...filter, ...(after && { after }) });
      if (page.length === 0) break;
      seen.push(...page);
      after = page.at(-1);
    }
    expect(seen.map(({ id }) => id).toSorted()).toEqual(asked.map(({ id }) => id).toSorted());
    const ofStep = await store.attempts({
      communityId: community,
      caseId,
      stepOf: { round: 1, step: 0 },
      limit: 9,
    });
    expect(new Set(ofStep.map(({ step: nth }) => nth))).toEqual(new Set([0]));
    expect(ofStep).toHaveLength(2);
  });

  test("what a summary takes up is that summary's alone", async () => {
    const { store } = under();
    const { community, asked } = await opened((c, id) => [
      makeAttempt(c, id, { outcome: "bundled", dueAt: NOW + 5 }),
      makeAttempt(c, id, { outcome: "bundled" }),
      makeAttempt(c, id, { outcome: "dropped" }),
      makeAttempt(c, id, { personId: "mod-2" }),
    ]);
    const [late, due, dropped] = asked as [Attempt, Attempt, Attempt];
    const claim = (bundle: string, ...those: readonly Attempt[]) =>
      store.changeInbox(community, "mod-1", NOW, () => {
        const takenUp = { bundle, ids: those.map(({ id }) => id) };
        return { added: [], putOff: [], takenUp, jobs: [] };
      });
    const taken = async (bundle: string) =>
      (await store.attempts({ communityId: community, bundle, limit: 9 })).map(({ id }) => id);
    await claim("s-1", due, dropped);
    await claim("s-2", due, late);
    expect([await taken("s-1"), await taken("s-2")]).toEqual([[due.id], [late.id]]);
    // One that was read before it was taken up.
    const stale = settled(community, { ...due, outcome: "dropped" });
    expect(await store.settleAttempts(stale)).toBe(false);
    const own = settled(community, { ...due, ...DELIVERED, ref: null, bundle: "s-1" });
    expect(await store.settleAttempts(own)).toBe(true);
    expect((await store.waitingPeople(community)).toSorted()).toEqual(["mod-1", "mod-2"]);
    expect(await store.waitingPeople(community, NOW + 4)).toEqual([]);
    expect(await store.waitingPeople(community, NOW + 5)).toEqual(["mod-1"]);
  });

  test("of a thousand that are settled at once only those change that wait", async () => {
    const { store } = under();
    const { community, asked } = await opened((c, id) => [
      makeAttempt(c, id, { outcome: "dropped" }),
      ...Array.from({ length: 999 }, () => makeAttempt(c, id, { outcome: "bundled" })),
    ]);
    const changed = asked.map((each) => ({ ...each, ...DELIVERED, bundle: "b", ref: null }));
    const [one] = changed as [Attempt];
    expect(await store.settleAttempts(settled(community, one, { attempts: changed }))).toBe(true);
    const count = async (outcome: Attempt["outcome"]) =>
      (await store.attempts({ communityId: community, outcomes: [outcome], limit: 2000 })).length;
    expect([await count("delivered"), await count("dropped")]).toEqual([999, 1]);
    expect(await store.settleAttempts(settled(freshId("c"), one))).toBe(false);
  });

  test("an inbox holds what came in the last hour and what is on its way", async () => {
    const { store } = under();
    const at = NOW + HOUR;
    const { community, caseId } = await opened((c, id) => [
      makeAttempt(c, id, sent(NOW)),
      makeAttempt(c, id, sent(NOW + 2)),
      makeAttempt(c, null, sent(NOW + 1, { kind: "bundle" })),
      makeAttempt(c, id, sent(NOW + 3, { bundle: "another" })),
      makeAttempt(c, id, sent(NOW + 4, { personId: "mod-2" })),
      makeAttempt(c, id, { outcome: "unreachable", doneAt: NOW + 5 }),
      makeAttempt(c, id, { dueAt: at - 7 }),
      makeAttempt(c, id, { dueAt: at + 7 }),
      makeAttempt(c, id, { outcome: "bundled", dueAt: at - 1 }),
      makeAttempt(c, id, { outcome: "bundled", dueAt: at + 30 }),
      makeAttempt(c, id, { outcome: "bundled", dueAt: at + 20, waitsFor: "cap" }),
      makeAttempt(c, id, { outcome: "bundled", dueAt: at + 10, waitsFor: "digest" }),
    ]);
    const first: Inbox = { sent: [NOW + 1, NOW + 2, at, at + 7], summaryAt: at + 20 };
    expect(await store.inbox(community, "mod-1", at)).toEqual(first);
    expect(await store.inbox(community, "nobody", at)).toEqual({ sent: [], summaryAt: null });
    let known: ReadonlyMap<string, Inbox> = new Map();
    await changeCase(
      store,
      caseId,
      { at, people: ["mod-1", "mod-2", CHANNEL] },
      (_, { inboxes }) => {
        known = inboxes;
        return fail("only asked");
      },
    );
    expect(known).toEqual(
      new Map([
        ["mod-1", first],
        ["mod-2", { sent: [NOW + 4], summaryAt: null }],
        [CHANNEL, { sent: [], summaryAt: null }],
      ]),
    );
  });
}

function sent(doneAt: number, more: Partial<Attempt> = {}): Partial<Attempt> {
  return { ...DELIVERED, ref: null, doneAt, ...more };
}

function settled(
  community: string,
  attempt: Attempt,
  more: Partial<SettledAttempts> = {},
): SettledAttempts {
  return {
    communityId: community,
    attempts: [attempt],
    events: [{ type: "people.told", at: NOW, person: null, payload: { attempt: attempt.id } }],
    jobs: [],
    added: [],
    ...more,
  };
}
