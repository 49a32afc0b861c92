import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { openBase } from "../../src/composition.ts";
import { policySchema } from "../../src/engine/policy.ts";
import { verifyChain } from "../../src/pipeline/audit-report.ts";
import { cleanEnv } from "../support/candor-process.ts";
import { runCommand } from "../support/run-command.ts";

jest.setTimeout(60_000);

const CALENDAR = [
  "BEGIN:VCALENDAR",
  "VERSION:2.0",
  "PRODID:-//example//duties//EN",
  "BEGIN:VEVENT",
  "UID:1@example.org",
  "DTSTART:20261201T020000Z",
  "DTEND:20261201T060000Z",
  "SUMMARY:Olga is on duty",
  "END:VEVENT",
  "BEGIN:VEVENT",
  "UID:2@example.org",
  "DTSTART:20261203T020000Z",
  "DTEND:20261203T060000Z",
  "SUMMARY:Zed Quill is on duty",
  "END:VEVENT",
  "END:VCALENDAR",
  "",
].join("\r\n");

let folder = "";
const env: Record<string, string> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "candor-import-"));
  env["CANDOR_DATA_DIR"] = join(folder, "data");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function withBase<T>(work: (base: Awaited<ReturnType<typeof openBase>>) => Promise<T>) {
  const base = await openBase(cleanEnv(env), { create: true });
  try {
    return await work(base);
  } finally {
    await base.close();
  }
}

test("what `oncall import` changed stands in the audit chain once: how much and of which file, and nobody's name", async () => {
  await withBase(({ store }) => {
    const shift = { days: ["sat"], people: ["u1"] };
    const policy = policySchema.parse({
      team: [{ id: "u1", role: "owner", name: "Olga" }],
      rotas: { nights: { shifts: [shift] } },
    });
    const event = { type: "policy.changed", at: 1, person: null, payload: {} } as const;
    return store.savePolicy({ id: "garden", platform: "sandbox", name: null }, policy, event);
  });
  const path = join(folder, "duties.ics");
  await writeFile(path, CALENDAR);
  const where = ["--community", "garden", "--rota", "nights"];
  const period = ["--from", "2026-12-01", "--to", "2026-12-31"];
  for (const taken of ["1 duty was taken", "0 duties were taken, 1 were there already"]) {
    const { code, stdout } = await runCommand(["oncall", "import", path, ...where, ...period], {
      env,
    });
    expect(code).toBe(1);
    expect(stdout).toContain(taken);
  }
  const { events, report } = await withBase(async ({ store, digests }) => ({
    events: await store.auditEvents("garden", 0, 100),
    report: await verifyChain(store, digests, "garden"),
  }));
  const changes = events.filter(({ type }) => type === "rota.changed");
  expect(changes).toMatchObject([
    {
      payload: {
        rota: "nights",
        change: "import",
        entries: 1,
        removed: 0,
        skipped: 1,
        file: createHash("sha256").update(CALENDAR).digest("hex"),
      },
    },
  ]);
  expect(JSON.stringify(changes)).not.toMatch(/olga|zed|quill|u1/iu);
  expect(report.problem).toBeNull();
});
