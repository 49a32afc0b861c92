import { Routes } from "discord.js";
import { z } from "zod";
import type { Log } from "../../src/ports/log.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import type { StoredMessage } from "../../src/ports/store.ts";
import type { DiscordApi } from "./api.ts";
import { Authors } from "./authors.ts";
import type { Guild } from "./guilds.ts";
import { isSaid } from "./message-types.ts";
import { type DiscordMessage, messageSchema, snowflake } from "./payloads.ts";
import { firstIdAt } from "./translate.ts";

/** What was said longer ago is left out; pages of Discord have at most so many messages. */
const MOST = { ageMs: 24 * 60 * 60 * 1000, page: 100 } as const;
/** What was recorded so shortly before is read once more; a message is recognised. */
const OVERLAP_MS = 60_000;
/** Pauses before channels that could not be read are read again. */
const AGAIN_MS = { first: 500, most: 30_000 } as const;

const keptSchema = z.object({ since: z.number(), places: z.record(snowflake, snowflake) });
const idSchema = z.object({ id: snowflake });

export type Recorded = Pick<StoredMessage, "messageId" | "sentAt">;

export interface CatchUpParts {
  readonly api: Pick<DiscordApi, "ask">;
  readonly memory: PlatformMemory;
  readonly log: Log;
  readonly now: () => number;
  readonly ownId: () => string | null;
  /** The newest recorded message of a channel; null when there is none. */
  readonly newestRecorded: (guildId: string, channelId: string) => Promise<Recorded | null>;
  /** Resolves once the message is recorded. Rejects when that is left to the next process. */
  readonly take: (guild: Guild, message: DiscordMessage) => Promise<void>;
  /** Does something again until it succeeds. Rejects when that is left to the next process. */
  readonly until: <T>(failed: string, act: () => Promise<T>) => Promise<T>;
  /** Waits, or less when it is closed; false then. */
  readonly sleep: (ms: number) => Promise<boolean>;
  /** Called when something in so many channels of a server was too old to be read. */
  readonly noteLeftOut: (guild: Guild, channels: number) => void;
}

interface Progress {
  guild: Guild;
  /** Epoch ms at which Candor was first there: what was said before is not read. */
  readonly since: number;
  /** Of each channel that is not caught up with, the newest message before what is missing. */
  readonly places: Map<string, string>;
  /** Channels whose place is no message: nothing of them is recorded. */
  readonly blank: Set<string>;
  /** Pages do not say which roles an author has. */
  readonly authors: Authors;
  /** How many channels had something that was too old. */
  leftOut: number;
  isRunning: boolean;
}

/**
 * Reads what was said while nobody listened. How far each channel is read is remembered apart from what is
 * recorded: what is said now would hide what is still missing.
 */
export class CatchUp {
  readonly #parts: CatchUpParts;
  readonly #servers = new Map<string, Progress>();

  constructor(parts: CatchUpParts) {
    this.#parts = parts;
  }

