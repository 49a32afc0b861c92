import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { fixture, kindsOf, messageOf, readAll, readContent, textsOf } from "./support.ts";

describe("a Telegram export of one group", () => {
  test("accounts for every record, each with its place in the file", async () => {
    const records = await readAll(fixture("telegram-group.result.json"));
    expect(kindsOf(records)).toEqual([
      "skipped",
      ...Array.from({ length: 8 }, () => "message"),
      "skipped",
      "unreadable",
      "message",
    ]);
    expect(records.map((record) => record.kind !== "broken" && record.record)).toEqual(
      records.map((_, index) => index + 1),
    );
    expect(records[0]).toEqual({
      kind: "skipped",
      record: 1,
      id: "1",
      reason: "service record: invite_members",
    });
    expect(records[9]).toMatchObject({ id: "10", reason: "not supported by the exporter" });
    expect(records[10]).toMatchObject({
      id: "11",
      reason: expect.stringMatching(/^text: read a number/u),
    });
  });

  test("gives ids as the Bot API writes them", async () => {
    const [, plain] = await readAll(fixture("telegram-group.result.json"));
    expect(messageOf(plain)).toEqual({
      id: "2",
      platform: "telegram",
      community: { id: "-1001112223334", name: "Harbour Traders" },
      channel: { id: "-1001112223334", name: "Harbour Traders" },
      author: { id: "501", displayName: "Mira", role: "member" },
      text: "Good morning, when does the office open?",
      sentAt: 1772352060000,
      mentions: [],
      links: [],
      attachments: [],
    });
  });

  test("joins a text in pieces and collects its links and mentions", async () => {
    const records = await readAll(fixture("telegram-group.result.json"));
    expect(messageOf(records[2])).toMatchObject({
      text: "See the hours or https://example.org, ask @harbour_desk or Mira",
      links: ["https://example.com/hours", "https://example.org"],
      mentions: ["@harbour_desk", "501"],
      replyTo: "2",
      revisedAt: 1772352300000,
    });
  });

  test("a deleted account has no name, and a local date is read as UTC", async () => {
    const records = await readAll(fixture("telegram-group.result.json"));
    expect(messageOf(records[3])).toMatchObject({
      author: { id: "503", role: "member" },
      sentAt: Date.UTC(2026, 2, 1, 8, 3),
    });
  });

  test("an inline bot speaks as a bot, and a forward without a source is still a forward", async () => {
    const records = await readAll(fixture("telegram-group.result.json"));
    expect(messageOf(records[4])).toMatchObject({
      author: { role: "bot" },
      forwardedFrom: "unknown",
    });
    expect(messageOf(records[5])).toMatchObject({
      author: { role: "member" },
      forwardedFrom: "Port News",
    });
  });

  test("files are attachments, with a path only inside the export's folder", async () => {
    const path = fixture("telegram-group.result.json");
    const records = await readAll(path);
    expect(messageOf(records[5])).toMatchObject({
      attachments: [
        {
          name: "tides.pdf",
          mime: "application/pdf",
          path: join(dirname(path), "files", "tides.pdf"),
        },
      ],
    });
    expect(messageOf(records[6])).toMatchObject({ text: "", attachments: [{ name: "photo" }] });
    expect(messageOf(records[11])).toMatchObject({
      author: { id: "-1001112223334", role: "member" },
      attachments: [{ name: "video_file", mime: "video/mp4" }],
      links: ["https://example.net/go"],
    });
  });

  test("a poll is text; a shared contact is not", async () => {
    const records = await readAll(fixture("telegram-group.result.json"));
    expect(messageOf(records[7])).toMatchObject({ text: "Which day?\nMonday\nFriday" });
    expect(messageOf(records[8])).toMatchObject({ text: "", attachments: [{ name: "contact" }] });
    expect(JSON.stringify(records[8])).not.toMatch(/Someone|Else|\+00/u);
  });
});

describe("other Telegram exports", () => {
  test("a channel speaks for itself, also where posts carry no author", async () => {
    const records = await readAll(fixture("telegram-channel.result.json"));
    expect(records.map(messageOf)).toEqual([
      expect.objectContaining({
        author: { id: "-100999888777", displayName: "Harbour Notices", role: "staff" },
      }),
      expect.objectContaining({ author: { id: "-100999888777", role: "staff" } }),
    ]);
  });

  test("an account holds many chats; a header behind the messages is done without", async () => {
    const records = await readAll(fixture("telegram-account.result.json"));
    expect(records.map(messageOf)).toEqual([
      expect.objectContaining({
        text: "first room",
        channel: { id: "-10031", name: "Harbour Traders" },
      }),
      expect.objectContaining({
        text: "still the first room",
        channel: { id: "-10031", name: "Harbour Traders" },
      }),
      expect.objectContaining({ text: "second room", channel: { id: "-33", name: "Old Pier" } }),
      expect.objectContaining({ text: "the header comes after", channel: { id: "default" } }),
    ]);
  });

  test("an account's private chats are left out and counted; one that was exported alone is read", async () => {
    const chat = `{"name":"A","type":"personal_chat","id":9,"messages":[{"id":1,"type":"message","date":"2026-03-01T08:00:00","from_id":"user1","text":"between us"}]}`;
    expect(await readContent(`{"chats":{"list":[${chat}]}}`)).toEqual([
      { kind: "skipped", record: 1, id: "1", reason: "private chat" },
    ]);
    expect(textsOf(await readContent(chat))).toEqual(["between us"]);
  });

  test("the exporter's own faults are mended: \\x escapes and bare document ids", async () => {
    const records = await readContent(
      String.raw`{"name":"x\x01y","type":"private_group","id":1,"messages":[
      {"id":1,"type":"message","date":"2026-03-01T08:00:00","from_id":"user1","text":"a\x0Bb \\x41 \"\\\x41"},
      {"id":2,"type":"message","date":"2026-03-01T08:00:00","from_id":"user1","text":[{
       "type": "custom_emoji",
       "text": "*",
       "document_id": video_files/sticker (2).webm
      },"c \"document_id\": d"]}]}`,
    );
    expect(textsOf(records)).toEqual(['a\u000bb \\x41 "\\A', '*c "document_id": d']);
    expect(messageOf(records[0])).toMatchObject({ channel: { id: "-1", name: "x\u0001y" } });
  });
});
