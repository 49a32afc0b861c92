import {
  type IIdentifyThrottler,
  type SessionInfo,
  WebSocketManager,
  WebSocketShardEvents,
} from "@discordjs/ws";
import { GatewayCloseCodes, GatewayIntentBits as Intent, type REST } from "discord.js";
import { z } from "zod";
import type { Log } from "../../src/ports/log.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import type { Turns } from "../../src/ports/turns.ts";

const INTENTS =
  Intent.Guilds |
  Intent.GuildMembers |
  Intent.GuildModeration |
  Intent.GuildMessages |
  Intent.GuildMessageReactions |
  Intent.DirectMessages |
  Intent.MessageContent |
  Intent.AutoModerationConfiguration |
  Intent.AutoModerationExecution;

/** How often the place in a session is written down; what came after it is replayed and recognised. */
const SAVE_EVERY_MS = 5000;
/** Pauses before a shard connects again: the library's own are half a second, however often it fails. */
const PAUSE_MS = { first: 1000, most: 60_000 } as const;
/** A session that lasted so long ends a row of failures. */
const STEADY_MS = 60_000;

/** Discord lets one shard of a bucket in within five seconds ("Identify Concurrency"); its clock is not ours. */
const LOGIN_EVERY_MS = 5500;

/** Events of a shard that are kept while the database is away; the session keeps those that come after. */
const MOST_OPEN = 20_000;

/** One event of the gateway, not looked into yet. `done` is called when nothing of it can be lost any more. */
export interface Dispatch {
  readonly type: string;
  readonly data: unknown;
  readonly shard: number;
  /** The place of the event in its session: the same when Discord tells it again, and of no other event. */
  readonly occasion: string;
}

/**
 * Why the connection does not go on by itself: Discord does not let the bot in (`shards`: not with so few of them;
 * `outdated`: not this version), or more came than could be recorded (`overload`).
 */
export type Refusal = "bad-token" | "intents" | "shards" | "outdated" | "overload";

const REFUSALS = new Map<number, Refusal>([
  [GatewayCloseCodes.AuthenticationFailed, "bad-token"],
  [GatewayCloseCodes.DisallowedIntents, "intents"],
  [GatewayCloseCodes.InvalidShard, "shards"],
  [GatewayCloseCodes.ShardingRequired, "shards"],
  [GatewayCloseCodes.InvalidAPIVersion, "outdated"],
  [GatewayCloseCodes.InvalidIntents, "outdated"],
]);

/** Some of a bot's shards; the others are in other processes, which take turns with this one to log in. */
export interface Shards {
  /** Of all processes together. */
  readonly count: number;
  readonly ids: readonly number[];
  readonly turns: Turns;
}

export interface GatewayParts {
  readonly rest: REST;
  readonly token: string;
  readonly memory: PlatformMemory;
  readonly log: Log;
  /** Absent: as many as Discord names. */
  readonly shards?: Shards;
  /** Resolves once the event is dealt with; what it rejects with is logged. */
  readonly onDispatch: (event: Dispatch) => Promise<void>;
  readonly onRefusal: (refusal: Refusal) => void;
  /** MOST_OPEN where not given. */
  readonly mostOpen?: number;
}

const sessionSchema = z.object({
  resumeURL: z.string(),
  sequence: z.number(),
  sessionId: z.string(),
  shardCount: z.number(),
  shardId: z.number(),
});

interface ShardState {
  session: SessionInfo | null;
  /** Sequence numbers of events that are not dealt with yet. */
  readonly open: Set<number>;
  failures: number;
  /** What the next connection waits for; 0 once it has. */
  pauseMs: number;
  connectedAt: number;
  /** Whether it stands and may be spoken to. */
  isReady: boolean;
}

/**
 * The connection to Discord's gateway. A session outlives the process: its place is written down as far as
 * every event is dealt with, and a new process goes on from there.
 */
