import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { parsePolicy } from "../../src/cli/policy-file.ts";
import { CandorError } from "../../src/engine/errors.ts";
import { runCandor } from "../support/candor-process.ts";
import { runCommand } from "../support/run-command.ts";

jest.setTimeout(60_000);

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "candor-cli-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("candor check", () => {
  test("writes one verdict a line, in order, with errors in their place", async () => {
    const input = [
      `{"id":"1","text":"加群稳赚不赔，保本保息，年化30%"}`,
      `{"id":"2","text":`,
      `{"id":3,"text":"a number as id"}`,
      `[]`,
      ``,
      `{"id":"5","text":"good morning","surplus":true}`,
      `{"id":"6","text":"lone \\ud800 surrogate"}`,
    ].join("\n");
    const { code, stdout, stderr } = await runCandor(["check"], { input });
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(code).toBe(1);
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatchObject({ id: "1", flags: ["claim"], decision: "escalate" });
    expect(lines[1]).toMatchObject({ line: 2, error: expect.stringContaining("not JSON") });
    expect(lines[2]).toMatchObject({ line: 3, error: expect.stringContaining("id") });
    expect(lines[3]).toMatchObject({ line: 4 });
    expect(lines[4]).toMatchObject({ id: "5", flags: [], decision: "none" });
    expect(lines[5]).toMatchObject({ id: "6" });
    expect(stderr).toContain("CANDOR-010 3 lines");
  });

  test("a message of 10 MB is refused in its place and nothing else is lost", async () => {
    const input = `{"id":"1","text":"${"a".repeat(10 * 1024 * 1024)}"}\n{"id":"2","text":"ok"}\n`;
    const { code, stdout } = await runCandor(["check"], { input });
    const [first, second] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(code).toBe(1);
    expect(first).toMatchObject({ line: 1, error: expect.stringMatching(/1,?000,?000/u) });
    expect(second).toMatchObject({ id: "2" });
  });

  test("--timeline counts repetition", async () => {
    const input = [1, 2, 3, 4]
      .map((n) => ({
        id: String(n),
        text: "新店开业欢迎大家到店里来坐坐，到店优惠",
        sentAt: `2026-11-24T10:0${n}:00Z`,
      }))
      .map((message) => JSON.stringify(message))
      .join("\n");
    const scores = async (args: readonly string[]) =>
      (await runCandor(["check", ...args], { input })).stdout
        .trimEnd()
        .split("\n")
        .map((text) => (JSON.parse(text) as { scores: { promotion: number } }).scores.promotion);
    const alone = await scores([]);
    const over = await scores(["--timeline"]);
    expect(over[0]).toBe(alone[0]);
    expect(over[3]).toBeGreaterThan(alone[3] ?? 1);
  });

  test("--policy: a wrong key is named", async () => {
    const file = join(folder, "policy.yaml");
    await writeFile(file, "mode: loud\n");
    const { code, stderr } = await runCandor(["check", "--policy", file]);
    expect(code).toBe(2);
    expect(stderr).toContain("CANDOR-009");
    expect(stderr).toContain("docs/policy.md lists every key");
    expect(stderr).toContain("mode");
  });
});

const LADDER = "escalation: {ladders: [{rungs: [{afterMinutes: 0, who: [TARGET], WAYS}]}]}";

