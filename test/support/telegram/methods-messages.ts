import { requireInside, requireRight, requireVoice } from "./access.ts";
import type { Call, Handler } from "./call.ts";
import { badRequest, malformed } from "./errors.ts";
import { createMessage, createService, deleteMessage, editMessage } from "./messages.ts";
import { readCaption, readKeyboard, readText } from "./outgoing.ts";
import { photoSizes } from "./payloads.ts";
import { contentOf, createPost, originOf } from "./posts.ts";
import type { Chat, Content, Kept, Message, Permission } from "./types.ts";
import type { World } from "./world.ts";

/** A press is to be answered within this time; from memory, Telegram does not say. */
const PRESS_MS = 30_000;
const TWO_DAYS = 2 * 86_400;
const SAME =
  "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message";

interface ReplyParameters {
  readonly message_id: number;
  readonly allow_sending_without_reply?: boolean;
}

export const messageMethods: Readonly<Record<string, Handler>> = {
  sendMessage: (call) => send(call, "can_send_messages", readText(call)),

  sendDocument(call) {
    const { ref, name } = call.file(call.text("document"));
    const document = { ...ref, file_name: name };
    return send(call, "can_send_documents", { document, ...readCaption(call) });
  },

  sendPhoto(call) {
    const { ref } = call.file(call.text("photo"));
    return send(call, "can_send_photos", { photo: photoSizes(ref), ...readCaption(call) });
  },

  forwardMessage(call) {
    const from = call.chat("from_chat_id");
    requireInside(call.world, from);
    const kept = from.log.get(call.integer("message_id"));
    if (!kept) throw badRequest("message to forward not found");
    const content = { ...contentOf(kept.data), forward_origin: originOf(kept.data) };
    return send(call, "can_send_messages", content);
  },

  editMessageText(call) {
    const { kept, chat } = ownMessage(call);
    if (kept.data.text === undefined) throw badRequest("there is no text in the message to edit");
    const wanted = { entities: undefined, ...readText(call) };
    return edit(call, chat, kept, wanted);
  },

  editMessageCaption(call) {
    const { kept, chat } = ownMessage(call);
    if (kept.data.text !== undefined)
      throw badRequest("there is no caption in the message to edit");
    const wanted = { caption: undefined, caption_entities: undefined, ...readCaption(call) };
    return edit(call, chat, kept, wanted);
  },

  editMessageReplyMarkup(call) {
    const { kept, chat } = ownMessage(call);
    return edit(call, chat, kept, {});
  },

  deleteMessage(call) {
    const chat = call.chat();
    requireInside(call.world, chat);
    const kept = chat.log.get(call.integer("message_id"));
    if (!kept) throw badRequest("message to delete not found");
    requireDeletable(call.world, chat, kept);
    deleteMessage(chat, kept.data.message_id);
    return true;
  },

  /** What is not there is skipped; one that must not be deleted keeps them all. */
  deleteMessages(call) {
    const chat = call.chat();
    requireInside(call.world, chat);
    const ids = call.get<number[]>("message_ids") ?? [];
    const found = ids.map((id) => chat.log.get(id)).filter((each) => each !== undefined);
    for (const kept of found) requireDeletable(call.world, chat, kept);
    for (const { data } of found) deleteMessage(chat, data.message_id);
    return true;
  },

  pinChatMessage(call) {
    const { chat, id } = pinnable(call);
    const kept = chat.log.get(id);
    if (!kept) throw badRequest("message to pin not found");
    if (!chat.pinned.includes(id)) chat.pinned.push(id);
    createService(call.world, chat, call.world.bot, { pinned_message: kept.data });
    return true;
  },

  unpinChatMessage(call) {
    const { chat, id } = pinnable(call);
    const at = chat.pinned.indexOf(id);
    if (at < 0) throw badRequest("message to unpin not found");
    chat.pinned.splice(at, 1);
    return true;
  },

  answerCallbackQuery(call) {
    const { world } = call;
    const press = world.presses.get(call.text("callback_query_id"));
    if (!press || press.answer || world.clock.now() - press.at > PRESS_MS) {
      throw badRequest("query is too old and response timeout expired or query ID is invalid");
    }
    press.answer = { text: call.get<string>("text") ?? null, isAlert: call.flag("show_alert") };
    return true;
  },
};

function send(call: Call, permission: Permission, content: Content): Message {
  const { world } = call;
  const chat = call.chat();
  requireVoice(world, chat, permission);
  const topicId = topicOf(call, chat);
  const replyTo = repliedTo(call, chat);
  const keyboard = readKeyboard(call);
  call.limits.take(chat.id);
  const said = { ...content, ...keyboard };
  if (chat.type === "channel") {
    return createPost(world, chat, { authorId: world.bot.id, content: said }).data;
  }
  return createMessage(world, chat, {
    authorId: world.bot.id,
    from: world.bot,
    content: said,
    ...(topicId === undefined ? {} : { topicId }),
    ...(replyTo ? { replyTo } : {}),
  }).data;
}

function topicOf(call: Call, chat: Chat): number | undefined {
  const id = call.get<number>("message_thread_id");
  if (id === undefined) return undefined;
  const topic = chat.topics.get(id);
  if (!topic) throw badRequest("message thread not found");
  if (topic.isClosed && !call.world.botHas(chat, "can_manage_topics")) {
    throw badRequest("TOPIC_CLOSED");
  }
  return id;
}

function repliedTo(call: Call, chat: Chat): Kept | null {
  const wanted = call.get<ReplyParameters>("reply_parameters");
  if (!wanted) return null;
  const kept = chat.log.get(wanted.message_id);
  if (kept || wanted.allow_sending_without_reply) return kept ?? null;
  throw badRequest("message to be replied not found");
}

function ownMessage(call: Call): { readonly chat: Chat; readonly kept: Kept } {
  if (!call.has("chat_id")) throw malformed("chat_id is empty");
  const chat = call.chat();
  requireInside(call.world, chat);
  const kept = chat.log.get(call.integer("message_id"));
  if (!kept) throw badRequest("message to edit not found");
  if (kept.authorId !== call.world.bot.id) throw badRequest("message can't be edited");
  return { chat, kept };
}

/** A keyboard that is not given again goes. */
function edit(call: Call, chat: Chat, kept: Kept, wanted: Content): Message {
  const change = { ...wanted, reply_markup: undefined, ...readKeyboard(call) };
  const isSame = Object.entries(change).every(
    ([key, value]) => JSON.stringify(kept.data[key]) === JSON.stringify(value),
  );
  if (isSame) throw badRequest(SAME);
  call.limits.take(chat.id);
  return editMessage(call.world, chat, kept, change).data;
}

function requireDeletable(world: World, chat: Chat, { data, authorId }: Kept): void {
  const isOwn = authorId === world.bot.id;
  const isAdmin = world.botMember(chat).status === "administrator";
  const mayDelete =
    chat.type === "private" ||
    (chat.type === "group" && isAdmin) ||
    (isOwn && chat.type !== "channel") ||
    world.botHas(chat, "can_delete_messages") ||
    (isOwn && world.botHas(chat, "can_post_messages"));
  if (mayDelete && world.now() - data.date < TWO_DAYS) return;
  throw badRequest("message can't be deleted");
}

function pinnable(call: Call): { readonly chat: Chat; readonly id: number } {
  const chat = call.chat();
  const words = "not enough rights to manage pinned messages in the chat";
  if (chat.type === "private") requireInside(call.world, chat);
  else requireRight(call.world, chat, "can_pin_messages", words);
  return { chat, id: call.get<number>("message_id") ?? chat.pinned.at(-1) ?? 0 };
}
