import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { openJobs } from "../../adapters/bullmq/open-jobs.ts";
import { openBase } from "../../src/composition.ts";
import { verifyChain } from "../../src/pipeline/audit-report.ts";
import { Dispatcher } from "../../src/pipeline/dispatch.ts";
import { cleanEnv, startCandorProcess, type CandorProcess } from "../support/candor-process.ts";
import { seededRandom } from "../support/random.ts";

const MESSAGES = 1000;
const KILLS = Number(process.env["CANDOR_TEST_KILLS"] ?? 3);
const POSTERS = 8;
const SEED = 20261124;

jest.setTimeout(60_000 + KILLS * 20_000);

let dataDir = "";
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "candor-kill-"));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

/** Posts messages until all are acknowledged or the server is gone; a refused one is posted again under its id. */
async function postAll(
  url: string,
  waiting: Set<number>,
  onAcknowledged: () => void,
): Promise<void> {
  const queue = [...waiting];
  const poster = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (!(await post(url, next))) return;
      waiting.delete(next);
      onAcknowledged();
    }
  };
  await Promise.all(Array.from({ length: POSTERS }, poster));
}

async function post(url: string, n: number): Promise<boolean> {
  try {
    const response = await fetch(new URL("/api/messages", url), {
      method: "POST",
      headers: { "content-type": "application/json", origin: new URL(url).origin },
      body: JSON.stringify({
        clientId: `kill-${n}`,
        channel: "general",
        author: "lin",
        text: `第${n}期项目稳赚不赔，保本保息`,
      }),
    });
    return response.status === 201;
  } catch {
    return false;
  }
}

function start(): Promise<CandorProcess> {
  return startCandorProcess({ CANDOR_DATA_DIR: dataDir, CANDOR_HTTP_PORT: "0" });
}

test(`killed ${KILLS} times while ${MESSAGES} flagged messages are posted, it loses and doubles nothing`, async () => {
  const random = seededRandom(SEED);
  const waiting = new Set(Array.from({ length: MESSAGES }, (_, n) => n));
  for (let kills = 0; waiting.size > 0; ) {
    const candor = await start();
    // Each life gets a share of what is left, so that every kill falls into the posting.
    const life = random.between(
      1,
      Math.max(1, Math.floor((2 * waiting.size) / (KILLS - kills + 1))),
    );
    const before = waiting.size;
    let killed: Promise<void> | undefined;
    await postAll(candor.url, waiting, () => {
      if (kills < KILLS && before - waiting.size >= life) killed ??= candor.kill();
    });
    if (killed) kills += 1;
    await (killed ?? candor.stop());
  }
  await expectNothingLost();
});

async function expectNothingLost(): Promise<void> {
  const base = await openBase(cleanEnv({ CANDOR_DATA_DIR: dataDir }), { create: false });
  try {
    const opened = await openJobs({ pool: base.pool, log: base.log });
    if (!opened.ok) throw new Error(opened.error.kind);
    const jobs = opened.value;
    await new Dispatcher(base.store, jobs, { now: () => Date.now() }, base.log).sweep();
    const cases = await base.store.listCases({ communityId: "sandbox", limit: 10 * MESSAGES });
    const posted = cases.map((view) => view.message.messageId);
    expect(posted).toHaveLength(MESSAGES);
    expect(new Set(posted).size).toBe(MESSAGES);
    expect(cases.map((view) => view.number).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: MESSAGES }, (_, i) => i + 1),
    );
    const escalations = await jobs.list(
      "escalations",
      ["waiting", "delayed", "running", "done", "failed"],
      10 * MESSAGES,
    );
    expect(escalations.toSorted()).toEqual(cases.map((view) => view.id).toSorted());
    expect(await verifyChain(base.store, base.digests, "sandbox")).toMatchObject({ problem: null });
    await jobs.close();
  } finally {
    await base.close();
  }
}
