import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { openBase } from "../../src/composition.ts";
import { cleanEnv, startCandorProcess } from "../support/candor-process.ts";
import { postMessage } from "../support/post.ts";
import { runCommand } from "../support/run-command.ts";

jest.setTimeout(60_000);

let folder = "";
const env: Record<string, string> = { CANDOR_HTTP_PORT: "0" };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "candor-record-"));
  env["CANDOR_DATA_DIR"] = join(folder, "data");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a command on the data folder that the tests of this file share; they tell one story, in order. */
function candor(...args: readonly string[]) {
  return runCommand(args, { env });
}

test("a policy is set, shown, and in force from then on", async () => {
  const file = join(folder, "policy.yaml");
  await writeFile(file, "mode: shadow\nlanguage: zh\n");
  expect(await candor("policy", "set", "sandbox", file)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("version 1"),
  });
  const shown = await candor("policy", "show", "sandbox");
  expect(shown.stdout).toMatch(/its own policy[^]*mode: shadow/u);
  const running = await startCandorProcess(env);
  try {
    expect(await postMessage(running.url, { text: "稳赚不赔，加群", author: "ana" })).toBe(201);
    const { cases } = (await (
      await fetch(new URL("/api/cases?person=mei", running.url))
    ).json()) as { cases: unknown };
    expect(cases).toMatchObject([{ shadow: true, author: { id: "ana" } }]);
  } finally {
    expect(await running.stop()).toBe(0);
  }
});

test("the audit log is verified, written out, and compared with what was written out", async () => {
  const verified = await candor("audit", "verify");
  expect(verified).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^sandbox: \d+ events, unbroken/u),
  });
  const { stdout, code } = await candor("audit", "export");
  expect(code).toBe(0);
  const events = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string });
  expect(events.map((event) => event.type)).toEqual([
    "policy.changed",
    "message.judged",
    "case.opened",
  ]);
  const kept = join(folder, "kept.jsonl");
  await writeFile(kept, stdout);
  expect(await candor("audit", "verify", "--against", kept)).toMatchObject({ code: 0 });
  await writeFile(kept, stdout.replace(/"hash":"[0-9a-f]{4}/u, '"hash":"ffff'));
  expect(await candor("audit", "verify", "--against", kept)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("CANDOR-013"),
  });
});

test("a person is erased and the chain stays whole", async () => {
  const erased = await candor("audit", "erase", "--community", "sandbox", "--author", "ana");
  expect(erased).toMatchObject({ code: 0, stdout: expect.stringContaining("2 audit events") });
  expect(await candor("audit", "verify")).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/4 events, unbroken, 2 payloads erased/u),
  });
  expect((await candor("audit", "export")).stdout).not.toContain("ana");
});

test("somebody who is not known is not said to be erased", async () => {
  const typo = await candor("audit", "erase", "--community", "sandbx", "--author", "ana");
  expect(typo).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("accepted: sandbox on sandbox"),
  });
  const nobody = await candor("audit", "erase", "--community", "sandbox", "--author", "nobody");
  expect(nobody).toMatchObject({ code: 1, stdout: expect.stringContaining("nothing is kept") });
});

test("a changed record is found", async () => {
  const base = await openBase(cleanEnv(env), { create: false });
  await base.pool.query("UPDATE audit_events SET at = at + 1 WHERE seq = 2");
  await base.close();
  const verified = await candor("audit", "verify");
  expect(verified).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("BROKEN after 1 events: event 2 was changed"),
    stderr: expect.stringContaining("CANDOR-013"),
  });
});

test("the doctor says that all is well, and what is not", async () => {
  expect(await candor("doctor")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Everything is as it must be"),
  });
  const sick = await runCommand(["doctor"], {
    env: {
      ...env,
      REDIS_URL: "redis://127.0.0.1:1",
      DISCORD_TOKEN: "x",
      DISCORD_API_URL: "http://127.0.0.1:1/api",
      TELEGRAM_TOKEN: "x",
    },
  });
  expect(sick.code).toBe(1);
  expect(sick.stdout).toMatch(
    /FAILED {2}redis: CANDOR-006[^]*FAILED {2}discord: CANDOR-024[^]*FAILED {2}telegram: CANDOR-014[^]*3 checks failed/u,
  );
});

test("a file that is no export is refused by its line", async () => {
  const file = join(folder, "kept.jsonl");
  await writeFile(file, `${(await readFile(file, "utf8")).split("\n")[0]}\nnot an event\n`);
  expect(await candor("audit", "verify", "--against", file)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("line 2"),
  });
});
