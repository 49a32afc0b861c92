import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { cleanJson } from "../../../adapters/replay/clean-json.ts";
import type { JsonValueAt } from "../../../adapters/replay/export-record.ts";
import { streamJson } from "../../../adapters/replay/stream-json.ts";

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function cleaned(text: string | Buffer, size: number): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of cleanJson(cut(Buffer.from(text), size))) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

const anyJson = fc
  .tuple(fc.jsonValue({ stringUnit: "binary" }), fc.constantFrom(0, 1))
  .map(([value, indent]) => JSON.stringify({ document_id: value, list: [value] }, null, indent));

describe("cleaning JSON", () => {
  test("sound JSON passes through as it is, however it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(anyJson, fc.integer({ min: 1, max: 12 }), async (text, size) => {
        expect(await cleaned(text, size)).toBe(text);
      }),
    );
  });

  test.each([1, 2, 3, 5, 8, 64, 1000])(
    "the exporter's faults are mended in chunks of %d",
    async (size) => {
      const text = String.raw`["a\x0Bb", "\\x41", "\\\x41", "${"\\".repeat(20)}x41"]`;
      expect(JSON.parse(await cleaned(text, size))).toEqual([
        "a\u000bb",
        "\\x41",
        "\\A",
        `${"\\".repeat(10)}x41`,
      ]);
    },
  );

  // A line is mended as a whole: exports have short lines, and are read in chunks of 64 KiB.
  test.each([64, 1000])("bare document ids are mended in chunks of %d", async (size) => {
    const lines =
      '{\n"document_id": video_files/a (2).webm\n,\n"document_id": (not included),\n"c": 1}';
    expect(await cleaned(lines, size)).toBe(
      '{\n"document_id": "video_files/a (2).webm"\n,\n"document_id": "(not included)",\n"c": 1}',
    );
  });

  test.each([1, 2, 3, 5, 1000])("invalid UTF-8 is replaced in chunks of %d", async (size) => {
    const bytes = Buffer.concat([Buffer.from('"长'), Buffer.from([0xe4, 0xb8]), Buffer.from('é"')]);
    expect(await cleaned(bytes, size)).toBe('"长\ufffdé"');
  });
});

async function valuesOf(text: string, size: number, paths: readonly string[]) {
  const values: JsonValueAt[] = [];
  for await (const batch of streamJson(cut(Buffer.from(text), size), paths)) values.push(...batch);
  return values;
}

describe("streaming JSON", () => {
  test("gives the values at the paths, whole and in order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue()),
        fc.integer({ min: 1, max: 50 }),
        async (list, size) => {
          const text = JSON.stringify({ name: "n", other: list, messages: list, last: list });
          expect(await valuesOf(text, size, ["$.name", "$.messages.*"])).toEqual([
            { keys: ["name"], value: "n" },
            ...(JSON.parse(JSON.stringify(list)) as unknown[]).map((value, index) => ({
              keys: ["messages", index],
              value,
            })),
          ]);
        },
      ),
    );
  });

  test("says where a document breaks, not what stands there", async () => {
    await expect(
      valuesOf('{"messages":[1,2 "secret"]}', 4, ["$.messages.*"]),
    ).rejects.toMatchObject({
      name: "JsonDamage",
      message: "the JSON is broken",
      offset: 17,
    });
  });
});
