import { Routes } from "discord.js";
import { z } from "zod";
import type { Log } from "../../src/ports/log.ts";
import type { OnEvent, OnMessage, PlatformEvent } from "../../src/ports/platform.ts";
import type { StoredMessage } from "../../src/ports/store.ts";
import type { DiscordApi } from "./api.ts";
import type { Called } from "./called.ts";
import type { Guild } from "./guilds.ts";
import { isSaid } from "./message-types.ts";
import { type DiscordMessage, messageSchema, snowflake } from "./payloads.ts";
import { type GuildSettings, roleOf } from "./settings.ts";
import type { TextFiles } from "./text-files.ts";
import { firstIdAt, toMessage } from "./translate.ts";

/** Pauses before a message that was not recorded is handed over again. */
const AGAIN_MS = { first: 500, most: 30_000 } as const;
/** After a restart, of each channel at most so many messages, and none older than a day, are caught up with. */
const CATCH_UP = { messages: 1000, page: 100, ageMs: 24 * 60 * 60 * 1000 } as const;

/** What was recorded so shortly before is read once more; a message is recognised. */
const OVERLAP_MS = 60_000;

export interface IntakeParts {
  readonly api: DiscordApi;
  readonly settings: GuildSettings;
  readonly log: Log;
  readonly now: () => number;
  /** The bot's own id; what it says itself is not judged. */
  readonly ownId: () => string | null;
  readonly called: Called;
  readonly files: TextFiles;
  /** The newest recorded message of a channel; null when there is none. */
  readonly newestRecorded: (guildId: string, channelId: string) => Promise<Recorded | null>;
  /** Called with each message that a person wrote, and whether there was anything in it. */
  readonly noteWords: (guild: Guild, isEmpty: boolean) => void;
}

type Recorded = Pick<StoredMessage, "messageId" | "sentAt">;

/** What becomes of what Discord tells. */
interface Consumer {
  readonly onMessage: OnMessage;
  readonly onEvent: OnEvent | null;
}

