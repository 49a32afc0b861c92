import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Kysely, sql } from "kysely";
import { openKysely } from "../../../adapters/postgres/kysely.ts";
import type { PoolClient } from "../../../adapters/postgres/pool.ts";
import type { Tables } from "../../../adapters/postgres/tables.ts";
import { openMemory, type TestDatabase } from "./databases.ts";

let database: TestDatabase;
let db: Kysely<Tables>;
beforeAll(async () => {
  database = await openMemory();
  db = openKysely(database.pool);
  await database.pool.query("CREATE TABLE notes (id int PRIMARY KEY, big int8 NOT NULL DEFAULT 0)");
}, 60_000);
afterAll(() => database.close());

const ids = async (client: { query: PoolClient["query"] } = database.pool) =>
  (await client.query<{ id: number }>("SELECT id FROM notes ORDER BY id")).rows.map(({ id }) => id);

describe("a pool over PGlite", () => {
  test("keeps others out of an open transaction until it commits", async () => {
    const client = await database.pool.connect();
    await client.query("BEGIN");
    await client.query("INSERT INTO notes VALUES ($1)", [1]);
    const order: string[] = [];
    const other = ids().then((seen) => {
      order.push("other");
      return seen;
    });
    const third = database.pool.query("INSERT INTO notes VALUES (2)");
    expect(await ids(client)).toEqual([1]);
    order.push("commit");
    await client.query("COMMIT");
    expect(await other).toEqual([1]);
    await third;
    client.release();
    expect(order).toEqual(["commit", "other"]);
    expect(await ids()).toEqual([1, 2]);
  });

  test("rolls back what a released client left open", async () => {
    const client = await database.pool.connect();
    await client.query("BEGIN");
    await client.query("DELETE FROM notes");
    client.release();
    client.release();
    expect(await ids()).toEqual([1, 2]);
    await expect(client.query("SELECT 1")).rejects.toThrow("released");
  });

  test("keeps a failed transaction apart until it is rolled back", async () => {
    const client = await database.pool.connect();
    await client.query("BEGIN");
    await expect(client.query("INSERT INTO notes VALUES (1)")).rejects.toMatchObject({
      code: "23505",
    });
    const other = ids();
    await expect(client.query("SELECT 1")).rejects.toMatchObject({ code: "25P02" });
    await client.query("ROLLBACK");
    client.release();
    expect(await other).toEqual([1, 2]);
  });

  test("keeps the session over a rollback to a savepoint", async () => {
    await db.transaction().execute(async (transaction) => {
      await sql`SAVEPOINT before`.execute(transaction);
      await sql`INSERT INTO notes VALUES (3)`.execute(transaction);
      await sql`ROLLBACK TO SAVEPOINT before`.execute(transaction);
      void database.pool.query("INSERT INTO notes VALUES (4)");
      expect(await sql`SELECT id FROM notes WHERE id > 2`.execute(transaction)).toMatchObject({
        rows: [],
      });
    });
    expect(await ids()).toEqual([1, 2, 4]);
  });

  test("ends a transaction whose callback throws", async () => {
    const failing = db.transaction().execute(async (transaction) => {
      await sql`DELETE FROM notes`.execute(transaction);
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    expect(await ids()).toEqual([1, 2, 4]);
  });

  test("runs many transactions at once one after the other", async () => {
    await database.pool.query("UPDATE notes SET big = 0");
    await Promise.all(
      Array.from({ length: 20 }, () =>
        db.transaction().execute(async (transaction) => {
          const { rows } = await sql<{ big: number }>`SELECT big FROM notes WHERE id = 1`.execute(
            transaction,
          );
          await sql`UPDATE notes SET big = ${(rows[0]?.big ?? 0) + 1} WHERE id = 1`.execute(
            transaction,
          );
        }),
      ),
    );
    const { rows } = await database.pool.query(
      "SELECT big, count(*) FROM notes WHERE id = 1 GROUP BY big",
    );
    expect(rows).toEqual([{ big: 20, count: 1 }]);
  });

  test("brings notifications to the client that listens, and to no other", async () => {
    const listener = await database.pool.connect();
    const deaf = await database.pool.connect();
    deaf.on("notification", () => {
      throw new Error("it does not listen");
    });
    const heard = new Promise((resolve) => {
      listener.on("notification", resolve);
    });
    await listener.query("-- a comment\nLISTEN news;\n");
    await database.pool.query("SELECT pg_notify('other', 'x')");
    await database.pool.query("SELECT pg_notify('news', 'rain')");
    expect(await heard).toEqual({ channel: "news", payload: "rain" });
    listener.release();
    deaf.release();
  });

  test("does not hang the values of a query on its error", async () => {
    const failing = database.pool.query("INSERT INTO notes VALUES ($1)", [1]);
    const error: unknown = await failing.catch((thrown: unknown) => thrown);
    expect(Object.keys(error as object)).not.toContain("params");
    expect(Object.keys(error as object)).not.toContain("query");
  });

  test("counts the rows that a statement touched", async () => {
    expect(await database.pool.query("DELETE FROM notes WHERE id > $1", [2])).toMatchObject({
      command: "DELETE",
      rowCount: 1,
    });
  });

  test("takes nothing more once it has ended", async () => {
    const own = await openMemory();
    const waiting = own.pool.query("SELECT 1 AS one");
    await own.close();
    await own.close();
    expect((await waiting).rows).toEqual([{ one: 1 }]);
    await expect(own.pool.query("SELECT 1")).rejects.toThrow("after calling end on the pool");
  });
});
