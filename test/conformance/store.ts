import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { verifyChain } from "../../src/pipeline/audit-report.ts";
import type { Recorded } from "../../src/ports/store.ts";
import { freshId, HELD, makeRecording, NOW, record } from "./recordings.ts";
import { attempts } from "./store-attempts.ts";
import { cases } from "./store-cases.ts";
import { erasure } from "./store-erasure.ts";
import { merging, opening } from "./store-merging.ts";
import { messages } from "./store-messages.ts";
import { personRecords } from "./store-person.ts";
import { retention } from "./store-retention.ts";
import { rights } from "./store-rights.ts";
import { seenRecords } from "./store-seen.ts";
import type { StoreUnderTest, Under } from "./store-under-test.ts";
import { audit, outbox, policies, rotas } from "./store-upkeep.ts";

export type { StoreUnderTest } from "./store-under-test.ts";

/** What every store must do. `open` is called once; tests keep apart by community. Its clock stands at `NOW`. */
export function describeStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} is a store`, () => {
    let opened: StoreUnderTest;
    beforeAll(async () => {
      opened = await open();
    }, 60_000);
    afterAll(() => opened.close());
    const under = () => opened;
    recording(under);
    merging(under);
    opening(under);
    cases(under);
    messages(under);
    attempts(under);
    rotas(under);
    policies(under);
    audit(under);
    outbox(under);
    rights(under);
    retention(under);
    erasure(under);
    personRecords(under);
    seenRecords(under);
  });
}

function recording(under: Under): void {
  test("a message is recorded once, and comes back with its first verdict and case", async () => {
    const { store } = under();
    const community = freshId("c");
    const first = makeRecording({ community, caseId: freshId("case") });
    const recorded = await record(store, first);
    expect(recorded).toMatchObject({ kind: "recorded", verdict: HELD, case: { number: 1 } });
    const again = await record(store, { ...first, verdict: { ...HELD, decision: "log" } });
    expect(again).toEqual({ ...recorded, kind: "duplicate" });
    expect((await store.auditHeads()).get(community)?.seq).toBe(2);
    const found = await store.findJudged(first.message.key);
    expect(found).toEqual({
      message: first.message,
      verdict: HELD,
      mode: "live",
      case: recorded.case,
    });
  });

  test("an unknown message is null", async () => {
    expect(await under().store.findJudged("no-such-key")).toBeNull();
  });

  test("parallel recordings give numbers without gaps and one unbroken chain", async () => {
    const { store, hashing } = under();
    const communities = [freshId("c"), freshId("c")];
    const recordings = communities.flatMap((community) =>
      Array.from({ length: 20 }, () => makeRecording({ community, caseId: freshId("case") })),
    );
    const recorded = await Promise.all(recordings.map((each) => record(store, each)));
    for (const community of communities) {
      const numbers = recorded
        .flatMap((each) => (each.case?.communityId === community ? [each.case.number] : []))
        .toSorted((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
      const report = await verifyChain(store, hashing, community);
      expect(report).toMatchObject({ events: 40, problem: null });
    }
  });

  test("of recordings of one message that race exactly one wins", async () => {
    const { store } = under();
    const community = freshId("c");
    const one = makeRecording({ community, caseId: freshId("case") });
    const all: Recorded[] = await Promise.all(Array.from({ length: 8 }, () => record(store, one)));
    expect(all.filter((each) => each.kind === "recorded")).toHaveLength(1);
    expect(new Set(all.map((each) => each.case?.number))).toEqual(new Set([1]));
  });

  test("text that no database likes is kept as far as it can be", async () => {
    const { store } = under();
    const community = freshId("c");
    const caseId = freshId("case");
    const one = makeRecording({
      community,
      caseId,
      message: { evidence: "a\u0000b 牛\uD83D\uDE00" },
    });
    const odd = {
      type: "message.judged",
      at: NOW,
      person: null,
      payload: { rule: "\uD800\u0000x" },
    } as const;
    await record(store, { ...one, events: [odd] });
    expect((await store.findCase(caseId))?.message.evidence).toBe("a\uFFFDb 牛😀");
    expect((await verifyChain(store, under().hashing, community)).problem).toBeNull();
  });

  test("standing counts messages once and flags each time", async () => {
    const { store } = under();
    const community = freshId("c");
    const key = freshId("key");
    await record(store, makeRecording({ community, message: { key, sentAt: NOW - 5000 } }));
    await record(
      store,
      makeRecording({
        community,
        caseId: freshId("case"),
        message: { revisedAt: NOW, sentAt: NOW - 5000 },
      }),
    );
    await record(store, makeRecording({ community, message: { sentAt: NOW } }));
    expect(await store.standing(community, "author-1", NOW)).toEqual({
      messages: 2,
      flagged: 1,
      upheld: 0,
      dismissed: 0,
      strikePoints: 0,
      firstSeenAt: NOW - 5000,
      lastSeenAt: NOW,
    });
    expect(await store.standing(community, "nobody", NOW)).toBeNull();
  });
}
