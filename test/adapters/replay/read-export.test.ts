import { readFile, stat } from "node:fs/promises";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readExport } from "../../../adapters/replay/index.ts";
import { fixture, kindsOf, readAll, readContent, textsOf } from "./support.ts";

const HEADS = {
  telegram: '{"name":"n","type":"private_group","id":1,"messages":',
  discord: '{"guild":{"id":"1"},"channel":{"id":"2"},"messages":',
};

describe("JSON Lines", () => {
  test("a bad line is named and the rest goes on", async () => {
    const records = await readAll(fixture("messages.jsonl"));
    expect(textsOf(records)).toEqual(["hello", "with more", "last"]);
    expect(records.filter(({ kind }) => kind !== "message")).toEqual([
      { kind: "unreadable", record: 3, reason: "not JSON" },
      expect.objectContaining({
        record: 4,
        reason: expect.stringMatching(/^message: read a list/u),
      }),
      { kind: "unreadable", record: 5, id: "4", reason: "id: read a number, accepted is a string" },
    ]);
  });

  test("is known by any of its first lines, and by one line longer than the beginning", async () => {
    expect(kindsOf(await readContent('nonsense\n{"id":"1","text":"a"}\n'))).toEqual([
      "unreadable",
      "message",
    ]);
    expect(kindsOf(await readContent(`{"id":"1","text":"${"a".repeat(100_000)}"}`))).toEqual([
      "message",
    ]);
  });
});

describe("a file that is no export", () => {
  test("is missing, or is a folder", async () => {
    expect(await readAll(fixture("nowhere.json"))).toEqual([
      { kind: "broken", cause: "missing", reason: "no such file" },
    ]);
    expect(await readAll(fixture("."))).toEqual([
      expect.objectContaining({ cause: "not-a-file", reason: expect.stringMatching(/^a folder/u) }),
    ]);
  });

  test.each([
    ["", "an empty file"],
    [" \n\n", "nothing but blanks"],
    ["<!DOCTYPE html><html>", "HTML"],
    ['[{"id":"1","text":"a"}]', "a JSON list"],
    ['"a"', "a string in JSON"],
    ["AuthorID,Author,Date", "text that is not JSON"],
    [Buffer.from([0x50, 0x4b, 3, 4, 0, 0]), "a binary file"],
    ['{"a":1}', "a JSON object without the keys of an export"],
  ])("%j is an unknown format", async (content, found) => {
    const records = await readContent(content);
    expect(records).toEqual([
      {
        kind: "broken",
        cause: "unknown-format",
        reason: expect.stringMatching(
          `^unknown format: found ${found}; accepted are Telegram Desktop JSON`,
        ),
      },
    ]);
  });
});

