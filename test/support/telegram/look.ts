import type { Chat, Message, Press, Status } from "./types.ts";
import type { Updates } from "./updates.ts";
import type { World } from "./world.ts";

/** What people see, for assertions. */
export class Look {
  readonly #world: World;
  readonly #updates: Updates;

  constructor(world: World, updates: Updates) {
    this.#world = world;
    this.#updates = updates;
  }

  /** Messages of a chat, oldest first. */
  messages(chat: Chat): Message[] {
    return [...chat.log.values()].map((each) => each.data);
  }

  /** What somebody and the bot wrote to each other, oldest first. */
  dms(userId: number): Message[] {
    return this.messages(this.#world.privateChat(this.#world.person(userId)));
  }

  /** Messages of the bot in a chat, oldest first. */
  fromBot(chat: Chat): Message[] {
    const kept = [...chat.log.values()].filter((each) => each.authorId === this.#world.bot.id);
    return kept.filter((each) => !each.isService).map((each) => each.data);
  }

  status(chat: Chat, userId: number): Status {
    return this.#world.member(chat, this.#world.user(userId)).status;
  }

  /** How a press of a button was answered; null while it was not. */
  answer(pressId: string): Press["answer"] {
    return this.#world.presses.get(pressId)?.answer ?? null;
  }

  /** Updates that the bot has not confirmed, oldest first. */
  waiting(): Record<string, unknown>[] {
    return this.#updates.waiting().map(({ json }) => JSON.parse(json) as Record<string, unknown>);
  }
}
