import { expect, test } from "@jest/globals";
import { HELD, NOW, decisionOn, freshId, makeRecording } from "./recordings.ts";
import type { Under } from "./store-under-test.ts";

/** The part of the store's suite about cases. */
export function cases(under: Under): void {
  test("a case is shown whole, and decided once", async () => {
    const { store } = under();
    const community = freshId("c");
    const caseId = freshId("case");
    const made = makeRecording({ community, caseId });
    const { case: opened } = await store.record(made);
    expect(opened).toEqual({
      id: caseId,
      communityId: community,
      number: 1,
      messageKey: made.message.key,
      state: "open",
      severity: "S1",
      families: ["leak", "claim"],
      shadow: false,
      held: true,
      rung: 0,
      openedAt: NOW,
      decidedAt: null,
    });
    expect(await store.findCase(caseId)).toEqual({
      ...opened,
      message: made.message,
      verdict: HELD,
      decision: null,
    });
    const request = decisionOn(caseId);
    const decided = await store.decideCase(request);
    expect(decided).toEqual({
      ok: true,
      value: { ...opened, state: "decided", decidedAt: NOW + 5 },
    });
    expect((await store.findCase(caseId))?.decision).toEqual(request.decision);
    expect(await store.decideCase(decisionOn(caseId))).toEqual({
      ok: false,
      error: { kind: "already-decided" },
    });
    expect((await store.auditHeads()).get(community)?.seq).toBe(3);
    expect((await store.standing(community, "author-1"))?.upheld).toBe(1);
  });

  test("of two moderators who decide at once one is told that it is decided", async () => {
    const { store } = under();
    const caseId = freshId("case");
    await store.record(makeRecording({ community: freshId("c"), caseId }));
    const results = await Promise.all([
      store.decideCase(decisionOn(caseId)),
      store.decideCase(decisionOn(caseId, "dismiss")),
    ]);
    expect(results.filter((result) => result.ok)).toHaveLength(1);
  });

  test("a decision without a reason and a case that is not there are told apart", async () => {
    const { store } = under();
    const caseId = freshId("case");
    await store.record(makeRecording({ community: freshId("c"), caseId }));
    expect(await store.decideCase(decisionOn(caseId, "uphold", " "))).toEqual({
      ok: false,
      error: { kind: "reason-required" },
    });
    expect(await store.decideCase(decisionOn("no-such-case"))).toEqual({
      ok: false,
      error: { kind: "not-found" },
    });
    expect(await store.findCase("no-such-case")).toBeNull();
  });

  test("a rung is climbed once, and not after a decision", async () => {
    const { store } = under();
    const community = freshId("c");
    const caseId = freshId("case");
    await store.record(makeRecording({ community, caseId }));
    const climbed = {
      type: "case.escalated",
      at: NOW,
      person: null,
      payload: { rung: 1 },
    } as const;
    const both = await Promise.all([
      store.escalateCase(caseId, 0, [climbed], []),
      store.escalateCase(caseId, 0, [climbed], []),
    ]);
    expect(
      new Set(both.map((result) => (result.ok ? result.value.rung : result.error.kind))),
    ).toEqual(new Set([1, "already-done"]));
    expect((await store.auditHeads()).get(community)?.seq).toBe(3);
    await store.decideCase(decisionOn(caseId));
    expect(await store.escalateCase(caseId, 1, [climbed], [])).toEqual({
      ok: false,
      error: { kind: "already-decided" },
    });
    expect(await store.escalateCase("no-such-case", 0, [], [])).toEqual({
      ok: false,
      error: { kind: "not-found" },
    });
  });

  test("open cases come by severity and age, then decided ones newest first", async () => {
    const { store } = under();
    const community = freshId("c");
    const open = async (severity: "S1" | "S2" | null, receivedAt: number) => {
      const caseId = freshId("case");
      await store.record(makeRecording({ community, caseId, severity, message: { receivedAt } }));
      return caseId;
    };
    const broken = await open(null, NOW);
    const late = await open("S2", NOW + 2);
    const early = await open("S2", NOW + 1);
    const grave = await open("S1", NOW + 9);
    const decidedFirst = await open("S1", NOW);
    const decidedLast = await open("S1", NOW);
    const at = (caseId: string, decidedAt: number) => {
      const request = decisionOn(caseId, "dismiss");
      return store.decideCase({ ...request, decision: { ...request.decision, decidedAt } });
    };
    await at(decidedFirst, NOW + 10);
    await at(decidedLast, NOW + 11);
    const list = async (state: "open" | "decided" | undefined, limit: number) =>
      (await store.listCases({ communityId: community, ...(state && { state }), limit })).map(
        ({ id }) => id,
      );
    expect(await list("open", 10)).toEqual([grave, early, late, broken]);
    expect(await list("open", 2)).toEqual([grave, early]);
    expect(await list("decided", 10)).toEqual([decidedLast, decidedFirst]);
    expect(await list(undefined, 5)).toEqual([grave, early, late, broken, decidedLast]);
    const known = (await store.communities()).find(({ id }) => id === community);
    expect(known).toEqual({
      id: community,
      platform: "sandbox",
      name: "Garden club",
      messages: 6,
      openCases: 4,
    });
  });
}