describe("a damaged export", () => {
  test.each(["telegram-group.result.json", "discord.json"])(
    "%s cut anywhere gives what stood before",
    async (name) => {
      const bytes = await readFile(fixture(name));
      const whole = await readAll(fixture(name));
      const start = bytes.indexOf('"messages"') + 40;
      for (let end = start; end < bytes.length - 3; end += 97) {
        const records = await readContent(bytes.subarray(0, end));
        expect(records.slice(0, -1).map((record) => ({ ...record }))).toMatchObject(
          whole.slice(0, records.length - 1).map(({ kind }) => ({ kind })),
        );
        expect(records.at(-1)).toMatchObject({ kind: "broken", cause: "damaged" });
      }
    },
  );

  test("broken JSON ends the reading without quoting what stands there", async () => {
    const records = await readContent(
      `${HEADS.telegram}[{"id":1,"text":"a"},{"id":2,"text":"b" "a secret"}]}`,
    );
    expect(textsOf(records)).toEqual(["a"]);
    expect(records.at(-1)).toEqual({
      kind: "broken",
      cause: "damaged",
      reason: "the JSON is broken",
      offset: expect.any(Number),
    });
  });

  test("lists inside lists without end are refused in time", async () => {
    const deep = "[".repeat(1_000_000);
    const records = await readContent(`${HEADS.telegram}[{"id":1,"text":"a"},${deep}`);
    expect(textsOf(records)).toEqual(["a"]);
    expect(records.at(-1)).toMatchObject({ cause: "damaged", reason: "nested deeper than 100" });
  });

  test("a service record with anything for an action is still a service record", async () => {
    const records = await readContent(
      `${HEADS.telegram}[{"id":1,"type":"service","action":{"toString":1,"valueOf":2}}]}`,
    );
    expect(records[0]).toMatchObject({
      kind: "skipped",
      reason: "service record: of another kind",
    });
  });

  test("a second document behind the first is named", async () => {
    const records = await readContent(`${HEADS.telegram}[{"id":1,"text":"a"}]} {"more":1}`);
    expect(textsOf(records)).toEqual(["a"]);
    expect(records.at(-1)).toMatchObject({ reason: "something follows the end of the JSON" });
  });

  test("invalid UTF-8, lone surrogates, NUL and a byte order mark are survived", async () => {
    const records = await readContent(
      Buffer.concat([
        Buffer.from(`\ufeff${HEADS.telegram}[{"id":1,"text":"`),
        Buffer.from([0x61, 0xff, 0xe4]),
        Buffer.from(String.raw`"},{"id":2,"text":"\ud83d \u0000 b"}]}`),
      ]),
    );
    expect(textsOf(records)).toEqual(["a\ufffd\ufffd", "\ud83d \u0000 b"]);
  });

  test("a text of ten million units is one unreadable record among others", async () => {
    const long = "长".repeat(10_000_000);
    const records = await readContent(
      `${HEADS.discord}[{"id":"1","content":"${long}"},{"id":"2","content":"after"}]}`,
    );
    expect(records[0]).toEqual({
      kind: "unreadable",
      record: 1,
      id: "1",
      reason: "text: 10000000 UTF-16 units, accepted are at most 1000000",
    });
    expect(textsOf(records)).toEqual(["after"]);
  });
});

describe("reading any export", () => {
  test("tells its progress up to the size of the file", async () => {
    const path = fixture("discord.json");
    const seen: [number, number][] = [];
    for await (const batch of readExport(path, { onProgress: (...at) => seen.push(at) }))
      void batch;
    const { size } = await stat(path);
    expect(seen.at(-1)).toEqual([size, size]);
  });

  test("can be left early", async () => {
    for await (const batch of readExport(fixture("discord.json"))) {
      expect(batch.length).toBeGreaterThan(0);
      break;
    }
  });

  const loose = fc.oneof(
    fc.jsonValue(),
    fc.record(
      {
        id: fc.jsonValue(),
        type: fc.oneof(
          fc.constantFrom("message", "service", "Default", "Reply", "Call"),
          fc.jsonValue(),
        ),
        text: fc.jsonValue(),
        content: fc.jsonValue(),
        author: fc.jsonValue(),
        date: fc.oneof(fc.constant("2026-03-01T08:00:00"), fc.jsonValue()),
        poll: fc.jsonValue(),
        embeds: fc.jsonValue(),
        from_id: fc.oneof(fc.constant("user5"), fc.jsonValue()),
      },
      { requiredKeys: [] },
    ),
  );
  test.each(["telegram", "discord"] as const)(
    "whatever stands in %s messages, none is lost",
    async (format) => {
      await fc.assert(
        fc.asyncProperty(fc.array(loose), fc.constantFrom(0, 1, 2), async (messages, indent) => {
          const content = `${HEADS[format]}${JSON.stringify(messages, null, indent)}}`;
          const records = await readContent(content);
          expect(records).toHaveLength(messages.length);
          expect(kindsOf(records)).not.toContain("broken");
        }),
        { numRuns: 60 },
      );
    },
  );
});
