import { expect, test } from "@jest/globals";
import { DEFAULT_POLICY } from "../../src/engine/policy.ts";
import { fail, ok } from "../../src/engine/result.ts";
import { verifyChain } from "../../src/pipeline/audit-report.ts";
import type { JobName } from "../../src/ports/store.ts";
import {
  addRotaEntries,
  changeCase,
  DAY,
  freshId,
  makeAttempt,
  makeRecording,
  NOW,
  record,
} from "./recordings.ts";
import type { Under } from "./store-under-test.ts";

/** The part of the store's suite about policies. */
export function policies(under: Under): void {
  test("the newest policy counts, and versions go up by one", async () => {
    const { store, hashing } = under();
    const community = { id: freshId("c"), platform: "sandbox", name: null };
    const changed = { type: "policy.changed", at: NOW, person: null, payload: {} } as const;
    expect(await store.policyOf(community.id)).toBeNull();
    expect(await store.savePolicy(community, DEFAULT_POLICY, changed)).toBe(1);
    const shadow = { ...DEFAULT_POLICY, mode: "shadow" } as const;
    expect(await store.savePolicy(community, shadow, changed)).toBe(2);
    expect(await store.policyOf(community.id)).toEqual(shadow);
    expect((await verifyChain(store, hashing, community.id)).events).toBe(2);
  });
}

/** The part about the audit log. */
export function audit(under: Under): void {
  test("events are paged in order, and read newest first by people", async () => {
    const { store } = under();
    const community = freshId("c");
    for (let count = 0; count < 5; count += 1) await record(store, makeRecording({ community }));
    expect((await store.auditEvents(community, 1, 2)).map(({ seq }) => seq)).toEqual([2, 3]);
    expect((await store.recentAuditEvents(community, 2)).map(({ seq }) => seq)).toEqual([5, 4]);
  });

  test("a case's number stands in the payload of its opening", async () => {
    const { store } = under();
    const community = freshId("c");
    await record(store, makeRecording({ community, caseId: freshId("case") }));
    const [newest] = await store.recentAuditEvents(community, 1);
    expect(newest).toMatchObject({ type: "case.opened", payload: { number: 1, severity: "S1" } });
  });

  test("an effect is noted once, also when two deliveries race", async () => {
    const { store } = under();
    const community = freshId("c");
    const effect = freshId("effect");
    const event = { type: "message.hidden", at: NOW, person: null, payload: {} } as const;
    expect(await store.hasEffect(effect)).toBe(false);
    const noted = await Promise.all(
      [1, 2, 3].map(() => store.noteEffect(effect, community, event)),
    );
    expect(noted.filter(Boolean)).toHaveLength(1);
    expect(await store.hasEffect(effect)).toBe(true);
    expect((await store.auditHeads()).get(community)?.seq).toBe(1);
  });
}

/** The part about jobs that wait to be handed over. */
export function outbox(under: Under): void {
  test("jobs wait in order until they are handed over", async () => {
    const { store } = under();
    const caseId = freshId("case");
    await record(store, makeRecording({ community: freshId("c"), caseId }));
    const mine = async () =>
      (await store.pendingJobs(10_000)).filter(({ id }) => id.startsWith(caseId));
    const [first, second] = await mine();
    expect(first).toMatchObject({ queue: "actions", id: `${caseId}-show`, writtenAt: NOW });
    expect(first?.delayMs).toBeUndefined();
    expect(second).toMatchObject({
      name: "climb",
      payload: { case: caseId, round: 1, step: 0 },
      delayMs: 900_000,
    });
    expect(await store.pendingJobs(1)).toHaveLength(1);
    await store.markEnqueued([{ queue: "actions", id: `${caseId}-show` }], NOW);
    expect((await mine()).map(({ id }) => id)).toEqual([`${caseId}-climb-1-0`]);
    await store.markEnqueued([], NOW);
  });

  test("an action that the queue holds is under way until it has ended, and pending again when it was lost", async () => {
    const { store } = under();
    const prefix = freshId("action");
    const jobs = [1, 2, 3, 4].map((nth) => ({
      queue: nth === 4 ? ("timers" as const) : ("actions" as const),
      id: `${prefix}-${nth}`,
      name: "hide",
      payload: {},
    }));
    const [first, second, third] = jobs as unknown as [JobName, JobName, JobName];
    await record(store, { ...makeRecording({ community: freshId("c") }), jobs });
    const mine = (found: readonly JobName[]) =>
      found.filter(({ id }) => id.startsWith(prefix)).map(({ id }) => id);
    const underWay = async (before: number) => mine(await store.jobsUnderWay(before, 10_000));
    expect(await underWay(NOW + 1)).toEqual([]);
    await store.markEnqueued(jobs, NOW);
    // A timer that is lost is found by what it is for.
    expect(await underWay(NOW + 1)).toEqual([first.id, second.id, third.id]);
    expect(await underWay(NOW)).toEqual([]);
    // It was known later than now: the clock was set back since.
    expect(await underWay(NOW - 60 * 60_000)).toEqual([first.id, second.id, third.id]);
    await store.markEnded([first], NOW + 1);
    await store.markEnqueued([second], NOW + 5);
    await store.markEnqueued([third], null);
    expect(await underWay(NOW + 5)).toEqual([]);
    expect(await underWay(NOW + 6)).toEqual([second.id]);
    expect(mine(await store.pendingJobs(10_000))).toEqual([third.id]);
  });

  test("many jobs are marked at once", async () => {
    const { store } = under();
    const prefix = freshId("bulk");
    const jobs = Array.from({ length: 1500 }, (_, index) => ({
      queue: "timers" as const,
      id: `${prefix}-${index}`,
      name: "remind",
      payload: {},
    }));
    for (let start = 0; start < jobs.length; start += 500) {
      await record(store, {
        ...makeRecording({ community: freshId("c") }),
        jobs: jobs.slice(start, start + 500),
      });
    }
    await store.markEnqueued(jobs, NOW);
    const left = (await store.pendingJobs(10_000)).filter(({ id }) => id.startsWith(prefix));
    expect(left).toEqual([]);
  });
}

