import { describe, expect, test } from "@jest/globals";
import { makeDigests } from "../../../adapters/system/digests.ts";
import { systemIds } from "../../../adapters/system/ids.ts";
import { makeLog } from "../../../adapters/system/log.ts";
import { WHOLE } from "../../../src/engine/share.ts";

function logged(
  write: (log: ReturnType<typeof makeLog>) => void,
  share = WHOLE,
): Record<string, unknown> {
  const lines: string[] = [];
  write(makeLog("info", { share, to: { write: (line) => void lines.push(line) } }));
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? "") as Record<string, unknown>;
}

function shown(log: ReturnType<typeof makeLog>): void {
  log.info({}, "shown");
}

describe("the log", () => {
  test("keeps of an error what helps, and nothing that it carries with it", () => {
    const error = Object.assign(new Error("failed"), {
      code: 50_013,
      status: 403,
      requestBody: { content: "private words" },
      params: ["private values"],
    });
    const { err, ...line } = logged((log) => log.warn({ err: error, case: "c" }, "action refused"));
    expect(line).toMatchObject({ level: 40, case: "c", msg: "action refused" });
    expect(Object.keys(err as object)).toEqual(["name", "code", "status", "message", "stack"]);
    expect(JSON.stringify(err)).not.toContain("private");
  });

  test("takes anything that was thrown", () => {
    const { err } = logged((log) => log.error({ err: "private words" }, "failed"));
    expect(err).toEqual({ name: "string", message: "not an Error" });
  });

  test("says which of several processes has written a line, and of one alone nothing", () => {
    expect(logged(shown, { index: 1, of: 3 })).toMatchObject({ process: 1 });
    expect(logged(shown)).not.toHaveProperty("process");
  });

  test("leaves out what is below its level", () => {
    expect(
      logged((log) => {
        log.debug({}, "hidden");
        log.info({}, "shown");
      }),
    ).toMatchObject({ msg: "shown" });
  });
});

describe("digests and ids", () => {
  const digests = makeDigests("one secret of thirty-two characters");

  test("a hash is of the canonical form", () => {
    expect(digests.hash({ b: 1, a: ["é", 1e21] })).toBe(digests.hash({ a: ["é", 1e21], b: 1 }));
    // printf '{"a":1}' | sha256sum
    expect(digests.hash({ a: 1 })).toBe(
      "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862",
    );
    expect(() => digests.hash(undefined)).toThrow(TypeError);
  });

  test("a fingerprint depends on purpose, secret and value", () => {
    const other = makeDigests("another secret of thirty-two characters");
    const prints = [
      digests.fingerprint("person", "x"),
      digests.fingerprint("text", "x"),
      digests.fingerprint("person", "y"),
      other.fingerprint("person", "x"),
    ];
    expect(new Set(prints).size).toBe(4);
    expect(prints[0]).toMatch(/^[0-9a-f]{64}$/u);
    expect(digests.fingerprint("person", "x")).toBe(prints[0]);
  });

  test("nonces have 128 bits", () => {
    expect(systemIds.nonce()).toMatch(/^[0-9a-f]{32}$/u);
    expect(systemIds.next()).not.toBe(systemIds.next());
  });
});
