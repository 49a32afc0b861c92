import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { openDatabase } from "../../../adapters/postgres/database.ts";
import { openKysely } from "../../../adapters/postgres/kysely.ts";
import { openRecords } from "../../../adapters/postgres/records.ts";
import { isItsSecret, isKeyed } from "../../../adapters/postgres/secret-canary.ts";
import { makeDigests } from "../../../adapters/system/digests.ts";
import { personOf } from "../../../src/pipeline/deps.ts";
import { makeRecording, record } from "../../conformance/recordings.ts";
import { silentLog } from "../system/silent-log.ts";
import { openMemory, openTestRecords, testParts } from "./databases.ts";

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "candor-db-"));
});
afterEach(() => rm(dataDir, { recursive: true }));

const open = (databaseUrl?: string) => openDatabase({ databaseUrl, dataDir, log: silentLog });

/** Whether the database had been keyed before, and why this secret is refused. */
async function openWith(secret: string) {
  let wasKeyed = false;
  const opened = await openRecords({
    ...testParts,
    dataDir,
    digestsOf: async (keyed) => {
      wasKeyed = keyed;
      return makeDigests(secret);
    },
  });
  if (opened.ok) await opened.value.close();
  return { wasKeyed, refused: opened.ok ? null : opened.error.kind };
}

describe("the embedded database", () => {
  test("keeps records from one opening to the next", async () => {
    // What a process that was killed while it made the folder leaves behind.
    await mkdir(join(dataDir, "db.partial"));
    await writeFile(join(dataDir, "db.partial", "PG_VERSION"), "18\n");
    const recording = makeRecording({ community: "c" });
    for (const kind of ["recorded", "duplicate"]) {
      const records = await openRecords({
        ...testParts,
        dataDir,
        digestsOf: async () => testParts.digests,
      });
      if (!records.ok) throw new Error(records.error.kind);
      expect((await record(records.value.store, recording)).kind).toBe(kind);
      await records.value.store.close();
      await records.value.close();
    }
    expect(existsSync(join(dataDir, "db.partial"))).toBe(false);
  }, 120_000);

  test("is opened with the secret that it was first opened with, and no other", async () => {
    expect(await openWith("first")).toEqual({ wasKeyed: false, refused: null });
    expect(await openWith("second")).toEqual({ wasKeyed: true, refused: "wrong-secret" });
    expect(await openWith("first")).toEqual({ wasKeyed: true, refused: null });
  }, 120_000);

  test("of a version without a canary is keyed once something was recorded", async () => {
    const database = await openMemory();
    const db = openKysely(database.pool);
    expect(await isKeyed(db)).toBe(false);
    const { store } = await openTestRecords(database);
    expect(await isKeyed(db)).toBe(false);
    await record(store, makeRecording({ community: "c" }));
    expect(await isKeyed(db)).toBe(true);
    await database.close();
  }, 120_000);

  test("of a version without a canary is known by the people whom it keyed", async () => {
    const database = await openMemory();
    const { store } = await openTestRecords(database);
    const db = openKysely(database.pool);
    const wrong = makeDigests("another secret");
    const canaries = async () =>
      (await db.selectFrom("secret_canary").selectAll().execute()).length;
    const person = personOf(testParts, "sandbox", "author-1");
    await record(store, makeRecording({ community: "c", caseId: "case", person }));
    // Of whoever nothing was found the log knows nothing.
    const message = { authorId: "author-2" };
    await record(store, makeRecording({ community: "c", message }));
    expect(await isItsSecret(db, wrong)).toBe(false);
    expect(await canaries()).toBe(0);
    expect(await isItsSecret(db, testParts.digests)).toBe(true);
    expect(await isItsSecret(db, wrong)).toBe(false);
    expect(await canaries()).toBe(1);
    await database.close();
  }, 120_000);

  test("says when its folder is damaged", async () => {
    await mkdir(join(dataDir, "db"));
    await writeFile(join(dataDir, "db", "PG_VERSION"), "9\n");
    expect(await open()).toMatchObject({
      ok: false,
      error: { kind: "embedded-broken", folder: join(dataDir, "db") },
    });
  }, 120_000);
});

describe("a database server", () => {
  test("with a wrong address is told apart", async () => {
    expect(await open("mysql://example.org/x")).toEqual({ ok: false, error: { kind: "bad-url" } });
    expect(await open("not an address")).toEqual({ ok: false, error: { kind: "bad-url" } });
  });

  test("that nobody answers for is unreachable, and its password is not told", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => {
      server.close(resolve);
    });
    const result = await open(`postgres://candor:not-a-real-one@127.0.0.1:${port}/records`);
    const address = `127.0.0.1:${port}/records`;
    expect(result).toEqual({
      ok: false,
      error: { kind: "unreachable", address, reason: "ECONNREFUSED" },
    });
  });

  const url = process.env["DATABASE_URL"];
  if (url !== undefined) {
    test("that refuses says why by its code", async () => {
      const missing = new URL(url);
      missing.pathname = "/no_such_database";
      const error = { kind: "refused", reason: "3D000" };
      expect(await open(missing.href)).toMatchObject({ ok: false, error });
    });
  }
});
