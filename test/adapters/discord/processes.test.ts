import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { managedShare, Processes } from "../../../adapters/discord/processes.ts";
import { silentLog } from "../system/silent-log.ts";
import { soon } from "./desk.ts";

jest.setTimeout(30_000);
const QUICK = { firstPauseMs: 20, closesWithinMs: 1000, readyWithinMs: 500 };

/** Notes what becomes of it in a file; is ready unless a file says not to, and takes an end unless one says so. */
const PROGRAM = `
import { appendFileSync, existsSync } from "node:fs";
const { SHARDS, NOTES } = process.env;
const note = (what) => appendFileSync(NOTES, what + " " + SHARDS + "\\n");
note("begins");
if (existsSync(NOTES + ".fails-" + SHARDS)) process.exit(7);
process.on("SIGTERM", () => {
  if (existsSync(NOTES + ".deaf-" + SHARDS)) return;
  note("ends");
  process.exit(0);
});
process.on("message", ({ said }) => note("hears " + said.kind));
setInterval(() => undefined, 1000);
if (!existsSync(NOTES + ".hangs-" + SHARDS)) process.send({ _ready: true });
`;

let folder: string;
let notes: string;
let processes: Processes;
const kept = { ...process.env };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "candor-manager-"));
  notes = join(folder, "notes");
  process.env["NOTES"] = notes;
  const file = join(folder, "program.mjs");
  await writeFile(file, PROGRAM);
  await writeFile(notes, "");
  processes = new Processes({ file, args: [], count: 2, token: "t", log: silentLog, ...QUICK });
});
afterEach(async () => {
  await processes.stop();
  await rm(folder, { recursive: true, force: true });
  // discord.js's manager writes into it.
  process.env = { ...kept };
});

const said = async () => (await readFile(notes, "utf8")).trim().split("\n");
const mark = (what: string, index: number) => writeFile(`${notes}.${what}-${index}`, "");

test("they begin one after the other, and end when they are stopped", async () => {
  expect(await processes.start()).toBeNull();
  expect(await said()).toEqual(["begins 0", "begins 1"]);
  await processes.stop();
  expect((await said()).slice(2).toSorted()).toEqual(["ends 0", "ends 1"]);
  expect(processes.pids).toEqual([undefined, undefined]);
});

test("one that does not start ends the start, with its exit code", async () => {
  await mark("fails", 1);
  expect(await processes.start()).toBe(7);
  expect(processes.pids).toEqual([undefined, undefined]);
  expect(await said()).toEqual(["begins 0", "begins 1", "ends 0"]);
});

test("one that dies is started again, and the other is left alone", async () => {
  await processes.start();
  const [first, second] = processes.pids;
  process.kill(second ?? 0, "SIGKILL");
  await soon(() => processes.pids[1] !== undefined && processes.pids[1] !== second);
  expect(processes.pids[0]).toBe(first);
});

test("a restart takes one at a time, and once more where it is asked for meanwhile", async () => {
  await processes.start();
  const restarts = [processes.restart(), processes.restart()];
  await Promise.all(restarts);
  const round = ["ends 0", "begins 0", "ends 1", "begins 1"];
  expect((await said()).slice(2)).toEqual([...round, ...round]);
});

test.each(["fails", "hangs"])(
  "a restart whose first one %s leaves the others as they are",
  async (how) => {
    await processes.start();
    const [, second] = processes.pids;
    await mark(how, 0);
    await processes.restart();
    expect(processes.pids[1]).toBe(second);
    expect(await said()).not.toContain("ends 1");
  },
);

test("one that does not close in time is ended", async () => {
  await processes.start();
  await mark("deaf", 0);
  await processes.stop();
  expect(processes.pids).toEqual([undefined, undefined]);
});

test.each([
  [{ SHARDING_MANAGER: "true", SHARDS: "1" }, 2, { index: 1, of: 2 }],
  [{ SHARDING_MANAGER: "true", SHARDS: "2" }, 2, null],
  [{ SHARDING_MANAGER: "true", SHARDS: "0" }, 1, null],
  [{ SHARDS: "1" }, 2, null],
  [{}, 2, null],
])("%j of %i is %j", (env, of, share) => {
  expect(managedShare(env, of)).toEqual(share);
});
