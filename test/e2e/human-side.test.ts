import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { DAY_MS } from "../../src/engine/rota/wall-clock.ts";
import { ok } from "../../src/engine/result.ts";
import { openBase } from "../../src/composition.ts";
import { checkLadders } from "../../src/engine/escalation/ladder-check.ts";
import { makePersonFinder } from "../../src/cli/find-person.ts";
import { parsePolicy } from "../../src/cli/policy-file.ts";
import { readTime, timeWords } from "../../src/cli/times.ts";
import type { Attempt } from "../../src/ports/attempts.ts";
import { LOGIN, openMailServer } from "../adapters/notify/mail-server.ts";
import { changeCase, makeAttempt, makeRecording, record, step } from "../conformance/recordings.ts";
import { cleanEnv, runCandor } from "../support/candor-process.ts";
import { runCommand } from "../support/run-command.ts";

jest.setTimeout(60_000);

/** Two people take turns by the week; a third comes from a calendar. */
const POLICY = `timeZone: Europe/Paris
team:
  - { id: "u1", role: owner, name: Olga, email: olga@example.org }
  - { id: "u2", role: moderator, name: Ines Roy }
  - { id: "u3", role: moderator, name: 吴明 }
rotas:
  nights:
    timeZone: Asia/Shanghai
    shifts:
      - { days: [mon, tue, wed, thu, fri, sat, sun], from: "18:00", to: "09:00", people: ["u2", "u3"] }
  holidays:
    shifts:
      - { days: [sat], startsOn: 2099-01-03, people: ["u1"] }
escalation:
  ladders:
    - rungs:
        - { afterMinutes: 0, who: ["on-call:nights", "role:moderator"] }
        - { afterMinutes: 30, who: ["person:u1"] }
`;

function calendar(...events: readonly string[]): string {
  const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example//duties//EN"];
  for (const [i, event] of events.entries()) {
    lines.push("BEGIN:VEVENT", `UID:${i}@example.org`, ...event.split("\n"), "END:VEVENT");
  }
  return [...lines, "END:VCALENDAR", ""].join("\r\n");
}

const OLGA = `DTSTART:20261201T020000Z
DTEND:20261201T060000Z
SUMMARY:duty
ATTENDEE;CN=O. Petrova:mailto:Olga@Example.org`;
const WU = `DTSTART;TZID=Asia/Shanghai:20261202T100000
DTEND;TZID=Asia/Shanghai:20261202T140000
SUMMARY:值班 吴明`;
const STRANGER = `DTSTART:20261203T020000Z
DTEND:20261203T060000Z
SUMMARY:Zed is on duty
ATTENDEE;CN=Zed Quill:mailto:zed.quill@example.net`;

let folder = "";
const env: Record<string, string> = { CANDOR_HTTP_PORT: "0" };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "candor-human-"));
  env["CANDOR_DATA_DIR"] = join(folder, "data");
  await candor("policy", "set", "garden", await file("policy.yaml", POLICY));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a command on the data folder that the tests of this file share; they tell one story, in order. */
function candor(...args: readonly string[]) {
  return runCommand(args, { env });
}

