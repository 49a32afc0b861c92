import { Readable } from "node:stream";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Line, readLines } from "../../../adapters/replay/read-lines.ts";

async function linesOf(chunks: Iterable<Buffer | string>, cap?: number): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for await (const batch of readLines(Readable.from(chunks), cap)) lines.push(...batch);
  return lines;
}

async function textsOf(chunks: Iterable<Buffer | string>, cap?: number) {
  return (await linesOf(chunks, cap)).map((line) =>
    line.kind === "line" ? line.text : `${line.bytes} bytes`,
  );
}

function cut(bytes: Buffer, size: number): readonly Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

describe("reading lines", () => {
  test("takes LF and CR LF, and a last line without an end", async () => {
    expect(await textsOf(["one\ntwo\r\n\r\nthree\rthree\nfour"])).toEqual([
      "one",
      "two",
      "",
      "three\rthree",
      "four",
    ]);
  });

  test("counts lines from 1 across chunks", async () => {
    const lines = await linesOf(["a\nb", "b\nc\n", "d"]);
    expect(lines.map(({ line }) => line)).toEqual([1, 2, 3, 4]);
  });

  test("nothing gives no line", async () => {
    expect(await textsOf([])).toEqual([]);
    expect(await textsOf([Buffer.alloc(0)])).toEqual([]);
  });

  test("drops a byte order mark even when it arrives in pieces", async () => {
    const bytes = Buffer.from("\ufeffone\n\ufefftwo");
    expect(await textsOf([bytes])).toEqual(["one", "\ufefftwo"]);
    expect(await textsOf(cut(bytes, 1))).toEqual(["one", "\ufefftwo"]);
  });

  test("invalid UTF-8 is replaced and the rest goes on", async () => {
    expect(await textsOf([Buffer.from([0x61, 0xff, 0x0a, 0x62, 0xe4])])).toEqual([
      "a\ufffd",
      "b\ufffd",
    ]);
  });

  test.each([1, 3, 7, 1000])(
    "a line above the limit is passed over (chunks of %d)",
    async (size) => {
      const bytes = Buffer.from(`short\n${"x".repeat(25)}\r\n1234567890\r\n12345678901\nend`);
      expect(await textsOf(cut(bytes, size), 10)).toEqual([
        "short",
        expect.stringMatching(/^2[56] bytes$/u),
        "1234567890",
        "11 bytes",
        "end",
      ]);
    },
  );

  test("keeps nothing of a line above the limit", async () => {
    const piece = Buffer.alloc(1 << 20, "x");
    function* endless() {
      for (let i = 0; i < 200; i += 1) yield piece;
      yield Buffer.from("\nend");
    }
    const lines = await linesOf(endless(), 1 << 20);
    expect(lines).toEqual([
      { kind: "too-long", line: 1, bytes: 200 << 20 },
      { kind: "line", line: 2, text: "end" },
    ]);
  });

  test("any text comes back whole however it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: "binary" }).map((s) => s.replaceAll(/[\r\n\ufeff]/gu, ""))),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom("\n", "\r\n"),
        async (lines, size, end) => {
          const bytes = Buffer.from(lines.map((line) => line + end).join(""));
          expect(await textsOf(cut(bytes, size))).toEqual(
            lines.map((line) => Buffer.from(line).toString()),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});
