import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { doctor } from "../../src/cli/doctor.ts";
import { erasePerson } from "../../src/cli/erase.ts";
import { openBase } from "../../src/composition.ts";

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "candor-secret-"));
});
afterEach(() => rm(dataDir, { recursive: true }));

const OTHER = "another secret of more than thirty-two characters";

test("a database is never used with a new secret or another one, and every command says so", async () => {
  const env = { CANDOR_DATA_DIR: dataDir, LOG_LEVEL: "error" };
  const first = await openBase(env, { create: true });
  await first.close();
  const secret = join(dataDir, "secret");
  await rename(secret, `${secret}.away`);
  const options = { community: "sandbox", author: "lin", platform: "sandbox" };
  let told = "";
  const io = ioOver(env, (words) => (told += words));
  expect(await doctor(io)).toBe(1);
  expect(told).toContain("CANDOR-022");
  const wrong = ioOver({ ...env, CANDOR_SECRET: OTHER }, () => undefined);
  await expect(erasePerson(options, wrong)).rejects.toMatchObject({ code: "CANDOR-022" });
  // Nothing was generated in its place.
  await rename(`${secret}.away`, secret);
  const again = await openBase(env, { create: false });
  await again.close();
}, 120_000);

function ioOver(env: Readonly<Record<string, string>>, write: (words: string) => void) {
  const stream = { write: (words: string) => (write(words), true) };
  return { env, stdin: process.stdin, stdout: stream, stderr: stream } as unknown as Parameters<
    typeof doctor
  >[0];
}
