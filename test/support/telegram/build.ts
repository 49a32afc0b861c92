import {
  ADMIN_RIGHTS,
  type AdminRight,
  type Chat,
  type FileRef,
  type Member,
  type Person,
  type Topic,
  type User,
} from "./types.ts";
import { outsider, type World } from "./world.ts";

export interface NewChat {
  readonly title?: string;
  readonly username?: string;
  readonly isForum?: boolean;
  /** What the bot is: an administrator with these rights, a plain member, or not there (null). */
  readonly bot?: readonly AdminRight[] | "member" | null;
}

/** Sets up what is there before anything happens; nobody is told of it. */
export class Build {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Somebody who has never written to the bot. */
  person(first_name: string, more: Partial<User> & { bio?: string } = {}): Person {
    const { bio, ...details } = more;
    const person = this.#world.addPerson({ first_name, ...details });
    person.bio = bio ?? null;
    return person;
  }

  /** Somebody whom the bot may write to. */
  contact(first_name: string): Person {
    const person = this.person(first_name);
    person.hasStarted = true;
    return person;
  }

  /** A supergroup with an owner, and the bot as an administrator with every right. */
  supergroup(details: NewChat = {}): Chat {
    return this.#chat("supergroup", details);
  }

  basicGroup(details: NewChat = {}): Chat {
    return this.#chat("group", details);
  }

  /** A channel; its posts are forwarded to `group` if there is one. */
  channel(details: NewChat = {}, group: Chat | null = null): Chat {
    const channel = this.#chat("channel", details);
    channel.linked = group;
    if (group) group.linked = channel;
    return channel;
  }

  #chat(type: "group" | "supergroup" | "channel", details: NewChat): Chat {
    const { title = "A community", username = null, isForum = false } = details;
    const chat = this.#world.addChat(type, { title, username, isForum });
    this.#put(chat, this.person("Owner").user, { status: "creator" });
    const { bot = ADMIN_RIGHTS } = details;
    if (bot === "member") this.#put(chat, this.#world.bot, { status: "member" });
    else if (bot) this.#put(chat, this.#world.bot, administrator(bot));
    return chat;
  }

  /** Somebody is in a chat; a new person when only a name is given. */
  member(chat: Chat, who: Person | string, change: Partial<Member> = {}): Person {
    const person = typeof who === "string" ? this.person(who) : who;
    this.#put(chat, person.user, { status: "member", ...change });
    return person;
  }

  admin(
    chat: Chat,
    name: string,
    rights: readonly AdminRight[],
    more: { isAnonymous?: boolean; title?: string } = {},
  ): Person {
    return this.member(chat, name, { ...administrator(rights), ...more });
  }

  topic(chat: Chat, name: string): Topic {
    const topic = { id: this.#world.nextMessageId(chat), name, isClosed: false };
    chat.topics.set(topic.id, topic);
    return topic;
  }

  file(name: string, bytes: Uint8Array): FileRef {
    return this.#world.addFile(name, bytes);
  }

  profilePhoto(person: Person, bytes: Uint8Array): FileRef {
    const ref = this.file("face.jpg", bytes);
    person.photos.unshift(ref);
    return ref;
  }

  #put(chat: Chat, user: User, change: Partial<Member>): void {
    chat.members.set(user.id, { ...outsider(user), isInside: true, ...change });
  }
}

function administrator(rights: readonly AdminRight[]): Partial<Member> {
  return { status: "administrator", rights: new Set([...rights, "can_manage_chat"]) };
}
