import { expect, test } from "@jest/globals";
import { verifyChain } from "../../src/pipeline/audit-report.ts";
import type { KnownInChange, OpenRequest, Recording, Store } from "../../src/ports/store.ts";
import {
  changeCase,
  CLEAN,
  close,
  decide,
  freshId,
  HELD,
  HOUR,
  makeCase,
  makeDecision,
  makeMessage,
  makeRecording,
  NOW,
  opening as openingOf,
  record,
  step,
} from "./recordings.ts";
import type { Under } from "./store-under-test.ts";

/** The part of the store's suite about messages that join a case. */
export function merging(under: Under): void {
  test("a case id that exists takes the message in, whatever the case's state", async () => {
    const { store } = under();
    const community = freshId("c");
    const caseId = freshId("case");
    const first = await record(store, makeRecording({ community, caseId }));
    await close(store, caseId);
    const next = makeRecording({ community, caseId });
    const second = await record(store, next);
    expect(second.case).toMatchObject({ id: caseId, number: 1, state: "closed", messages: 2 });
    expect(second.case?.decision).not.toBeNull();
    expect(await record(store, next)).toEqual({ ...second, kind: "duplicate" });
    const types = (await store.auditEvents(community, 4, 10)).map((event) => event.type);
    expect(types).toEqual(["message.judged", "case.joined"]);
    const third = await record(store, makeRecording({ community, caseId: freshId("case") }));
    expect([first.case?.number, third.case?.number]).toEqual([1, 2]);
  });

  const other = { authorId: "author-2" };

  test("a message of the same author or the same text joins an undecided case", async () => {
    const { store } = under();
    expect(await merges(store, {}, {})).toBe(true);
    expect(await merges(store, { textFingerprint: "t" }, { ...other, textFingerprint: "t" })).toBe(
      true,
    );
    expect(await merges(store, {}, other)).toBe(false);
    expect(await merges(store, {}, {}, { mode: "shadow" })).toBe(false);
    expect(await merges(store, {}, {}, { joinsSince: NOW })).toBe(true);
    expect(await merges(store, {}, {}, { joinsSince: NOW + 1 })).toBe(false);
  });

  test("no text and no author are nothing in common", async () => {
    const { store } = under();
    expect(await merges(store, { textFingerprint: "" }, { ...other, textFingerprint: "" })).toBe(
      false,
    );
    expect(await merges(store, { authorId: "" }, { authorId: "" })).toBe(false);
  });

  test("a decided case is not joined, a reopened one is, and the newest goes before", async () => {
    const { store } = under();
    const community = freshId("c");
    const [old, newer] = [freshId("case"), freshId("case")];
    for (const caseId of [old, newer]) await record(store, makeRecording({ community, caseId }));
    const next = async () =>
      (
        await record(
          store,
          makeRecording({ community, caseId: freshId("case"), joinsSince: NOW - HOUR }),
        )
      ).case?.number;
    expect(await next()).toBe(2);
    await decide(store, newer);
    expect(await next()).toBe(1);
    const { decision } = (await store.findCase(newer)) ?? {};
    await step(store, newer, { kind: "undo", by: "mod-2" }, NOW + 7, {
      undone: { decisionId: decision?.id ?? "", by: "mod-2", at: NOW + 7 },
    });
    expect(await next()).toBe(2);
    await decide(store, newer);
    await decide(store, old);
    expect(await next()).toBe(3);
  });

  test("everybody of whom a case holds a message is its author: found, counted and weighed with the first", async () => {
    const { store } = under();
    const community = freshId("c");
    const caseId = freshId("case");
    const posted = [
      { authorId: "author-1" },
      { authorId: "author-2" },
      { authorId: "author-2", authorRole: "staff" },
      { authorId: "author-3", authorRole: "bot" },
      { authorId: "" },
    ] as const;
    for (const message of posted) {
      await record(store, makeRecording({ community, caseId, message }));
    }
    const authors = [
      { id: "author-1", role: "member", points: 0, added: null, cleared: false },
      { id: "author-2", role: "staff", points: 0, added: null, cleared: false },
      { id: "author-3", role: "bot", points: 0, added: null, cleared: false },
    ];
    expect(await store.caseAuthors(caseId)).toEqual(authors);
    expect(await store.caseAuthors("no-such-case")).toEqual([]);
    const decision = makeDecision();
    const strikes = ["author-1", "author-3"].map((authorId, nth) => ({
      decisionId: decision.id,
      caseId,
      communityId: community,
      authorId,
      points: nth + 1,
      at: NOW,
      expiresAt: NOW + HOUR,
    }));
    await decide(store, caseId, decision, { strikes });
    const known = async (rights: boolean) => {
      let weighed: KnownInChange["authors"] = [];
      await changeCase(store, caseId, { at: NOW, rights }, (_, found) => {
        weighed = found.authors;
        return { ok: false, error: "only asked" };
      });
      return weighed.map(({ strikePoints }) => strikePoints);
    };
    expect(await known(true)).toEqual([1, 0, 2]);
    expect((await store.caseAuthors(caseId)).map(({ points }) => points)).toEqual([1, 0, 2]);
    expect(await known(false)).toEqual([]);
    for (const { id } of authors) {
      const listed = await store.listCases({ communityId: community, authorId: id, limit: 2 });
      expect(listed.map((item) => item.id)).toEqual([caseId]);
      expect(await store.standing(community, id, NOW)).toMatchObject({ upheld: 1 });
    }
    expect(await store.listCases({ authorId: "author-9", limit: 1 })).toEqual([]);
    await step(store, caseId, { kind: "undo", by: "mod-1" }, NOW + 7, {
      undone: { decisionId: decision.id, by: "mod-1", at: NOW + 7 },
    });
    expect(await known(true)).toEqual([0, 0, 0]);
    expect(await store.caseAuthors(caseId)).toEqual(authors);
    expect(await store.standing(community, "author-3", NOW)).toMatchObject({ upheld: 0 });
  });

  test("five hundred messages of a raid are one case, and none is lost", async () => {
    const { store, hashing } = under();
    const community = freshId("c");
    const recordings = Array.from({ length: 500 }, (_, nth) =>
      makeRecording({
        community,
        caseId: freshId("case"),
        joinsSince: NOW - HOUR,
        message: { authorId: `raider-${nth}`, textFingerprint: "raid" },
      }),
    );
    for (let first = 0; first < recordings.length; first += 20) {
      await Promise.all(recordings.slice(first, first + 20).map((each) => record(store, each)));
    }
    const listed = await store.listCases({ communityId: community, limit: 10 });
    expect(listed).toMatchObject([{ number: 1, messages: 500, held: true }]);
    const messages = await store.caseMessages(listed[0]?.id ?? "", 1000);
    expect(new Set(messages.map(({ message }) => message.authorId)).size).toBe(500);
    expect(messages[0]?.message).toEqual(listed[0]?.message);
    expect(await verifyChain(store, hashing, community)).toMatchObject({
      events: 1000,
      problem: null,
    });
    const jobs = await store.pendingJobs(10_000);
    expect(jobs.filter(({ id }) => id.startsWith(`${listed[0]?.id}-`))).toHaveLength(2);
  }, 60_000);
}

