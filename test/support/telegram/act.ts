import { allows } from "./access.ts";
import { findEntities } from "./entities.ts";
import { addMember, removeMember, setMember } from "./members.ts";
import {
  createMessage,
  createService,
  deleteMessage,
  type Draft,
  editMessage,
} from "./messages.ts";
import { chatRef } from "./payloads.ts";
import { contentOf, createPost, originOf } from "./posts.ts";
import type {
  AdminRight,
  Chat,
  Content,
  Kept,
  Member,
  Message,
  Permission,
  Person,
  Topic,
  User,
} from "./types.ts";
import { CHANNEL_BOT, GROUP_ANONYMOUS_BOT, outsider, type World } from "./world.ts";

/** How a message is posted. */
export interface Manner {
  readonly topic?: Topic;
  readonly replyTo?: Message;
  /** In the name of a channel of theirs. */
  readonly as?: Chat;
}

const NEEDS: readonly (readonly [field: string, permission: Permission])[] = [
  ["photo", "can_send_photos"],
  ["document", "can_send_documents"],
  ["video", "can_send_videos"],
  ["audio", "can_send_audios"],
  ["voice", "can_send_voice_notes"],
  ["poll", "can_send_polls"],
  ["sticker", "can_send_other_messages"],
  ["game", "can_send_other_messages"],
];
const CONTACT_MS = 300_000;

/** What people do. Telegram tells the bot of it, as far as the bot is told. */
export class Act {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Why somebody cannot post something; null when they can. */
  barredFrom(chat: Chat, person: Person, said: string | Content = ""): string | null {
    if (person.isDeactivated) return "deactivated";
    if (chat.type === "private") return person.hasBlocked ? "has blocked the bot" : null;
    const member = this.#world.member(chat, person.user);
    if (!member.isInside) return "not in the chat";
    const content = contentFrom(said);
    const needs = NEEDS.find(([field]) => field in content)?.[1] ?? "can_send_messages";
    return allows(chat, member, needs) ? null : `may not: ${needs}`;
  }

