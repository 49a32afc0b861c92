import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Message } from "../../src/engine/message.ts";
import { type History, SAME_TEXT_WINDOW_MS } from "../../src/ports/history.ts";
import { NOW, freshId } from "./recordings.ts";

export interface HistoryUnderTest {
  readonly history: History;
  /** Makes a message part of what is remembered, once it was recalled for. */
  readonly remember: (message: Message, textFingerprint: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What every history must do. `open` is called once; tests keep apart by community. */
export function describeHistory(name: string, open: () => Promise<HistoryUnderTest>): void {
  describe(`${name} is a history`, () => {
    let opened: HistoryUnderTest;
    beforeAll(async () => {
      opened = await open();
    }, 60_000);
    afterAll(() => opened.close());

    const see = async (message: Message, text: string) => {
      const recalled = await opened.history.recall(message, text);
      await opened.remember(message, text);
      return recalled.sameTextInWindow;
    };

    test("the same text counts in its window, whoever posts it", async () => {
      const say = speaker();
      expect(await see(say({ id: "1", at: NOW }), "hello")).toBe(0);
      expect(await see(say({ id: "2", at: NOW + 10, author: "b" }), "hello")).toBe(1);
      expect(await see(say({ id: "3", at: NOW + 20 }), "another")).toBe(0);
      expect(await see(say({ id: "4", at: NOW + SAME_TEXT_WINDOW_MS }), "hello")).toBe(2);
      expect(await see(say({ id: "5", at: NOW + SAME_TEXT_WINDOW_MS + 1 }), "hello")).toBe(2);
    });

    test("an edit counts neither for itself nor twice for others", async () => {
      const say = speaker();
      await see(say({ id: "1", at: NOW }), "hello");
      expect(await see(say({ id: "1", at: NOW, revisedAt: NOW + 5 }), "hello")).toBe(0);
      expect(await see(say({ id: "2", at: NOW + 9 }), "hello")).toBe(1);
    });

    test("the same id in another channel is another message", async () => {
      const say = speaker();
      await see(say({ id: "1", at: NOW, channel: "one" }), "hello");
      expect(await see(say({ id: "1", at: NOW, channel: "two" }), "hello")).toBe(1);
    });

    test("another community counts for itself", async () => {
      await see(speaker()({ id: "1", at: NOW }), "hello");
      expect(await see(speaker()({ id: "2", at: NOW }), "hello")).toBe(0);
    });

    test("what was sent later does not count, though it came earlier", async () => {
      const say = speaker();
      await see(say({ id: "2", at: NOW + 1000 }), "hello");
      expect(await see(say({ id: "1", at: NOW }), "hello")).toBe(0);
      expect(await see(say({ id: "3", at: NOW + 1000 }), "hello")).toBe(2);
    });

    test("a message of unknown time recalls nothing", async () => {
      const say = speaker();
      await see(say({ id: "1", at: 0 }), "hello");
      expect(await see(say({ id: "2", at: 0 }), "hello")).toBe(0);
    });
  });
}

interface Said {
  readonly id: string;
  readonly at: number;
  readonly author?: string;
  readonly channel?: string;
  readonly revisedAt?: number;
}

/** Makes messages of a community that no other test has. */
export function speaker(): (said: Said) => Message {
  const community = freshId("c");
  return ({ id, at, author = "a", channel = "general", revisedAt }) => ({
    id,
    platform: "sandbox",
    community: { id: community },
    channel: { id: channel },
    author: { id: author, role: "member" },
    text: "",
    sentAt: at,
    ...(revisedAt !== undefined && { revisedAt }),
    mentions: [],
    links: [],
    attachments: [],
  });
}
