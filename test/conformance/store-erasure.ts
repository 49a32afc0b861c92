import { expect, test } from "@jest/globals";
import { DEFAULT_POLICY, type Policy, policySchema } from "../../src/engine/policy.ts";
import { verifyChain } from "../../src/pipeline/audit-report.ts";
import type { Store } from "../../src/ports/store.ts";
import {
  addRotaEntries,
  DAY,
  decide,
  freshId,
  HOUR,
  judged,
  makeAttempt,
  makeDecision,
  makeRecording,
  NOW,
  record,
  step,
} from "./recordings.ts";
import type { Under } from "./store-under-test.ts";

const ERASED = { type: "person.erased", at: NOW, person: null, payload: {} } as const;
const CHANGED = { type: "policy.changed", at: NOW, person: null, payload: {} } as const;

/** The part about erasing a person. */
export function erasure(under: Under): void {
  amongOthers(under);

  test("erasing an author takes what is known of them and leaves the chain whole", async () => {
    const { store, hashing } = under();
    const community = freshId("c");
    const caseId = freshId("case");
    await record(store, makeRecording({ community, caseId, person: "print-1" }));
    const other = { authorId: "author-2" };
    await record(store, makeRecording({ community, person: "print-2", message: other }));
    const told = makeAttempt(community, caseId, {
      personId: "author-1",
      kind: "note",
      outcome: "delivered",
      ref: "77",
      doneAt: NOW,
    });
    const note = { id: freshId("note"), caseId, by: "mod-1", audience: "author", at: NOW } as const;
    const decision = makeDecision({ strikePoints: 4 });
    const strike = {
      decisionId: decision.id,
      caseId,
      communityId: community,
      authorId: "author-1",
      points: 4,
      at: NOW,
      expiresAt: NOW + DAY,
    };
    await decide(store, caseId, decision, {
      attempts: [told],
      note: { ...note, text: "do not do this again" },
      strikes: [strike],
    });
    expect(await store.erasePerson(community, "author-1", "print-1", ERASED)).toBe(2);
    const report = await verifyChain(store, hashing, community);
    expect(report).toMatchObject({ events: 5, erasedPayloads: 2, problem: null });
    expect(await store.findCase(caseId)).toMatchObject({
      authorId: "",
      message: { evidence: null, authorId: "", textFingerprint: "" },
      decision: { ...decision, reason: "" },
    });
    expect(await store.caseNotes(caseId)).toEqual([{ ...note, text: "" }]);
    expect(await store.attempts({ communityId: community, limit: 9 })).toEqual([
      { ...told, personId: "", ref: null },
    ]);
    expect(await store.standing(community, "author-1", NOW)).toBeNull();
    expect(await store.standing(community, "author-2", NOW)).not.toBeNull();
    const undone = { decisionId: decision.id, by: "mod-2", at: NOW + 6 };
    const reopened = await step(store, caseId, { kind: "undo", by: "mod-2" }, NOW + 6, { undone });
    expect(reopened.ok).toBe(true);
    expect(await store.erasePerson(community, "author-1", "print-1", ERASED)).toBeNull();
  });

  test("erasing a moderator leaves what they did, done by nobody", async () => {
    const { store, hashing } = under();
    const community = freshId("c");
    const { taken, proposed, decided, waiting } = await workFor(store, community);
    expect(await store.erasePerson(community, "mod-1", "print-m", ERASED)).toBe(0);
    // Nobody waits for whoever is gone: the ladder begins again, and its first step is due.
    expect(await store.findCase(taken)).toMatchObject({
      authorId: "author-1",
      state: "open",
      assignment: null,
      ladder: { round: 2, startedAt: NOW, step: 0, nextAt: NOW, acknowledged: null },
    });
    expect(await store.caseNotes(taken)).toMatchObject([{ by: "", text: "" }]);
    expect(await store.findCase(proposed)).toMatchObject({
      proposal: { moderatorId: "", reason: "a list" },
    });
    expect(await store.findCase(decided)).toMatchObject({
      decision: { moderatorId: "", confirmedBy: "", reason: "a list" },
    });
    expect(await store.attempts({ communityId: community, limit: 9 })).toEqual([
      { ...waiting, personId: "", outcome: "dropped", doneAt: NOW },
    ]);
    expect(await store.rotaEntries(community, "nights", NOW)).toMatchObject([
      { personId: "mod-2", replaces: "mod-3" },
    ]);
    expect(await store.auditEvents(community, 0, 99)).not.toContainEqual(
      expect.objectContaining({ payload: null }),
    );
    expect((await verifyChain(store, hashing, community)).problem).toBeNull();
  });

  test("what a moderator who is gone has only seen calls for others; what rests, rests", async () => {
    const { store } = under();
    const community = freshId("c");
    const by = "mod-1";
    const opened = async (mode: "live" | "shadow" = "live") => {
      const caseId = freshId("case");
      await record(store, makeRecording({ community, caseId, mode }));
      return caseId;
    };
    const [seen, held, given, appealed, shadow] = [
      await opened(),
      await opened(),
      await opened(),
      await opened(),
      await opened("shadow"),
    ];
    await step(store, seen, { kind: "acknowledge", by });
    await step(store, shadow, { kind: "take", by, until: NOW + HOUR });
    await step(store, held, { kind: "hold", by, until: NOW + HOUR });
    await step(store, given, { kind: "take", by, until: NOW + HOUR });
    await step(store, given, { kind: "hand-over", by, to: "mod-2", until: NOW + HOUR });
    await decide(store, appealed, makeDecision({ moderatorId: "mod-2" }));
    await step(store, appealed, { kind: "appeal" }, NOW - HOUR);
    await step(store, appealed, { kind: "acknowledge", by });
    await store.erasePerson(community, by, "print-m", ERASED);
    const anew = { round: 2, startedAt: NOW, step: 0, nextAt: NOW, acknowledged: null };
    expect(await store.findCase(seen)).toMatchObject({ state: "open", ladder: anew });
    expect(await store.findCase(shadow)).toMatchObject({
      assignment: null,
      ladder: { ...anew, nextAt: null },
    });
    expect(await store.findCase(held)).toMatchObject({
      state: "on-hold",
      ladder: { round: 1, acknowledged: { by: "" } },
    });
    expect(await store.findCase(given)).toMatchObject({
      assignment: { moderatorId: "mod-2" },
      ladder: { round: 1, acknowledged: { by: "mod-2" } },
    });
    expect(await store.findCase(appealed)).toMatchObject({
      state: "appealed",
      ladder: { ...anew, round: 3, startedAt: NOW - HOUR },
    });
  });

  test("a person goes from every version of the policy, and it stays valid", async () => {
    const { store } = under();
    const community = { id: freshId("c"), platform: "sandbox", name: null };
    await store.savePolicy(community, named("mod-1"), CHANGED);
    await store.savePolicy(community, DEFAULT_POLICY, CHANGED);
    await store.savePolicy(community, named("mod-1"), CHANGED);
    expect(await store.erasePerson(community.id, "mod-1", "print-m", ERASED)).toBe(0);
    const left = await store.policyOf(community.id);
    expect(JSON.stringify(left)).not.toMatch(/mod-1|omebody/u);
    expect(left?.team.map(({ id }) => id)).toEqual(["mod-2"]);
    expect(left?.rotas["nights"]?.shifts[0]?.people).toHaveLength(2);
    expect(await store.erasePerson(community.id, "mod-1", "print-m", ERASED)).toBeNull();
  });

  test("events of nobody survive every erasure", async () => {
    const { store } = under();
    const community = freshId("c");
    await record(store, { ...makeRecording({ community }), events: [judged(null)] });
    expect(await store.erasePerson(community, "author-1", "print", ERASED)).toBe(0);
    expect(await store.erasePerson(community, "nobody", "print", ERASED)).toBeNull();
  });

  test("no words that were written to an erased author are left in a decision or a proposal", async () => {
    const { store } = under();
    const community = freshId("c");
    const [decided, proposed] = [freshId("case"), freshId("case")];
    const text = "remove the sentence about returns";
    const actions = [{ kind: "ask-correction", text } as const, { kind: "delete" } as const];
    for (const caseId of [decided, proposed]) {
      await record(store, makeRecording({ community, caseId }));
    }
    await decide(store, decided, makeDecision({ actions }));
    const decision = makeDecision({ actions });
    await step(store, proposed, { kind: "decide", by: "mod-1", decision, needsSecond: true });
    await store.erasePerson(community, "author-1", "fingerprint", judged(null));
    const left = [{ kind: "ask-correction", text: "█" }, { kind: "delete" }];
    expect((await store.findCase(decided))?.decision).toMatchObject({ reason: "", actions: left });
    expect((await store.findCase(proposed))?.proposal).toMatchObject({ reason: "", actions: left });
  });
}

