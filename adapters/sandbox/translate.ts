import type { Message } from "../../src/engine/message.ts";
import type { ChatMessage } from "./chat.ts";
import { CHANNELS, COMMUNITY } from "./people.ts";

const MENTION = /(?<![\p{L}\p{N}])@([\p{L}\p{N}_-]{1,32})/gu;
const MOST_MENTIONS = 100;

/**
 * The platform-neutral form of a chat message. `links` stays empty: it is for links that a platform
 * keeps apart from the text, and here every link stands in the text. Everybody reads every channel: `people`
 * could have seen it.
 */
export function toMessage(message: ChatMessage, people: number): Message {
  const { id, author, channelId, text, sentAt, replyTo } = message;
  return {
    id,
    platform: "sandbox",
    community: COMMUNITY,
    channel: CHANNELS.find((channel) => channel.id === channelId) ?? { id: channelId },
    author,
    text,
    sentAt,
    ...(replyTo !== null && { replyTo }),
    mentions: mentioned(text),
    links: [],
    attachments: [],
    reach: people,
  };
}

function mentioned(text: string): readonly string[] {
  const names = new Set<string>();
  for (const [, name = ""] of text.matchAll(MENTION)) {
    names.add(name);
    if (names.size === MOST_MENTIONS) break;
  }
  return [...names];
}
