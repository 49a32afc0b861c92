import { expect, test } from "@jest/globals";
import { verifyChain } from "../../src/pipeline/audit-report.ts";
import {
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
    await decide(store, caseId);
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

  test("points outlive the case they come from", async () => {
    const { store } = under();
    const community = freshId("c");
    const caseId = freshId("case");
    const expiresAt = NOW - 37 * DAY;
    await record(store, makeRecording({ community, caseId, message: { expiresAt } }));
    const decision = makeDecision();
    const strike = {
      decisionId: decision.id,
      caseId,
      communityId: community,
      authorId: "author-1",
      points: 3,
      at: NOW,
      expiresAt: NOW + DAY,
    };
    await decide(store, caseId, decision, { strikes: [strike] });
    await step(store, caseId, { kind: "close" });
    await store.purgeExpired(expiresAt + 1);
    expect(await store.findCase(caseId)).toBeNull();
    expect((await store.standing(community, "author-1", NOW))?.strikePoints).toBe(3);
  });
}
