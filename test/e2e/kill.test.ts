import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, jest, test } from "@jest/globals";
import { openJobs } from "../../adapters/bullmq/open-jobs.ts";
import { type Base, openBase } from "../../src/composition.ts";
import { verifyChain } from "../../src/pipeline/audit-report.ts";
import { openServer } from "../adapters/postgres/databases.ts";
import { freshId } from "../conformance/recordings.ts";
import { cleanEnv, runCandor, startCandorProcess } from "../support/candor-process.ts";
import {
  type CountedNotices,
  openCountedNotices,
  secondSends,
} from "../support/counted-notices.ts";
import { postMessage } from "../support/post.ts";
import { seededRandom } from "../support/random.ts";

const MESSAGES = Number(process.env["CANDOR_TEST_MESSAGES"] ?? 300);
const KILLS = Number(process.env["CANDOR_TEST_KILLS"] ?? 3);
const POSTERS = 8;
const SEED = 20261124;

/** Whoever waits for the end of a dead process's claim is told within this time. */
const TOLD_WITHIN_MS = 120_000;
/** A life looks this long for what is left; the next one goes on. */
const SETTLING_MS = 5000;
/** Jobs that work at once; a kill can come between the send and the note of each, and of both its people. */
const MOST_CUT_OFF = 32 * 2;

jest.setTimeout(120_000 + TOLD_WITHIN_MS + KILLS * 20_000);

const MODERATORS = ["mei", "sam"];
/** Every case is told to both moderators over a way that counts what it is sent. */
const POLICY = {
  escalation: {
    ladders: [
      { rungs: [{ afterMinutes: 0, who: ["role:moderator"], ways: ["webhook"], channel: false }] },
    ],
    caps: { perPersonPerHour: 1000, channelPerHour: 1000 },
  },
};

/** Where a run keeps its records and jobs. */
interface Place {
  readonly env: Readonly<Record<string, string>>;
  readonly remove: () => Promise<void>;
}

const places: [string, () => Promise<Place>][] = [["the embedded database", embedded]];
const { REDIS_URL, DATABASE_URL } = process.env;
if (REDIS_URL !== undefined && DATABASE_URL !== undefined) {
  places.push(["Redis and PostgreSQL", () => onServers(REDIS_URL, DATABASE_URL)]);
}

async function embedded(): Promise<Place> {
  const dataDir = await mkdtemp(join(tmpdir(), "candor-kill-"));
  return {
    env: { CANDOR_DATA_DIR: dataDir, CANDOR_HTTP_PORT: "0" },
    remove: () => rm(dataDir, { recursive: true, force: true }),
  };
}

async function onServers(redisUrl: string, databaseUrl: string): Promise<Place> {
  const own = await embedded();
  const database = await openServer(databaseUrl);
  return {
    env: { ...own.env, REDIS_URL: redisUrl, DATABASE_URL: database.url },
    remove: async () => {
      await database.close();
      await own.remove();
    },
  };
}

test.each(places)(
  `on %s, killed ${KILLS} times while ${MESSAGES} flagged messages are posted, it loses and doubles nothing`,
  async (_where, open) => {
    const place = await open();
    const notices = await openCountedNotices();
    const env = { ...place.env, WEBHOOK_URL: notices.url };
    try {
      await usePolicy(env);
      const kills = await expectPostedThroughKills(env);
      await expectToldToTheEnd(env, notices);
      await expectNothingLost(env, notices);
      const { excused, others } = secondSends(notices.heard, kills);
      process.stdout.write(
        `${notices.heard.length} notices sent, ${excused} of them again after one of ${KILLS} kills\n`,
      );
      expect(others).toEqual([]);
      expect(excused).toBeLessThanOrEqual(KILLS * MOST_CUT_OFF);
    } finally {
      await notices.close();
      await place.remove();
    }
  },
);

async function usePolicy(env: Place["env"]): Promise<void> {
  const file = join(env["CANDOR_DATA_DIR"] ?? "", "policy.json");
  await writeFile(file, JSON.stringify(POLICY));
  const set = await runCandor(["policy", "set", "sandbox", file], { env });
  if (set.code !== 0) throw new Error(set.stderr);
}

