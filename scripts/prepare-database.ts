import { openJobs } from "../adapters/bullmq/open-jobs.ts";
import { embeddedPool } from "../adapters/postgres/database.ts";
import { prepareDatabase } from "../adapters/postgres/pglite-folder.ts";
import { recordsOver } from "../adapters/postgres/records.ts";
import { systemClock } from "../adapters/system/clock.ts";
import { makeDigests } from "../adapters/system/digests.ts";
import { systemIds } from "../adapters/system/ids.ts";
import { makeLog } from "../adapters/system/log.ts";

// The tables of records and queue are made here once, and not at every first start. Nothing is hashed: the secret is never used.
await prepareDatabase(async (db) => {
  const pool = await embeddedPool(db);
  const log = makeLog("error");
  const digests = makeDigests("not used");
  const records = await recordsOver(pool, { digests, ids: systemIds, clock: systemClock, log });
  if (!records.ok) throw new Error(`the tables could not be made: ${records.error.kind}`);
  const jobs = await openJobs({ pool, log });
  if (!jobs.ok) throw new Error(`the queue could not be made: ${jobs.error.kind}`);
  await jobs.value.close();
});