  /** Somebody writes in a chat. Anonymous administrators do so in the chat's name. */
  post(chat: Chat, person: Person, said: string | Content, manner: Manner = {}): Message {
    const barred = this.barredFrom(chat, person, said);
    if (barred !== null) throw new Error(`${person.user.first_name} cannot post: ${barred}`);
    const { topic, replyTo, as } = manner;
    if (as && chat.bannedSenders.has(as.id)) throw new Error("this channel is banned here");
    if (chat.type === "private") person.hasStarted = true;
    const reply = replyTo && chat.log.get(replyTo.message_id);
    return createMessage(this.#world, chat, {
      authorId: person.user.id,
      ...this.#nameFor(chat, person, as),
      content: contentFrom(said),
      ...(topic ? { topicId: topic.id } : {}),
      ...(reply ? { replyTo: reply } : {}),
    }).data;
  }

  #nameFor(chat: Chat, { user }: Person, as?: Chat): Pick<Draft, "from" | "senderChat"> {
    const world = this.#world;
    if (as) return { from: CHANNEL_BOT, senderChat: chatRef(world, as) };
    const { isAnonymous } = world.member(chat, user);
    return isAnonymous
      ? { from: GROUP_ANONYMOUS_BOT, senderChat: chatRef(world, chat) }
      : { from: user };
  }

  /** Somebody writes to the bot in private, which opens the chat if it was not. */
  dm(person: Person, said: string | Content): Message {
    return this.post(this.#world.privateChat(person), person, said);
  }

  /** Somebody presses Start, on a deep link if there is a payload. */
  start(person: Person, payload?: string): Message {
    return this.dm(person, payload === undefined ? "/start" : `/start ${payload}`);
  }

  /** Several media at once, which arrive one by one. */
  album(chat: Chat, person: Person, items: readonly Content[]): Message[] {
    const media_group_id = String(this.#world.serial());
    return items.map((item) => this.post(chat, person, { ...item, media_group_id }));
  }

  /** A message is forwarded with where it came from. */
  forward(message: Message, to: Chat, person: Person): Message {
    const content = { ...contentOf(message), forward_origin: originOf(message) };
    return this.post(to, person, content);
  }

  /** An administrator posts in a channel. */
  publish(channel: Chat, said: string | Content): Message {
    return createPost(this.#world, channel, { authorId: null, content: contentFrom(said) }).data;
  }

  edit(message: Message, said: string | Content): Message {
    const { chat, kept } = this.#kept(message);
    const change = { entities: undefined, caption_entities: undefined, ...contentFrom(said) };
    return editMessage(this.#world, chat, kept, change).data;
  }

  /** A message goes; no bot is told. */
  delete(message: Message): void {
    deleteMessage(this.#world.chat(message.chat.id), message.message_id);
  }

  /** Something happens that a service message tells of. */
  event(chat: Chat, person: Person, content: Content): Message {
    return createService(this.#world, chat, person.user, content).data;
  }

  join(chat: Chat, person: Person): void {
    addMember(this.#world, chat, person.user, person.user);
  }

  leave(chat: Chat, person: Person): void {
    removeMember(this.#world, chat, person.user, person.user);
  }

  /** Somebody asks to be let in; the bot may write to them for five minutes. */
  askToJoin(chat: Chat, person: Person): void {
    const world = this.#world;
    const { user, bio } = person;
    chat.requests.add(user.id);
    if (!world.botHas(chat, "can_invite_users")) return;
    person.contactUntil = world.clock.now() + CONTACT_MS;
    const body = {
      chat: chatRef(world, chat),
      from: user,
      user_chat_id: user.id,
      date: world.now(),
      ...(bio === null ? {} : { bio }),
    };
    world.tell({ kind: "chat_join_request", body, about: chat.id });
  }

  /** Another administrator bans somebody for ever. */
  ban(chat: Chat, person: Person, by: Person): void {
    removeMember(this.#world, chat, person.user, by.user, { until: 0 });
  }

  /** Presses a button of a message; gives the press its number. */
  press(message: Message, person: Person, data: string): string {
    const world = this.#world;
    const buttons = message.reply_markup?.inline_keyboard.flat() ?? [];
    if (!buttons.some((each) => each.callback_data === data)) throw new Error("no such button");
    const id = String(world.serial());
    world.presses.set(id, { id, at: world.clock.now(), answer: null });
    const { chat, message_id } = message;
    const kept = world.chat(chat.id).log.get(message_id);
    const body = {
      id,
      from: person.user,
      message: kept ? kept.data : { chat, message_id, date: 0 },
      chat_instance: String(chat.id),
      data,
    };
    world.tell({ kind: "callback_query", body, about: person.user.id });
    return id;
  }

  /** Sets somebody's reactions to a message; only bots that are administrators can be told. */
  react(
    message: Message,
    person: Person,
    emoji: readonly string[],
    before: readonly string[] = [],
  ): void {
    const world = this.#world;
    const chat = world.chat(message.chat.id);
    if (world.botMember(chat).status !== "administrator") return;
    const body = {
      chat: message.chat,
      message_id: message.message_id,
      user: person.user,
      date: world.now(),
      old_reaction: before.map((each) => ({ type: "emoji", emoji: each })),
      new_reaction: emoji.map((each) => ({ type: "emoji", emoji: each })),
    };
    world.tell({ kind: "message_reaction", body, about: chat.id });
  }

  boost(chat: Chat, person: Person): void {
    const world = this.#world;
    const add_date = world.now();
    const boost = {
      boost_id: String(world.serial()),
      add_date,
      expiration_date: add_date + 86_400,
      source: { source: "premium", user: person.user },
    };
    const body = { chat: chatRef(world, chat), boost };
    world.tell({ kind: "chat_boost", body, about: chat.id });
  }

  /** Somebody blocks the bot, or lets it speak again. */
  block(person: Person, isBlocked = true): void {
    const world = this.#world;
    person.hasBlocked = isBlocked;
    const chat = world.privateChat(person);
    const now = isBlocked ? ("kicked" as const) : ("member" as const);
    const before = isBlocked ? ("member" as const) : ("kicked" as const);
    chat.members.set(world.bot.id, { ...outsider(world.bot), status: before });
    setMember(world, chat, world.bot, { status: now }, person.user);
  }

  deactivate(person: Person): void {
    person.isDeactivated = true;
  }

  /** Somebody puts the bot into a chat. */
  addBot(chat: Chat, by: Person): void {
    addMember(this.#world, chat, this.#world.bot, by.user);
  }

  removeBot(chat: Chat, by: Person): void {
    removeMember(this.#world, chat, this.#world.bot, by.user, { until: 0 });
  }

  /** Makes the bot an administrator with these rights; a plain member without any. */
  setBotRights(chat: Chat, rights: readonly AdminRight[], by: Person): void {
    this.#setRights(chat, this.#world.bot, rights, by);
  }

  /** Makes somebody an administrator with these rights; a plain member again without any. */
  promote(chat: Chat, person: Person, rights: readonly AdminRight[], by: Person): void {
    this.#setRights(chat, person.user, rights, by);
  }

  /** Somebody takes another name, under which they stand in every chat from then on; no bot is told. */
  rename(
    person: Person,
    names: Partial<Pick<User, "first_name" | "last_name" | "username">>,
  ): void {
    person.user = { ...person.user, ...names };
    const { user } = person;
    for (const { members } of this.#world.chats.values()) {
      const member = members.get(user.id);
      if (member) members.set(user.id, { ...member, user });
    }
  }

  #setRights(chat: Chat, user: User, rights: readonly AdminRight[], by: Person): void {
    const isAdmin = rights.length > 0;
    const change: Partial<Member> = {
      status: isAdmin ? "administrator" : "member",
      rights: new Set(isAdmin ? [...rights, "can_manage_chat"] : []),
    };
    setMember(this.#world, chat, user, change, by.user);
  }

  /** A basic group becomes a supergroup with a number of its own; the old one is of no use from then on. */
  migrate(group: Chat, by: Person): Chat {
    const world = this.#world;
    const { title, permissions, members } = group;
    const grown = world.addChat("supergroup", { title, permissions });
    const { bot } = world;
    for (const [id, member] of members) if (id !== bot.id) grown.members.set(id, member);
    const { status, rights, isInside } = world.botMember(group);
    createService(world, group, by.user, { migrate_to_chat_id: grown.id });
    setMember(world, group, bot, outsider(bot), by.user);
    setMember(world, grown, bot, { status, rights, isInside }, by.user);
    group.migratedTo = grown;
    createService(world, grown, by.user, { migrate_from_chat_id: group.id });
    return grown;
  }

  #kept(message: Message): { readonly chat: Chat; readonly kept: Kept } {
    const chat = this.#world.chat(message.chat.id);
    const kept = chat.log.get(message.message_id);
    if (!kept) throw new Error("this message is gone");
    return { chat, kept };
  }
}

/** A text with what Telegram finds in it; other content as it is. */
function contentFrom(said: string | Content): Content {
  const content = typeof said === "string" ? { text: said } : said;
  const withText = detected(content, "text", "entities");
  return detected(withText, "caption", "caption_entities");
}

function detected(content: Content, field: string, list: string): Content {
  const text = content[field];
  if (typeof text !== "string" || content[list] !== undefined) return content;
  const entities = findEntities(text);
  return entities.length > 0 ? { ...content, [list]: entities } : content;
}
