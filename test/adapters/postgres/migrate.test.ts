import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Kysely } from "kysely";
import { migrate } from "../../../adapters/postgres/migrate.ts";
import { MIGRATIONS } from "../../../adapters/postgres/migrations/index.ts";
import { openKysely } from "../../../adapters/postgres/kysely.ts";
import type { Tables } from "../../../adapters/postgres/tables.ts";
import { NOW } from "../../conformance/recordings.ts";
import { openMemory, openServer, openTestRecords, type TestDatabase } from "./databases.ts";

const NAMES = Object.keys(MIGRATIONS).toSorted();
const serverUrl = process.env["DATABASE_URL"];
const kinds: [string, () => Promise<TestDatabase>][] = [["PGlite", openMemory]];
if (serverUrl !== undefined) kinds.push(["PostgreSQL", () => openServer(serverUrl)]);

describe.each(kinds)("migrations on %s", (_, open) => {
  let database: TestDatabase;
  let db: Kysely<Tables>;
  beforeAll(async () => {
    database = await open();
    db = openKysely(database.pool);
  }, 60_000);
  afterAll(() => database.close());

  const startAnew = () => database.pool.query("DROP SCHEMA candor CASCADE; CREATE SCHEMA candor");

  test("lead from nothing to the newest version, and then do nothing", async () => {
    await startAnew();
    expect(await migrate(db)).toEqual({ ok: true, value: NAMES });
    expect(await migrate(db)).toEqual({ ok: true, value: [] });
  });

  test.each(NAMES.map((name, index) => [name, index + 1] as const))(
    "lead on from %s with what is in it",
    async (_name, steps) => {
      await startAnew();
      const first = NAMES.slice(0, steps);
      await migrate(
        db,
        Object.fromEntries(first.map((name) => [name, MIGRATIONS[name] ?? never()])),
      );
      await db
        .insertInto("communities")
        .values({ id: "c", platform: "sandbox", name: "Garden club", messages: 7, cases: 3 })
        .execute();
      expect(await migrate(db)).toEqual({ ok: true, value: NAMES.slice(steps) });
      const { store } = await openTestRecords(database);
      expect(await store.communities()).toEqual([
        { id: "c", platform: "sandbox", name: "Garden club", messages: 7, openCases: 0 },
      ]);
    },
  );

  test("of several processes that start at once are each done once", async () => {
    await startAnew();
    const results = await Promise.all([1, 2, 3, 4].map(() => migrate(openKysely(database.pool))));
    const done = results.flatMap((result) => (result.ok ? result.value : never()));
    expect(done.toSorted()).toEqual(NAMES);
  });

  test("refuse a database of a newer program", async () => {
    await startAnew();
    await migrate(db, { ...MIGRATIONS, "9999-future": { up: async () => {} } });
    const error = { kind: "newer-database", unknown: ["9999-future"] };
    expect(await migrate(db)).toEqual({ ok: false, error });
  });

  test("that fail name the step, and leave the steps before it", async () => {
    await startAnew();
    const broken = { up: async () => Promise.reject(new Error("no room")) };
    const result = await migrate(db, { ...MIGRATIONS, "0003-broken": broken });
    expect(result).toMatchObject({
      ok: false,
      error: { kind: "migration-failed", migration: "0003-broken" },
    });
    const { rows } = await database.pool.query(
      "SELECT to_regclass('candor.audit_heads') IS NOT NULL AS there",
    );
    expect(rows).toEqual([{ there: true }]);
  });

  test("leave times as numbers", async () => {
    await startAnew();
    await migrate(db);
    await db.insertInto("audit_heads").values({ community: "c", seq: NOW, hash: "0" }).execute();
    expect(await db.selectFrom("audit_heads").select("seq").execute()).toEqual([{ seq: NOW }]);
  });
});

function never(): never {
  throw new Error("not reached");
}
