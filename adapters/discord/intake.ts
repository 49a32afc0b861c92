import type { Log } from "../../src/ports/log.ts";
import type { OnEvent, OnMessage, PlatformEvent } from "../../src/ports/platform.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import type { DiscordApi } from "./api.ts";
import type { Called } from "./called.ts";
import { CatchUp, type Recorded } from "./catch-up.ts";
import type { Guild } from "./guilds.ts";
import { isSaid } from "./message-types.ts";
import type { DiscordMessage } from "./payloads.ts";
import { type GuildSettings, roleOf } from "./settings.ts";
import type { FilesRead, TextFiles } from "./text-files.ts";
import { toMessage } from "./translate.ts";

/** Pauses before a message that was not recorded is handed over again. */
const AGAIN_MS = { first: 500, most: 30_000 } as const;

const NO_FILES: FilesRead = { texts: [], unread: 0 };

export interface IntakeParts {
  readonly api: DiscordApi;
  readonly settings: GuildSettings;
  readonly memory: PlatformMemory;
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
  /** Called when what was said in so many channels while Candor was away was too old to be read. */
  readonly noteLeftOut: (guild: Guild, channels: number) => void;
}

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
  readonly #reading = new Map<string, Promise<FilesRead>>();
  readonly #catchUp: CatchUp;
  #consumer: Consumer | null = null;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#catchUp = new CatchUp({
      ...parts,
      take: (guild, message) => this.take(guild, message),
      until: (failed, act) => this.until(failed, act),
      sleep: (ms) => this.sleep(ms),
    });
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
    await this.#handing("an event was not recorded; it is handed over again", async ({ onEvent }) =>
      onEvent?.(event),
    );
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
    if (files.length === 0 && before === undefined) return this.#handOver(guild, message, NO_FILES);
    const read = Promise.all([
      this.#parts.files.read(files, this.#parts.settings.known(guild.id).language),
      before,
    ]).then(([own]) => own);
    this.#reading.set(channel, read);
    const own = await read;
    if (this.#reading.get(channel) === read) this.#reading.delete(channel);
    return this.#handOver(guild, message, own);
  }

  async #handOver(guild: Guild, message: DiscordMessage, files: FilesRead): Promise<void> {
    const { settings, called, noteWords } = this.#parts;
    const policy = settings.known(guild.id);
    const said = toMessage(message, {
      guild: { id: guild.id, name: guild.name, members: guild.memberCount },
      channelName: guild.channels.get(message.channel_id)?.name ?? null,
      files: files.texts,
      unreadFiles: files.unread,
      roleOf: (author, roles) => roleOf(policy, author.id, roles),
    });
    if (said.author.displayName !== undefined) {
      called.note(guild.id, said.author.id, said.author.displayName);
    }
    if (said.author.role !== "bot") noteWords(guild, said.text === "");
    await this.#handing("a message was not recorded; it is handed over again", ({ onMessage }) =>
      onMessage(said),
    );
  }

  /** Does something, again and again with growing pauses, until it succeeds. Rejects as `take` does. */
  until<T>(failed: string, act: () => Promise<T>): Promise<T> {
    return this.#handing(failed, act);
  }

  /** Waits, or less when the intake is closed; false then. */
  async sleep(ms: number): Promise<boolean> {
    if (this.#consumer) await this.#sleep(ms);
    return this.#consumer !== null;
  }

  /** Hands something over, again and again with growing pauses, until it is durable; `failed` is logged each time. */
  async #handing<T>(failed: string, hand: (consumer: Consumer) => Promise<T>): Promise<T> {
    let pause: number = AGAIN_MS.first;
    for (;;) {
      const consumer = this.#consumer;
      if (!consumer) throw new Error("stopped before it was recorded");
      try {
        return await hand(consumer);
      } catch (err) {
        this.#parts.log.error({ err }, failed);
      }
      await this.#sleep(pause);
      pause = Math.min(AGAIN_MS.most, pause * 2);
    }
  }

  /** Notes what was said while nobody listened, before anything new is handed over. Rejects as `take` does. */
  async missed(guild: Guild): Promise<void> {
    await this.#catchUp.missed(guild);
  }

  /** Judges what was missed. Never throws. */
  async catchUp(guild: Guild): Promise<void> {
    await this.#catchUp.run(guild);
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