async function file(name: string, text: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

function importing(path: string, ...more: readonly string[]) {
  const where = ["--community", "garden", "--rota", "nights"];
  return candor("oncall", "import", path, ...where, ...more);
}

const PERIOD = ["--from", "2026-12-01", "--to", "2026-12-31"] as const;

test("a calendar is taken into a rota, once however often, and who is nobody is named by number", async () => {
  const path = await file("duties.ics", calendar(OLGA, STRANGER, WU));
  const args = ["oncall", "import", path, "--community", "garden", "--rota", "nights", ...PERIOD];
  const first = await runCandor(args, { env });
  expect(first).toMatchObject({ code: 1, stderr: "" });
  expect(first.stdout).toContain("2 duties were taken");
  expect(first.stdout).toContain("record 2: neither its attendees nor its title name a known");
  expect(first.stdout).not.toMatch(/zed|quill/iu);
  expect((await importing(path, ...PERIOD)).stdout).toContain(
    "0 duties were taken, 2 were there already",
  );
  const { stdout } = await candor("audit", "export");
  const changes = stdout.split("\n").filter((line) => line.includes("rota.changed"));
  expect(changes).toHaveLength(1);
  expect(JSON.parse(changes[0] ?? "")).toMatchObject({
    payload: {
      rota: "nights",
      change: "import",
      entries: 2,
      removed: 0,
      skipped: 1,
      file: expect.stringMatching(/^[\da-f]{64}$/u),
    },
  });
});

test("--replace takes away what the calendar no longer has", async () => {
  const path = await file("fewer.ics", calendar(WU));
  const replaced = await importing(path, ...PERIOD, "--replace");
  expect(replaced).toMatchObject({ code: 0 });
  expect(replaced.stdout).toContain(
    "0 duties were taken, 1 were there already, 1 of earlier imports went",
  );
  const nobody = await file("nobody.ics", calendar(STRANGER));
  const kept = await importing(nobody, ...PERIOD, "--replace");
  expect(kept).toMatchObject({ code: 1 });
  expect(kept.stdout).toContain("nothing could be read, so nothing went");
});

test("who is on call is shown with names, in the rota's own time zone", async () => {
  const { code, stdout } = await candor(
    "oncall",
    "show",
    "--community",
    "garden",
    "--at",
    "2026-12-02T12:00+08:00",
  );
  expect(code).toBe(0);
  expect(stdout).toContain(`nights (Asia/Shanghai) at Wed 2026-12-02 12:00 +08:00
  on call: 吴明 (u3), until Wed 2026-12-02 14:00 +08:00
  next: 吴明 (u3), from Wed 2026-12-02 18:00 +08:00
`);
  expect(stdout).toContain("on call: nobody\n  next: nobody in the next 14 days");
});

test("what is not known or no calendar is refused, and nothing of the file is repeated", async () => {
  const path = await file("duties.ics", calendar(OLGA));
  expect(
    await candor("oncall", "import", path, "--community", "gardn", "--rota", "nights"),
  ).toMatchObject({ code: 2, stderr: expect.stringMatching(/CANDOR-018.*known: garden/u) });
  expect(
    await candor("oncall", "import", path, "--community", "garden", "--rota", "night"),
  ).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/CANDOR-018.*"night"; rotas of garden: nights, holidays/u),
  });
  const notes = await importing(await file("notes.txt", "call olga@example.org"));
  expect(notes).toMatchObject({ code: 2, stderr: expect.stringContaining("CANDOR-019") });
  expect(notes.stderr).not.toContain("olga@");
  const legacy = await importing(await file("gbk.ics", Uint8Array.of(0xce, 0xe2, 0xc3, 0xf7)));
  expect(legacy).toMatchObject({ code: 2, stderr: expect.stringContaining("UTF-8") });
  expect(await importing(join(folder, "gone.ics"))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("CANDOR-011"),
  });
  for (const period of [
    ["--from", "tomorrow"],
    ["--from", "2026-12-02", "--to", "2026-12-01"],
  ]) {
    expect(await importing(path, ...period)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("CANDOR-021"),
    });
  }
});

test("the doctor is content with a ladder that pages somebody, and with a mail server that lets Candor in", async () => {
  const server = await openMailServer();
  const login = `${LOGIN.user}:${encodeURIComponent(LOGIN.password)}`;
  const mailing = (userInfo: string) => ({
    ...env,
    SMTP_URL: `smtp://${userInfo}@127.0.0.1:${server.port}`,
    SMTP_FROM: "candor@example.org",
  });
  try {
    const content = await runCommand(["doctor"], { env: mailing(login) });
    expect(content.stdout).toContain("ok      people of garden: 3 people, 1 ladder, each pages");
    expect(content.stdout).toContain("ok      e-mail: the mail server answers");
    expect(content.code).toBe(0);
    const refused = await runCommand(["doctor"], { env: mailing("night-watch:wrong") });
    expect(refused.stdout).toContain(
      "FAILED  e-mail: CANDOR-020 SMTP_URL: the mail server refuses the login",
    );
    expect(refused.stdout).not.toMatch(/night-watch|127\.0\.0\.1:\d{4}|@/u);
    expect(refused.code).toBe(1);
  } finally {
    await server.close();
  }
});

