// npm run bench:discord [-- --quick]: messages a second through one shard, memory over many authors, and from the event to
// the hidden message, against a Discord on loopback in this process. REDIS_URL and DATABASE_URL choose where queue and record live.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { z } from "zod";
import { openServer } from "../adapters/postgres/databases.ts";
import {
  type CandorProcess,
  cleanEnv,
  runCandor,
  startCandorProcess,
} from "../support/candor-process.ts";
import { startLoopbackDiscord } from "../support/discord/loopback.ts";
import { ordinaryChat } from "./corpus.ts";

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean" },
    rate: { type: "string", default: "100" },
    authors: { type: "string" },
  },
});
const PER_SECOND = Number(options.rate);
const TIMED = PER_SECOND * (options.quick ? 3 : 20);
const AUTHORS = Number(options.authors ?? (options.quick ? 2000 : 200_000));
/** Until the program has compiled what it does all the time. */
const WARM_UP = options.quick ? 100 : 1000;
/** Of so many messages one is hidden; Discord takes 50 requests a second of a bot, and a case has its card too. */
const HIDDEN_EVERY = 10;
/** Messages that are sent at once, when it is measured how many a second go through. */
const BURST = options.quick ? 1000 : 10_000;
const LINES = ordinaryChat(1000);
const GIVE_UP_MS = 300_000;

const { REDIS_URL, DATABASE_URL } = process.env;
const where = `${REDIS_URL === undefined ? "embedded queue" : "Redis"}, ${DATABASE_URL === undefined ? "embedded database" : "PostgreSQL"}`;

const goneSchema = z.object({ id: z.string() });

const folder = await mkdtemp(join(tmpdir(), "candor-bench-"));
const database = DATABASE_URL === undefined ? null : await openServer(DATABASE_URL);
const server = await startLoopbackDiscord({ keepMessages: 4 * BURST, keepRequests: 1000 });
const { build, act, gateway, world } = server;
/** When each message was hidden, epoch ms. */
const hiddenAt = new Map<string, number>();
world.onEvent(({ name, data }) => {
  if (name === "MESSAGE_DELETE") hiddenAt.set(goneSchema.parse(data).id, Date.now());
});
const guild = build.guild();
const general = build.channel(guild, "general");
const team = build.channel(guild, "moderators");
const env = cleanEnv({
  CANDOR_DATA_DIR: join(folder, "data"),
  CANDOR_HTTP_PORT: "0",
  DISCORD_TOKEN: server.token,
  DISCORD_API_URL: `${server.url}/api`,
  ...(REDIS_URL !== undefined && { REDIS_URL }),
  ...(database && { DATABASE_URL: database.url }),
});
const people = Array.from({ length: AUTHORS }, (_, n) => build.member(guild, `member${n}`).user.id);
let posted = 0;
try {
  await usePolicy();
  const candor = await startCandorProcess(env);
  await until(() => gateway.live.length > 0);
  await burst(WARM_UP);
  await timed();
  await throughput(candor);
  await candor.stop();
} finally {
  await server.close();
  await database?.close();
  await rm(folder, { recursive: true, force: true });
}

/** Nobody is paged: what is measured is the way to the hidden message. */
async function usePolicy(): Promise<void> {
  const file = join(folder, "policy.json");
  const rungs = [{ afterMinutes: 600, who: ["role:moderator"], channel: false }];
  const policy = { platform: { moderatorChannel: team.id }, escalation: { ladders: [{ rungs }] } };
  await writeFile(file, JSON.stringify(policy));
  const set = await runCandor(["policy", "set", guild.id, file, "--platform", "discord"], { env });
  if (set.code !== 0) throw new Error(set.stderr);
}

/** Posts at a steady pace, each message by somebody new, and prints how long those took that are hidden. */
async function timed(): Promise<void> {
  const began = performance.now();
  const sentAt = new Map<string, number>();
  for (let n = 0; n < TIMED; n += 1) {
    await sleep(Math.max(0, began + (n * 1000) / PER_SECOND - performance.now()));
    const id = n % HIDDEN_EVERY === 0 ? postList() : postOrdinary();
    if (n % HIDDEN_EVERY === 0) sentAt.set(id, Date.now());
  }
  await until(() => [...sentAt.keys()].every((id) => hiddenAt.has(id)));
  const taken = [...sentAt].map(([id, sent]) => (hiddenAt.get(id) ?? 0) - sent);
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (share: number) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  console.log(
    `discord (${where}): ${TIMED} messages at ${PER_SECOND}/s, one in ${HIDDEN_EVERY} hidden; ` +
      `ms from event to hidden: p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, max ${at(1)}`,
  );
}

/** Sends bursts until so many people have written, and prints how many messages a second were recorded, and the memory. */
async function throughput(candor: CandorProcess): Promise<void> {
  for (let done = 0; done < AUTHORS; done += BURST) {
    const count = Math.min(BURST, AUTHORS - done);
    const before = await usageOf(candor.pid);
    const began = performance.now();
    await burst(count);
    const seconds = (performance.now() - began) / 1000;
    const after = await usageOf(candor.pid);
    console.log(
      `discord (${where}): ${done + count} authors, ${Math.round(count / seconds)} messages/s by the clock, ` +
        `${Math.round(count / (after.cpuSeconds - before.cpuSeconds))}/s of CPU time, ${after.residentMiB} MiB resident`,
    );
  }
}

/** Posts ordinary messages at once and resolves when all of them are recorded: one after them is hidden. */
async function burst(count: number): Promise<void> {
  for (let n = 0; n < count - 1; n += 1) {
    postOrdinary();
    // What is sent together must still fit the socket's buffers.
    if (n % 100 === 0) await sleep(0);
  }
  const last = postList();
  await until(() => hiddenAt.has(last));
}

function postOrdinary(): string {
  return post(`${LINES[posted % LINES.length]} ${posted}`);
}

/** A list of invented people, which is hidden. */
function postList(): string {
  const rows = [1, 2, 3, 4, 5, 6].map((row) => {
    const number = `138${String(posted).padStart(7, "0")}${row}`;
    return `客户${posted}-${row} ${number}`;
  });
  return post(rows.join("\n"));
}

function post(text: string): string {
  const author = people[posted % people.length] ?? "";
  posted += 1;
  return act.post(general, author, text).id;
}

async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + GIVE_UP_MS;
  while (!holds()) {
    if (performance.now() > end) throw new Error("it did not come to an end");
    await sleep(5);
  }
}

/** CPU time and memory of a process, from Linux's /proc. */
async function usageOf(pid: number) {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return {
    // Fields 14 and 15, in ticks of a hundredth of a second.
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100,
    residentMiB: Math.round(Number(/VmRSS:\s+(\d+)/u.exec(status)?.[1] ?? 0) / 1024),
  };
}
