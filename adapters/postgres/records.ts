import { type Result, fail, ok } from "../../src/engine/result.ts";
import { type Share, WHOLE } from "../../src/engine/share.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Digests } from "../../src/ports/digests.ts";
import type { Ids } from "../../src/ports/ids.ts";
import type { Log } from "../../src/ports/log.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import type { Store } from "../../src/ports/store.ts";
import { makeAppeals } from "./appeals.ts";
import { makeAttempts } from "./attempts.ts";
import { makeAudit } from "./audit.ts";
import { ChainWriter } from "./chain-writer.ts";
import { makeCases } from "./cases.ts";
import { openDatabase, type OpenDatabaseError } from "./database.ts";
import { makeDeletedMessages } from "./deleted-messages.ts";
import { makeErasePerson } from "./erase.ts";
import { openKysely } from "./kysely.ts";
import { makeMessages } from "./messages.ts";
import { migrate, type MigrateError } from "./migrate.ts";
import { makeOutbox } from "./outbox.ts";
import { makePolicies } from "./policies.ts";
import { makePersonRecord } from "./person-record.ts";
import { makePlatformMemory } from "./platform-memory.ts";
import { PolicyReader } from "./policy-reader.ts";
import type { Pool } from "./pool.ts";
import { makeFindJudged, makeRecord } from "./record.ts";
import { makeReports } from "./reports.ts";
import { makePurge } from "./retention.ts";
import { makeRotas } from "./rotas.ts";
import { makeSeen } from "./seen.ts";
import { isItsSecret, isKeyed, type WrongSecret } from "./secret-canary.ts";
import { makeStatements } from "./statements.ts";
import { makeStrikes } from "./strikes.ts";

export interface Records {
  readonly store: Store;
  readonly digests: Digests;
  /** What the adapter of a platform remembers. */
  readonly memoryOf: (platform: string) => PlatformMemory;
  /** For the queue, when it has no Redis. */
  readonly pool: Pool;
  /** Closes the database; the queue that uses the pool must be closed before. Idempotent. */
  close(): Promise<void>;
}

export interface RecordsParts {
  /** Of which communities what waits for somebody is told; of all where not given. */
  readonly share?: Share;
  readonly digests: Digests;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly log: Log;
}

export interface OpenRecordsOptions extends Omit<RecordsParts, "digests"> {
  readonly databaseUrl?: string | undefined;
  readonly dataDir: string;
  /** The digests of the deployment's secret; for a database that `isKeyed` a new one must not be made. */
  readonly digestsOf: (isKeyed: boolean) => Promise<Digests>;
}

/**
 * Opens the database and brings it up to date; refuses a secret that is not the database's own. See
 * `openDatabase` for where it lies.
 */
export async function openRecords(
  options: OpenRecordsOptions,
): Promise<Result<Records, OpenDatabaseError | MigrateError | WrongSecret>> {
  const opened = await openDatabase(options);
  if (!opened.ok) return opened;
  const pool = opened.value;
  const digests = await orEnd(pool, async () => options.digestsOf(await isKeyed(openKysely(pool))));
  const records = await recordsOver(pool, { ...options, digests });
  if (!records.ok) return records;
  if (await orEnd(pool, () => isItsSecret(openKysely(pool), digests))) return records;
  await pool.end();
  return fail({ kind: "wrong-secret" });
}

/** Nobody else can close a pool that is not handed out. */
async function orEnd<T>(pool: Pool, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** The records in a database that is open already; closes it when its tables cannot be used. */
export async function recordsOver(
  pool: Pool,
  parts: RecordsParts,
): Promise<Result<Records, MigrateError>> {
  const db = openKysely(pool);
  const migrated = await migrate(db);
  if (!migrated.ok) {
    await pool.end();
    return fail(migrated.error);
  }
  if (migrated.value.length > 0) {
    parts.log.info({ migrations: migrated.value }, "database brought up to date");
  }
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= pool.end());
  const chain = { hashing: parts.digests, ids: parts.ids, clock: parts.clock };
  const policies = new PolicyReader();
  const { share = WHOLE } = parts;
  const chains = new ChainWriter(pool, { ...chain, policies });
  const context = { db, ...chain, policies, chains, share };
  const store: Store = {
    ...makePolicies(context),
    record: makeRecord(context),
    findJudged: makeFindJudged(context),
    ...makeCases(context),
    ...makeMessages(context),
    ...makeDeletedMessages(context),
    ...makeAttempts(context),
    ...makeRotas(context),
    ...makeStatements(context),
    ...makeAppeals(context),
    ...makeStrikes(context),
    ...makeReports(context),
    personRecord: makePersonRecord(context),
    ...makeAudit(context),
    ...makeSeen(context),
    ...makeOutbox(context),
    erasePerson: makeErasePerson(context),
    purgeExpired: makePurge(context),
    close,
  };
  return ok({
    memoryOf: (platform) => makePlatformMemory(db, platform, share),
    store,
    digests: parts.digests,
    pool,
    close,
  });
}