/** What others wrote where somebody is one of several, and what happens while somebody is erased. */
function amongOthers(under: Under): void {
  /** A case about one author that holds a message of another. */
  const shared = async (community: string) => {
    const { store } = under();
    const caseId = freshId("case");
    await record(store, makeRecording({ community, caseId, message: { authorId: "first" } }));
    await record(store, makeRecording({ community, caseId, message: { authorId: "second" } }));
    return caseId;
  };
  const text = "tell wei to stop";
  const actions = [{ kind: "ask-correction", text } as const];

  test("the words about somebody who is one of several authors go with them", async () => {
    const { store } = under();
    const community = freshId("c");
    const [decided, proposed] = [await shared(community), await shared(community)];
    const note = { id: freshId("note"), caseId: decided, by: "mod-1", audience: "team" } as const;
    const decision = makeDecision({ actions });
    await decide(store, decided, decision, { note: { ...note, text: "it is wei", at: NOW } });
    await step(store, proposed, { kind: "decide", by: "mod-1", decision, needsSecond: true });
    const asked = { communityId: community, personId: "second", fingerprint: "print", at: NOW };
    expect((await store.personRecord(asked)).notes).toBe(1);
    await store.erasePerson(community, "second", "print", ERASED);
    expect(await store.caseNotes(decided)).toMatchObject([{ by: "mod-1", text: "" }]);
    const left = { reason: "", actions: [{ kind: "ask-correction", text: "█" }] };
    expect(await store.findCase(decided)).toMatchObject({ authorId: "first", decision: left });
    expect((await store.findCase(proposed))?.proposal).toMatchObject(left);
    expect(await store.erasePerson(community, "second", "print", ERASED)).toBeNull();
  });

  test("what was begun before an erasure and is noted after it is about nobody", async () => {
    const { store } = under();
    const community = freshId("c");
    const caseId = await shared(community);
    const other = makeRecording({ community, message: { authorId: "second" } });
    await record(store, other);
    await store.erasePerson(community, "second", "print-2", ERASED);
    const noted = async (id: string, where: { caseId: string } | { messageKey: string }) => {
      const author = { id, ...where };
      const event = { type: "action.done", at: NOW, person: `print-${id}`, payload: {} } as const;
      const attempts = ["first", "second"].map((personId) =>
        makeAttempt(community, caseId, { personId, kind: "statement" }),
      );
      await store.noteEffect(freshId("effect"), community, { ...event, author }, { attempts });
      const filter = { communityId: community, limit: 99 };
      const told = (await store.attempts(filter)).filter((each) =>
        attempts.some((attempt) => attempt.id === each.id),
      );
      return told.map(({ personId }) => personId);
    };
    expect(await noted("second", { caseId })).toEqual(["first"]);
    expect(await noted("second", { messageKey: other.message.key })).toEqual(["first"]);
    expect(new Set(await noted("first", { caseId }))).toEqual(new Set(["first", "second"]));
    const kept = async (print: string) =>
      (
        await store.personRecord({
          communityId: community,
          personId: "nobody",
          fingerprint: print,
          at: NOW,
        })
      ).events;
    expect(await kept("print-second")).toBe(0);
    expect(await kept("print-first")).toBe(1);
  });

  test("what is settled after an erasure is about nobody", async () => {
    const { store } = under();
    const community = freshId("c");
    const caseId = await shared(community);
    const page = makeAttempt(community, caseId);
    await step(store, caseId, { kind: "climb" }, NOW, { attempts: [page] });
    await store.erasePerson(community, "first", "print-1", ERASED);
    const author = { id: "first", caseId };
    const event = { type: "people.told", at: NOW, person: "print-1", payload: {}, author } as const;
    const settled = { ...page, outcome: "delivered", doneAt: NOW } as const;
    const base = { communityId: community, jobs: [], added: [] };
    expect(await store.settleAttempts({ ...base, attempts: [settled], events: [event] })).toBe(
      true,
    );
    const asked = { communityId: community, personId: "x", fingerprint: "print-1", at: NOW };
    expect((await store.personRecord(asked)).events).toBe(0);
    expect((await store.auditEvents(community, 0, 99)).at(-1)?.type).toBe("people.told");
  });

  test("a change of the policy is made of the one in force, whatever was changed meanwhile", async () => {
    const { store } = under();
    const community = { id: freshId("c"), platform: "sandbox", name: null };
    await store.savePolicy(community, named("mod-1"), CHANGED);
    const saved = store.erasePerson(community.id, "mod-1", "print", ERASED);
    const changes = (["en", "zh-TW"] as const).map((language) =>
      store.changePolicy(community, (current) => ({
        policy: { ...(current ?? DEFAULT_POLICY), language },
        event: CHANGED,
      })),
    );
    const zone = store.changePolicy(community, (current) => ({
      policy: { ...(current ?? DEFAULT_POLICY), timeZone: "Asia/Taipei" },
      event: CHANGED,
    }));
    expect(await Promise.all([saved, ...changes, zone])).toEqual([0, 2, 3, 4]);
    const left = await store.policyOf(community.id);
    expect(left).toMatchObject({ language: "zh-TW", timeZone: "Asia/Taipei" });
    expect(JSON.stringify(left)).not.toContain("mod-1");
    expect(await store.changePolicy(community, () => null)).toBeNull();
    expect(await store.policyOf(community.id)).toEqual(left);
  });
}

