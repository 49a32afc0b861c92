import pg from "pg";
import { embeddedPool, openDatabase } from "../../../adapters/postgres/database.ts";
import { openPgliteMemory } from "../../../adapters/postgres/pglite-folder.ts";
import type { Pool } from "../../../adapters/postgres/pool.ts";
import { makePostgresHistory } from "../../../adapters/postgres/history.ts";
import { openKysely } from "../../../adapters/postgres/kysely.ts";
import { recordsOver } from "../../../adapters/postgres/records.ts";
import { makeDigests } from "../../../adapters/system/digests.ts";
import { systemIds } from "../../../adapters/system/ids.ts";
import type { StoreUnderTest } from "../../conformance/store.ts";
import type { HistoryUnderTest } from "../../conformance/history.ts";
import { freshId, makeRecording, NOW, record } from "../../conformance/recordings.ts";
import { silentLog } from "../system/silent-log.ts";

/** A database for one test file, gone when its pool is closed. */
export interface TestDatabase {
  readonly pool: Pool;
  readonly close: () => Promise<void>;
}

export async function openMemory(): Promise<TestDatabase> {
  const pool = await embeddedPool(await openPgliteMemory());
  return { pool, close: () => pool.end() };
}

/** A database of its own on the server at `url`, whose user must be allowed to create one. */
export async function openServer(url: string): Promise<TestDatabase & { readonly url: string }> {
  const name = freshId("candor-test").replaceAll("-", "_");
  await administer(url, `CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const opened = await openDatabase({ databaseUrl: own.href, dataDir: "", log: silentLog });
  if (!opened.ok) throw new Error(`test database did not open: ${opened.error.kind}`);
  const pool = opened.value;
  return {
    pool,
    url: own.href,
    close: async () => {
      await pool.end();
      await administer(url, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

export const testParts = {
  digests: makeDigests("a secret for tests only, 32 characters or more"),
  ids: systemIds,
  clock: { now: () => NOW },
  log: silentLog,
};

export async function openTestRecords(database: TestDatabase) {
  const records = await recordsOver(database.pool, testParts);
  if (!records.ok) throw new Error(`records did not open: ${records.error.kind}`);
  return records.value;
}

export async function storeOver(open: () => Promise<TestDatabase>): Promise<StoreUnderTest> {
  const database = await open();
  const { store } = await openTestRecords(database);
  return { store, hashing: testParts.digests, close: database.close };
}

/** Here a message is remembered by being recorded. */
export async function historyOver(open: () => Promise<TestDatabase>): Promise<HistoryUnderTest> {
  const database = await open();
  const { store } = await openTestRecords(database);
  return {
    history: makePostgresHistory(openKysely(database.pool)),
    remember: async (message, textFingerprint) => {
      const { community, channel, author, sentAt, revisedAt = null } = message;
      await record(
        store,
        makeRecording({
          community: community.id,
          message: {
            channelId: channel.id,
            messageId: message.id,
            authorId: author.id,
            textFingerprint,
            sentAt,
            revisedAt,
          },
        }),
      );
    },
    close: database.close,
  };
}
