import { expect, test } from "@jest/globals";
import { COMMANDS, commandsOf } from "../../src/commands/index.ts";
import { parseArguments } from "../../src/commands/parse.ts";

/** What is done to channels, roles and names; their role matrix is in room.test.ts. */
const ROOM = ["slowmode", "lock", "unlock", "calm", "nick", "role", "pin"];
const names = (platform: string) => commandsOf(platform).map(({ name }) => name);

test("a platform has the commands of all, and its own beside them", () => {
  expect(names("sandbox")).toStrictEqual(COMMANDS.map(({ name }) => name));
  expect(names("discord").toSorted()).toStrictEqual(
    [...names("sandbox"), "doctor", "setup", ...ROOM].toSorted(),
  );
});

test("what a menu of the set-up gives is read as its step and its value", () => {
  const setup = commandsOf("discord").find(({ name }) => name === "setup");
  const read = (line: string) => setup && parseArguments(setup.args, line, false);
  expect(read("managers 1,2,3")).toEqual({
    ok: true,
    value: { step: "managers", value: "1,2,3" },
  });
  expect(read("language zh-TW")).toMatchObject({ value: { step: "language", value: "zh-TW" } });
  expect(read("emoji 🚩")).toMatchObject({ value: { step: "emoji", value: "🚩" } });
  expect(read("channel")).toEqual({ ok: true, value: { step: "channel" } });
});
