import { createServer, type AddressInfo, type Server } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { checkRedis } from "../../../adapters/bullmq/redis.ts";
import { makeThrottle } from "../../../adapters/bullmq/throttle.ts";

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server = undefined;
});

type Answers = (command: readonly string[]) => string;

/** A server that speaks as much of Redis's protocol as a check needs; returns its URL. */
async function startRedis(answers: Answers): Promise<string> {
  const listening = createServer((socket) => {
    let received = "";
    socket.on("error", () => socket.destroy());
    socket.on("data", (data) => {
      received += data.toString();
      for (;;) {
        const command = /^\*(\d+)\r\n((?:\$\d+\r\n[^\r]*\r\n)+)/u.exec(received);
        if (!command) return;
        const words = (command[2] ?? "").split("\r\n").filter((_, index) => index % 2 === 1);
        const count = Number(command[1]);
        const taken = words.slice(0, count);
        received = received.slice(
          taken.reduce(
            (sum, word) => sum + `$${word.length}\r\n${word}\r\n`.length,
            `*${count}\r\n`.length,
          ),
        );
        socket.write(answers(taken));
      }
    });
  });
  server = listening;
  await new Promise<void>((resolve) => {
    listening.listen(0, "127.0.0.1", resolve);
  });
  return `redis://:not-a-real-one@127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`;

interface Told {
  readonly appends?: boolean;
  /** As CONFIG tells it; null: CONFIG is forbidden. */
  readonly save?: string | null;
}

function redis(version: string, policy: string, { appends = true, save = "" }: Told = {}): Answers {
  return ([command = "", section = "", name = ""]) => {
    switch (command.toUpperCase()) {
      case "INFO":
        return bulk(
          `# ${section}\r\nredis_version:${version}\r\nloading:0\r\nmaxmemory_policy:${policy}\r\naof_enabled:${appends ? 1 : 0}\r\n`,
        );
      case "CONFIG":
        if (save === null) return "-NOPERM no permission for 'config|get'\r\n";
        return `*2\r\n${bulk(name)}${bulk(name === "save" ? save : policy)}`;
      default:
        return "+OK\r\n";
    }
  };
}

describe("Redis is checked", () => {
  test("and is good from 6.2 on when it keeps what it is given", async () => {
    expect(await checkRedis(await startRedis(redis("6.2.0", "noeviction")))).toEqual({
      ok: true,
      value: "all",
    });
  });

  test.each([
    ["snapshots", "3600 1 300 100"],
    ["nothing", ""],
    ["unknown", null],
  ] as const)("and keeps %s without an append-only file when `save` is %j", async (value, save) => {
    const url = await startRedis(redis("7.2.4", "noeviction", { appends: false, save }));
    expect(await checkRedis(url)).toEqual({ ok: true, value });
  });

  test("and is too old before", async () => {
    const error = { kind: "too-old", version: "6.0.16", minimum: "6.2.0" };
    expect(await checkRedis(await startRedis(redis("6.0.16", "noeviction")))).toEqual({
      ok: false,
      error,
    });
  });

  test.each(["", null])(
    "and must not throw jobs away, whether or not CONFIG is allowed (%j)",
    async (save) => {
      const error = { kind: "wrong-eviction", policy: "allkeys-lru", wanted: "noeviction" };
      expect(await checkRedis(await startRedis(redis("7.2.4", "allkeys-lru", { save })))).toEqual({
        ok: false,
        error,
      });
    },
  );

  test("and a wrong password is named without telling it", async () => {
    const url = await startRedis(([command = ""]) =>
      command.toUpperCase() === "AUTH" || command.toUpperCase() === "HELLO"
        ? "-WRONGPASS invalid username-password pair or user is disabled.\r\n"
        : "-NOAUTH Authentication required.\r\n",
    );
    const result = await checkRedis(url);
    const address = new URL(url).host;
    expect(result).toEqual({
      ok: false,
      error: { kind: "unreachable", address, reason: "WRONGPASS" },
    });
  });

  test("and one that is not there is unreachable", async () => {
    const url = await startRedis(() => "");
    await new Promise((resolve) => {
      server?.close(resolve);
    });
    const error = { kind: "unreachable", address: new URL(url).host, reason: "ECONNREFUSED" };
    expect(await checkRedis(url)).toEqual({ ok: false, error });
  });

  test("and what is no address of one is refused", async () => {
    expect(await checkRedis("http://127.0.0.1")).toEqual({ ok: false, error: { kind: "bad-url" } });
  });
});

describe("a throttle", () => {
  test("lets one line through in a time and counts the others", () => {
    let now = 0;
    const written: string[] = [];
    const throttle = makeThrottle(10, () => now);
    const say = (subject: string) =>
      throttle(subject, (suppressed) => written.push(`${subject} ${suppressed}`));
    for (now = 0; now < 12; now += 1) say("a");
    say("b");
    expect(written).toEqual(["a 0", "a 9", "b 0"]);
  });
});
