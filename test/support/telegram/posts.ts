import { createMessage, type Draft } from "./messages.ts";
import { chatRef } from "./payloads.ts";
import type { Chat, Content, Kept, Message } from "./types.ts";
import { TELEGRAM, type World } from "./world.ts";

/** Fields that say where and when a message stands, and not what it says. */
const NOT_CONTENT: ReadonlySet<string> = new Set([
  "message_id",
  "date",
  "chat",
  "from",
  "sender_chat",
  "message_thread_id",
  "is_topic_message",
  "reply_to_message",
  "reply_markup",
  "edit_date",
]);

/** What a message says, for forwards. */
export function contentOf(message: Message): Content {
  return Object.fromEntries(Object.entries(message).filter(([key]) => !NOT_CONTENT.has(key)));
}

/** A post in a channel, which Telegram forwards to the channel's group, if there is one. */
export function createPost(
  world: World,
  channel: Chat,
  draft: Pick<Draft, "authorId" | "content">,
): Kept {
  const senderChat = chatRef(world, channel);
  const post = createMessage(world, channel, { ...draft, senderChat });
  const { linked } = channel;
  if (!linked) return post;
  createMessage(world, linked, {
    authorId: null,
    from: TELEGRAM,
    senderChat,
    content: {
      ...contentOf(post.data),
      is_automatic_forward: true,
      forward_origin: originOf(post.data),
    },
  });
  return post;
}

/** Where a message that is forwarded came from. Forwards keep the origin that they have. */
export function originOf(message: Message): object {
  const { date, from, chat, sender_chat, message_id } = message;
  const earlier = message["forward_origin"];
  if (typeof earlier === "object" && earlier !== null) return earlier;
  if (chat.type === "channel") return { type: "channel", date, chat, message_id };
  if (sender_chat) return { type: "chat", date, sender_chat };
  return from
    ? { type: "user", date, sender_user: from }
    : { type: "hidden_user", date, sender_user_name: "Deleted Account" };
}
