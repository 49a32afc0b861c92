// npm run bench:escalation [-- --quick --rate 100]: from a message to a delivered direct message in the sandbox, at so
// many escalations a second. REDIS_URL and DATABASE_URL choose where queue and record live; without them both are embedded.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { openBase } from "../../src/composition.ts";
import type { Attempt } from "../../src/ports/attempts.ts";
import type { Store } from "../../src/ports/store.ts";
import { openServer } from "../adapters/postgres/databases.ts";
import { cleanEnv, runCandor, startCandorProcess } from "../support/candor-process.ts";
import { postMessage } from "../support/post.ts";

const { values: options } = parseArgs({
  options: { quick: { type: "boolean" }, rate: { type: "string", default: "100" } },
});
const PER_SECOND = Number(options.rate);
/** No more than both moderators' caps bear. */
const COUNT = Math.min(450, PER_SECOND * (options.quick ? 2 : 6));
/** Until the program has compiled what it does all the time; within the caps, with what is measured. */
const WARM_UP = 200;
/** Ids of messages are new in each run: a Redis that is not new keeps the ids of its jobs. */
const RUN = `run-${Date.now()}`;

/** Every case pages both moderators at once; the caps stay above what one run sends. */
const POLICY = {
  escalation: {
    ladders: [{ rungs: [{ afterMinutes: 0, who: ["role:moderator"], channel: false }] }],
    caps: { perPersonPerHour: 1000, channelPerHour: 1000 },
  },
};

const folder = await mkdtemp(join(tmpdir(), "candor-bench-"));
const { REDIS_URL, DATABASE_URL } = process.env;
const database = DATABASE_URL === undefined ? null : await openServer(DATABASE_URL);
const env = cleanEnv({
  CANDOR_DATA_DIR: join(folder, "data"),
  CANDOR_HTTP_PORT: "0",
  ...(REDIS_URL !== undefined && { REDIS_URL }),
  ...(database && { DATABASE_URL: database.url }),
});
try {
  const policy = join(folder, "policy.json");
  await writeFile(policy, JSON.stringify(POLICY));
  const set = await runCandor(["policy", "set", "sandbox", policy], { env });
  if (set.code !== 0) throw new Error(set.stderr);
  const candor = await startCandorProcess(env);
  await post(candor.url, `warm-${RUN}`, WARM_UP, PER_SECOND);
  await sleep(2000);
  await post(candor.url, RUN, COUNT, PER_SECOND);
  await sleep(3000);
  await candor.stop();
  report(await readLatencies());
} finally {
  await database?.close();
  await rm(folder, { recursive: true, force: true });
}

/** Posts at a steady pace, whatever the answers take; each message has an author and a text of its own. */
async function post(url: string, mark: string, count: number, perSecond: number): Promise<void> {
  const began = performance.now();
  const posts: Promise<number | null>[] = [];
  for (let n = 0; n < count; n += 1) {
    const due = began + (n * 1000) / perSecond;
    await sleep(Math.max(0, due - performance.now()));
    const name = `${mark}-${n}`;
    posts.push(
      postMessage(url, { clientId: name, author: name, text: `${name}期稳赚不赔，保本保息` }),
    );
  }
  const refused = (await Promise.all(posts)).filter((status) => status !== 201).length;
  if (refused > 0) console.log(`${refused} posts were refused`);
}

interface Latencies {
  readonly cases: number;
  /** Milliseconds from the post to the delivery, one for each direct message. */
  readonly delivered: readonly number[];
  readonly others: number;
}

async function readLatencies(): Promise<Latencies> {
  const base = await openBase(env, { create: false });
  try {
    const attempts = await allAttempts(base.store);
    const cases = await base.store.listCases({ communityId: "sandbox", limit: 10_000 });
    const sentAt = new Map(
      cases
        .filter(({ message }) => message.messageId.startsWith(RUN))
        .map(({ id, message }) => [id, message.sentAt]),
    );
    const paged = attempts.filter(
      ({ caseId, kind }) => kind === "page" && sentAt.has(caseId ?? ""),
    );
    const delivered = paged.flatMap(({ outcome, doneAt, caseId }) =>
      outcome === "delivered" && doneAt !== null ? [doneAt - (sentAt.get(caseId ?? "") ?? 0)] : [],
    );
    return { cases: sentAt.size, delivered, others: paged.length - delivered.length };
  } finally {
    await base.close();
  }
}

function allAttempts(store: Store): Promise<readonly Attempt[]> {
  return store.attempts({ communityId: "sandbox", limit: 100_000 });
}

function report({ cases, delivered, others }: Latencies): void {
  const sorted = delivered.toSorted((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const where = `${REDIS_URL === undefined ? "embedded queue" : "Redis"}, ${database ? "PostgreSQL" : "embedded database"}`;
  console.log(
    `escalation (${where}): ${cases} cases at ${PER_SECOND}/s, ${sorted.length} direct messages, ${others} otherwise; ` +
      `ms from post to delivery: p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, max ${sorted.at(-1)}`,
  );
}
