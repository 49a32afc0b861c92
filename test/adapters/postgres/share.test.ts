import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { openKysely } from "../../../adapters/postgres/kysely.ts";
import { type Records, recordsOver } from "../../../adapters/postgres/records.ts";
import { inShare } from "../../../adapters/postgres/share.ts";
import { DEFAULT_POLICY } from "../../../src/engine/policy.ts";
import { ok } from "../../../src/engine/result.ts";
import { isWithin, type Share } from "../../../src/engine/share.ts";
import { changeCase, DAY, makeRecording, NOW, record } from "../../conformance/recordings.ts";
import { openMemory, type TestDatabase, testParts } from "./databases.ts";

const OF = 3;
const SHARES: readonly Share[] = [0, 1, 2].map((index) => ({ index, of: OF }));
/** One of each process, and one that is no server of Discord's. */
const SERVERS = ["0", "1", "2"].map((n) => String((3_000_000_000n + BigInt(n)) << 22n));
const COMMUNITIES = [...SERVERS, "sandbox"];
const LATE = NOW + 10 * 60_000;

let database: TestDatabase;
let parts: readonly Records[];
beforeAll(async () => {
  database = await openMemory();
  parts = await Promise.all(
    SHARES.map(async (share) => {
      const opened = await recordsOver(database.pool, { ...testParts, share });
      if (!opened.ok) throw new Error(opened.error.kind);
      return opened.value;
    }),
  );
}, 60_000);
afterAll(() => database.close());

/** What each of the processes is told, as communities. */
async function toldOf(ask: (records: Records) => Promise<readonly string[]>) {
  return Promise.all(parts.map(async (each) => (await ask(each)).toSorted()));
}
/** Of the jobs of this test alone: a case brings others. */
function ofJobs(jobs: readonly { readonly id: string }[]): readonly string[] {
  return jobs.flatMap(({ id }) => /^job-(.*)$/u.exec(id)?.[1] ?? []);
}
const owned = SHARES.map((share) => COMMUNITIES.filter((id) => isWithin(share, id)).toSorted());

describe("what waits is told to the process whose it is, whoever has written it", () => {
  beforeAll(async () => {
    for (const community of COMMUNITIES) {
      const [writer] = parts;
      if (!writer) throw new Error("nobody writes");
      const { store } = writer;
      const place = { id: community, platform: "discord", name: null };
      const changed = { type: "policy.changed", at: NOW, person: null, payload: {} } as const;
      await store.savePolicy(place, DEFAULT_POLICY, changed);
      const job = { queue: "actions", id: `job-${community}`, name: "hide", payload: {} } as const;
      const caseId = `case-${community}`;
      await record(store, { ...makeRecording({ community, caseId }), jobs: [job] });
      await changeCase(store, caseId, { at: NOW }, (current) =>
        ok({
          case: { ...current, ladder: { ...current.ladder, nextAt: NOW } },
          events: [],
          jobs: [],
        }),
      );
    }
  });

  test("communities", async () => {
    const told = await toldOf(async ({ store }) => (await store.communities()).map(({ id }) => id));
    expect(told).toEqual(owned);
  });

  test("cases whose next step is late", async () => {
    const told = await toldOf(async ({ store }) => {
      const late = await store.overdueCases(NOW + DAY, 10);
      return late.map(({ communityId }) => communityId);
    });
    expect(told).toEqual(owned);
  });

  test("jobs of the outbox, and those that a queue may have lost", async () => {
    const told = await toldOf(async ({ store }) => ofJobs(await store.pendingJobs(100)));
    expect(told).toEqual(owned);
    for (const { store } of parts) await store.markEnqueued(await store.pendingJobs(100), NOW);
    const lost = await toldOf(async ({ store }) => ofJobs(await store.jobsUnderWay(LATE, 100)));
    expect(lost).toEqual(owned);
  });

  test("what an adapter remembers with a time", async () => {
    const [writer] = parts;
    for (const community of COMMUNITIES) {
      await writer?.memoryOf("discord").remember(`ban/${community}/f00d`, "x", NOW);
    }
    const told = await toldOf(async ({ memoryOf }) => {
      const due = await memoryOf("discord").due(NOW, 10);
      return due.flatMap(({ key }) => key.split("/")[1] ?? []);
    });
    expect(told).toEqual(owned);
  });
});

test.each([...COMMUNITIES, "", "-100123", "9".repeat(30), "١٢٣"])(
  "the database and the program agree on whose %j is",
  async (id) => {
    for (const share of SHARES) {
      const { rows } = await sql<{ ours: boolean }>`
        SELECT ${inShare(share, sql<string>`${id}::text`)} AS ours`.execute(
        openKysely(database.pool),
      );
      expect(rows).toEqual([{ ours: isWithin(share, id) }]);
    }
  },
);
