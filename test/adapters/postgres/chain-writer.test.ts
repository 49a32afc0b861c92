import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { ChainWriter } from "../../../adapters/postgres/chain-writer.ts";
import { openKysely } from "../../../adapters/postgres/kysely.ts";
import { PolicyReader } from "../../../adapters/postgres/policy-reader.ts";
import type { NewAuditEvent } from "../../../src/engine/audit.ts";
import { ok } from "../../../src/engine/result.ts";
import { verifyChain } from "../../../src/pipeline/audit-report.ts";
import type { Store } from "../../../src/ports/store.ts";
import { freshId, makeRecording, NOW, record } from "../../conformance/recordings.ts";
import {
  openMemory,
  openServer,
  openTestRecords,
  type TestDatabase,
  testParts,
} from "./databases.ts";

const serverUrl = process.env["DATABASE_URL"];
const kinds: [string, () => Promise<TestDatabase>][] = [["PGlite", openMemory]];
if (serverUrl !== undefined) kinds.push(["PostgreSQL", () => openServer(serverUrl)]);

const said = (nth: number): NewAuditEvent => ({
  type: "message.judged",
  at: NOW + nth,
  person: null,
  payload: { nth },
});

describe.each(kinds)("writes of one community on %s", (_, open) => {
  let database: TestDatabase;
  let store: Store;
  let chains: ChainWriter;
  beforeAll(async () => {
    database = await open();
    ({ store } = await openTestRecords(database));
    const { digests: hashing, ids, clock } = testParts;
    chains = new ChainWriter(database.pool, { hashing, ids, clock, policies: new PolicyReader() });
  }, 60_000);
  afterAll(() => database.close());

  const writtenIn = async (community: string) => {
    expect((await verifyChain(store, testParts.digests, community)).problem).toBeNull();
    const events = await store.auditEvents(community, 0, 99);
    return events.map(({ payload }) => payload?.["nth"]);
  };

  test("share a transaction, and one whose sent statement fails fails alone", async () => {
    const community = freshId("c");
    const runs: number[] = [];
    const write = (nth: number) =>
      chains.write(community, async (transaction, chain) => {
        runs.push(nth);
        chain.append([said(nth)]);
        if (nth === 2) chain.send(sql`SELECT 1 / 0`.execute(transaction));
        return nth;
      });
    const results = await Promise.allSettled([0, 1, 2, 3].map(write));
    expect(results.map((each) => (each.status === "fulfilled" ? each.value : "refused"))).toEqual([
      0,
      1,
      "refused",
      3,
    ]);
    // The first had gone ahead; the others were together, and then each for itself.
    expect(runs).toEqual([0, 1, 2, 3, 1, 2, 3]);
    expect(await writtenIn(community)).toEqual([0, 1, 3]);
    const db = openKysely(database.pool);
    expect((await sql`SELECT 1 AS one`.execute(db)).rows).toHaveLength(1);
  });

  test("that fail say why, also where a statement behind the failed one was waited for", async () => {
    const failed = chains.write(freshId("c"), async (transaction, chain) => {
      chain.send(sql`SELECT 1 / 0`.execute(transaction));
      await sql`SELECT 1`.execute(transaction);
    });
    await expect(failed).rejects.toMatchObject({ code: "22012" });
  });

  test.each(["40P01", "40001"])("that the database gives up (%s) are tried again", async (code) => {
    const community = freshId("c");
    let tries = 0;
    const write = (fails: number) => {
      tries = 0;
      return chains.write(community, async (transaction, chain) => {
        tries += 1;
        chain.append([said(fails)]);
        await sql`SELECT 1`.execute(transaction);
        if (tries <= fails) throw Object.assign(new Error("given up"), { code });
        return tries;
      });
    };
    expect(await write(2)).toBe(3);
    await expect(write(3)).rejects.toThrow("given up");
    expect(tries).toBe(3);
    expect(await writtenIn(community)).toEqual([2]);
  });

  test("go on when another process changes a table that this one has plans for", async () => {
    const community = freshId("c");
    await record(store, makeRecording({ community, caseId: freshId("case") }));
    const item = { id: freshId("case"), communityId: community };
    await record(store, makeRecording({ community, caseId: item.id }));
    const touch = () =>
      store.changeCase(item, { at: NOW }, (current) => ok({ case: current, events: [], jobs: [] }));
    // From the sixth run on, a statement with a name has a plan that is kept.
    for (let time = 0; time < 8; time += 1) await touch();
    await Promise.all([1, 2, 3, 4].map(() => store.findCase(item.id)));
    await database.pool.query(`ALTER TABLE candor.cases ADD COLUMN "${freshId("later")}" integer`);
    for (let time = 0; time < 3; time += 1) {
      expect((await touch()).ok).toBe(true);
      expect((await store.findCase(item.id))?.id).toBe(item.id);
    }
  });
});
