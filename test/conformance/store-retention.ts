import { expect, test } from "@jest/globals";
import type { Decision } from "../../src/engine/case/decision.ts";
import { verifyChain } from "../../src/pipeline/audit-report.ts";
import {
  DAY,
  decide,
  freshId,
  judged,
  makeAttempt,
  makeCase,
  makeDecision,
  makeRecording,
  NOW,
  opening,
  record,
  step,
} from "./recordings.ts";
import type { Recording } from "../../src/ports/store.ts";
import type { Under } from "./store-under-test.ts";

const MINUTE = 60 * 1000;
/** How the id of an effect on a person ends. */
const done = "0123456789abcdef".repeat(2);

/** The part of the store's suite about what expires. Each purges at a time of its own, the earliest first. */
export function retention(under: Under): void {
  test("expired messages go with their closed cases, and numbers are not used again", async () => {
    const { store } = under();
    const community = freshId("c");
    const caseId = freshId("case");
    const time = NOW - 40 * DAY;
    const old = makeRecording({ community, caseId, message: { expiresAt: time } });
    await record(store, old);
    const joined = makeRecording({ community, caseId, message: { expiresAt: time } });
    await record(store, joined);
    const kept = makeRecording({ community, message: { expiresAt: time + 1 } });
    await record(store, kept);
    expect(await store.purgeExpired(time + 1)).toBe(0);
    await decide(store, caseId, makeDecision({ actions: [{ kind: "delete" }] }));
    expect(await store.purgeExpired(time + 1)).toBe(0);
    await step(store, caseId, { kind: "appeal" });
    expect(await store.purgeExpired(time + 1)).toBe(0);
    await step(store, caseId, { kind: "decide-appeal", by: "mod-2", overturn: false });
    expect(await store.purgeExpired(time + 1)).toBe(2);
    expect(await store.findCase(caseId)).toBeNull();
    for (const { message } of [old, joined]) {
      expect(await store.findJudged(message.key)).toBeNull();
    }
    expect(await store.findJudged(kept.message.key)).not.toBeNull();
    const next = await record(store, makeRecording({ community, caseId: freshId("case") }));
    expect(next.case?.number).toBe(2);
    expect((await verifyChain(store, under().hashing, community)).problem).toBeNull();
  });

  test("a case of shadow mode expires with its evidence, decided or not; a live one waits", async () => {
    const { store } = under();
    const community = freshId("c");
    const expiresAt = NOW - 41 * DAY;
    const opened = async (mode: "live" | "shadow") => {
      const caseId = freshId("case");
      await record(store, makeRecording({ community, caseId, mode, message: { expiresAt } }));
      return caseId;
    };
    const [live, open, decided] = [
      await opened("live"),
      await opened("shadow"),
      await opened("shadow"),
    ];
    await decide(store, decided);
    expect(await store.purgeExpired(expiresAt)).toBe(0);
    expect(await store.purgeExpired(expiresAt + 1)).toBe(2);
    expect(await store.findCase(open)).toBeNull();
    expect(await store.findCase(decided)).toBeNull();
    expect(await store.findCase(live)).not.toBeNull();
  });

  test("context is emptied in time, except around a case that somebody must decide", async () => {
    const { store } = under();
    const community = freshId("c");
    const caseId = freshId("case");
    const contextUntil = NOW - 39 * DAY;
    const say = async (sentAt: number, channelId = "general") => {
      const made = makeRecording({
        community,
        message: { sentAt, channelId, evidence: "said before", contextUntil },
      });
      await record(store, made);
      return made.message.key;
    };
    const far = await say(NOW);
    const near: string[] = [];
    for (let nth = 1; nth <= 20; nth += 1) near.push(await say(NOW + nth));
    const found = makeRecording({
      community,
      caseId,
      message: { sentAt: NOW + 100, contextUntil },
    });
    await record(store, found);
    const after = await say(NOW + 101);
    const elsewhere = await say(NOW + 100, "elsewhere");
    const evidence = async (key: string) => (await store.findJudged(key))?.message.evidence;
    await store.purgeExpired(contextUntil);
    expect(await evidence(far)).toBe("said before");
    await store.purgeExpired(contextUntil + 1);
    const left = { evidence: null, contextUntil: null };
    expect((await store.findJudged(far))?.message).toMatchObject(left);
    expect(await evidence(elsewhere)).toBeNull();
    for (const key of [...near, after]) expect(await evidence(key)).toBe("said before");
    await decide(store, caseId);
    await store.purgeExpired(contextUntil + 1);
    for (const key of [...near, after]) expect(await evidence(key)).toBeNull();
    expect((await store.findCase(caseId))?.message.evidence).toBe(found.message.evidence);
  });

  test("attempts go after 90 days, strikes a year after they expired", async () => {
    const { store } = under();
    const community = freshId("c");
    const caseId = freshId("case");
    const requestedAt = NOW - 38 * DAY - 90 * DAY;
    await record(store, makeRecording({ community, caseId }));
    const old = makeAttempt(community, caseId, { requestedAt });
    const recent = makeAttempt(community, caseId, { requestedAt: requestedAt + 1 });
    await step(store, caseId, { kind: "climb" }, NOW, { attempts: [old, recent] });
    await store.purgeExpired(NOW - 38 * DAY);
    expect(await store.attempts({ communityId: community, limit: 9 })).toEqual([old, recent]);
    await store.purgeExpired(NOW - 38 * DAY + 1);
    expect(await store.attempts({ communityId: community, limit: 9 })).toEqual([recent]);
  });

  test("a case stays while points of it count, and goes with them", async () => {
    const { store } = under();
    const community = freshId("c");
    const caseId = freshId("case");
    const expiresAt = NOW - 37 * DAY;
    await record(store, makeRecording({ community, caseId, message: { expiresAt } }));
    const decision = makeDecision({ actions: [{ kind: "delete" }] });
    const strike = {
      decisionId: decision.id,
      caseId,
      communityId: community,
      authorId: "author-1",
      points: 3,
      at: expiresAt - DAY,
      expiresAt: expiresAt + 10,
    };
    await decide(store, caseId, decision, { strikes: [strike] });
    await step(store, caseId, { kind: "close" });
    await store.purgeExpired(expiresAt + 9);
    expect(await store.findCase(caseId)).not.toBeNull();
    expect((await store.standing(community, "author-1", expiresAt))?.strikePoints).toBe(3);
    await store.purgeExpired(expiresAt + 10);
    expect(await store.findCase(caseId)).toBeNull();
  });

  test("a case stays while somebody is shut out because of it", async () => {
    const { store } = under();
    const community = freshId("c");
    const expiresAt = NOW - 36 * DAY;
    const closed = async (actions: Decision["actions"], effect = done) => {
      const caseId = freshId("case");
      await record(store, makeRecording({ community, caseId, message: { expiresAt } }));
      const decision = makeDecision({ actions, decidedAt: expiresAt });
      await decide(store, caseId, decision);
      for (const nth of actions.keys()) {
        await store.noteEffect(`${decision.id}-act-${nth}-${effect}`, community, judged(null));
      }
      await step(store, caseId, { kind: "close" });
      return caseId;
    };
    const forEver = await closed([{ kind: "delete" }, { kind: "ban", minutes: null }]);
    const forTwo = await closed([{ kind: "timeout", minutes: 2 }]);
    const kick = await closed([{ kind: "kick" }]);
    const refused = await closed([{ kind: "ban", minutes: null }], `${done}-refused`);
    const spared = await closed([{ kind: "ban", minutes: null }], `team-${done}`);
    await store.purgeExpired(expiresAt + 2 * MINUTE - 1);
    for (const gone of [kick, refused, spared]) expect(await store.findCase(gone)).toBeNull();
    expect(await store.findCase(forTwo)).not.toBeNull();
    await store.purgeExpired(expiresAt + 2 * MINUTE);
    expect(await store.findCase(forTwo)).toBeNull();
    expect(await store.findCase(forEver)).not.toBeNull();
    // Of nobody, it is of no use to anybody.
    const erased = { type: "person.erased", at: NOW, person: null, payload: {} } as const;
    await store.erasePerson(community, "author-1", "print", erased);
    await store.purgeExpired(expiresAt + 2 * MINUTE);
    expect(await store.findCase(forEver)).toBeNull();
  });

  test("what a decision has done is known as long as its case; other effects for a year", async () => {
    const { store } = under();
    const community = freshId("c");
    const caseId = freshId("case");
    await record(store, makeRecording({ community, caseId, message: { expiresAt: NOW } }));
    const decision = makeDecision();
    await decide(store, caseId, decision);
    const notedAt = NOW - 34 * DAY - 365 * DAY;
    const ids = [`${decision.id}-act-1-${done}`, `${decision.id}-undo-0-key`, freshId("refused")];
    for (const id of ids) await store.noteEffect(id, community, judged(null, notedAt));
    const known = () => Promise.all(ids.map((id) => store.hasEffect(id)));
    await store.purgeExpired(NOW - 34 * DAY);
    expect(await known()).toEqual([true, true, true]);
    await store.purgeExpired(NOW - 34 * DAY + 1);
    expect(await known()).toEqual([true, true, false]);
  });

  test("a case stays until the last of its messages expires", async () => {
    const { store } = under();
    const community = freshId("c");
    const caseId = freshId("case");
    const expiresAt = NOW - 33 * DAY;
    const say = (until: number) =>
      makeRecording({ community, caseId, message: { expiresAt: until } });
    const [first, last] = [say(expiresAt), say(expiresAt + 10)];
    for (const each of [first, last, say(expiresAt + 5)]) await record(store, each);
    await decide(store, caseId, makeDecision({ actions: [] }));
    await step(store, caseId, { kind: "close" });
    await store.purgeExpired(expiresAt + 10);
    expect((await store.findCase(caseId))?.message.key).toBe(first.message.key);
    await store.purgeExpired(expiresAt + 11);
    expect(await store.findCase(caseId)).toBeNull();
    expect(await store.findJudged(last.message.key)).toBeNull();
  });

  test("a message that joins a case is kept as its evidence, however short its own time was", async () => {
    const { store } = under();
    const community = freshId("c");
    const expiresAt = NOW - 35 * DAY;
    const [short, long] = [expiresAt, expiresAt + 300 * DAY].map((until) =>
      makeRecording({ community, message: { expiresAt: until, contextUntil: expiresAt } }),
    ) as [Recording, Recording];
    for (const each of [short, long]) await record(store, each);
    const opens = makeCase(freshId("case"), short.message, { source: "report" });
    const opened = await store.openCase({
      ...opening(opens, false, NOW),
      keepsUntil: expiresAt + 100,
      messageKeys: [short.message.key, long.message.key],
      written: null,
      joins: true,
    });
    expect(opened.ok).toBe(true);
    const kept = async ({ message }: Recording) => (await store.findJudged(message.key))?.message;
    // It opened the case, and stays as long as what joined.
    expect(await kept(short)).toMatchObject({
      expiresAt: long.message.expiresAt,
      contextUntil: null,
    });
    expect(await kept(long)).toMatchObject({
      expiresAt: long.message.expiresAt,
      contextUntil: null,
    });
  });
}
