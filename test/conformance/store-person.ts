import { expect, test } from "@jest/globals";
import { DEFAULT_POLICY, policySchema } from "../../src/engine/policy.ts";
import type { PersonRecord } from "../../src/ports/person-record.ts";
import {
  addRotaEntries,
  DAY,
  decide,
  freshId,
  makeAttempt,
  makeDecision,
  makeRecording,
  NOW,
  record,
  step,
} from "./recordings.ts";
import type { Under } from "./store-under-test.ts";

const NOTHING: PersonRecord = {
  messages: 0,
  cases: 0,
  decisions: 0,
  statements: 0,
  strikes: 0,
  reports: 0,
  appeals: 0,
  notices: 0,
  notes: 0,
  work: 0,
  duties: 0,
  events: 0,
  counting: [],
  pending: {
    cases: 0,
    asked: 0,
    reports: 0,
    appeals: 0,
    decidedAt: null,
    ownDecidedAt: null,
    ownAppealed: 0,
  },
  postedAt: null,
  erasedReports: null,
};

/** The part about what is kept of one person. */
export function personRecords(under: Under): void {
  const recordOf = (communityId: string, personId: string, fingerprint = `print-${personId}`) =>
    under().store.personRecord({ communityId, personId, fingerprint, at: NOW + DAY });

  test("nothing is kept of a stranger, nor of somebody in another community", async () => {
    const { store } = under();
    const community = freshId("c");
    await record(store, makeRecording({ community, person: "print-author-1" }));
    expect(await recordOf(community, "stranger")).toEqual(NOTHING);
    expect(await recordOf(freshId("c"), "author-1")).toEqual(NOTHING);
    expect(await recordOf(community, "author-1")).toEqual({
      ...NOTHING,
      messages: 1,
      events: 1,
      postedAt: NOW,
    });
  });

  test("an edit counts as posted when it was made or heard of, and words given to Candor not at all", async () => {
    const { store } = under();
    const community = freshId("c");
    const edited = { revisedAt: NOW + 7, receivedAt: NOW + 8 };
    await record(store, makeRecording({ community, message: edited }));
    expect((await recordOf(community, "author-1")).postedAt).toBe(NOW + 8);
    const ahead = { authorId: "author-2", revisedAt: NOW + 9, receivedAt: NOW + 8 };
    await record(store, makeRecording({ community, message: ahead }));
    expect((await recordOf(community, "author-2")).postedAt).toBe(NOW + 9);
    const given = makeRecording({ community, message: { authorId: "author-3" } });
    await record(store, { ...given, rulesVersion: "" });
    expect(await recordOf(community, "author-3")).toMatchObject({ messages: 1, postedAt: null });
  });

  test("whoever decided waits for an appeal, and for nothing where none can come", async () => {
    const { store } = under();
    const community = freshId("c");
    const [upheld, dismissed] = [freshId("case"), freshId("case")];
    for (const caseId of [upheld, dismissed]) {
      await record(store, makeRecording({ community, caseId }));
    }
    await decide(store, dismissed, makeDecision({ outcome: "dismiss" }));
    expect((await recordOf(community, "mod-1")).pending).toEqual(NOTHING.pending);
    await decide(store, upheld, makeDecision({ confirmedBy: "mod-2" }));
    for (const who of ["mod-1", "mod-2"]) {
      const { pending } = await recordOf(community, who);
      expect(pending).toMatchObject({ ownDecidedAt: NOW + 5, ownAppealed: 0 });
    }
    await step(store, upheld, { kind: "appeal" }, NOW + 6);
    const { pending } = await recordOf(community, "mod-2");
    expect(pending).toMatchObject({ ownDecidedAt: null, ownAppealed: 1 });
  });

  test("an erasure asks what is kept under the lock, and touches nothing where that forbids it", async () => {
    const { store } = under();
    const community = freshId("c");
    await record(store, makeRecording({ community, person: "print-author-1" }));
    const before = await recordOf(community, "author-1");
    const erased = { type: "person.erased", at: NOW + DAY, person: null, payload: {} } as const;
    const asked: PersonRecord[] = [];
    const erase = (may: boolean) =>
      store.erasePerson(community, "author-1", "print-author-1", erased, {
        mayErase: (known) => {
          asked.push(known);
          return may;
        },
      });
    expect(await erase(false)).toBeNull();
    expect(asked).toEqual([before]);
    expect(await recordOf(community, "author-1")).toEqual(before);
    expect(await erase(true)).toBe(1);
    expect(await recordOf(community, "author-1")).toEqual(NOTHING);
  });

  test("what is kept is counted by kind, and what is under way apart", async () => {
    const { store } = under();
    const community = freshId("c");
    const caseId = freshId("case");
    await record(store, makeRecording({ community, caseId, person: "print-author-1" }));
    const opened = await recordOf(community, "author-1");
    expect(opened).toMatchObject({ messages: 1, cases: 1, pending: { cases: 1, decidedAt: null } });
    const decision = makeDecision();
    const note = { id: freshId("note"), caseId, by: "mod-1", audience: "team", at: NOW } as const;
    await decide(store, caseId, decision, {
      attempts: [makeAttempt(community, caseId, { personId: "author-1", kind: "note" })],
      note: { ...note, text: "seen before" },
    });
    expect(await recordOf(community, "author-1")).toMatchObject({
      cases: 1,
      decisions: 1,
      notices: 1,
      notes: 1,
      work: 0,
      pending: { cases: 0, decidedAt: NOW + 5 },
    });
    expect(await recordOf(community, "mod-1")).toMatchObject({ decisions: 0, notes: 1, work: 1 });
    await step(store, caseId, { kind: "close" }, NOW + 6);
    expect((await recordOf(community, "author-1")).pending).toEqual(NOTHING.pending);
  });

  test("shadow cases are counted, and nobody waits for them", async () => {
    const { store } = under();
    const community = freshId("c");
    await record(store, makeRecording({ community, caseId: freshId("case"), mode: "shadow" }));
    const known = await recordOf(community, "author-1");
    expect(known).toMatchObject({ cases: 1, pending: NOTHING.pending });
  });

  test("duties and versions of the policy that name somebody count", async () => {
    const { store } = under();
    const community = freshId("c");
    const place = { id: community, platform: "sandbox", name: null };
    const changed = { type: "policy.changed", at: NOW, person: null, payload: {} } as const;
    const team = [{ id: "mod-1", role: "moderator" }];
    await store.savePolicy(place, policySchema.parse({ team }), changed);
    await store.savePolicy(place, DEFAULT_POLICY, changed);
    const duty = { from: NOW, to: NOW + DAY, replaces: null, kind: "override" } as const;
    const event = { ...changed, type: "rota.changed" } as const;
    await addRotaEntries(store, community, "night", [{ ...duty, personId: "mod-1" }], event);
    expect(await recordOf(community, "mod-1")).toEqual({ ...NOTHING, duties: 2 });
  });

  test("after an erasure nothing is left to count", async () => {
    const { store } = under();
    const community = freshId("c");
    const caseId = freshId("case");
    await record(store, makeRecording({ community, caseId, person: "print-author-1" }));
    await decide(store, caseId, makeDecision());
    const erased = { type: "person.erased", at: NOW, person: null, payload: {} } as const;
    for (const id of ["author-1", "mod-1"]) {
      await store.erasePerson(community, id, `print-${id}`, erased);
      expect(await recordOf(community, id)).toEqual(NOTHING);
    }
  });
}
