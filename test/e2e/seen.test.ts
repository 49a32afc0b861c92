import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { NewAuditEvent } from "../../src/engine/audit.ts";
import { openBase } from "../../src/composition.ts";
import { cleanEnv } from "../support/candor-process.ts";
import { makeRecording, record } from "../conformance/recordings.ts";
import { runCommand } from "../support/run-command.ts";

jest.setTimeout(60_000);

const MINUTE = 60_000;
const FIRST = Date.UTC(2026, 2, 1, 9);

let folder = "";
const env: Record<string, string> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "candor-seen-"));
  env["CANDOR_DATA_DIR"] = join(folder, "data");
  const base = await openBase(cleanEnv(env), { create: true });
  const write = (community: string, type: NewAuditEvent["type"], at: number, number: number) =>
    base.store.noteEffect(`${community}-${type}-${number}`, community, {
      type,
      at,
      person: null,
      payload: {
        case: `c-${community}-${number}`,
        number,
        ...(type === "case.opened" && { message: `m-${number}`, severity: "S1" }),
        ...(type === "case.acknowledged" && { moderator: "print-of-mo" }),
      },
    });
  await write("club", "case.opened", FIRST, 1);
  await write("club", "case.acknowledged", FIRST + 4 * MINUTE, 1);
  await write("club", "case.opened", FIRST + 24 * 60 * MINUTE, 2);
  await write("club", "case.acknowledged", FIRST + 25.5 * 60 * MINUTE, 2);
  await write("other", "case.opened", FIRST, 1);
  await write("other", "case.acknowledged", FIRST + MINUTE, 1);
  await base.close();
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const seen = (...args: readonly string[]) => runCommand(["seen", ...args], { env });

test("all seen in time is exit code 0, with the head of the chain that proves it", async () => {
  const asked = ["--within", "15m", "--community", "club", "--to", "2026-03-01"];
  const { code, stdout } = await seen(...asked);
  expect({ code, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("club: in time: 1 of 1 message seen within 15m\n"),
  });
  const head = /head 4:([0-9a-f]{64})$/mu.exec(stdout)?.[1];
  const exported = await runCommand(["audit", "export", "--community", "club"], { env });
  expect(JSON.parse(exported.stdout.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
    seq: 4,
    hash: head,
  });
});

test("a message that was seen late is exit code 1, and its case is named with the reason", async () => {
  const { code, stdout } = await seen("--within", "15m", "--severity", "S1");
  expect(code).toBe(1);
  expect(stdout).toContain("club: NOT IN TIME: 1 of 2 messages not seen within 15m\n");
  expect(stdout).toContain("    cases: 2; 1 seen in time, 1 late, 0 never yet\n");
  expect(stdout).toContain("half within 4m, 95% within 1h 30m, longest 1h 30m\n");
  expect(stdout).toContain("    #2 S1: seen after 1h 30m: no page had reached anybody\n");
  expect(stdout).toContain("other: in time: 1 of 1 message seen within 15m\n");
  expect((await seen("--within", "2h")).code).toBe(0);
});

test("what was erased with its author is exit code 3: nothing is known to be missed, and nothing proven", async () => {
  const apart = { CANDOR_DATA_DIR: join(folder, "erased") };
  const base = await openBase(cleanEnv(apart), { create: true });
  await record(
    base.store,
    makeRecording({ community: "gone", caseId: "c-gone", person: "print-author-1" }),
  );
  const event = { type: "person.erased", at: FIRST, person: null, payload: {} } as const;
  await base.store.erasePerson("gone", "author-1", "print-author-1", event);
  await base.close();
  const { code, stdout } = await runCommand(["seen", "--within", "15m"], { env: apart });
  expect(stdout).toContain("gone: NOT PROVEN: 1 message erased, 0 of them in time");
  expect(code).toBe(3);
});

test("as JSON it has every figure", async () => {
  const { code, stdout } = await seen("--within", "15m", "--json", "--from", "2026-03-02");
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    withinMs: 15 * MINUTE,
    from: "2026-03-02T00:00:00.000Z",
    holds: false,
    communities: [
      {
        community: "club",
        holds: false,
        missed: [{ number: 2, outcome: "late", waitedMs: 90 * MINUTE, why: ["not-told"] }],
        chain: { events: 4, head: { seq: 4 }, problem: null },
      },
      { community: "other", holds: true, missed: [] },
    ],
  });
});

test.each([
  [["--within", "soon"], "--within"],
  [["--within", "0m"], "--within"],
  [["--within", "15m", "--severity", "S1,S9"], "--severity"],
  [["--within", "15m", "--from", "yesterday"], "--from"],
  [["--within", "15m", "--from", "2026-03-02", "--to", "2026-03-01"], "--to"],
])("%j is refused, and the option named", async (args, option) => {
  const { code, stderr } = await seen(...args);
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(new RegExp(`CANDOR-021.*${option}`, "u")),
  });
});
