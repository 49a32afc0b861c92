import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { startCandorProcess } from "../support/candor-process.ts";
import { runCommand } from "../support/run-command.ts";

jest.setTimeout(60_000);

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "candor-env-"));
});
afterAll(async () => {
  await chmod(join(folder, "read-only"), 0o700).catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
});

/** Runs `candor start` in an environment that it cannot start in. */
async function start(env: Readonly<Record<string, string>>) {
  const { code, stdout, stderr } = await runCommand(["start"], {
    env: { CANDOR_DATA_DIR: join(folder, "data"), CANDOR_HTTP_PORT: "0", ...env },
  });
  return { code, first: stderr.split("\n")[0] ?? "", all: stdout + stderr };
}

describe("a wrong setting stops the start with one line that names it", () => {
  test.each([
    ["CANDOR_HTTP_PORT", "80a"],
    ["CANDOR_ROLES", "gateway,boss"],
    ["LOG_LEVEL", "loud"],
  ])("%s=%s", async (name, value) => {
    const { code, first } = await start({ [name]: value });
    expect(code).toBe(2);
    expect(first).toContain(`CANDOR-001`);
    expect(first).toContain(name);
    expect(first).toContain(value);
    expect(first).toContain("accepted");
  });

  test.each([
    ["CANDOR_SECRET", "short-and-secret"],
    ["REDIS_URL", "http://user:hunter2@127.0.0.1"],
    ["DATABASE_URL", "mysql://user:hunter2@127.0.0.1/x"],
    ["DATABASE_URL", "postgres://user:47/hunter2@127.0.0.1:1/x"],
    ["LLM_BASE_URL", "ftp://user:hunter2@127.0.0.1"],
  ])("a secret in %s is not repeated", async (name, value) => {
    const { code, first, all } = await start({ [name]: value });
    expect(code).toBe(2);
    expect(first).toContain(name);
    expect(all).not.toContain(value);
    expect(all).not.toContain("hunter2");
  });

  test("a token of a platform that cannot be joined yet", async () => {
    const { code, first, all } = await start({ TELEGRAM_TOKEN: "not-a-token" });
    expect(code).toBe(2);
    expect(first).toContain("CANDOR-014");
    expect(all).not.toContain("not-a-token");
  });
});

describe("the data folder", () => {
  test("whose parent does not exist", async () => {
    const { code, first } = await start({ CANDOR_DATA_DIR: join(folder, "no", "such", "place") });
    expect(code).toBe(2);
    expect(first).toMatch(/CANDOR-002 .*does not exist/u);
  });

  test("that a command which only reads does not find", async () => {
    const { code, stderr } = await runCommand(["audit", "verify"], {
      env: { CANDOR_DATA_DIR: join(folder, "nothing") },
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/CANDOR-002 .*there is no data folder/u);
  });

  test("that is a file", async () => {
    const file = join(folder, "file");
    await writeFile(file, "");
    expect(await start({ CANDOR_DATA_DIR: file })).toMatchObject({
      code: 2,
      first: expect.stringContaining("not a folder"),
    });
  });

  test("that is read-only", async () => {
    // Root may write anywhere; /proc is read-only for everybody.
    const readOnly = process.getuid?.() === 0 ? "/proc/sys" : join(folder, "read-only");
    if (readOnly !== "/proc/sys") await mkdir(readOnly, { mode: 0o500 });
    expect(await start({ CANDOR_DATA_DIR: readOnly })).toMatchObject({
      code: 2,
      first: expect.stringContaining("cannot be written to"),
    });
  });

  test("that another process holds, by name", async () => {
    const env = { CANDOR_DATA_DIR: join(folder, "held"), CANDOR_HTTP_PORT: "0" };
    const running = await startCandorProcess(env);
    const { code, first } = await start(env);
    expect(code).toBe(2);
    expect(first).toMatch(/CANDOR-003 .*held by process \d+ on \S+ since \d{4}-/u);
    // Beside a running Candor the doctor finds nothing wrong with that.
    const examined = await runCommand(["doctor"], { env });
    expect(examined).toMatchObject({ code: 0, stdout: expect.stringContaining("in use: ") });
    expect(await running.stop()).toBe(0);
  });
});

describe("a service", () => {
  test("PostgreSQL that is not there", async () => {
    const { code, first, all } = await start({
      DATABASE_URL: "postgres://u:hunter2@127.0.0.1:1/x",
    });
    expect(code).toBe(3);
    expect(first).toContain("CANDOR-004");
    expect(all).not.toContain("hunter2");
  });

  test("Redis that is not there", async () => {
    const { code, first } = await start({ REDIS_URL: "redis://:hunter2@127.0.0.1:1" });
    expect(code).toBe(3);
    expect(first).toMatch(/CANDOR-006 .*127\.0\.0\.1:1/u);
    expect(first).not.toContain("hunter2");
  });

  test.each([
    ["too old", "5.0.14", "noeviction", "5.0.14"],
    ["of the wrong eviction policy", "7.2.0", "allkeys-lru", "allkeys-lru"],
  ])("Redis that is %s", async (_what, version, policy, named) => {
    const redis = await fakeRedis(version, policy);
    const { code, first } = await start({ REDIS_URL: `redis://127.0.0.1:${redis.port}` });
    redis.close();
    expect(code).toBe(2);
    expect(first).toContain("CANDOR-007");
    expect(first).toContain(named);
  });

  test("an address that is taken", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { code, first } = await start({ CANDOR_HTTP_PORT: String(portOf(server)) });
    server.close();
    expect(code).toBe(2);
    expect(first).toContain("CANDOR-012");
  });
});

function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}

/** Speaks just enough of Redis's protocol to be asked who it is. */
async function fakeRedis(
  version: string,
  policy: string,
): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      const words = chunk.toString().toLowerCase();
      for (const command of words.match(/\b(?:info|config|hello|client|ping|quit)\b/gu) ?? []) {
        if (command === "info")
          socket.write(
            bulk(`redis_version:${version}\r\nmaxmemory_policy:${policy}\r\nloading:0\r\n`),
          );
        else if (command === "config")
          socket.write(`*2\r\n${bulk("maxmemory-policy")}${bulk(policy)}`);
        else if (command === "hello") socket.write("-ERR unknown command 'HELLO'\r\n");
        else socket.write("+OK\r\n");
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return {
    port: portOf(server),
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("the server does not listen");
  return address.port;
}
