import { Routes } from "discord.js";
import { z } from "zod";
import { AWAITED } from "../../src/engine/case/case.ts";
import type { Log } from "../../src/ports/log.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import type { Store, StoredMessage } from "../../src/ports/store.ts";
import type { DiscordApi } from "./api.ts";
import { Authors } from "./authors.ts";
import type { Guild } from "./guilds.ts";
import {
  type DiscordMessage,
  type Emoji,
  messageSchema,
  snowflake,
  userSchema,
} from "./payloads.ts";
import { firstIdAt, timeOf } from "./translate.ts";

/**
 * What is looked at once more after a session was lost: of each server the messages of the last six hours in the ten
 * channels that were written in last, 200 of each, so 20 requests; then one for each message of a waiting case that
 * was not among them, up to 25, and one for each message that was reported with the emoji, up to 10.
 */
const MOST = {
  ageMs: 6 * 60 * 60 * 1000,
  channels: 10,
  pages: 2,
  page: 100,
  waiting: 25,
  reported: 10,
} as const;
/** Tries of one server, and the pause before each but the first: a Discord in trouble needs time. */
const TRIES = 5;
const AGAIN_MS = 30_000;

export type WaitingMessage = Pick<StoredMessage, "channelId" | "messageId">;

export interface LookBackParts {
  readonly api: Pick<DiscordApi, "ask">;
  readonly memory: PlatformMemory;
  readonly log: Log;
  readonly now: () => number;
  /** The newest recorded revision of a message; null when it is not recorded. */
  readonly findMessage: (
    message: WaitingMessage & { readonly communityId: string },
  ) => Promise<Pick<StoredMessage, "revisedAt"> | null>;
  /** Messages of cases that wait for somebody, at most `limit`. */
  readonly waiting: (guildId: string, limit: number) => Promise<readonly WaitingMessage[]>;
  readonly take: (guild: Guild, message: DiscordMessage) => Promise<void>;
  readonly deleted: (guildId: string, channelId: string, gone: readonly string[]) => Promise<void>;
  /** The emoji by which members of a server report; null where none is named. */
  readonly isReport: (guildId: string) => Promise<((emoji: Emoji) => boolean) | null>;
  /** Hears a report that was made while nobody listened; one that was heard before changes nothing. */
  readonly hear: (
    guildId: string,
    message: WaitingMessage,
    by: string,
    emoji: Emoji,
  ) => Promise<void>;
  /** Waits, or less when it is closed; false then. */
  readonly sleep: (ms: number) => Promise<boolean>;
}

/**
 * What became of recorded messages while nobody listened: edits are judged, what is gone is noted where a case waits
 * for somebody, reports by reaction are heard. One server after the other, and within limits: this comes on top of
 * what was said meanwhile.
 */
export class LookBack {
  readonly #parts: LookBackParts;
  #lane: Promise<void> = Promise.resolve();

  constructor(parts: LookBackParts) {
    this.#parts = parts;
  }

  /** Remembers that a session of a server was lost, so that a process that ends meanwhile leaves it to the next. */
  async lost(guildId: string): Promise<void> {
    await this.#parts.memory.remember(keyOf(guildId), "lost");
  }

  /** Looks back where a session was lost. Never throws. */
  run(guild: Guild): Promise<void> {
    this.#lane = this.#lane.then(() => this.#tryAll(guild));
    return this.#lane;
  }

