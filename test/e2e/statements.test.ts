import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { openBase } from "../../src/composition.ts";
import { makeStatement } from "../conformance/store-rights.ts";
import { cleanEnv } from "../support/candor-process.ts";
import { runCommand } from "../support/run-command.ts";

jest.setTimeout(60_000);

const DAY = 24 * 60 * 60 * 1000;
const FIRST = Date.UTC(2026, 2, 1);

let folder = "";
const env: Record<string, string> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "candor-statements-"));
  env["CANDOR_DATA_DIR"] = join(folder, "data");
  const base = await openBase(cleanEnv(env), { create: true });
  const write = (community: string, at: number, revokedAt: number | null = null) =>
    base.store.noteEffect(
      `effect-${community}-${at}`,
      community,
      { type: "message.hidden", at, person: null, payload: {} },
      { statements: [makeStatement(community, "case-1", { at, revokedAt })] },
    );
  await write("club", FIRST - 1);
  await write("club", FIRST);
  await write("club", FIRST + 2 * DAY - 1, FIRST + 3 * DAY);
  await write("other", FIRST + DAY);
  await write("club", FIRST + 2 * DAY);
  await base.close();
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function exported(...more: readonly string[]) {
  const out = join(folder, "out");
  const days = ["--from", "2026-03-01", "--to", "2026-03-02"];
  const ran = await runCommand(["statements", "export", ...days, "--out", out, ...more], { env });
  return { ...ran, text: ran.code === 0 ? await readFile(out, "utf8") : "" };
}

test("statements of some days are written as JSON Lines, revoked ones only when asked for", async () => {
  const { code, stdout, text } = await exported();
  expect({ code, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^2 statements/u),
  });
  const records = text.trimEnd().split("\n");
  expect(records).toHaveLength(2);
  expect(JSON.parse(records[0] ?? "")).toMatchObject({ content_type: ["CONTENT_TYPE_TEXT"] });
  expect(text).not.toMatch(/author-1|revoked_at/u);
  const all = (await exported("--include-revoked", "--community", "club")).text;
  const marks = all
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { revoked_at: unknown }).revoked_at);
  expect(marks).toEqual([null, "2026-03-04T00:00:00.000Z"]);
});

test("and as CSV with its columns", async () => {
  const { text } = await exported("--format", "csv", "--include-revoked");
  const [head, ...rows] = text.trimEnd().split("\r\n");
  expect(head).toMatch(/^decision_visibility,.*,puid,revoked_at$/u);
  expect(rows).toHaveLength(3);
  expect(rows[0]).toMatch(/^DECISION_VISIBILITY_CONTENT_DISABLED,/u);
});

test.each([
  [["--format", "xml"], "CANDOR-021"],
  [["--from", "2026-02-30"], "CANDOR-021"],
  [["--from", "yesterday"], "CANDOR-021"],
  [["--to", "2026-02-01"], "CANDOR-021"],
  [["--out", "/no/such/folder/out"], "CANDOR-017"],
])("%j is refused with what is accepted", async (more, code) => {
  const ran = await exported(...more);
  expect(ran).toMatchObject({ code: 2, stdout: "" });
  expect(ran.stderr).toContain(code);
});
