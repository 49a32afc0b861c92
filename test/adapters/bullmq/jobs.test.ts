import { openJobs } from "../../../adapters/bullmq/open-jobs.ts";
import { describeJobs, type JobsUnderTest } from "../../conformance/jobs.ts";
import { openMemory, openServer, type TestDatabase } from "../postgres/databases.ts";
import { silentLog } from "../system/silent-log.ts";

async function jobsOver(database: TestDatabase, redisUrl?: string): Promise<JobsUnderTest> {
  return {
    open: async (prefix) => {
      const jobs = await openJobs({
        redisUrl,
        pool: database.pool,
        prefix,
        backoffMs: 20,
        attempts: 5,
        log: silentLog,
      });
      if (!jobs.ok) throw new Error(`queue did not open: ${JSON.stringify(jobs.error)}`);
      return jobs.value;
    },
    close: database.close,
  };
}

const databaseUrl = process.env["DATABASE_URL"];
const redisUrl = process.env["REDIS_URL"];

describeJobs("BullMQ on PGlite", async () => jobsOver(await openMemory()));
if (databaseUrl !== undefined) {
  describeJobs("BullMQ on PostgreSQL", async () => jobsOver(await openServer(databaseUrl)));
}
if (redisUrl !== undefined) {
  const noDatabase = { pool: undefined as never, close: async () => {} };
  describeJobs("BullMQ on Redis", () => jobsOver(noDatabase, redisUrl));
}