  async #tryAll(guild: Guild): Promise<void> {
    const { log, sleep, memory } = this.#parts;
    for (let nth = 1; nth <= TRIES; nth += 1) {
      try {
        if ((await memory.recall(keyOf(guild.id))) === null) return;
        await this.#look(guild);
        await memory.remember(keyOf(guild.id), null);
        return;
      } catch (err) {
        log.warn({ err, guild: guild.id }, "edits and deletions that were missed were not read");
      }
      if (nth < TRIES && !(await sleep(AGAIN_MS))) return;
    }
  }

  async #look(guild: Guild): Promise<void> {
    const { waiting, isReport } = this.#parts;
    const seen = new Set<string>();
    const reported: DiscordMessage[] = [];
    const reports = await isReport(guild.id);
    const authors = new Authors(this.#parts.api, guild.id);
    for (const channelId of this.#channels(guild)) {
      for (const message of await this.#recent(channelId)) {
        seen.add(message.id);
        await this.#takeEdit(guild, message, authors);
        if (reports && message.reactions.some(({ emoji }) => reports(emoji)))
          reported.push(message);
      }
    }
    const unseen = (await waiting(guild.id, MOST.waiting * 2))
      .filter(({ messageId }) => !seen.has(messageId) && snowflake.safeParse(messageId).success)
      .slice(0, MOST.waiting);
    for (const each of unseen) await this.#check(guild, each, authors);
    for (const message of reported.slice(-MOST.reported)) {
      for (const { emoji } of message.reactions) {
        if (reports?.(emoji) === true) await this.#hear(guild.id, message, emoji);
      }
    }
  }

  /** Where something was said lately, the newest first. */
  #channels(guild: Guild): readonly string[] {
    const oldest = this.#oldest();
    const last = guild
      .writtenChannels()
      .map(({ id, last_message_id: newest }) => ({ id, at: BigInt(newest ?? 0) }))
      .filter(({ at }) => at >= oldest)
      .toSorted((a, b) => (a.at > b.at ? -1 : 1));
    return last.slice(0, MOST.channels).map(({ id }) => id);
  }

  /** The newest messages of a channel, oldest first; none where Discord does not show them. */
  async #recent(channelId: string): Promise<readonly DiscordMessage[]> {
    const all: DiscordMessage[] = [];
    let before: string | undefined;
    for (let page = 0; page < MOST.pages; page += 1) {
      const found = await this.#parts.api.ask(
        "get",
        Routes.channelMessages(channelId),
        z.array(z.looseObject({ id: snowflake })),
        { query: { limit: String(MOST.page), ...(before !== undefined && { before }) } },
      );
      if (!found.ok) {
        if (isForLater(found.error)) throw new Error(`not shown: ${found.error.kind}`);
        break;
      }
      const ids = found.value.map(({ id }) => id);
      const young = found.value.filter(({ id }) => BigInt(id) >= this.#oldest());
      for (const each of young) {
        const read = messageSchema.safeParse(each);
        if (read.success) all.unshift(read.data);
      }
      if (young.length < MOST.page) break;
      before = ids.toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))[0];
    }
    return all;
  }

  /** An edit that is not recorded; of what was never recorded nothing is: it was said before Candor came. */
  async #takeEdit(guild: Guild, message: DiscordMessage, authors: Authors): Promise<void> {
    const edited = timeOf(message.edited_timestamp);
    if (edited === null) return;
    const { id: messageId, channel_id: channelId } = message;
    const known = await this.#parts.findMessage({ communityId: guild.id, channelId, messageId });
    if (!known || (known.revisedAt ?? 0) >= edited) return;
    await this.#parts.take(guild, await authors.withMember({ ...message, guild_id: guild.id }));
  }

  async #check(
    guild: Guild,
    { channelId, messageId }: WaitingMessage,
    authors: Authors,
  ): Promise<void> {
    const { api, deleted } = this.#parts;
    const found = await api.ask("get", Routes.channelMessage(channelId, messageId), messageSchema);
    if (found.ok) return this.#takeEdit(guild, found.value, authors);
    if (found.error.kind === "gone") return deleted(guild.id, channelId, [messageId]);
    if (isForLater(found.error)) throw new Error(`not shown: ${found.error.kind}`);
  }

  async #hear(guildId: string, message: DiscordMessage, emoji: Emoji): Promise<void> {
    const { api, hear } = this.#parts;
    const { channel_id: channelId, id: messageId, author } = message;
    const name = emoji.id ? `${emoji.name ?? "_"}:${emoji.id}` : (emoji.name ?? "");
    const route = Routes.channelMessageReaction(channelId, messageId, encodeURIComponent(name));
    const found = await api.ask("get", route, z.array(userSchema), { query: { limit: "100" } });
    if (!found.ok) {
      if (isForLater(found.error)) throw new Error(`not shown: ${found.error.kind}`);
      return;
    }
    for (const { id, bot } of found.value) {
      if (bot !== true && id !== author.id)
        await hear(guildId, { channelId, messageId }, id, emoji);
    }
  }

  #oldest(): bigint {
    return firstIdAt(this.#parts.now() - MOST.ageMs);
  }
}

/** The first messages of cases of a server that wait for somebody, those left out that wait hidden. */
export async function waitingMessages(
  store: Pick<Store, "listCases" | "caseMessages">,
  communityId: string,
  limit: number,
): Promise<readonly WaitingMessage[]> {
  const found: WaitingMessage[] = [];
  for (const { id } of await store.listCases({ communityId, states: AWAITED, limit })) {
    const messages = await store.caseMessages(id, limit - found.length);
    found.push(...messages.filter(({ held }) => !held).map(({ message }) => message));
    if (found.length >= limit) break;
  }
  return found;
}

function isForLater({ kind }: { readonly kind: string }): boolean {
  return kind === "throttled" || kind === "unavailable";
}

function keyOf(guildId: string): string {
  return `look-back/${guildId}`;
}