  /**
   * Notes from where each channel has to be read whose newest message is not recorded. To be asked before anything
   * new is handed over. Rejects when that is left to the next process.
   */
  async missed(guild: Guild): Promise<void> {
    await this.#parts.until("what was missed was not looked up; it is tried again", () =>
      this.#look(guild),
    );
  }

  /** Judges what was missed, with pauses where Discord does not answer. Never throws. */
  async run(guild: Guild): Promise<void> {
    const progress = this.#servers.get(guild.id);
    if (!progress || progress.isRunning) return;
    progress.isRunning = true;
    let pause: number = AGAIN_MS.first;
    do {
      for (const id of progress.places.keys()) await this.#channel(progress, id);
      if (progress.leftOut > 0) this.#parts.noteLeftOut(progress.guild, progress.leftOut);
      progress.leftOut = 0;
      if (progress.places.size === 0) break;
      pause = Math.min(AGAIN_MS.most, pause * 2);
    } while (await this.#parts.sleep(pause));
    progress.authors.forget();
    progress.isRunning = false;
  }

  async #look(guild: Guild): Promise<void> {
    const progress = this.#servers.get(guild.id) ?? (await this.#restore(guild));
    progress.guild = guild;
    const { places, blank, since } = progress;
    for (const { id, last_message_id: last } of guild.writtenChannels()) {
      if (last === null || last === undefined || places.has(id)) continue;
      const seen = await this.#parts.newestRecorded(guild.id, id);
      const place = seen ? idOf(seen) : firstIdAt(since);
      if (BigInt(last) <= place) continue;
      places.set(id, String(place));
      if (!seen) blank.add(id);
    }
    await this.#keep(progress);
    this.#servers.set(guild.id, progress);
  }

  async #restore(guild: Guild): Promise<Progress> {
    const text = await this.#parts.memory.recall(keyOf(guild.id));
    const kept = text === null ? null : keptSchema.parse(JSON.parse(text));
    return {
      guild,
      since: kept?.since ?? this.#parts.now(),
      places: new Map(Object.entries(kept?.places ?? {})),
      blank: new Set(),
      authors: new Authors(this.#parts.api, guild.id),
      leftOut: 0,
      isRunning: false,
    };
  }

  async #keep({ guild, since, places }: Progress): Promise<void> {
    const value = JSON.stringify({ since, places: Object.fromEntries(places) });
    await this.#parts.memory.remember(keyOf(guild.id), value);
  }

  /** Never throws; a channel that is not caught up with yet keeps its place. */
  async #channel(progress: Progress, id: string): Promise<void> {
    const { log } = this.#parts;
    try {
      await this.#noteLeftOut(progress, id);
      const messages = await this.#read(progress, id);
      log.info({ channel: id, messages }, "caught up with a channel");
    } catch (err) {
      if (!(err instanceof Closed)) {
        log.warn({ err, channel: id }, "a channel is not caught up with yet; it is tried again");
        return;
      }
      log.warn({ channel: id }, "a channel cannot be read, and is not caught up with");
    }
    progress.places.delete(id);
    progress.blank.delete(id);
    await this.#keep(progress).catch((err: unknown) =>
      log.warn({ err, channel: id }, "how far a channel is read was not written down"),
    );
  }

  async #read(progress: Progress, id: string): Promise<number> {
    const { guild, places, blank, authors } = progress;
    const place = BigInt(places.get(id) ?? 0);
    let after = larger(blank.has(id) ? place : earlier(place), this.#oldest());
    let taken = 0;
    for (;;) {
      const page = await this.#page(id, String(after), MOST.page);
      for (const message of this.#parsed(id, page)) {
        await this.#parts.take(guild, await authors.withMember(message));
        taken += 1;
      }
      for (const each of page) after = larger(after, BigInt(each.id));
      if (page.length < MOST.page) return taken;
      places.set(id, String(after));
      await this.#keep(progress);
    }
  }

  /** Notes once when something was said after the last that was recorded and is too old to be read now. */
  async #noteLeftOut(progress: Progress, id: string): Promise<void> {
    const { places, blank } = progress;
    const place = places.get(id) ?? "0";
    const oldest = this.#oldest();
    if (blank.has(id) || BigInt(place) >= oldest) return;
    const page = await this.#page(id, place, MOST.page);
    const old = this.#parsed(id, page).filter((message) => BigInt(message.id) < oldest);
    if (old.some((message) => isSaid(message, this.#parts.ownId()))) progress.leftOut += 1;
    places.set(id, String(oldest));
    blank.add(id);
  }

  /** Messages as Discord sends them, of which only the id is looked at. Throws when it does not answer. */
  async #page(channelId: string, after: string, limit: number) {
    const page = await this.#parts.api.ask(
      "get",
      Routes.channelMessages(channelId),
      z.array(z.looseObject(idSchema.shape)),
      {
        query: { after, limit: String(limit) },
        permission: "View Channel and Read Message History",
      },
    );
    if (page.ok) return page.value;
    const { kind } = page.error;
    if (kind === "gone" || kind === "forbidden") throw new Closed(kind);
    throw new Error(`Discord did not show a channel: ${kind}`);
  }

  /** In the order in which they were said. One that cannot be read keeps none of the others from being judged. */
  #parsed(channelId: string, page: readonly { readonly id: string }[]): readonly DiscordMessage[] {
    return page
      .flatMap((each) => {
        const read = messageSchema.safeParse(each);
        if (read.success) return [read.data];
        const where = read.error.issues[0]?.path.join(".");
        this.#parts.log.error(
          { channel: channelId, where },
          "a message of Discord was not understood",
        );
        return [];
      })
      .toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  }

  #oldest(): bigint {
    return firstIdAt(this.#parts.now() - MOST.ageMs);
  }
}

/** Discord does not show the channel, or not any more. */
class Closed extends Error {}

/** Where a message stands among those of Discord; what was never posted stands where it was told. */
function idOf({ messageId, sentAt }: Recorded): bigint {
  const id = snowflake.safeParse(messageId);
  return id.success ? BigInt(id.data) : firstIdAt(sentAt);
}

/** An id of so long before another: of two messages that came together the later may have been recorded first. */
function earlier(id: bigint): bigint {
  return larger(id - (BigInt(OVERLAP_MS) << 22n), 0n);
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function keyOf(guildId: string): string {
  return `caught-up/${guildId}`;
}
