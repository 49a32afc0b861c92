import { expect, test } from "@jest/globals";
import { storable, storableJson } from "../../../adapters/postgres/stored-json.ts";

test("JSON that PostgreSQL can read: no U+0000, no half character, and everything else as it was", () => {
  const asIs = {
    text: '\\ud800 \\u0000 \\\\ud83d 😀 \n\t"',
    "\\": 1,
    list: [null, true, "\u0001"],
  };
  expect(JSON.parse(storableJson(asIs))).toStrictEqual(asIs);
  const unfit = { "\ud800": ["a\u0000b", "\\\ud83d", "\ude00\ud83d", "\udc00\udc00😀"] };
  expect(JSON.parse(storableJson(unfit))).toStrictEqual({
    "\ufffd": ["a\ufffdb", "\\\ufffd", "\ufffd\ufffd", "\ufffd\ufffd😀"],
  });
});

test("a text without them", () => {
  expect(storable("a\u0000b\ud800 😀")).toBe("a\ufffdb\ufffd 😀");
  expect(storable(null)).toBeNull();
});
