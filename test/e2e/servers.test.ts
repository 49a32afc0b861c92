import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, jest, test } from "@jest/globals";
import { openServer } from "../adapters/postgres/databases.ts";
import { cleanEnv, runCandor, startCandorProcess } from "../support/candor-process.ts";
import { postMessage } from "../support/post.ts";

jest.setTimeout(60_000);

const { REDIS_URL, DATABASE_URL } = process.env;

(REDIS_URL !== undefined && DATABASE_URL !== undefined ? describe : describe.skip)(
  "on Redis and PostgreSQL",
  () => {
    test("one process runs the sandbox, a second one is refused, and the record is there for commands", async () => {
      const folder = await mkdtemp(join(tmpdir(), "candor-servers-"));
      const database = await openServer(DATABASE_URL ?? "");
      const env = cleanEnv({
        CANDOR_DATA_DIR: join(folder, "data"),
        CANDOR_HTTP_PORT: "0",
        REDIS_URL: REDIS_URL ?? "",
        DATABASE_URL: database.url,
      });
      const running = await startCandorProcess(env);
      try {
        const second = await runCandor(["start"], { env });
        expect(second.code).toBe(2);
        expect(second.stderr).toMatch(/CANDOR-003 .*another Candor runs the sandbox/u);
        expect(await postMessage(running.url, { text: "稳赚不赔，保本保息" })).toBe(201);
        // With a server, commands work beside the running product.
        const verified = await runCandor(["audit", "verify"], { env });
        expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining("unbroken") });
      } finally {
        expect(await running.stop()).toBe(0);
        await database.close();
        await rm(folder, { recursive: true, force: true });
      }
    });
  },
);