/** The part about cases that are not opened by a verdict. */
export function opening(under: Under): void {
  test("a report opens a case about recorded messages, and the next one joins it", async () => {
    const { store } = under();
    const community = freshId("c");
    const made = [makeRecording({ community }), makeRecording({ community })];
    for (const each of made) await record(store, each);
    const [first, second] = made.map(({ message }) => message.key) as [string, string];
    const opened = await store.openCase(report(community, ["no-such-key", first]));
    expect(opened).toMatchObject({
      ok: true,
      value: { opened: true, case: { number: 1, source: "report", messageKey: first } },
    });
    const joined = await store.openCase(report(community, [first, second]));
    expect(joined).toMatchObject({ ok: true, value: { opened: false, case: { number: 1 } } });
    const caseId = opened.ok ? opened.value.case.id : "";
    const keys = (await store.caseMessages(caseId, 10)).map(({ message }) => message.key);
    expect(keys).toEqual([first, second]);
    const alone = await store.openCase(report(community, [first], { joins: false }));
    expect(alone).toMatchObject({ ok: true, value: { opened: true, case: { number: 2 } } });
    expect((await store.findJudged(first))?.case?.number).toBe(2);
  });

  test("messages that nobody recorded open nothing", async () => {
    const { store } = under();
    const community = freshId("c");
    const elsewhere = makeRecording({ community: freshId("c") });
    await record(store, elsewhere);
    const asked = report(community, ["no-such-key", elsewhere.message.key]);
    expect(await store.openCase(asked)).toEqual({ ok: false, error: { kind: "not-found" } });
    expect(await store.listCases({ communityId: community, limit: 1 })).toEqual([]);
    expect(await store.auditEvents(community, 0, 1)).toEqual([]);
  });

  test("words given to Candor are recorded with the case they open, once", async () => {
    const { store } = under();
    const community = freshId("c");
    const message = makeMessage(community, { evidence: "When does the fund open again?" });
    const written = { message, verdict: CLEAN };
    const asked = report(community, [], { written, joins: false });
    const opened = await store.openCase(asked);
    expect(opened).toMatchObject({ ok: true, value: { opened: true } });
    const found = await store.findCase(asked.opens.id);
    expect(found).toMatchObject({ number: 1, message, verdict: CLEAN });
    expect(await store.openCase(asked)).toMatchObject({ ok: true, value: { opened: false } });
    expect(await store.communities()).toContainEqual({
      id: community,
      platform: "sandbox",
      name: "Garden club",
      messages: 0,
      openCases: 1,
    });
  });

  test("a report joins the case of the verdict, and not a decided one", async () => {
    const { store } = under();
    const community = freshId("c");
    const caseId = freshId("case");
    const judged = makeRecording({ community, caseId });
    await record(store, judged);
    const { key } = judged.message;
    const joined = await store.openCase(report(community, [key]));
    expect(joined).toMatchObject({ ok: true, value: { opened: false, case: { id: caseId } } });
    expect(await store.caseMessages(caseId, 10)).toEqual([
      { message: judged.message, verdict: HELD, held: true },
    ]);
    await decide(store, caseId);
    const anew = await store.openCase(report(community, [key]));
    expect(anew).toMatchObject({ ok: true, value: { opened: true, case: { number: 2 } } });
  });
}

/** Whether the second of two messages of a community joins the case of the first. */
async function merges(
  store: Store,
  first: Partial<Recording["message"]>,
  second: Partial<Recording["message"]>,
  more: { mode?: "live" | "shadow"; joinsSince?: number } = {},
): Promise<boolean> {
  const community = freshId("c");
  await record(store, makeRecording({ community, caseId: freshId("case"), message: first }));
  const { case: after } = await record(
    store,
    makeRecording({
      community,
      caseId: freshId("case"),
      joinsSince: NOW - HOUR,
      message: second,
      ...more,
    }),
  );
  return after?.number === 1;
}

/** A member's report of recorded messages. */
function report(
  community: string,
  messageKeys: readonly string[],
  more: Partial<OpenRequest> = {},
): OpenRequest {
  const opens = makeCase(freshId("case"), makeMessage(community, { key: "unknown" }), {
    source: "report",
    held: false,
    reports: 1,
  });
  return {
    ...openingOf(opens, false, NOW),
    messageKeys,
    written: null,
    joins: true,
    ...more,
  };
}
