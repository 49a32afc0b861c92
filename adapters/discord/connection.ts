import { Routes } from "discord.js";
import { z } from "zod";
import type { Command } from "../../src/commands/command.ts";
import { isWithin, type Share, WHOLE } from "../../src/engine/share.ts";
import type { Log } from "../../src/ports/log.ts";
import type { OnEvent, OnMessage } from "../../src/ports/platform.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import type { Turns } from "../../src/ports/turns.ts";
import type { DiscordApi } from "./api.ts";
import type { Events } from "./events.ts";
import { Gateway, type Refusal, type Shards } from "./gateway.ts";
import type { Intake } from "./intake.ts";
import type { MemberRequests } from "./member-requests.ts";
import { ownGuilds } from "./own-guilds.ts";
import { snowflake } from "./payloads.ts";
import { register } from "./register.ts";
import type { Watch } from "./watch.ts";

/** A refused bot asks again this often: the token or the intents may have been put right. */
const ASK_AGAIN_MS = 5 * 60_000;
/** One that did not answer is asked again sooner. */
const SOON_MS = 10_000;
const idSchema = z.object({ id: snowflake });
const gatewaySchema = z.object({ shards: z.int().min(1) });

/** What an operator is told when the connection does not go on by itself. */
const REFUSALS: Readonly<Record<Refusal, string>> = {
  "bad-token":
    "Discord does not know the bot token: put the one of the Bot page of the developer portal into DISCORD_TOKEN",
  intents:
    "Discord does not grant the intents that Candor needs: switch on Server Members and Message Content on the Bot page of the developer portal",
  shards:
    "Discord asks for more connections, as the bot is on more servers now; Candor connects anew with as many as Discord names",
  outdated:
    "Discord does not take this version of Candor any more: update Candor, then start it again",
  overload:
    "more came from Discord than could be recorded, as when the database is away; Candor goes on where it stopped once that is recorded",
};

/** What another look soon may mend. */
const SOON: readonly Refusal[] = ["shards", "overload"];

export interface ConnectionOptions {
  readonly token: string;
  readonly memory: PlatformMemory;
  readonly commands: readonly Command[];
  readonly log: Log;
  /** The servers of this process; all where not given. */
  readonly share?: Share;
  /** Needed where several processes share the servers: Discord counts the logins of all of them together. */
  readonly turns?: Turns;
}

/** Who the bot is, and the servers of this process that it is on; nobody before Discord has said. */
export interface Own {
  userId: string | null;
  guilds: readonly string[];
}

export interface ConnectionParts {
  readonly api: DiscordApi;
  readonly intake: Intake;
  readonly events: Events;
  readonly own: Own;
  readonly watch: Watch;
  readonly members: Pick<MemberRequests, "close">;
}

/** Keeps the connection up, and asks again where Discord refused it. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #parts: ConnectionParts;
  gateway: Gateway | null = null;
  #again: NodeJS.Timeout | undefined;
  /** Why Discord refused the bot when it was asked last. */
  #refusal: Refusal | null = null;
  /** The refusal that was logged last: it is said once for as long as it lasts. */
  #told: Refusal | null = null;
  #closed = false;

  constructor(options: ConnectionOptions, parts: ConnectionParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** Resolves at once: a Discord that is away, or refuses, must not keep the rest of Candor from starting. */
  async open(onMessage: OnMessage, onEvent: OnEvent | null): Promise<void> {
    this.#parts.intake.open(onMessage, onEvent);
    this.#parts.watch.start();
    void this.#connect();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#again);
    this.#parts.intake.close();
    await this.gateway?.close();
    this.gateway = null;
    this.#parts.members.close();
    await this.#parts.watch.close();
    this.#parts.api.close();
  }

  async #connect(): Promise<void> {
    const { log } = this.#options;
    this.#refusal = null;
    try {
      const refusal = await this.#introduce();
      if (this.#closed) return;
      if (refusal) this.#refused(refusal);
      else await this.#listen();
    } catch (err) {
      // A refusal also ends the connection with an error; asked again as soon, it would use up a day's logins.
      if (this.#refusal !== null) return;
      log.error({ err }, "Discord was not joined; it is tried again");
      this.#later(SOON_MS);
    }
  }

  /** Learns who the bot is, and has its commands registered. Throws when Discord does not answer. */
  async #introduce(): Promise<Refusal | null> {
    const { memory, commands, log, share = WHOLE } = this.#options;
    const { api, own } = this.#parts;
    const me = await api.ask("get", Routes.user(), idSchema);
    if (!me.ok && me.error.kind === "forbidden") return "bad-token";
    const application = await api.ask("get", Routes.currentApplication(), idSchema);
    const guilds = await ownGuilds(api);
    if (!me.ok || !application.ok || !guilds.ok) throw new Error("Discord does not answer");
    own.userId = me.value.id;
    own.guilds = guilds.value.map(({ id }) => id).filter((id) => isWithin(share, id));
    await register(api, memory, application.value.id, commands, log);
    return null;
  }

  async #listen(): Promise<void> {
    const { token, memory, log } = this.#options;
    const { api, events, own, watch } = this.#parts;
    const shards = await this.#shards();
    await this.gateway?.close();
    const gateway = new Gateway({
      rest: api.rest,
      token,
      memory,
      log,
      ...(shards && { shards }),
      onDispatch: async (event) => {
        await events.handle(event);
        watch.after(event);
      },
      onRefusal: (refusal) => this.#refused(refusal),
    });
    this.gateway = gateway;
    await gateway.connect();
    this.#told = null;
    // Where a session goes on, Discord does not tell again of the servers.
    for (const id of own.guilds) {
      await events
        .guildOf(id)
        .catch((err: unknown) => log.warn({ err, guild: id }, "a server was not read"));
      watch.look(id);
    }
  }

  /**
   * Of as many shards as Discord names, and so many more that their number is a multiple of that of the processes, those
   * that tell of the servers of this one. null where one process has all. Throws when Discord does not answer.
   */
  async #shards(): Promise<Shards | null> {
    const { share = WHOLE, turns } = this.#options;
    if (share.of === 1 || !turns) return null;
    const asked = await this.#parts.api.ask("get", Routes.gatewayBot(), gatewaySchema);
    if (!asked.ok) throw new Error("Discord does not say how many shards there are to be");
    const each = Math.ceil(asked.value.shards / share.of);
    const ids = Array.from({ length: each }, (_, nth) => nth * share.of + share.index);
    return { count: each * share.of, ids, turns };
  }

  #refused(refusal: Refusal): void {
    const { log } = this.#options;
    const { own, watch } = this.#parts;
    if (refusal !== this.#told) log.error({}, REFUSALS[refusal]);
    this.#refusal = this.#told = refusal;
    if (refusal === "intents") watch.noteRefused(own.guilds);
    this.#later(SOON.includes(refusal) ? SOON_MS : ASK_AGAIN_MS);
  }

  #later(ms: number): void {
    if (this.#closed) return;
    clearTimeout(this.#again);
    this.#again = setTimeout(() => void this.#connect(), ms);
    this.#again.unref();
  }
}
