import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { MAX_TEXT_UNITS, parseMessageInput, parseTime } from "../../src/engine/message-input.ts";

function errorOf(value: unknown): string {
  const parsed = parseMessageInput(value);
  return parsed.ok ? "(no error)" : parsed.error;
}

describe("one message in", () => {
  test("needs no more than an id and a text", () => {
    expect(parseMessageInput({ id: "1", text: "hello" })).toEqual({
      ok: true,
      value: {
        id: "1",
        platform: "unknown",
        community: { id: "default" },
        channel: { id: "default" },
        author: { id: "unknown", role: "member" },
        text: "hello",
        sentAt: 0,
        mentions: [],
        links: [],
        attachments: [],
      },
    });
  });

  test("takes every key of the contract", () => {
    const value = {
      id: "1",
      text: "hello",
      platform: "discord",
      community: { id: "g", name: "Harbour" },
      channel: "c",
      author: {
        id: "a",
        displayName: "Mira",
        role: "staff",
        joinedAt: "2026-01-01",
        accountCreatedAt: "2025-01-01T00:00:00Z",
      },
      sentAt: "2026-01-31T08:00:00+08:00",
      editedAt: "2026-01-31T00:00:01",
      replyTo: "0",
      quoted: "their words",
      forwardedFrom: "elsewhere",
      mentions: ["b"],
      links: ["https://example.com"],
      attachments: [{ name: "a.png", mime: "image/png", path: "files/a.png", size: 3 }],
      shoeSize: 43,
    };
    expect(parseMessageInput(value)).toEqual({
      ok: true,
      value: {
        id: "1",
        text: "hello",
        platform: "discord",
        community: { id: "g", name: "Harbour" },
        channel: { id: "c" },
        author: {
          id: "a",
          displayName: "Mira",
          role: "staff",
          joinedAt: Date.UTC(2026, 0, 1),
          accountCreatedAt: Date.UTC(2025, 0, 1),
        },
        sentAt: Date.UTC(2026, 0, 31),
        revisedAt: Date.UTC(2026, 0, 31, 0, 0, 1),
        replyTo: "0",
        quoted: "their words",
        forwardedFrom: "elsewhere",
        mentions: ["b"],
        links: ["https://example.com"],
        attachments: [{ name: "a.png", mime: "image/png", path: "files/a.png" }],
      },
    });
  });

  test("null counts as absent, and leaves no key behind", () => {
    const value = {
      id: "1",
      text: "",
      platform: null,
      community: null,
      channel: { id: "c", name: null },
      author: { id: null, role: null, joinedAt: null },
      sentAt: null,
      editedAt: null,
      replyTo: null,
      mentions: null,
      attachments: [{ name: "a", mime: null }],
    };
    const parsed = parseMessageInput(value);
    expect(parsed.ok && parsed.value).toStrictEqual({
      id: "1",
      platform: "unknown",
      community: { id: "default" },
      channel: { id: "c" },
      author: { id: "unknown", role: "member" },
      text: "",
      sentAt: 0,
      mentions: [],
      links: [],
      attachments: [{ name: "a" }],
    });
  });

  const wrong: readonly (readonly [unknown, string])[] = [
    [7, "message: read a number, accepted is a JSON object with a string id and a string text"],
    [["a"], "message: read a list, accepted is a JSON object with a string id and a string text"],
    [{ text: "x" }, "id: read nothing, accepted is a string"],
    [{ id: 5, text: "x" }, "id: read a number, accepted is a string"],
    [
      { id: "1", text: null },
      "text: read null, accepted is a string of at most 1000000 UTF-16 units",
    ],
    [
      { id: "1", text: "x", sentAt: 5 },
      "sentAt: read a number, accepted is an ISO 8601 time such as 2026-01-31T08:00:00Z",
    ],
    [
      { id: "1", text: "x", author: { role: "king" } },
      "author.role: read a string of another form, accepted is member, staff, affiliate, bot",
    ],
    [
      { id: "1", text: "x", mentions: ["a", {}] },
      "mentions.1: read an object, accepted is a string",
    ],
    [
      { id: "1", text: "x", channel: true },
      "channel: read a boolean, accepted is a string, or an object with a string id and, if there is one, a string name",
    ],
    [
      { id: "1", text: "x", attachments: ["a.png"] },
      "attachments.0: read a string of another form, accepted is an object with a string name and, if known, mime and path",
    ],
  ];
  test.each(wrong)("%j is refused with the key, the type and what is accepted", (value, error) => {
    expect(errorOf(value)).toBe(error);
  });

  test("a text of the greatest length is taken, one unit more is refused", () => {
    expect(parseMessageInput({ id: "1", text: "x".repeat(MAX_TEXT_UNITS) }).ok).toBe(true);
    expect(errorOf({ id: "1", text: "x".repeat(MAX_TEXT_UNITS + 1) })).toBe(
      "text: read a longer string, accepted is a string of at most 1000000 UTF-16 units",
    );
  });

  test("an error never repeats a value", () => {
    const secret = "correct horse battery";
    for (const key of ["sentAt", "editedAt", "community", "author", "mentions", "attachments"]) {
      expect(errorOf({ id: "1", text: "x", [key]: [secret] })).not.toContain(secret);
    }
    expect(errorOf({ id: "1", text: "x", author: { role: secret } })).not.toContain(secret);
  });

  test("no value makes it throw, and an error is one line", () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.anything()), (value) => {
        const parsed = parseMessageInput(value);
        expect(parsed.ok || !parsed.error.includes("\n")).toBe(true);
      }),
    );
  });
});

describe("a time", () => {
  test.each([
    ["2026-01-31", Date.UTC(2026, 0, 31)],
    ["2026-01-31T08:00", Date.UTC(2026, 0, 31, 8)],
    ["2026-01-31 08:00:05Z", Date.UTC(2026, 0, 31, 8, 0, 5)],
    ["2026-01-31T08:00:05.1239999Z", Date.UTC(2026, 0, 31, 8, 0, 5, 123)],
    ["2026-01-31T08:00:05-0130", Date.UTC(2026, 0, 31, 9, 30, 5)],
    ["2024-02-29T23:59:60+00", Date.UTC(2024, 2, 1)],
  ])("%s is read", (text, ms) => {
    expect(parseTime(text)).toBe(ms);
  });

  test.each([
    "",
    "yesterday",
    "2026-02-29",
    "2026-13-01",
    "2026-01-31T24:00",
    "2026-01-31T08:00+99:00",
    "1769846400",
  ])("%j is refused", (text) => {
    expect(parseTime(text)).toBeNull();
  });

  test("what JavaScript writes is read back", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }),
        (date) => {
          expect(parseTime(date.toISOString())).toBe(date.getTime());
        },
      ),
    );
  });
});
