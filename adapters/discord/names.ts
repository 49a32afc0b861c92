import { createHash } from "node:crypto";
import type { Author, Message } from "../../src/engine/message.ts";
import { roleOf, type GuildSettings } from "./settings.ts";
import type { Guild } from "./guilds.ts";
import type { Intake } from "./intake.ts";
import type { Channel, Member } from "./payloads.ts";
import { displayName, madeAt, timeOf } from "./translate.ts";

/** People whose name was looked at lately; of others it is judged again when Discord tells of them, to the same end. */
const MOST_KNOWN = 20_000;
/** Where names stand; Discord has no channel of this id. */
const NOWHERE = "names";

export interface NamesParts {
  readonly settings: GuildSettings;
  readonly intake: Pick<Intake, "tell">;
  readonly now: () => number;
  readonly ownId: () => string | null;
}

/** What members and threads are called, read when it changes. */
export class Names {
  readonly #parts: NamesParts;
  readonly #known = new Map<string, string>();

  constructor(parts: NamesParts) {
    this.#parts = parts;
  }

  /** Somebody joined, or something about them changed: all that they are called is read, where it is new. */
  async member(guild: Guild, member: Member): Promise<void> {
    const { user, nick, roles, joined_at } = member;
    if (user.bot === true || !this.#isNew(guild, member)) return;
    const { settings } = this.#parts;
    const joinedAt = timeOf(joined_at);
    const author: Author = {
      id: user.id,
      displayName: displayName(user, nick),
      role: roleOf(settings.known(guild.id), user.id, roles),
      ...(joinedAt !== null && { joinedAt }),
      accountCreatedAt: madeAt(user.id),
    };
    const place = { id: NOWHERE };
    await this.#tell("name", guild, { id: user.id, author, channel: place, text: namesOf(member) });
  }

  /**
   * A thread was opened or is called otherwise than `before`. Discord does not say who called it so: only whoever
   * opened it, and the server's own team, can.
   */
  async thread(guild: Guild, thread: Channel, before: string | null): Promise<void> {
    const { id, name, owner_id: owner, parent_id: parent } = thread;
    const { settings, ownId } = this.#parts;
    if (!name || name === before || owner === undefined || owner === ownId()) return;
    const known = guild.channels.get(parent ?? "")?.name;
    const channel = { id: parent ?? id, ...(known && { name: known }) };
    const author: Author = {
      id: owner,
      role: roleOf(settings.known(guild.id), owner, []),
      accountCreatedAt: madeAt(owner),
    };
    await this.#tell("title", guild, { id, author, channel, text: name });
  }

  async #tell(
    origin: "name" | "title",
    { id, name, memberCount }: Guild,
    words: Pick<Message, "id" | "author" | "channel" | "text">,
  ): Promise<void> {
    const message: Message = {
      ...words,
      platform: "discord",
      community: { id, name },
      sentAt: this.#parts.now(),
      mentions: [],
      links: [],
      attachments: [],
      ...(memberCount !== null && { reach: memberCount }),
    };
    await this.#parts.intake.tell({ kind: "unposted", origin, message }, null);
  }

  /** Whether somebody is called otherwise than when they were looked at last, or that is not known any more. */
  #isNew(guild: Guild, member: Member): boolean {
    const key = `${guild.id} ${member.user.id}`;
    const digest = createHash("sha256").update(namesOf(member)).digest("base64").slice(0, 12);
    const before = this.#known.get(key);
    this.#known.delete(key);
    this.#known.set(key, digest);
    if (this.#known.size > MOST_KNOWN) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    return before !== digest;
  }
}

/** All that somebody is called, one to a line. */
function namesOf({ user, nick }: Member): string {
  const names = [nick, user.global_name, user.username].filter((name) => name);
  return [...new Set(names)].join("\n");
}
