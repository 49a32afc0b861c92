import { chatRef } from "./payloads.ts";
import type { Chat, ChatRef, Content, Entity, Kept, Message, UpdateKind, User } from "./types.ts";
import { CHANNEL_BOT, GROUP_ANONYMOUS_BOT, type World } from "./world.ts";

export interface Draft {
  /** Who really wrote it; null for Telegram itself. */
  readonly authorId: number | null;
  /** In whose name it stands. */
  readonly from?: User;
  readonly senderChat?: ChatRef;
  readonly content: Content;
  readonly topicId?: number;
  readonly replyTo?: Kept;
  readonly isService?: boolean;
}

/** What of the bot's own doing the bot is told as well. */
const TOLD_OF_OWN = ["pinned_message", "left_chat_member"];

/** Puts a message in a chat and tells the bot, if it sees it. */
export function createMessage(world: World, chat: Chat, draft: Draft): Kept {
  const { topicId, replyTo, from, senderChat } = draft;
  const data: Message = {
    message_id: world.nextMessageId(chat),
    date: world.now(),
    chat: chatRef(world, chat),
    ...(from ? { from } : {}),
    ...(senderChat ? { sender_chat: senderChat } : {}),
    ...(topicId === undefined ? {} : { message_thread_id: topicId, is_topic_message: true }),
    ...(replyTo ? { reply_to_message: withoutReply(replyTo.data) } : {}),
    ...draft.content,
  };
  const kept = { data, authorId: draft.authorId, isService: draft.isService ?? false };
  chat.log.set(data.message_id, kept);
  if (botSees(world, chat, kept)) tellOfMessage(world, chat, kept, false);
  return kept;
}

/** A service message: `by` did something to the chat. */
export function createService(world: World, chat: Chat, by: User | null, content: Content): Kept {
  return createMessage(world, chat, {
    authorId: by?.id ?? null,
    ...(by ? { from: by } : {}),
    content,
    isService: true,
  });
}

/** Changes what a message says. Fields that `change` has as undefined go. */
export function editMessage(world: World, chat: Chat, kept: Kept, change: Content): Kept {
  const merged = { ...kept.data, ...change, edit_date: world.now() };
  const entries = Object.entries(merged).filter(([, value]) => value !== undefined);
  const edited = { ...kept, data: Object.fromEntries(entries) as unknown as Message };
  chat.log.set(kept.data.message_id, edited);
  if (botSees(world, chat, edited)) tellOfMessage(world, chat, edited, true);
  return edited;
}

export function deleteMessage(chat: Chat, messageId: number): void {
  chat.log.delete(messageId);
  const pin = chat.pinned.indexOf(messageId);
  if (pin >= 0) chat.pinned.splice(pin, 1);
}

function withoutReply(message: Message): Message {
  const { reply_to_message: _, ...rest } = message;
  return rest;
}

function tellOfMessage(world: World, chat: Chat, kept: Kept, isEdit: boolean): void {
  const base = chat.type === "channel" ? "channel_post" : "message";
  const kind: UpdateKind = isEdit ? `edited_${base}` : base;
  world.tell({ kind, body: kept.data, about: chat.id });
}

/**
 * Whether the bot is told of a message: privacy mode, other bots and its own messages hide some. A command that names no
 * bot counts as meant for ours; with several bots in a chat Telegram gives it to the one that spoke last.
 */
function botSees(world: World, chat: Chat, { data, authorId, isService }: Kept): boolean {
  if (authorId === world.bot.id) return TOLD_OF_OWN.some((field) => field in data);
  if (chat.type === "private") return true;
  const member = world.botMember(chat);
  if (!member.isInside) return false;
  if (chat.type === "channel" || isService) return true;
  if (isAnotherBot(data.from)) return false;
  if (member.status === "administrator" || world.seesEverything) return true;
  return isMeantForBot(world, data);
}

function isAnotherBot(from: User | undefined): boolean {
  if (!from?.is_bot) return false;
  return from.id !== GROUP_ANONYMOUS_BOT.id && from.id !== CHANNEL_BOT.id;
}

function isMeantForBot({ bot }: World, message: Message): boolean {
  if (message.reply_to_message?.from?.id === bot.id || message.via_bot?.id === bot.id) return true;
  const { text = message.caption ?? "", entities = message.caption_entities ?? [] } = message;
  return entities.some((each) => {
    if (each.type !== "bot_command") return false;
    const [, name] = textOf(text, each).split("@");
    return name === undefined || name === bot.username;
  });
}

function textOf(text: string, { offset, length }: Entity): string {
  return text.slice(offset, offset + length);
}