test("the doctor says who cannot be reached, which ladders page nobody, and which cases wait", async () => {
  const broken = POLICY.replace('"on-call:nights", "role:moderator"', '"on-call:holidays"').replace(
    "person:u1",
    "role:service",
  );
  await candor("policy", "set", "garden", await file("broken.yaml", broken));
  const now = Date.now();
  await addUnreachable(now);
  const { code, stdout } = await candor("doctor");
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /note {4}people of garden: ladder 1|FAILED {2}people of garden: ladder 1/u,
  );
  expect(stdout).toContain("rota holidays has nobody on call in the next 7 days");
  expect(stdout).toContain("nobody has the role service");
  expect(stdout).toMatch(
    /FAILED {2}people of garden: u2 cannot be reached: 2 attempts in vain since .*\(direct: unreachable, email: not-set-up\)/u,
  );
  expect(stdout).not.toContain("u3 cannot be reached");
  expect(stdout).toMatch(
    /FAILED {2}cases: 1 case waits for somebody to be told; the longest is #1 of garden/u,
  );
  expect(stdout).not.toContain("@");
});

function tried(personId: string, at: number, more: Partial<Attempt>): Attempt {
  return makeAttempt("garden", "case-of-garden", {
    personId,
    requestedAt: at,
    doneAt: at,
    ...more,
  });
}

/** A case that waits since yesterday, and attempts to reach two moderators; the second was reached at last. */
async function addUnreachable(now: number): Promise<void> {
  const base = await openBase(cleanEnv(env), { create: false });
  try {
    const message = { receivedAt: now - DAY_MS };
    await record(
      base.store,
      makeRecording({ community: "garden", caseId: "case-of-garden", message }),
    );
    const vain = {
      outcome: "unreachable",
      refused: ["direct: unreachable", "email: not-set-up"],
    } as const;
    const attempts = [
      tried("u2", now - 5 * DAY_MS, { outcome: "delivered" }),
      tried("u2", now - 4 * DAY_MS, vain),
      tried("u2", now - 3 * DAY_MS, vain),
      tried("u3", now - 4 * DAY_MS, vain),
      tried("u3", now - 3 * DAY_MS, { outcome: "delivered" }),
    ];
    await step(base.store, "case-of-garden", { kind: "climb" }, now - DAY_MS, { attempts });
    await changeCase(base.store, "case-of-garden", { at: now - DAY_MS }, (current) => {
      const ladder = { ...current.ladder, nextAt: now - DAY_MS };
      return ok({ case: { ...current, ladder }, events: [], jobs: [] });
    });
  } finally {
    await base.close();
  }
}

test("a wrong policy is refused with the line, the key, what was read and what is accepted", async () => {
  const wrong = await file(
    "wrong.yaml",
    POLICY.replace('"role:moderator"', '"on-call:weekend"').replace('id: "u2"', 'id: "u1"'),
  );
  const { code, stderr } = await candor("policy", "set", "garden", wrong);
  expect(code).toBe(2);
  expect(stderr).toContain(
    'line 4, team[1].id: read "u1"; accepted: an id of its own; team[0] has',
  );
  expect(stderr).toContain(
    'read "on-call:weekend"; accepted: on-call: and the name of a rota; there is no rota "weekend", "rotas" has nights, holidays',
  );
});

const LADDER = "escalation: {ladders: [{rungs: [{afterMinutes: 0, who: [TARGET], WAYS}]}]}";