/** Leaves something of every kind that a moderator does. */
async function workFor(store: Store, community: string) {
  const ids = ["taken", "proposed", "decided"].map(freshId);
  for (const caseId of ids) await record(store, makeRecording({ community, caseId }));
  const [taken, proposed, decided] = ids as [string, string, string];
  const by = "mod-1";
  const waiting = makeAttempt(community, taken);
  await step(store, taken, { kind: "take", by, until: NOW + HOUR }, NOW, {
    attempts: [waiting],
    note: { id: freshId("note"), caseId: taken, by, audience: "team", text: "mine", at: NOW },
  });
  const decision = makeDecision();
  await step(store, proposed, { kind: "decide", by, decision, needsSecond: true });
  await decide(store, decided, makeDecision({ confirmedBy: by }));
  const entry = { kind: "override", from: NOW, to: NOW + DAY } as const;
  await addRotaEntries(
    store,
    community,
    "nights",
    [
      { ...entry, personId: "mod-1", replaces: null },
      { ...entry, personId: "mod-2", replaces: "mod-1" },
      { ...entry, personId: "mod-2", replaces: "mod-3" },
    ],
    { ...CHANGED, type: "rota.changed" },
  );
  return { taken, proposed, decided, waiting };
}

/** A policy that names somebody wherever one can. */
function named(id: string): Policy {
  return policySchema.parse({
    team: [
      { id, role: "moderator", name: "Somebody", email: "somebody@example.org" },
      { id: "mod-2", role: "owner" },
    ],
    rotas: { nights: { shifts: [{ people: [id, "mod-2"] }] } },
    escalation: { ladders: [{ rungs: [{ afterMinutes: 0, who: [`person:${id}`] }] }] },
  });
}
