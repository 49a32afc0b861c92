import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { type Base, openBase } from "../../src/composition.ts";
import { verifyChain } from "../../src/pipeline/audit-report.ts";
import { openServer } from "../adapters/postgres/databases.ts";
import { freshId } from "../conformance/recordings.ts";
import {
  type CandorProcess,
  cleanEnv,
  runCandor,
  startCandorProcess,
} from "../support/candor-process.ts";
import {
  type CountedNotices,
  openCountedNotices,
  secondSends,
} from "../support/counted-notices.ts";
import { postMessage } from "../support/post.ts";
import { type RedisServer, startRedisServer } from "../support/redis-server.ts";
import { makeTcpGate, type TcpGate } from "../support/tcp-gate.ts";

const { REDIS_SERVER, DATABASE_URL } = process.env;
/** How long each server is away. The issue asks for a minute; CI spends less of it. */
const OUTAGE_MS = Number(process.env["CANDOR_TEST_OUTAGE_S"] ?? 5) * 1000;
const POST_EVERY_MS = 400;
const SETTLE_WITHIN_MS = 150_000;
/** Notices that one break can cut off between their send and their note: of what was posted within a second, both people's. */
const MOST_CUT_OFF = 2 * 5;
const BETWEEN_MS = 3000;

jest.setTimeout(4 * OUTAGE_MS + 240_000);

/** Every case pages both moderators at once, one message each, over a way that counts what it is sent. */
const POLICY = {
  escalation: {
    ladders: [
      { rungs: [{ afterMinutes: 0, who: ["role:moderator"], ways: ["webhook"], channel: false }] },
    ],
    caps: { perPersonPerHour: 1000, channelPerHour: 1000 },
  },
};

const available = REDIS_SERVER !== undefined && DATABASE_URL !== undefined;

(available ? describe : describe.skip)("with Redis and PostgreSQL going away", () => {
  let folder: string;
  let redis: RedisServer;
  let database: Awaited<ReturnType<typeof openServer>>;
  let gate: TcpGate;
  let env: Record<string, string>;
  let base: Base;
  let notices: CountedNotices;
  let candor: CandorProcess;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "candor-outage-"));
    redis = await startRedisServer(REDIS_SERVER ?? "");
    database = await openServer(DATABASE_URL ?? "");
    const behind = new URL(database.url);
    notices = await openCountedNotices();
    gate = await makeTcpGate({ host: behind.hostname, port: Number(behind.port || "5432") });
    behind.hostname = "127.0.0.1";
    behind.port = String(gate.port);
    env = cleanEnv({
      CANDOR_DATA_DIR: join(folder, "data"),
      CANDOR_HTTP_PORT: "0",
      LOG_LEVEL: "fatal",
      REDIS_URL: redis.url,
      DATABASE_URL: behind.href,
      WEBHOOK_URL: notices.url,
    });
    const policy = join(folder, "policy.json");
    await writeFile(policy, JSON.stringify(POLICY));
    const set = await runCandor(["policy", "set", "sandbox", policy], { env });
    if (set.code !== 0) throw new Error(set.stderr);
    base = await openBase({ ...env, DATABASE_URL: database.url }, { create: false });
    candor = await startCandorProcess(env);
  });
  afterAll(async () => {
    await candor.stop();
    await base.close();
    await notices.close();
    await gate.close();
    await database.close();
    await redis.remove();
    await rm(folder, { recursive: true, force: true });
  });

  test("every moderator hears of every case, once", async () => {
    const posting = startPosting(() => candor.url);
    await sleep(BETWEEN_MS);
    await redis.stop();
    await sleep(OUTAGE_MS);
    await redis.start();
    await sleep(BETWEEN_MS);
    const broke = [Date.now()];
    await gate.shut();
    await sleep(OUTAGE_MS);
    await gate.open();
    await sleep(BETWEEN_MS);
    broke.push(Date.now());
    await candor.kill();
    candor = await startCandorProcess(env);
    await sleep(BETWEEN_MS);
    const posted = await posting.finish();
    await settled(base, posted.length);
    const cases = await base.store.listCases({ communityId: "sandbox", limit: 10_000 });
    expect(cases.map(({ message }) => message.messageId).toSorted()).toEqual(posted.toSorted());
    const attempts = await base.store.attempts({ communityId: "sandbox", limit: 100_000 });
    const told = attempts.map(({ caseId, personId, kind, round, outcome }) =>
      [caseId, personId, kind, round, outcome].join(" "),
    );
    const expected = cases.flatMap(({ id }) => [
      `${id} mei page 1 delivered`,
      `${id} sam page 1 delivered`,
    ]);
    expect(told.toSorted()).toEqual(expected.toSorted());
    const heard = new Set(notices.heard.map(({ person, caseNumber }) => `${person} ${caseNumber}`));
    const toHear = cases.flatMap(({ number }) => [`mei ${number}`, `sam ${number}`]);
    expect([...heard].toSorted()).toEqual(toHear.toSorted());
    // A stopped Redis excuses nothing: what was sent is noted in the database.
    const { excused, others } = secondSends(notices.heard, broke);
    process.stdout.write(`${notices.heard.length} notices sent, ${excused} of them again\n`);
    expect(others).toEqual([]);
    expect(excused).toBeLessThanOrEqual(broke.length * MOST_CUT_OFF);
    expect(await verifyChain(base.store, base.digests, "sandbox")).toMatchObject({ problem: null });
  });
});

/** Posts flagged messages, each with an author and a text of its own, again under its id until it is acknowledged. */
function startPosting(url: () => string): { finish(): Promise<readonly string[]> } {
  const run = freshId("outage");
  const posts: Promise<string>[] = [];
  const timer = setInterval(() => {
    const clientId = `${run}-${posts.length}`;
    posts.push(postUntilAcknowledged(url, clientId));
  }, POST_EVERY_MS);
  return {
    finish: () => {
      clearInterval(timer);
      return Promise.all(posts);
    },
  };
}

async function postUntilAcknowledged(url: () => string, clientId: string): Promise<string> {
  const message = { clientId, author: clientId, text: `${clientId}期项目稳赚不赔，保本保息` };
  while ((await postMessage(url(), message)) !== 201) await sleep(POST_EVERY_MS);
  return clientId;
}

/** Waits until both moderators were told of as many cases; gives up after a while, and the test says what is missing. */
async function settled({ store }: Base, cases: number): Promise<void> {
  const until = Date.now() + SETTLE_WITHIN_MS;
  while (Date.now() < until) {
    const told = await store.attempts({
      communityId: "sandbox",
      outcomes: ["delivered"],
      limit: 100_000,
    });
    if (told.length >= 2 * cases) return;
    await sleep(500);
  }
}
