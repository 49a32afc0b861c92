import { expect, test } from "@jest/globals";
import { messageSchema } from "../../../adapters/discord/payloads.ts";
import { linksOf, textOf } from "../../../adapters/discord/text.ts";

const MESSAGE = {
  id: "1",
  channel_id: "2",
  type: 0,
  author: { id: "3", username: "lin" },
  timestamp: "2026-11-25T00:00:00Z",
};

test("what may be null, or is another than documented, hides none of the words beside it", () => {
  const message = messageSchema.parse({
    ...MESSAGE,
    content: "guaranteed",
    guild_id: null,
    webhook_id: null,
    member: null,
    poll: null,
    mentions: [null, { id: "7" }],
    attachments: [{ filename: "a.txt", title: null, description: null, url: null }, 7],
    components: [
      {
        type: 1,
        components: [
          { type: 2, label: "profit", url: null },
          { type: 2, url: 5 },
        ],
      },
    ],
    embeds: [{ title: null, description: "returns", author: null, footer: null, fields: null }],
    message_reference: null,
    referenced_message: null,
    message_snapshots: null,
  });
  expect(textOf(message)).toMatch(/guaranteed[^]*returns/u);
  expect(textOf(message)).toContain("profit");
  expect(textOf(message)).toContain("a.txt");
  expect(linksOf(message)).toEqual([]);
  expect(message.mentions).toEqual([{ id: "7" }]);
});
