import type { LoopbackClock } from "../discord/clock.ts";
import { badRequest, Refusal } from "./errors.ts";
import {
  type AdminRight,
  type Chat,
  type ChatType,
  type FileRef,
  type Member,
  PERMISSIONS,
  type Permission,
  type Person,
  type Press,
  type StoredFile,
  type UpdateKind,
  type User,
} from "./types.ts";

/** Something that Telegram tells the bot of, if the bot asked for its kind. */
export interface WorldEvent {
  readonly kind: UpdateKind;
  readonly body: object;
  /** What is told of one of these keeps its order. */
  readonly about: number;
}

const FIRST_SUPERGROUP = -1_001_000_000_000;
const FIRST_GROUP = -4_000_000;
const FIRST_PERSON = 100_000;

/** The account in whose name anonymous administrators write, and the one for channels. */
export const GROUP_ANONYMOUS_BOT: User = {
  id: 1_087_968_824,
  is_bot: true,
  first_name: "Group",
  username: "GroupAnonymousBot",
};
export const CHANNEL_BOT: User = {
  id: 136_817_688,
  is_bot: true,
  first_name: "Channel",
  username: "Channel_Bot",
};
/** Telegram itself, in whose name a channel's posts are forwarded to its group. */
export const TELEGRAM: User = { id: 777_000, is_bot: false, first_name: "Telegram" };

/** What members of a new group may do. */
const USUAL: ReadonlySet<Permission> = new Set(
  PERMISSIONS.filter((each) => each !== "can_change_info" && each !== "can_pin_messages"),
);

/** Everything that Telegram knows. What changes it also tells of it. */
export class World {
  readonly clock: LoopbackClock;
  readonly bot: User;
  /** Privacy mode is off when this is true. */
  seesEverything: boolean;
  readonly people = new Map<number, Person>();
  readonly chats = new Map<number, Chat>();
  readonly files = new Map<string, StoredFile>();
  readonly presses = new Map<string, Press>();
  /** Commands by scope and language, as given. */
  readonly commands = new Map<string, readonly object[]>();
  readonly #listeners: ((event: WorldEvent) => void)[] = [];
  #serial = 0;
  /** Private chats and basic groups share their numbers. */
  #lastSharedMessageId = 0;

  constructor(clock: LoopbackClock, options: { botName: string; seesEverything: boolean }) {
    this.clock = clock;
    this.seesEverything = options.seesEverything;
    this.bot = {
      id: 7_000_000_001,
      is_bot: true,
      first_name: options.botName,
      username: `${options.botName}_bot`,
    };
  }

  onEvent(listener: (event: WorldEvent) => void): void {
    this.#listeners.push(listener);
  }

  tell(event: WorldEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Seconds since the epoch. */
  now(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  /** A number that was not given before. */
  serial(): number {
    return (this.#serial += 1);
  }

  nextMessageId(chat: Chat): number {
    if (chat.type === "private" || chat.type === "group") {
      chat.lastMessageId = this.#lastSharedMessageId += 1;
    } else chat.lastMessageId += 1;
    return chat.lastMessageId;
  }

  addPerson(details: Partial<User> & { first_name: string }): Person {
    const person: Person = {
      user: { id: FIRST_PERSON + this.serial(), is_bot: false, ...details },
      hasStarted: false,
      hasBlocked: false,
      isDeactivated: false,
      bio: null,
      photos: [],
      contactUntil: 0,
    };
    this.people.set(person.user.id, person);
    return person;
  }

  addChat(type: ChatType, details: Partial<Chat> = {}): Chat {
    const first = type === "group" ? FIRST_GROUP : FIRST_SUPERGROUP;
    const chat: Chat = {
      id: first - this.serial(),
      type,
      title: "A community",
      username: null,
      isForum: false,
      linked: null,
      members: new Map(),
      permissions: USUAL,
      topics: new Map(),
      log: new Map(),
      pinned: [],
      requests: new Set(),
      bannedSenders: new Set(),
      migratedTo: null,
      lastMessageId: 0,
      ...details,
    };
    this.chats.set(chat.id, chat);
    return chat;
  }

  /** The chat of somebody with the bot; it has their number. */
  privateChat(person: Person): Chat {
    const { id, first_name } = person.user;
    return this.chats.get(id) ?? this.addChat("private", { id, title: first_name });
  }

  addFile(name: string, bytes: Uint8Array): FileRef {
    const serial = this.serial();
    const file: StoredFile = {
      file_id: `file-${serial}`,
      file_unique_id: `unique-${serial}`,
      file_size: bytes.length,
      name,
      path: `documents/${serial}-${encodeURIComponent(name)}`,
      bytes,
    };
    this.files.set(file.file_id, file);
    return { file_id: file.file_id, file_unique_id: file.file_unique_id, file_size: bytes.length };
  }

  person(id: number): Person {
    const person = this.people.get(id);
    if (!person) throw badRequest("user not found");
    return person;
  }

  /** Somebody, or the bot itself. */
  user(id: number): User {
    return id === this.bot.id ? this.bot : this.person(id).user;
  }

  /** A chat by number or `@username`, with people as their private chats. */
  chat(id: unknown): Chat {
    const chat = this.#find(id);
    if (!chat) throw badRequest("chat not found");
    return chat;
  }

  #find(id: unknown): Chat | undefined {
    if (typeof id === "string" && id.startsWith("@")) {
      return [...this.chats.values()].find((each) => `@${each.username}` === id);
    }
    const number = Number(id);
    const person = this.people.get(number);
    return person ? this.privateChat(person) : this.chats.get(number);
  }

  /** Somebody's standing in a chat as it is now: what ran out has run out. Strangers have left. */
  member(chat: Chat, user: User): Member {
    const member = chat.members.get(user.id) ?? outsider(user);
    const isOver = member.until > 0 && member.until <= this.clock.now();
    if (!isOver) return member;
    const status = member.status === "restricted" && member.isInside ? "member" : "left";
    return { ...outsider(user), status, isInside: status === "member" };
  }

  botMember(chat: Chat): Member {
    return this.member(chat, this.bot);
  }

  isInside(chat: Chat, user: User): boolean {
    return this.member(chat, user).isInside;
  }

  botHas(chat: Chat, right: AdminRight): boolean {
    const member = this.botMember(chat);
    return member.status === "administrator" && member.rights.has(right);
  }

  /** The chat, unless it is a basic group that has become another. */
  current(chat: Chat): Chat {
    if (!chat.migratedTo) return chat;
    throw new Refusal(400, "group chat was upgraded to a supergroup chat", {
      parameters: { migrate_to_chat_id: chat.migratedTo.id },
    });
  }
}

/** The standing of somebody who is not in a chat. */
export function outsider(user: User): Member {
  return {
    user,
    status: "left",
    rights: new Set(),
    permissions: new Set(),
    until: 0,
    isInside: false,
    isAnonymous: false,
    title: null,
  };
}
