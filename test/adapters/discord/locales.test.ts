import { expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { Locales } from "../../../adapters/discord/locales.ts";
import type { PlatformMemory } from "../../../src/ports/platform-memory.ts";
import { makeListeningLog } from "../system/silent-log.ts";

function fingerprint(id: string): string {
  return createHash("sha256").update(id).digest("hex");
}

function open() {
  const kept = new Map<string, string>();
  const memory: PlatformMemory = {
    recall: async (key) => kept.get(key) ?? null,
    async remember(key, value) {
      if (value === null) kept.delete(key);
      else kept.set(key, value);
    },
    due: async () => [],
  };
  const log = makeListeningLog();
  return { kept, make: () => new Locales({ memory, fingerprint, log }) };
}

/** Resolves once everything that was noted is kept. */
async function settled(locales: Locales, last: string): Promise<void> {
  while ((await locales.of(last)) !== "en") await new Promise((resolve) => setImmediate(resolve));
}

test("a language outlives the process, changes with its person, and names nobody", async () => {
  const { kept, make } = open();
  const before = make();
  before.note("123456789", "zh-CN");
  before.note("123456789", "zh-TW");
  before.note("987654321", "en");
  await settled(before, "987654321");
  const after = make();
  expect(await after.of("123456789")).toBe("zh-TW");
  expect(await after.of("555555555")).toBeNull();
  expect(JSON.stringify([...kept])).not.toMatch(/123456789|987654321/u);
});

test("what is kept does not grow with the number of people", async () => {
  const { kept, make } = open();
  const locales = make();
  for (let i = 0; i < 12_000; i += 1) locales.note(`person ${i}`, "zh-CN");
  locales.note("the last", "en");
  await settled(locales, "the last");
  expect(kept.size).toBeLessThanOrEqual(256);
  const people = [...kept.values()].flatMap((group) => JSON.parse(group) as unknown[]);
  expect(people.length).toBeLessThanOrEqual(256 * 40);
});