/** Hands messages of servers over, in the order in which Discord tells of them, until each is recorded. */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #waits = new Set<() => void>();
  /** Messages of each channel that are not recorded yet. */
  readonly #underWay = new Map<string, Set<Promise<void>>>();
  /** Of each channel the newest message that waits for its files: those after it wait behind it. */
  readonly #reading = new Map<string, Promise<readonly string[]>>();
  #consumer: Consumer | null = null;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  open(onMessage: OnMessage, onEvent: OnEvent | null): void {
    this.#consumer = { onMessage, onEvent };
  }

  /** Nothing more is handed over; what waits to be handed over again is left to the next process. */
  close(): void {
    this.#consumer = null;
    for (const wake of this.#waits) wake();
  }

  /** Resolves once the message is recorded, or needs not to be. Rejects when that is left to the next process. */
  async take(guild: Guild, message: DiscordMessage): Promise<void> {
    if (!isSaid(message, this.#parts.ownId())) return;
    const { channel_id: channel } = message;
    const taken = this.#take(guild, message);
    const here = this.#underWay.get(channel) ?? new Set();
    this.#underWay.set(channel, here.add(taken));
    try {
      await taken;
    } finally {
      here.delete(taken);
      if (here.size === 0) this.#underWay.delete(channel);
    }
  }

  /**
   * Hands an event over once the messages of its channel that came before are recorded (null: it has none), and
   * resolves once what follows from it is. Rejects as `take` does.
   */
  async tell(event: PlatformEvent, channelId: string | null): Promise<void> {
    if (channelId !== null) await this.settled(channelId);
    await this.#until("an event", async ({ onEvent }) => onEvent?.(event));
  }

  /** Resolves once the messages of a channel that came so far are recorded, or left to the next process. */
  async settled(channelId: string): Promise<void> {
    await Promise.allSettled(this.#underWay.get(channelId) ?? new Set<Promise<void>>());
  }

  async #take(guild: Guild, message: DiscordMessage): Promise<void> {
    const { channel_id: channel } = message;
    const files = this.#parts.files.of(message);
    const before = this.#reading.get(channel);
    // Without files nothing is waited for: messages are handed over in the order in which they come.
    if (files.length === 0 && before === undefined) return this.#handOver(guild, message, []);
    const read = Promise.all([this.#parts.files.read(files), before]).then(([texts]) => texts);
    this.#reading.set(channel, read);
    const texts = await read;
    if (this.#reading.get(channel) === read) this.#reading.delete(channel);
    return this.#handOver(guild, message, texts);
  }

  async #handOver(guild: Guild, message: DiscordMessage, files: readonly string[]): Promise<void> {
    const { settings, called, noteWords } = this.#parts;
    const policy = settings.known(guild.id);
    const said = toMessage(message, {
      guild: { id: guild.id, name: guild.name, members: guild.memberCount },
      channelName: guild.channels.get(message.channel_id)?.name ?? null,
      files,
      roleOf: (author, roles) => roleOf(policy, author.id, roles),
    });
    if (said.author.displayName !== undefined) {
      called.note(guild.id, said.author.id, said.author.displayName);
    }
    if (said.author.role !== "bot") noteWords(guild, said.text === "");
    await this.#until("a message", ({ onMessage }) => onMessage(said));
  }

  /** Hands something over, again and again with growing pauses, until it is durable. */
  async #until(what: string, hand: (consumer: Consumer) => Promise<unknown>): Promise<void> {
    let pause: number = AGAIN_MS.first;
    for (;;) {
      const consumer = this.#consumer;
      if (!consumer) throw new Error(`stopped before ${what} was recorded`);
      try {
        await hand(consumer);
        return;
      } catch (err) {
        this.#parts.log.error({ err }, `${what} was not recorded; it is handed over again`);
      }
      await this.#sleep(pause);
      pause = Math.min(AGAIN_MS.most, pause * 2);
    }
  }

  /**
   * From where each channel has to be read whose newest message is not recorded. To be asked before anything
   * new is handed over: what comes now would hide what was missed. A channel of which nothing is recorded is
   * new, and not read back. Never throws; a channel that cannot be looked up is left out.
   */
  async missed(guild: Guild): Promise<ReadonlyMap<string, string>> {
    const { newestRecorded, log } = this.#parts;
    const from = new Map<string, string>();
    for (const { id, last_message_id: last } of guild.writtenChannels()) {
      if (last === null || last === undefined) continue;
      try {
        const seen = await newestRecorded(guild.id, id);
        if (seen === null) continue;
        const place = idOf(seen);
        if (BigInt(last) > place) from.set(id, earlier(place));
      } catch (err) {
        log.error({ err, channel: id }, "a channel was not caught up with");
      }
    }
    return from;
  }

  /** Judges what was said while nobody listened. Never throws: what fails is logged, and the channel is left. */
  async catchUp(guild: Guild, from: ReadonlyMap<string, string>): Promise<void> {
    const { log } = this.#parts;
    for (const [id, after] of from) {
      try {
        const read = await this.#catchUpChannel(guild, id, after);
        log.info({ channel: id, messages: read }, "caught up with a channel");
      } catch (err) {
        log.error({ err, channel: id }, "a channel was not caught up with");
      }
    }
  }

  async #catchUpChannel(guild: Guild, channelId: string, from: string): Promise<number> {
    const { api, now } = this.#parts;
    let after = from;
    let taken = 0;
    while (taken < CATCH_UP.messages) {
      const page = await api.ask("get", Routes.channelMessages(channelId), z.array(messageSchema), {
        query: { after, limit: String(CATCH_UP.page) },
        permission: "View Channel and Read Message History",
      });
      if (!page.ok) return taken;
      const inOrder = page.value.toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
      for (const message of inOrder) {
        after = message.id;
        if (Date.parse(message.timestamp) < now() - CATCH_UP.ageMs) continue;
        await this.take(guild, message);
        taken += 1;
      }
      if (page.value.length < CATCH_UP.page) break;
    }
    return taken;
  }

  /** Waits, or less when the intake closes. */
  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waits.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#waits.add(wake);
    });
  }
}

/** Where a message stands among those of Discord; what was never posted stands where it was told. */
function idOf({ messageId, sentAt }: Recorded): bigint {
  const id = snowflake.safeParse(messageId);
  return id.success ? BigInt(id.data) : firstIdAt(sentAt);
}

/** An id of so long before another: of two messages that came together the later may have been recorded first. */
function earlier(id: bigint): string {
  const before = id - (BigInt(OVERLAP_MS) << 22n);
  return String(before > 0n ? before : 0n);
}