test("nobody is guessed when a calendar's people are looked for", () => {
  const { find, unknownAttendees } = makePersonFinder([
    { id: "u1", role: "owner", name: "Ana", email: "ana@example.org" },
    { id: "u2", role: "moderator", name: "Ana Li" },
    { id: "u3", role: "moderator", name: "吴明" },
    { id: "u4", role: "moderator", name: "Bo" },
    { id: "u5", role: "moderator", name: "bo" },
  ]);
  const attendee = (name: string | null, email: string | null) =>
    find({ name, email, summary: "" });
  expect(attendee("Somebody Else", "ANA@example.org")).toBe("u1");
  expect(attendee("Ana", null)).toBe("u1");
  expect(attendee("ana  li", "li@example.org")).toBe("u2");
  expect(attendee("Ana", "ana@elsewhere.example")).toBeNull();
  expect(attendee("Bo", null)).toBeNull();
  expect(unknownAttendees()).toBe(2);
  const title = (summary: string) => find({ name: null, email: null, summary });
  expect(title("On call: Ana Li")).toBe("u2");
  expect(title("On-call – ANA (night)")).toBe("u1");
  expect(title("吴明值班")).toBe("u3");
  expect(title("吴明明值班")).toBeNull();
  expect(title("Anastasia")).toBeNull();
  expect(title("Ana / 吴明")).toBeNull();
  expect(title("Bo on call")).toBeNull();
  expect(title("")).toBeNull();
});

test("a ladder is said to page nobody only where that is certain", () => {
  const at = Date.UTC(2026, 11, 1);
  const none = new Set<"email" | "webhook">();
  const check = (policy: string, more: object = {}) =>
    checkLadders({
      policy: parsePolicy("p", policy),
      members: [],
      entries: new Map(),
      ways: none,
      at,
      ...more,
    });
  const byMail = LADDER.replace("TARGET", "everyone").replace("WAYS", "ways: [email]");
  const team = "team: [{id: u1, role: owner, email: u1@example.org}, {id: u2, role: staff}]";
  expect(check(`${team}\n${byMail}`).problems).toMatchObject([
    {
      ladder: "ladder 1",
      pagesNobody: true,
      reasons: ["its way is e-mail, but SMTP_URL is not set"],
    },
  ]);
  expect(check(`${team}\n${byMail}`, { ways: new Set(["email"]) }).problems).toMatchObject([
    { pagesNobody: false, reasons: ["its way is e-mail, but `team` has no address of u2"] },
  ]);
  const toRole = LADDER.replace("TARGET", '"role:moderator", "person:u1@example.org"').replace(
    "WAYS",
    "",
  );
  const known = check(toRole);
  expect(known.problems).toMatchObject([{ pagesNobody: true }]);
  expect(JSON.stringify(known.problems)).not.toContain("@");
  // A platform that cannot be asked may know a moderator.
  expect(check(toRole, { members: null }).problems).toMatchObject([{ pagesNobody: false }]);
  // Four default ladders stand behind one that is only for S1.
  const forS1 =
    "escalation: {ladders: [{severities: [S1], rungs: [{afterMinutes: 0, who: [everyone]}]}]}";
  const behind = check(`${team}\n${forS1}`).problems.map(({ ladder }) => ladder);
  expect(behind).toEqual([
    "the default ladder (feedback, question)",
    "the default ladder (S2, none)",
    "the default ladder",
  ]);
});

function read(words: string, edge: "start" | "end" = "start"): string {
  return timeWords(readTime("--at", words, "Asia/Shanghai", edge), "Asia/Shanghai");
}

test("an option's time is read in its zone", () => {
  expect(read("2026-12-01")).toBe("Tue 2026-12-01 00:00 +08:00");
  expect(read("2026-12-01", "end")).toBe("Wed 2026-12-02 00:00 +08:00");
  expect(read("2026-12-01T09:30")).toBe("Tue 2026-12-01 09:30 +08:00");
  expect(read("2026-12-01T09:30Z")).toBe("Tue 2026-12-01 17:30 +08:00");
  for (const words of ["", "today", "2026-02-30", "2026-12-01T25:00", "01.12.2026"]) {
    expect(() => read(words)).toThrow("--at: read");
  }
});
