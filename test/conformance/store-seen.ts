import { expect, test } from "@jest/globals";
import { ALL_SEVERITIES } from "../../src/engine/seen/figures.ts";
import type { SeenQuestion } from "../../src/engine/seen/fold.ts";
import { CHANNEL } from "../../src/ports/attempts.ts";
import { freshId, makeAttempt, makeRecording, NOW, record, step } from "./recordings.ts";
import type { Under } from "./store-under-test.ts";

/** The part about when cases were seen, as far as the log does not say it. */
export function seenRecords(under: Under): void {
  test("of a case it is known how grave it is, whether it counts, and when a page first reached a person", async () => {
    const { store } = under();
    const community = freshId("c");
    const [paged, quiet, hidden] = [freshId("case"), freshId("case"), freshId("case")];
    for (const [caseId, mode] of [
      [paged, "live"],
      [quiet, "live"],
      [hidden, "shadow"],
    ] as const) {
      await record(store, makeRecording({ community, caseId, mode }));
    }
    const told = { outcome: "delivered", doneAt: NOW + 30 } as const;
    const attempts = [
      makeAttempt(community, paged, { ...told, personId: CHANNEL, doneAt: NOW + 10 }),
      makeAttempt(community, paged, { ...told, kind: "note", doneAt: NOW + 20 }),
      makeAttempt(community, paged, { ...told, bundle: "summary" }),
      makeAttempt(community, paged, { ...told, doneAt: NOW + 40 }),
      makeAttempt(community, paged, { outcome: "unreachable", doneAt: NOW + 5 }),
    ];
    await step(store, paged, { kind: "climb" }, NOW + 1, { attempts });
    const known = { severity: "S1", shadow: false, erased: false, reachedAt: null } as const;
    const facts = await store.caseFacts(community, [paged, quiet, hidden, "no"]);
    expect(Object.fromEntries(facts)).toEqual({
      [paged]: { ...known, reachedAt: NOW + 30 },
      [quiet]: known,
      [hidden]: { ...known, shadow: true },
    });
    expect((await store.caseFacts(freshId("c"), [quiet])).size).toBe(0);
    expect((await store.caseFacts(community, [])).size).toBe(0);
  });

  test("of cases about somebody who was erased it is counted how many messages were seen in time", async () => {
    const { store } = under();
    const community = freshId("c");
    const [seen, unseen] = [freshId("case"), freshId("case")];
    await record(store, makeRecording({ community, caseId: seen }));
    await record(store, makeRecording({ community, caseId: unseen, severity: null }));
    await step(store, seen, { kind: "acknowledge", by: "mod-1" }, NOW + 60);
    const asked: SeenQuestion = {
      withinMs: 60,
      from: NOW,
      until: NOW + 1,
      severities: ALL_SEVERITIES,
    };
    const nothing = { cases: 0, messages: 0, inTime: 0 };
    expect(await store.erasedSeen(community, asked)).toEqual(nothing);
    const event = { type: "person.erased", at: NOW + 100, person: null, payload: {} } as const;
    await store.erasePerson(community, "author-1", "print-author-1", event);
    const counted = (more: Partial<SeenQuestion>) =>
      store.erasedSeen(community, { ...asked, ...more });
    expect(await counted({})).toEqual({ cases: 2, messages: 2, inTime: 1 });
    expect(await counted({ withinMs: 59 })).toEqual({ cases: 2, messages: 2, inTime: 0 });
    expect(await counted({ severities: ["S1"] })).toEqual({ cases: 1, messages: 1, inTime: 1 });
    expect(await counted({ severities: [null] })).toEqual({ cases: 1, messages: 1, inTime: 0 });
    expect(await counted({ from: NOW + 1, until: NOW + 2 })).toEqual(nothing);
    expect(await counted({ until: NOW })).toEqual(nothing);
  });
}
