// npm run bench [-- --quick]: speed of one evaluation by length, and messages a second through `candor check`'s own line.
import { Readable, Writable } from "node:stream";
import { Bench } from "tinybench";
import { shippedRules } from "../../src/cli/rule-set.ts";
import { check } from "../../src/cli/check.ts";
import type { CommandIo } from "../../src/cli/io.ts";
import { evaluate } from "../../src/engine/evaluate.ts";
import { foldText } from "../../src/engine/fold/index.ts";
import { exampleMessage } from "../../src/engine/pack.ts";
import { DEFAULT_POLICY } from "../../src/engine/policy.ts";
import { NOTHING_RECALLED } from "../../src/engine/signals.ts";
import { chat, messageOf } from "./corpus.ts";

const quick = process.argv.includes("--quick");
const { rules } = await shippedRules();
const context = { rules, policy: DEFAULT_POLICY, recalled: NOTHING_RECALLED };

const bench = new Bench({ time: quick ? 100 : 1000 });
for (const units of [20, 500, 4096]) {
  const message = exampleMessage(messageOf(units));
  bench.add(`fold ${units} units`, () => foldText(message.text));
  bench.add(`evaluate ${units} units`, () => evaluate(message, context));
}
await bench.run();
console.table(bench.table());

const lines = quick ? 20_000 : 300_000;
for (let round = 1; round <= (quick ? 1 : 3); round += 1) await throughput(lines, round);

/** Reads, evaluates and writes `count` lines in this process, start-up apart. */
async function throughput(count: number, round: number): Promise<void> {
  const input = chat(count).map((text, i) => `${JSON.stringify({ id: String(i), text })}\n`);
  const blocks: Buffer[] = [];
  for (let i = 0; i < input.length; i += 500)
    blocks.push(Buffer.from(input.slice(i, i + 500).join("")));
  const io = {
    stdin: Readable.from(blocks, { objectMode: false }),
    stdout: new Writable({ write: (_chunk, _encoding, done) => done() }),
    stderr: process.stderr,
    env: {},
  } satisfies CommandIo;
  const before = process.cpuUsage();
  const started = performance.now();
  await check({}, io);
  const seconds = (performance.now() - started) / 1000;
  const cpu = process.cpuUsage(before);
  const cpuSeconds = (cpu.user + cpu.system) / 1e6;
  const memory = Math.round(process.memoryUsage().rss / 2 ** 20);
  console.log(
    `check, round ${round}: ${count} messages, ${Math.round(count / seconds)}/s by the clock, ${Math.round(count / cpuSeconds)}/s of CPU time, ${memory} MiB resident`,
  );
}