export class Gateway {
  readonly #parts: GatewayParts;
  readonly #manager: WebSocketManager;
  readonly #shards = new Map<number, ShardState>();
  readonly #underWay = new Set<Promise<void>>();
  #saving: NodeJS.Timeout | undefined;
  #closing = false;
  /** More came than could be recorded: the place in the session stands still, and the next connection goes on from it. */
  #isFull = false;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    const { shards } = parts;
    this.#manager = new WebSocketManager({
      ...(shards && {
        shardCount: shards.count,
        shardIds: [...shards.ids],
        buildIdentifyThrottler: (manager) => throttlerOf(manager, shards.turns),
      }),
      rest: parts.rest,
      token: parts.token,
      // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- several intents are no member of the enum
      intents: INTENTS,
      retrieveSessionInfo: (shard) => this.#session(shard),
      updateSessionInfo: (shard, session) => this.#keep(shard, session),
    });
    this.#manager.on(WebSocketShardEvents.Dispatch, ({ data, shardId }) =>
      this.#dispatch(shardId, data),
    );
    this.#manager.on(WebSocketShardEvents.Closed, ({ code, shardId }) =>
      this.#closed(shardId, code),
    );
    this.#manager.on(WebSocketShardEvents.Error, ({ error, shardId }) =>
      parts.log.error({ err: error, shard: shardId }, "the connection to Discord failed"),
    );
    for (const event of [WebSocketShardEvents.Ready, WebSocketShardEvents.Resumed] as const) {
      this.#manager.on(event, ({ shardId }: { readonly shardId: number }) => {
        const shard = this.#shard(shardId);
        shard.connectedAt = performance.now();
        shard.isReady = true;
        parts.log.info({ shard: shardId, event }, "connected to Discord");
      });
    }
  }

  /** Resolves once every shard is connected; rejects with what discord.js throws when Discord refuses. */
  async connect(): Promise<void> {
    this.#saving = setInterval(() => void this.#save(), SAVE_EVERY_MS);
    this.#saving.unref();
    await this.#manager.connect();
  }

  /** The shard that tells of a server (https://discord.com/developers/docs/events/gateway#sharding). */
  shardOf(guildId: string): number {
    const count =
      [...this.#shards.values()].find(({ session }) => session)?.session?.shardCount ?? 1;
    return Number((BigInt(guildId) >> 22n) % BigInt(count));
  }

  /** Whether something can be sent to a shard at once; before, the library would wait, after a resume for ever. */
  isReady(shard: number): boolean {
    return this.#shards.get(shard)?.isReady === true;
  }

  async send(shard: number, payload: Parameters<WebSocketManager["send"]>[1]): Promise<void> {
    await this.#manager.send(shard, payload);
  }

  /** Takes no more events, waits for those under way, and leaves the session to be taken up again. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    clearInterval(this.#saving);
    await Promise.all(this.#underWay);
    await this.#save();
    // Any code but 1000 and 1001 keeps the session.
    await this.#manager.destroy({ code: GatewayCloseCodes.UnknownError, reason: "restarting" });
  }

  #shard(id: number): ShardState {
    let shard = this.#shards.get(id);
    if (!shard) {
      shard = {
        session: null,
        open: new Set(),
        failures: 0,
        pauseMs: 0,
        connectedAt: 0,
        isReady: false,
      };
      this.#shards.set(id, shard);
    }
    return shard;
  }

  /** Asked after each event, and before each connection, which it holds back after failures. */
  async #session(id: number): Promise<SessionInfo | null> {
    const known = this.#shards.get(id);
    if (!known) {
      this.#shard(id).session = await this.#restore(id);
      return this.#shard(id).session;
    }
    const { pauseMs } = known;
    if (pauseMs > 0) {
      known.pauseMs = 0;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    return known.session;
  }

  async #restore(id: number): Promise<SessionInfo | null> {
    const kept = await this.#parts.memory.recall(keyOf(id));
    if (kept === null) return null;
    const read = sessionSchema.safeParse(JSON.parse(kept));
    return read.success ? read.data : null;
  }

  #keep(id: number, session: SessionInfo | null): void {
    // Leaving forgets the session, which the next process is to take up.
    if (!this.#closing && !this.#isFull) this.#shard(id).session = session;
  }

  #dispatch(id: number, payload: { readonly t: string; readonly s: number; readonly d: unknown }) {
    if (this.#closing || this.#isFull) return;
    const { open, session } = this.#shard(id);
    if (open.size >= (this.#parts.mostOpen ?? MOST_OPEN)) {
      this.#isFull = true;
      const sequence = Math.min(session?.sequence ?? 0, payload.s - 1);
      this.#shard(id).session = session && { ...session, sequence };
      this.#parts.onRefusal("overload");
      return;
    }
    const done = this.#deal(id, payload);
    this.#underWay.add(done);
    void done.finally(() => this.#underWay.delete(done));
  }

  /** Never rejects. An event that was not dealt with stays open: the next process is told of it again. */
  async #deal(
    id: number,
    {
      t: type,
      s: sequence,
      d: data,
    }: { readonly t: string; readonly s: number; readonly d: unknown },
  ): Promise<void> {
    const { log, onDispatch } = this.#parts;
    const { open, session } = this.#shard(id);
    const occasion = `${session?.sessionId ?? ""} ${sequence}`;
    open.add(sequence);
    try {
      await onDispatch({ type, data, shard: id, occasion });
      open.delete(sequence);
    } catch (err) {
      log.error({ err, event: type }, "an event of Discord was not dealt with");
      if (!this.#closing) open.delete(sequence);
    }
  }

  #closed(id: number, code: number): void {
    const { log, onRefusal } = this.#parts;
    const shard = this.#shard(id);
    shard.isReady = false;
    const lasted = performance.now() - shard.connectedAt;
    shard.failures = shard.connectedAt > 0 && lasted > STEADY_MS ? 0 : shard.failures + 1;
    shard.pauseMs =
      shard.failures > 1 ? Math.min(PAUSE_MS.most, PAUSE_MS.first * 2 ** (shard.failures - 2)) : 0;
    log.warn({ shard: id, code, failures: shard.failures }, "the connection to Discord closed");
    const refusal = REFUSALS.get(code);
    if (refusal) onRefusal(refusal);
  }

  /** Writes down the place up to which nothing is open. */
  async #save(): Promise<void> {
    for (const [id, { session, open }] of this.#shards) {
      let sequence = session?.sequence ?? 0;
      for (const each of open) sequence = Math.min(sequence, each - 1);
      const kept = session && JSON.stringify({ ...session, sequence });
      try {
        await this.#parts.memory.remember(keyOf(id), kept);
      } catch (err) {
        this.#parts.log.warn(
          { err, shard: id },
          "the place in Discord's session was not written down",
        );
      }
    }
  }
}

async function throttlerOf(manager: WebSocketManager, turns: Turns): Promise<IIdentifyThrottler> {
  const { session_start_limit: limit } = await manager.fetchGatewayInformation();
  return {
    waitForIdentify: (shard, signal) =>
      turns.wait(`login-${shard % limit.max_concurrency}`, LOGIN_EVERY_MS, signal),
  };
}

function keyOf(shard: number): string {
  return `session/${shard}`;
}
