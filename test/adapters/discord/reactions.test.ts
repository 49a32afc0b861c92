import { expect, test } from "@jest/globals";
import { isEmoji } from "../../../adapters/discord/reactions.ts";

test("an emoji is known with and without the mark of its colours", () => {
  expect(isEmoji("⚠️", { id: null, name: "⚠" })).toBe(true);
  expect(isEmoji(" 🚩", { id: null, name: "🚩" })).toBe(true);
  expect(isEmoji("🚩", { id: null, name: "🏳️" })).toBe(false);
});

test("an emoji of the server's own is known by its id, however it is written", () => {
  const own = { id: "123456789012345678", name: "report" };
  for (const named of [
    "123456789012345678",
    "<:report:123456789012345678>",
    "report:123456789012345678",
  ]) {
    expect(isEmoji(named, own)).toBe(true);
  }
  expect(isEmoji("report", own)).toBe(false);
  expect(isEmoji("123456789012345678", { id: null, name: "123456789012345678" })).toBe(false);
});