test.each([
  [
    LADDER.replace("TARGET", '"role:boss"').replace("WAYS", ""),
    'read "role:boss"; accepted: role: and one of owner, manager, moderator, service, analyst, staff',
  ],
  [LADDER.replace("TARGET", '"role:member"').replace("WAYS", ""), "nobody of it is only a member"],
  [
    LADDER.replace("TARGET", '"ana"').replace("WAYS", ""),
    "accepted: person:ID, role:ROLE, on-call:ROTA or everyone",
  ],
  [
    LADDER.replace("TARGET", '"on-call:nights"').replace("WAYS", ""),
    'there is no rota "nights", "rotas" is empty',
  ],
  [
    LADDER.replace("TARGET", "everyone").replace("WAYS", "ways: [sms]"),
    'ways[0]: read "sms"; accepted: one of direct, email, webhook',
  ],
  [
    "escalation: {ladders: [{rungs: [{afterMinutes: 9, who: [everyone]}, {afterMinutes: 5, who: [everyone]}]}]}",
    "rungs: read afterMinutes 9, 5; accepted: no rung earlier than the one before",
  ],
  [
    "timeZone: Mars/Base",
    'timeZone: read "Mars/Base"; accepted: an IANA time zone such as Asia/Shanghai',
  ],
  [
    "team: [{id: a, role: owner, email: ana at home}]",
    "team[0].email: read something else (not shown); accepted: an e-mail address",
  ],
  ["team: [{id: 123456789012345678, role: owner}]", "in quotation marks"],
  ["team: [{id: a}]", "team[0].role: it is missing; accepted: one of owner"],
  ["team: [{id: a, role: owner}, {id: a, role: staff}]", "an id of its own; team[0] has this one"],
  [
    "rotas: {bad name: {shifts: [{people: [a]}]}}",
    "rotas.bad name: accepted as a name: 1 to 40 letters",
  ],
  [
    "rotas: {n: {shifts: [{from: 9:00, people: [a]}]}}",
    'shifts[0].from: read "9:00"; accepted: a time of day in quotation marks',
  ],
  [
    "mode: live\nescalation:\n  laders: []",
    'line 3, escalation: read the unknown key "laders" (is ladders meant?); accepted: ladders',
  ],
  [
    "escalation: {caps: {perPersonPerHour: 1}}",
    "perPersonPerHour: read 1; accepted: a whole number from 3 to 1000",
  ],
  [
    "strikes: {thresholds: [{points: 1, action: {kind: timeout}}]}",
    "minutes: it is missing; accepted: a whole number from 1 to 40320 or null",
  ],
  [
    "strikes: {thresholds: [{points: 1, action: {kind: hang}}]}",
    'read "hang"; accepted: one of timeout, kick, ban',
  ],
  ["cases:", "cases: read nothing (null); accepted: keys and values: mergeWindowMinutes"],
  ["[]", "the file: read an empty list; accepted: keys and values: mode"],
  ["mode: live\nmode: shadow", "a key for the second time at line 2"],
  ["a: *nowhere", "aliases"],
])("a policy that says %j is refused in plain words", (text, words) => {
  const refused = () => parsePolicy("policy.yaml", text);
  expect(refused).toThrow(CandorError);
  expect(refused).toThrow(words);
});

describe("candor replay", () => {
  test("accounts for every record and names what it could not read", async () => {
    const file = join(folder, "history.jsonl");
    await writeFile(
      file,
      `{"id":"1","community":"c","text":"保本保息"}\n{"id":2}\n{"id":"3","community":"c","text":"hi"}\n`,
    );
    const json = join(folder, "report.json");
    const html = join(folder, "report.html");
    const { code, stdout } = await runCandor(["replay", file, "--json", json, "--html", html]);
    expect(code).toBe(1);
    expect(stdout).toContain("2 messages read, 0 records are no messages, 1 could not be read");
    expect(stdout).toContain("INV-01: 1 findings");
    expect(stdout).toMatch(/record 2.*could not be read/u);
    expect(JSON.parse(await readFile(json, "utf8"))).toMatchObject({
      messages: 2,
      unreadable: 1,
      rules: [{ rule: "INV-01", examples: [{ excerpt: "保本保息" }] }],
    });
    expect(await readFile(html, "utf8")).toMatch(/^<!doctype html>[^]*保本保息/u);
  });

  test("a missing file is named and the others are read", async () => {
    const file = join(folder, "other.jsonl");
    await writeFile(file, `{"id":"1","text":"hi"}\n`);
    const { code, stdout } = await runCandor(["replay", join(folder, "nowhere.json"), file]);
    expect(code).toBe(1);
    expect(stdout).toContain("1 messages read");
    expect(stdout).toContain("nowhere.json");
  });
});

describe("candor rules", () => {
  test("explain says why nothing fired", async () => {
    const { code, stdout } = await runCandor(["rules", "explain", "请问这个保本吗？"]);
    expect(code).toBe(0);
    expect(stdout).toContain("flags: nothing");
    expect(stdout).toContain('INV-01: saw "保本", cleared by question');
  });

  test("list and test", async () => {
    expect((await runCandor(["rules", "list"])).stdout).toContain("INV-01");
    const tested = await runCandor(["rules", "test"]);
    expect(tested.code).toBe(0);
    expect(tested.stdout).toContain("0 failed");
  });
});

