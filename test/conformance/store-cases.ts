import { expect, test } from "@jest/globals";
import type { Case } from "../../src/engine/case/case.ts";
import { fail, ok } from "../../src/engine/result.ts";
import type { CaseFilter, LateTimers, Strike, TimerKind } from "../../src/ports/store.ts";
import {
  changeCase,
  DAY,
  decide,
  freshId,
  HELD,
  HOUR,
  makeAttempt,
  makeCase,
  makeDecision,
  makeRecording,
  NOW,
  record,
  step,
} from "./recordings.ts";
import type { Under } from "./store-under-test.ts";

/** The part of the store's suite about cases and what becomes of them. */
export function cases(under: Under): void {
  const open = async (options: Partial<Parameters<typeof makeRecording>[0]> = {}) => {
    const community = options.community ?? freshId("c");
    const caseId = freshId("case");
    const recording = makeRecording({ community, caseId, ...options });
    await record(under().store, recording);
    return { community, caseId, recording };
  };

  test("a case is shown whole, by its id and by its number", async () => {
    const { store } = under();
    const { community, caseId, recording } = await open({ reach: 1200 });
    const { message } = recording;
    const opened = makeCase(caseId, message, { number: 1, reach: 1200 });
    expect(await store.findCase(caseId)).toEqual({ ...opened, message, verdict: HELD });
    expect(await store.findCaseByNumber(community, 1)).toEqual(await store.findCase(caseId));
    expect(await store.findCaseByNumber(community, 2)).toBeNull();
    expect(await store.findCase("no-such-case")).toBeNull();
  });

  test("every field of a case is kept", async () => {
    const { store } = under();
    const { caseId, recording } = await open();
    const after: Case = {
      ...makeCase(caseId, recording.message, { number: 1 }),
      source: "early-warning",
      authorId: "author-9",
      speaker: "staff",
      state: "on-hold",
      severity: null,
      families: [],
      shadow: true,
      held: false,
      messages: 7,
      reports: 3,
      reach: 40_000,
      assignment: { moderatorId: "mod-1", since: NOW, until: NOW + HOUR },
      onHoldUntil: NOW + DAY,
      proposal: makeDecision({ reason: "odd", actions: [{ kind: "ban", minutes: null }] }),
      ladder: {
        round: 2,
        startedAt: NOW + 1,
        step: 3,
        nextAt: NOW + 2,
        plannedMs: 15,
        takenMs: 5,
        heldSince: NOW + 2,
        acknowledged: { by: "mod-2", at: NOW + 3 },
        waiting: true,
      },
      lastSeenAt: NOW + 4,
      closedAt: NOW + 5,
    };
    const write = () => ok({ case: after, events: [], jobs: [] });
    expect(await changeCase(store, caseId, { at: NOW }, write)).toEqual(ok(after));
    expect(await store.findCase(caseId)).toMatchObject({ ...after });
  });

  test("a change that is refused, breaks or finds no case writes nothing", async () => {
    const { store } = under();
    const { community, caseId } = await open();
    const before = await store.findCase(caseId);
    const refused = await changeCase(store, caseId, { at: NOW }, () => fail({ kind: "no" }));
    expect(refused).toEqual(fail({ kind: "no" }));
    const unknown = await changeCase(store, "no-such-case", { at: NOW }, () => fail("not asked"));
    expect(unknown).toEqual(fail({ kind: "not-found" }));
    const taken = makeDecision();
    await decide(store, (await open()).caseId, taken);
    // The id is another decision's: everything of the change is taken back.
    await expect(decide(store, caseId, taken)).rejects.toThrow("duplicate key");
    expect(await store.findCase(caseId)).toEqual(before);
    expect((await store.auditHeads()).get(community)?.seq).toBe(2);
  });

  test("a decision stands until it is undone, and then another may be made", async () => {
    const { store } = under();
    const { community, caseId } = await open();
    const counted = async () => {
      const standing = await store.standing(community, "author-1", NOW + 9);
      return [standing?.upheld, standing?.dismissed, standing?.strikePoints];
    };
    const first = makeDecision({ strikePoints: 4 });
    const strike: Strike = {
      decisionId: first.id,
      caseId,
      communityId: community,
      authorId: "author-1",
      points: 4,
      at: NOW + 5,
      expiresAt: NOW + 30 * DAY,
    };
    const decided = await decide(store, caseId, first, { strikes: [strike] });
    expect(decided).toMatchObject({ ok: true, value: { state: "decided", decision: first } });
    expect((await store.findCase(caseId))?.decision).toEqual(first);
    expect(await decide(store, caseId)).toEqual(
      fail({ kind: "already-decided", by: "mod-1", at: NOW + 5 }),
    );
    expect(await counted()).toEqual([1, 0, 4]);
    await step(store, caseId, { kind: "undo", by: "mod-2" }, NOW + 8, {
      undone: { decisionId: first.id, by: "mod-2", at: NOW + 8 },
    });
    expect(await store.findCase(caseId)).toMatchObject({ state: "reopened", decision: null });
    expect(await counted()).toEqual([0, 0, 0]);
    const second = makeDecision({ outcome: "dismiss", decidedAt: NOW + 9 });
    await decide(store, caseId, second);
    expect((await store.findCase(caseId))?.decision).toEqual(second);
    expect(await counted()).toEqual([0, 1, 0]);
    expect(await store.undoneDecisions(caseId)).toEqual([
      { ...first, undoneAt: NOW + 8, undoneBy: "mod-2" },
    ]);
  });

  test("a decision in shadow mode is no part of anybody's standing", async () => {
    const { store } = under();
    const { community, caseId } = await open({ mode: "shadow" });
    await decide(store, caseId);
    const standing = await store.standing(community, "author-1", NOW + 9);
    expect(standing).toMatchObject({ upheld: 0, dismissed: 0 });
  });

  test("a decision does not vanish without being undone", async () => {
    const { store } = under();
    const { caseId } = await open();
    await decide(store, caseId);
    await expect(step(store, caseId, { kind: "undo", by: "mod-2" })).rejects.toThrow("undone");
    expect((await store.findCase(caseId))?.state).toBe("decided");
  });

  test("a proposal becomes the decision once a second moderator confirms it", async () => {
    const { store } = under();
    const { caseId } = await open();
    const decision = makeDecision();
    await step(store, caseId, { kind: "decide", by: "mod-1", decision, needsSecond: true });
    expect(await store.findCase(caseId)).toMatchObject({ state: "open", proposal: decision });
    await step(store, caseId, { kind: "confirm", by: "mod-2" }, NOW + 6);
    const confirmed = { ...decision, confirmedBy: "mod-2", decidedAt: NOW + 6 };
    expect(await store.findCase(caseId)).toMatchObject({ proposal: null, decision: confirmed });
  });

  test("of moderators who decide at once one decides, and the others are told who", async () => {
    const { store } = under();
    const { caseId } = await open();
    const results = await Promise.all(
      ["a", "b", "c", "d"].map((moderatorId) =>
        decide(store, caseId, makeDecision({ moderatorId })),
      ),
    );
    const winner = results.flatMap((each) => (each.ok ? [each.value.decision?.moderatorId] : []));
    expect(winner).toHaveLength(1);
    const refused = results.filter((each) => !each.ok);
    expect(refused).toEqual(
      Array.from({ length: 3 }, () =>
        fail({ kind: "already-decided", by: winner[0], at: NOW + 5 }),
      ),
    );
  });

  test("points count from when they are given until they expire", async () => {
    const { store } = under();
    const { community, caseId } = await open();
    const decision = makeDecision();
    const strike = {
      decisionId: decision.id,
      caseId,
      communityId: community,
      authorId: "author-1",
      points: 2,
      at: NOW,
      expiresAt: NOW + DAY,
    };
    await decide(store, caseId, decision, { strikes: [strike] });
    const next = await open({ community });
    const known = async (at: number) => {
      let points = -1;
      await changeCase(store, next.caseId, { at, rights: true }, (_, { authors }) => {
        points = authors[0]?.strikePoints ?? -1;
        return fail("only asked");
      });
      return [points, (await store.standing(community, "author-1", at))?.strikePoints];
    };
    expect(await known(NOW - 1)).toEqual([0, 0]);
    expect(await known(NOW)).toEqual([2, 2]);
    expect(await known(NOW + DAY - 1)).toEqual([2, 2]);
    expect(await known(NOW + DAY)).toEqual([0, 0]);
  });

  test("notes come in the order in which they were written", async () => {
    const { store } = under();
    const { caseId } = await open();
    const note = (text: string, audience: "team" | "author", at: number) => ({
      id: freshId("note"),
      caseId,
      by: "mod-1",
      audience,
      text,
      at,
    });
    const [first, second] = [note("first", "team", NOW), note("二\u0000", "author", NOW + 1)];
    const noting = { kind: "acknowledge", by: "mod-1" } as const;
    await step(store, caseId, noting, NOW + 1, { note: second });
    await step(store, caseId, noting, NOW, { note: first });
    expect(await store.caseNotes(caseId)).toEqual([first, { ...second, text: "二\uFFFD" }]);
    expect(await store.caseNotes("no-such-case")).toEqual([]);
  });

  test("undecided cases come by priority, then the others newest decision first", async () => {
    const { store } = under();
    const community = freshId("c");
    const opened = async (severity: "S1" | "S2" | null, receivedAt: number, reach = 1) =>
      (await open({ community, severity, reach, message: { receivedAt } })).caseId;
    const broken = await opened(null, NOW);
    const late = await opened("S2", NOW + 2);
    const early = await opened("S2", NOW + 1);
    const read = await opened("S2", NOW + 2, 1_000_000);
    const grave = await opened("S1", NOW + 9);
    const waited = await opened("S2", NOW - 2 * DAY);
    const decidedFirst = await opened("S1", NOW);
    const decidedLast = await opened("S1", NOW);
    await decide(store, decidedFirst, makeDecision({ decidedAt: NOW + 10 }));
    await decide(store, decidedLast, makeDecision({ decidedAt: NOW + 11 }));
    const list = async (filter: Partial<CaseFilter>) =>
      (await store.listCases({ communityId: community, limit: 20, ...filter })).map(({ id }) => id);
    const queue = [waited, grave, read, early, late, broken];
    expect(await list({})).toEqual([...queue, decidedLast, decidedFirst]);
    expect(await list({ states: ["open", "reopened"] })).toEqual(queue);
    expect(await list({ states: ["decided"] })).toEqual([decidedLast, decidedFirst]);
    expect(await list({ states: [] })).toEqual([]);
    expect(await list({ limit: 2 })).toEqual([waited, grave]);
    expect(await list({ limit: 7 })).toEqual([...queue, decidedLast]);
    const known = (await store.communities()).find(({ id }) => id === community);
    expect(known).toMatchObject({ messages: 8, openCases: 6 });
  });

  test("cases are found by owner, author and source", async () => {
    const { store } = under();
    const community = freshId("c");
    const mine = (await open({ community })).caseId;
    const theirs = await open({ community, message: { authorId: "author-2" } });
    await step(store, mine, { kind: "take", by: "mod-1", until: NOW + HOUR });
    const list = async (filter: Partial<CaseFilter>) =>
      (await store.listCases({ communityId: community, limit: 20, ...filter })).map(({ id }) => id);
    expect(await list({ assignedTo: "mod-1" })).toEqual([mine]);
    expect(await list({ assignedTo: "mod-2" })).toEqual([]);
    expect(await list({ authorId: "author-2" })).toEqual([theirs.caseId]);
    expect(await list({ sources: ["report", "rule"], states: ["assigned"] })).toEqual([mine]);
    expect(await list({ sources: ["report"] })).toEqual([]);
  });

  test("overdue are undecided live cases whose next step was due, the longest first", async () => {
    const { store } = under();
    const community = freshId("c");
    const due = async (nextAt: number | null, mode: "live" | "shadow" = "live") => {
      const { caseId } = await open({ community, mode });
      await changeCase(store, caseId, { at: NOW }, (current) =>
        ok({ case: { ...current, ladder: { ...current.ladder, nextAt } }, events: [], jobs: [] }),
      );
      return caseId;
    };
    const short = await due(NOW - 1);
    const long = await due(NOW - 2);
    await due(NOW);
    await due(null);
    await due(NOW - 3, "shadow");
    await decide(store, await due(NOW - 3));
    const overdue = await store.overdueCases(NOW, 10_000);
    const ours = overdue.filter(({ communityId }) => communityId === community);
    expect(ours.map(({ id }) => id)).toEqual([long, short]);
    expect(await store.overdueCases(NOW, 1)).toHaveLength(1);
    const paged: string[] = [];
    for (let page = overdue.slice(0, 0); ; ) {
      page = [...(await store.overdueCases(NOW, 1, page.at(-1)))];
      if (page.length === 0) break;
      paged.push(...page.map(({ id }) => id));
    }
    expect(paged).toEqual(overdue.map(({ id }) => id));
  });

  test("late timers are those of live cases whose time is over, each kind bounded", async () => {
    const { store } = under();
    const community = freshId("c");
    const by = "mod-1";
    const opened = async (mode: "live" | "shadow" = "live") =>
      (await open({ community, mode })).caseId;
    const leased = await opened();
    const held = await opened();
    const decided = await opened();
    const seen = await opened();
    const appealed = await opened();
    const shadow = await opened("shadow");
    for (const caseId of [leased, shadow]) {
      await step(store, caseId, { kind: "take", by, until: NOW + 10 }, NOW + 10);
    }
    await step(store, held, { kind: "hold", by, until: NOW + 20 });
    await decide(store, decided);
    await step(store, seen, { kind: "acknowledge", by }, NOW + 1);
    await decide(store, appealed);
    await step(store, appealed, { kind: "appeal" }, NOW + 5);
    await step(store, appealed, { kind: "acknowledge", by: "another" }, NOW + 2);
    const find = async (kind: TimerKind, more: Partial<LateTimers>) => {
      const nothing = { before: 0, appealedBefore: NOW + 6, aheadOf: NOW + 99, limit: 9 };
      const late = await store.lateTimers({ communityId: community, kind, ...nothing, ...more });
      return late.map(({ caseId }) => caseId);
    };
    expect(await find("lease", { before: NOW + 10 })).toEqual([]);
    expect(await find("lease", { before: NOW + 11 })).toEqual([leased]);
    expect(await find("hold", { before: NOW + 20 })).toEqual([]);
    expect(await find("hold", { before: NOW + 21 })).toEqual([held]);
    expect(await find("close", { before: NOW + 5 })).toEqual([]);
    expect(await find("close", { before: NOW + 6 })).toEqual([decided]);
    const before = NOW + 3;
    expect(await find("remind", { before })).toEqual([seen, appealed]);
    expect(await find("unacknowledge", { before, appealedBefore: NOW + 5 })).toEqual([seen]);
    expect(await find("remind", { before, limit: 1 })).toEqual([seen]);
    const after = { caseId: seen, time: NOW + 1 };
    expect(await find("remind", { before, limit: 1, after })).toEqual([appealed]);
    const reminder = makeAttempt(community, seen, { kind: "reminder", requestedAt: NOW + 1 });
    await step(store, seen, { kind: "join", anew: false }, NOW + 1, { attempts: [reminder] });
    expect(await find("remind", { before })).toEqual([appealed]);
    // What began later than now did so before the clock was set back.
    const aheadOf = NOW - 1;
    expect(await find("lease", { aheadOf })).toEqual([leased]);
    expect(await find("hold", { aheadOf })).toEqual([held]);
    expect(await find("close", { aheadOf })).toEqual([decided]);
    expect(await find("unacknowledge", { aheadOf })).toEqual([seen, appealed, leased]);
    expect(await find("remind", { aheadOf })).toEqual([]);
  });
}
