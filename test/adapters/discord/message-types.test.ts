import { expect, test } from "@jest/globals";
import { MessageType } from "discord.js";
import { FATES, isSaid } from "../../../adapters/discord/message-types.ts";

const PERSON = { id: "1" };

test("every type of message that discord.js knows has a fate", () => {
  const types = Object.values(MessageType).filter((type) => typeof type === "number");
  expect(new Set(Object.keys(FATES).map(Number))).toEqual(new Set(types));
});

test("only somebody's words are judged", () => {
  const judged = Object.keys(FATES).filter((type) =>
    isSaid({ type: Number(type), author: PERSON }, null),
  );
  expect(judged.map(Number)).toEqual([
    MessageType.Default,
    MessageType.Reply,
    MessageType.ChatInputCommand,
    MessageType.ContextMenuCommand,
  ]);
});

test("a type that Discord adds later is a notice", () => {
  expect(isSaid({ type: 4711, author: PERSON }, null)).toBe(false);
});

test("Candor does not judge itself, nor what follows its interactions, but others' webhooks", () => {
  expect(said("9")).toBe(false);
  expect(said("8", "9")).toBe(false);
  expect(said("8", "8")).toBe(true);
  expect(said("8")).toBe(true);
});

/** Whether Candor, whose id is 9, judges what somebody says. */
function said(author: string, webhook_id?: string): boolean {
  return isSaid({ type: MessageType.Default, author: { id: author }, webhook_id }, "9");
}
