import { expect, test } from "@jest/globals";
import { DiscordAPIError } from "discord.js";
import { toActionError } from "../../../adapters/discord/errors.ts";

test.each([200_000, 200_001])(
  "words of ours that trip AutoMod (%i) are refused, and not tried again",
  (code) => {
    const body = { code, message: "blocked" };
    const sent = { files: undefined, body: undefined };
    const cause = new DiscordAPIError(body, code, 400, "POST", "https://discord.test", sent);
    const error = toActionError(cause, "Send Messages");
    expect(error).toMatchObject({
      kind: "forbidden",
      permission: expect.stringContaining("AutoMod"),
    });
  },
);