const calendar = () => ["oncall", "import", join(folder, "empty.ics"), "--rota", "nights"];

function statements(from: string, to: string): readonly string[] {
  const out = join(folder, "out");
  return ["statements", "export", "--from", from, "--to", to, "--out", out];
}

describe("options", () => {
  const env: Record<string, string> = {};
  const candor = (...args: readonly string[]) => runCommand(args, { env });
  beforeAll(async () => {
    env["CANDOR_DATA_DIR"] = join(folder, "data");
    const policy = join(folder, "rota.yaml");
    await writeFile(policy, "rotas: {nights: {shifts: [{people: [ana]}]}}\n");
    const set = await candor("policy", "set", "garden", policy);
    if (set.code !== 0) throw new Error(set.stderr);
    await writeFile(join(folder, "empty.ics"), "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
  });

  test.each([
    ["--at", () => ["oncall", "show", "--community", "garden", "--at", "noon"]],
    ["--from", () => [...calendar(), "--community", "garden", "--from", "tomorrow"]],
    [
      "--to",
      () => [...calendar(), "--community", "garden", "--from", "2026-12-02", "--to", "2026-12-01"],
    ],
    ["--from", () => statements("2026-02-30", "2026-03-01")],
    ["--to", () => statements("2026-03-02", "2026-03-01")],
    ["--format", () => [...statements("2026-03-01", "2026-03-01"), "--format", "xml"]],
    ["--role", () => ["rules", "explain", "hello", "--role", "boss"]],
  ])("a wrong %s is no wrong setting (%#)", async (option, args) => {
    const { code, stderr } = await candor(...args());
    expect(code).toBe(2);
    expect(stderr).toContain(`CANDOR-021 An option is wrong: ${option}: read "`);
    expect(stderr).toContain("--help");
    expect(stderr).not.toContain(".env");
  });

  test.each([
    () => ["audit", "verify"],
    () => ["audit", "export"],
    () => ["audit", "erase", "--author", "ana"],
    () => ["oncall", "show"],
    calendar,
    () => statements("2026-03-01", "2026-03-01"),
  ])("a community that is not known is refused with those that are (%#)", async (args) => {
    const { code, stderr } = await candor(...args(), "--community", "gardn");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^CANDOR-018 .*--community: read "?gardn.*garden/u);
  });

  test("a calendar's period is given as that of the statements", async () => {
    const period = ["--from", "2026-12-01", "--to", "2026-12-31"];
    expect(await candor(...calendar(), "--community", "garden", ...period)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Tue 2026-12-01 00:00 +00:00 to Fri 2027-01-01 00:00"),
    });
  });

  test("help says what is required and what a community is", async () => {
    const { stdout } = await candor("oncall", "import", "--help");
    const words = stdout.replaceAll(/\s+/gu, " ");
    expect(words).toContain(
      "--community <id> id of the community; the sandbox's is `sandbox` (required)",
    );
    expect(words).toContain("--rota <name> a rota of the community's policy (required)");
    expect(words).toMatch(/--to <date> [^(]*--replace/u);
    expect((await candor("--help")).stdout.replaceAll(/\s+/gu, " ")).toContain(
      "the audit log; erase a person",
    );
  });

  test("the doctor counts one community as one", async () => {
    expect((await candor("doctor")).stdout).toContain("1 community recorded");
  });
});

describe("wrong use", () => {
  test.each([[["chekc"]], [["check", "--polcy"]], [["rules", "explain"]], [["replay"]]])(
    "%j ends with exit code 2 and a hint",
    async (args) => {
      const { code, stderr } = await runCandor(args);
      expect(code).toBe(2);
      expect(stderr).toContain("--help");
    },
  );

  test("--help everywhere", async () => {
    for (const args of [
      [],
      ["start"],
      ["check"],
      ["replay"],
      ["rules"],
      ["rules", "list"],
      ["rules", "test"],
      ["rules", "explain"],
      ["doctor"],
      ["audit"],
      ["audit", "verify"],
      ["audit", "export"],
      ["audit", "erase"],
      ["policy", "set"],
      ["oncall"],
      ["oncall", "show"],
      ["oncall", "import"],
      ["statements", "export"],
    ]) {
      const { code, stdout } = await runCommand([...args, "--help"]);
      expect(code).toBe(0);
      expect(stdout).toContain("Usage: candor");
    }
  });
});
