import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { filledIn } from "../../../adapters/discord/form-fields.ts";
import { customIdOf, readCustomId } from "../../../adapters/discord/custom-id.ts";
import { messageOf, plain } from "../../../adapters/discord/write.ts";
import { checkMessage } from "../../support/discord/prose-messages.ts";

test.each([
  [
    "a link that hides where it leads",
    "[free tea](https://evil.example)",
    "\\[free tea\\](https\\://evil.example)",
  ],
  ["a bare link", "see https://evil.example", "see https\\://evil.example"],
  ["a mention of everybody", "@everyone", "\\@everyone"],
  ["a mention of somebody", "<@123456>", "\\<\\@123456\\>"],
  ["a heading on a later line", "tea\n# Heading", "tea\n\\# Heading"],
  ["small print", "-# small", "\\-# small"],
  ["a list", "tea\n  - one\n1. two", "tea\n  \\- one\n1\\. two"],
  ["a quotation", "> said", "\\> said"],
  ["a spoiler", "||hidden||", "\\|\\|hidden\\|\\|"],
])("%s is not live", (_, words, shown) => {
  expect(plain(words)).toBe(shown);
});

test("whatever the words, Discord takes the message, and no character is cut in two", () => {
  const words = fc.string({ unit: "binary", maxLength: 3000 });
  fc.assert(
    fc.property(words, fc.array(words, { maxLength: 4 }), (title, lines) => {
      const long = lines.map((line) => line.repeat(4));
      const said = { title, lines: long, buttons: [], forms: [] };
      const fields = [
        { name: title, value: title },
        { name: "b", value: title },
      ];
      const message = messageOf(said, { fields });
      expect(checkMessage(message, [])).toBeNull();
      const [embed] = message.embeds;
      expect(embed?.description?.length ?? 0).toBeLessThanOrEqual(4096);
      const whole = [title, ...long].every((each) => each.isWellFormed());
      expect(!whole || (embed?.description ?? "").isWellFormed()).toBe(true);
    }),
    { numRuns: 50 },
  );
});

function button(command: string) {
  return { label: command, command };
}

test("more buttons than have room, too long ones and doubles are left out", () => {
  const many = Array.from({ length: 40 }, (_, i) => button(`take #${i}`));
  const said = {
    title: "t",
    lines: [],
    buttons: [button("x".repeat(200)), ...many, button("take #1")],
  };
  const { components } = messageOf(said, { communityId: "123" });
  expect(components).toHaveLength(5);
  expect(checkMessage({ embeds: [], components }, [])).toBeNull();
});

test("a button says of which community it is where Discord does not", () => {
  expect(readCustomId(customIdOf("take #1", "42") ?? "")).toEqual({
    line: "take #1",
    communityId: "42",
  });
  expect(readCustomId(customIdOf("take #1", null) ?? "")).toEqual({
    line: "take #1",
    communityId: null,
  });
  expect(readCustomId("of another bot")).toBeNull();
});

test("a form's answers are read by name, and what was left empty is not among them", () => {
  expect(
    filledIn([
      { type: 18, component: { type: 3, custom_id: "actions", values: ["delete", "warn"] } },
      { type: 18, component: { type: 3, custom_id: "rule", values: [] } },
      { type: 1, components: [{ type: 4, custom_id: "reason", value: "why" }] },
      { type: 18, component: { type: 4, custom_id: "duration", value: " " } },
      "of an unknown shape",
    ]),
  ).toEqual({ actions: "delete,warn", reason: "why" });
});