/** Resolves to the times at which each that was killed was gone. */
async function expectPostedThroughKills(env: Place["env"]): Promise<readonly number[]> {
  const random = seededRandom(SEED);
  const run = freshId("run");
  const waiting = new Set(Array.from({ length: MESSAGES }, (_, n) => `${run}-${n}`));
  let kills = 0;
  const times: number[] = [];
  while (waiting.size > 0) {
    const candor = await startCandorProcess(env);
    // Each life gets a share of what is left, so that every kill falls into the posting.
    const share = Math.floor((2 * waiting.size) / (KILLS - kills + 1));
    const killAt = waiting.size - random.between(1, Math.max(1, share));
    let killed: Promise<void> | undefined;
    await postAll(candor.url, waiting, () => {
      if (kills >= KILLS || waiting.size > killAt || killed) return;
      // Until it is gone it goes on sending, on a busy machine for longer than a moment.
      killed = candor.kill().then(() => void times.push(Date.now()));
    });
    if (killed) kills += 1;
    await (killed ?? candor.stop());
  }
  expect(kills).toBe(KILLS);
  return times;
}

/** Lets the product do what the last life left behind, until it is recorded as done. */
async function expectToldToTheEnd(env: Place["env"], notices: CountedNotices): Promise<void> {
  const until = Date.now() + TOLD_WITHIN_MS;
  do {
    const candor = await startCandorProcess(env);
    for (; Date.now() < until; await sleep(200)) {
      if (MODERATORS.every((id) => notices.casesOf(id) >= MESSAGES)) break;
    }
    // What arrived just before a kill is sent again, and noted, when the claim of the dead ends.
    await sleep(Math.min(SETTLING_MS, Math.max(0, until - Date.now())));
    await candor.stop();
  } while (Date.now() < until && (await isTellingUnderWay(env)));
}

async function isTellingUnderWay(env: Place["env"]): Promise<boolean> {
  const base = await openBase(cleanEnv(env), { create: false });
  try {
    const attempts = await base.store.attempts({ communityId: "sandbox", limit: 100 * MESSAGES });
    return attempts.some(({ kind, outcome }) => kind === "page" && outcome !== "delivered");
  } finally {
    await base.close();
  }
}

/** Posts messages until all are acknowledged or the server is gone; a refused one is posted again under its id. */
async function postAll(
  url: string,
  waiting: Set<string>,
  onAcknowledged: () => void,
): Promise<void> {
  const queue = [...waiting];
  const poster = async () => {
    for (let clientId = queue.shift(); clientId !== undefined; clientId = queue.shift()) {
      const text = `${clientId}期项目稳赚不赔，保本保息`;
      // An author of its own keeps each case apart.
      if ((await postMessage(url, { clientId, author: clientId, text })) !== 201) return;
      waiting.delete(clientId);
      onAcknowledged();
    }
  };
  await Promise.all(Array.from({ length: POSTERS }, poster));
}

/** What is recorded as told arrived, and both moderators were told of every case. */
async function expectEverybodyTold({ store }: Base, { heard }: CountedNotices): Promise<void> {
  const attempts = await store.attempts({ communityId: "sandbox", limit: 100 * MESSAGES });
  const pages = attempts.filter(({ kind }) => kind === "page");
  expect(pages.filter(({ outcome }) => outcome !== "delivered")).toEqual([]);
  expect(pages).toHaveLength(MODERATORS.length * MESSAGES);
  const arrived = new Set(heard.map(({ id, person }) => `${person} ${id}`));
  const missing = pages.filter(
    ({ id, bundle, personId }) => !arrived.has(`${personId} ${bundle ?? id}`),
  );
  expect(missing).toEqual([]);
}

async function expectNothingLost(env: Place["env"], notices: CountedNotices): Promise<void> {
  const base = await openBase(cleanEnv(env), { create: false });
  const opened = await openJobs({ redisUrl: env["REDIS_URL"], pool: base.pool, log: base.log });
  if (!opened.ok) throw new Error(opened.error.kind);
  const jobs = opened.value;
  try {
    const cases = await base.store.listCases({ communityId: "sandbox", limit: 10 * MESSAGES });
    expect(new Set(cases.map((view) => view.message.messageId)).size).toBe(MESSAGES);
    expect(cases.map((view) => view.number).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: MESSAGES }, (_, i) => i + 1),
    );
    const ids = cases.map((view) => `${view.id}-climb-1-0`);
    const states = ["waiting", "delayed", "running", "done", "failed"] as const;
    // A Redis that is not new holds jobs of earlier runs too.
    const escalations = (await jobs.list("escalations", states, 100 * MESSAGES)).filter((id) =>
      ids.includes(id),
    );
    expect(escalations.toSorted()).toEqual(ids.toSorted());
    await expectEverybodyTold(base, notices);
    const chain = await verifyChain(base.store, base.digests, "sandbox");
    expect(chain).toMatchObject({ problem: null });
    expect(chain.events).toBeGreaterThanOrEqual(2 * MESSAGES);
  } finally {
    await jobs.close();
    await base.close();
  }
}
