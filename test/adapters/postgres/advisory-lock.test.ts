import { EventEmitter, once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { takeAdvisoryLock } from "../../../adapters/postgres/advisory-lock.ts";
import { openDatabase } from "../../../adapters/postgres/database.ts";
import type { Pool } from "../../../adapters/postgres/pool.ts";
import { fail } from "../../../src/engine/result.ts";
import { makeTcpGate, type TcpGate } from "../../support/tcp-gate.ts";
import { silentLog } from "../system/silent-log.ts";
import { openServer, type TestDatabase } from "./databases.ts";

const { DATABASE_URL } = process.env;
const KEY = 42;
const QUICK = { retryMs: 20, graceMs: 200 };

(DATABASE_URL === undefined ? describe.skip : describe)("an advisory lock on PostgreSQL", () => {
  let database: TestDatabase & { readonly url: string };
  let gate: TcpGate;
  let behindGate: Pool;

  beforeAll(async () => {
    database = await openServer(DATABASE_URL ?? "");
    const own = new URL(database.url);
    gate = await makeTcpGate({ host: own.hostname, port: Number(own.port || "5432") });
    own.hostname = "127.0.0.1";
    own.port = String(gate.port);
    const opened = await openDatabase({ databaseUrl: own.href, dataDir: "", log: silentLog });
    if (!opened.ok) throw new Error(opened.error.kind);
    behindGate = opened.value;
  });
  afterAll(async () => {
    await behindGate.end();
    await gate.close();
    await database.close();
  });

  test("is held by one, and free once it was released", async () => {
    const options = { log: silentLog, onLost: () => undefined, ...QUICK };
    const lock = await takeAdvisoryLock(database.pool, KEY, options);
    expect(await takeAdvisoryLock(database.pool, KEY, options)).toEqual(fail({ kind: "held" }));
    if (lock.ok) lock.value.release();
    const again = await takenSoon(() => takeAdvisoryLock(database.pool, KEY, options));
    again.release();
  });

  test("its parts are held apart, and by nobody who divides it otherwise or has the whole", async () => {
    const options = { log: silentLog, onLost: () => undefined, ...QUICK };
    const take = (index: number, of: number) =>
      takeAdvisoryLock(database.pool, KEY, { ...options, share: { index, of } });
    const first = await takenSoon(() => take(0, 2));
    const second = await takenSoon(() => take(1, 2));
    expect(await take(1, 2)).toEqual(fail({ kind: "held" }));
    expect(await take(2, 3)).toEqual(fail({ kind: "divided", of: 2 }));
    expect(await take(0, 1)).toEqual(fail({ kind: "divided", of: 2 }));
    first.release();
    second.release();
    const whole = await takenSoon(() => take(0, 1));
    expect(await take(0, 2)).toEqual(fail({ kind: "divided", of: 1 }));
    whole.release();
    // Nobody who was refused has kept a part.
    const again = await takenSoon(() => take(0, 2));
    again.release();
  });

  test("a connection that breaks in use fails its query, and nobody dies of it", async () => {
    const client = await behindGate.connect();
    const asleep = client.query("SELECT pg_sleep(30)");
    await gate.shut();
    await expect(asleep).rejects.toThrow(/terminated|reset|closed/iu);
    client.release(true);
    await gate.open();
  });

  test("is taken again when the server comes back, and lost when another has it by then", async () => {
    const losses = new EventEmitter();
    const lost = once(losses, "lost");
    const options = { log: silentLog, onLost: () => losses.emit("lost"), ...QUICK };
    const others = { log: silentLog, onLost: () => undefined, ...QUICK };
    const lock = await takenSoon(() => takeAdvisoryLock(behindGate, KEY, options));
    await gate.shut();
    await gate.open();
    // Held by the first again, so nobody else gets it: only a lock that was taken again refuses for good.
    await expect(heldBySomebody(database.pool)).resolves.toBe(true);
    await gate.shut();
    const other = await takenSoon(() => takeAdvisoryLock(database.pool, KEY, others));
    await gate.open();
    await expect(lost).resolves.toEqual([]);
    other.release();
    lock.release();
  });
});

async function takenSoon(
  take: () => ReturnType<typeof takeAdvisoryLock>,
): Promise<{ release(): void }> {
  for (;;) {
    const lock = await take();
    if (lock.ok) return lock.value;
  }
}

/** Whether the lock is held, once the server has forgotten the broken connection and the owner has come back. */
async function heldBySomebody(pool: Pool): Promise<boolean> {
  for (;;) {
    const { rows } = await pool.query<{ held: boolean }>(
      "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND granted) AS held",
      [KEY],
    );
    if (rows[0]?.held) return true;
  }
}