/** The part about changes of rotas. */
export function rotas(under: Under): void {
  test("entries of a rota come in the order in which they were added, while they last", async () => {
    const { store } = under();
    const community = freshId("c");
    const changed = { type: "rota.changed", at: NOW, person: null, payload: {} } as const;
    const entry = { personId: "mod-1", replaces: "mod-2", kind: "override" } as const;
    const over = { ...entry, from: NOW - DAY, to: NOW };
    const later = { ...entry, from: NOW + DAY, to: NOW + 2 * DAY };
    const imported = { ...later, replaces: null, kind: "imported", from: NOW } as const;
    await addRotaEntries(store, community, "nights", [over, later], changed);
    await addRotaEntries(store, community, "nights", [imported], changed);
    await addRotaEntries(store, community, "days", [], changed);
    expect(await store.rotaEntries(community, "nights", NOW)).toEqual([later, imported]);
    expect(await store.rotaEntries(community, "nights", NOW - 1)).toEqual([over, later, imported]);
    expect(await store.rotaEntries(community, "days", 0)).toEqual([]);
    expect((await store.auditHeads()).get(community)?.seq).toBe(3);
  });

  test("a change of a rota sees what lasts, and is written with those who are told of it", async () => {
    const { store } = under();
    const community = freshId("c");
    const by = [duty("mo", 1, "override"), { ...duty("mo", 2, "override"), replaces: "ann" }];
    await addRotaEntries(store, community, "nights", by, rotaChanged());
    const attempt = makeAttempt(community, null, { kind: "duty" });
    const job = { queue: "escalations", id: freshId("job"), name: "deliver", payload: {} } as const;
    const [first] = by;
    if (!first) throw new Error("no entry");
    const cut = { ...first, to: first.from + 1 };
    const change = { removed: [first], added: [cut], attempts: [attempt], jobs: [job] };
    let seen: unknown = null;
    const changed = await store.changeRota(community, "nights", NOW, (entries) => {
      seen = entries;
      return ok({ ...change, event: rotaChanged() });
    });
    expect({ ok: changed.ok, seen }).toEqual({ ok: true, seen: by });
    expect(await store.rotaEntries(community, "nights", NOW)).toEqual([by[1], cut]);
    expect(await store.attempts({ communityId: community, limit: 9 })).toEqual([attempt]);
    const jobs = await store.pendingJobs(1000);
    expect(jobs.map(({ id }) => id)).toContain(job.id);
    const refused = await store.changeRota(community, "nights", NOW, () => fail("no"));
    expect(refused).toEqual({ ok: false, error: "no" });
    expect((await store.auditHeads()).get(community)?.seq).toBe(2);
  });

  test("an import adds what is new, and takes away only earlier imports of its period", async () => {
    const { store } = under();
    const community = freshId("c");
    const by = duty("mo", 1, "override");
    await addRotaEntries(store, community, "nights", [by], rotaChanged());
    const add = { entries: [duty("ann", 1), duty("bo", 5)], replaces: null };
    const once = await store.importRotaEntries(community, "nights", add, rotaChanged);
    expect(once).toEqual({ added: 2, removed: 0 });
    const again = await store.importRotaEntries(community, "nights", add, rotaChanged);
    expect(again).toEqual({ added: 0, removed: 0 });
    const replace = { entries: [duty("cy", 1)], replaces: { from: NOW, to: NOW + 3 * DAY } };
    const replaced = await store.importRotaEntries(community, "nights", replace, rotaChanged);
    expect(replaced).toEqual({ added: 1, removed: 1 });
    expect(await store.rotaEntries(community, "nights", NOW)).toEqual([
      by,
      duty("bo", 5),
      duty("cy", 1),
    ]);
    // Nothing changed the second time, so nothing was written about it.
    expect((await store.auditHeads()).get(community)?.seq).toBe(3);
  });

  test("of writes that come together one that fails leaves the others alone", async () => {
    const { store } = under();
    const community = freshId("c");
    const caseId = freshId("case");
    const note = (id: string) =>
      store.noteEffect(id, community, { type: "action.done", at: NOW, person: null, payload: {} });
    await record(store, makeRecording({ community, caseId }));
    const results = await Promise.allSettled([
      note(`${caseId}-1`),
      note(`${caseId}-2`),
      changeCase(store, caseId, { at: NOW }, () => {
        throw new Error("a mistake of the program");
      }),
      note(`${caseId}-3`),
    ]);
    expect(results.map(({ status }) => status)).toEqual([
      "fulfilled",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    // Two events of the recording, and three effects, each once.
    expect((await store.auditHeads()).get(community)?.seq).toBe(5);
    expect(await note(`${caseId}-3`)).toBe(false);
  });
}

function rotaChanged() {
  return { type: "rota.changed", at: NOW, person: null, payload: {} } as const;
}

function duty(personId: string, day: number, kind: "imported" | "override" = "imported") {
  const from = NOW + day * DAY;
  return { personId, replaces: null, kind, from, to: from + DAY };
}
