import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { fixture, kindsOf, messageOf, readAll, readContent } from "./support.ts";

const path = fixture("discord.json");

describe("a DiscordChatExporter export", () => {
  test("accounts for every record", async () => {
    const records = await readAll(path);
    expect(kindsOf(records)).toEqual([
      "message",
      "message",
      "skipped",
      "message",
      "message",
      "unreadable",
      "skipped",
    ]);
    expect(records[2]).toEqual({
      kind: "skipped",
      record: 3,
      id: "3",
      reason: "system record: GuildMemberJoin",
    });
    expect(records[5]).toMatchObject({
      id: "6",
      reason: "content: read a list, accepted is string",
    });
  });

  test("a member's link preview is quoted, not authored", async () => {
    const [first] = await readAll(path);
    expect(messageOf(first)).toEqual({
      id: "1",
      platform: "discord",
      community: { id: "400", name: "Harbour" },
      channel: { id: "401", name: "general" },
      author: { id: "601", displayName: "Mira", role: "member" },
      text: "look at https://example.com/a",
      quoted: "A page\nwhat the page says of itself",
      sentAt: Date.UTC(2026, 2, 1, 8, 0, 0, 500),
      revisedAt: Date.UTC(2026, 2, 1, 8, 1),
      mentions: ["602"],
      links: ["https://example.com/a"],
      attachments: [
        { name: "map.png", path: join(dirname(path), "export_Files", "map.png") },
        { name: "b.zip" },
        { name: "wave" },
      ],
    });
  });

  test("a reply names what it answers, and a person without a nickname is called by name", async () => {
    const records = await readAll(path);
    expect(messageOf(records[1])).toMatchObject({
      replyTo: "1",
      author: { id: "602", displayName: "jonas" },
    });
  });

  test("a bot's embeds are its own words, its buttons are links", async () => {
    const records = await readAll(path);
    expect(messageOf(records[3])).toMatchObject({
      author: { role: "bot" },
      text: "Prices\ntoday\nbarrel\n3 crates",
      links: ["https://example.org/shop"],
    });
  });

  test("forwarded words stand apart from authored ones", async () => {
    const records = await readAll(path);
    const message = messageOf(records[4]);
    expect(message).toMatchObject({
      text: "",
      quoted: "somebody else's words",
      forwardedFrom: "499",
      attachments: [{ name: "c.txt" }],
    });
    expect(message).not.toHaveProperty("replyTo");
  });

  test("a guild and channel behind the messages are done without", async () => {
    const records = await readContent(
      JSON.stringify({
        messages: [{ id: "1", type: "Default", content: "hello", author: { id: "2" } }],
        guild: { id: "400" },
        channel: { id: "401" },
      }),
    );
    expect(records.map(messageOf)).toEqual([
      expect.objectContaining({ text: "hello", community: { id: "default" }, platform: "discord" }),
    ]);
  });
});
