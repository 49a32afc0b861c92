import { Routes } from "discord.js";
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Actor, Command } from "../../src/commands/command.ts";
import type { Reply } from "../../src/commands/reply.ts";
import type { Locale, Policy } from "../../src/engine/policy.ts";
import type { RuleSet } from "../../src/engine/rule.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Log } from "../../src/ports/log.ts";
import type { OnMessage } from "../../src/ports/platform.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import type { CaseView, Store } from "../../src/ports/store.ts";
import { DiscordApi } from "./api.ts";
import { complete } from "./autocomplete.ts";
import { CaseCards } from "./cards.ts";
import { commandDefinitions } from "./command-definitions.ts";
import { Events } from "./events.ts";
import { Gateway, type Refusal } from "./gateway.ts";
import type { Guild } from "./guilds.ts";
import { Intake } from "./intake.ts";
import { Interactions } from "./interactions.ts";
import { Locales } from "./locales.ts";
import { memberSchema, snowflake } from "./payloads.ts";
import { DiscordPlatform } from "./platform.ts";
import { GuildSettings } from "./settings.ts";
import type { Saying } from "./write.ts";

/** A refused bot asks again this often: the token or the intents may have been put right. */
const ASK_AGAIN_MS = 5 * 60_000;
/** One that did not answer is asked again sooner. */
const SOON_MS = 10_000;
/** Messages of people in a row without a word in them, from which the missing intent is the likely cause. */
const EMPTY_IN_A_ROW = 10;

const idSchema = z.object({ id: snowflake });

export interface DiscordOptions {
  readonly token: string;
  readonly apiUrl: string;
  readonly store: Pick<Store, "policyOf" | "listCases" | "newestMessage">;
  readonly memory: PlatformMemory;
  readonly ruleSet: RuleSet;
  readonly commands: readonly Command[];
  readonly clock: Clock;
  readonly log: Log;
  readonly runLine: (actor: Actor, line: string) => Promise<Reply>;
  readonly runCommand: (
    actor: Actor,
    name: string,
    input: Readonly<Record<string, unknown>>,
  ) => Promise<Reply>;
  /** What the card of a case says. */
  readonly describe: (view: CaseView, policy: Policy) => Promise<Saying>;
}

export interface Discord {
  readonly platform: DiscordPlatform;
  /** Somebody named as `<@id>`, by id or by name; null when nobody, or more than one, goes by it. */
  findPerson(communityId: string, words: string): Promise<string | null>;
}

/** What an operator is told when Discord does not let the bot in. */
const REFUSALS: Readonly<Record<Refusal, string>> = {
  "bad-token":
    "Discord does not know the bot token: put the one of the Bot page of the developer portal into DISCORD_TOKEN",
  intents:
    "Discord does not grant the intents that Candor needs: switch on Server Members and Message Content on the Bot page of the developer portal",
};

/** Discord for one bot: connection, platform and commands. Nothing is asked of Discord before `platform.start`. */
export function makeDiscord(options: DiscordOptions): Discord {
  const { store, memory, ruleSet, clock, log } = options;
  const api = new DiscordApi(options);
  const guilds = new Map<string, Guild>();
  const settings = new GuildSettings(
    (id) => store.policyOf(id),
    () => performance.now(),
  );
  const locales = new Locales();
  const own: Own = { userId: null, guilds: [] };
  const cards = new CaseCards({
    api,
    memory,
    settings,
    describe: async (view) => options.describe(view, await settings.refresh(view.communityId)),
  });
  const intake = new Intake({
    api,
    settings,
    log,
    now: () => clock.now(),
    ownId: () => own.userId,
    newestRecorded: async (communityId, channelId) =>
      (await store.newestMessage(communityId, channelId))?.messageId ?? null,
    noteWords: makeWordWatch(log),
  });
  const platform: DiscordPlatform = new DiscordPlatform({
    api,
    guilds,
    settings,
    memory,
    cards,
    clock,
    log,
    connect: (onMessage) => connection.open(onMessage),
    disconnect: () => connection.close(),
    isLoaded: () => own.userId !== null && own.guilds.every((id) => guilds.has(id)),
    localeOf: async (memberId) => locales.of(memberId),
  });
  const interactions = new Interactions({
    ...options,
    api,
    now: () => clock.now(),
    homeOf: (userId) => homeOf(guilds, userId),
    noteLocale: (userId, locale: Locale) => locales.note(userId, locale),
    complete: (actor, _command, option, typed) =>
      complete({ store, ruleSet, platform }, actor, option, typed),
    sayLate: async ({ communityId, id, requestId }, saying) => {
      const notice = { communityId, caseNumber: null, ...saying, title: saying.title ?? "" };
      await platform.direct({ communityId, memberId: id }, { id: `late ${requestId}`, ...notice });
    },
  });
  const events = new Events({
    api,
    guilds,
    settings,
    intake,
    log,
    onInteraction: (payload) => interactions.handle(payload),
    shardOf: (guildId) => connection.gateway?.shardOf(guildId) ?? 0,
    send: (shard, payload) => connection.gateway?.send(shard, payload) ?? Promise.resolve(),
  });
  const connection = new Connection(options, { api, intake, events, own });
  return { platform, findPerson: (communityId, words) => findPerson(api, communityId, words) };
}

/** Who the bot is, and the servers that it is on; nobody before Discord has said. */
interface Own {
  userId: string | null;
  guilds: readonly string[];
}

interface ConnectionParts {
  readonly api: DiscordApi;
  readonly intake: Intake;
  readonly events: Events;
  readonly own: Own;
}

/** Keeps the connection up, and asks again where Discord refused it. */
class Connection {
  readonly #options: DiscordOptions;
  readonly #parts: ConnectionParts;
  gateway: Gateway | null = null;
  #again: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: DiscordOptions, parts: ConnectionParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** Resolves at once: a Discord that is away, or refuses, must not keep the rest of Candor from starting. */
  async open(onMessage: OnMessage): Promise<void> {
    this.#parts.intake.open(onMessage);
    void this.#connect();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#again);
    this.#parts.intake.close();
    await this.gateway?.close();
    this.gateway = null;
    this.#parts.api.close();
  }

  async #connect(): Promise<void> {
    const { log } = this.#options;
    try {
      const refusal = await this.#introduce();
      if (this.#closed) return;
      if (refusal) this.#refused(refusal);
      else await this.#listen();
    } catch (err) {
      log.error({ err }, "Discord was not joined; it is tried again");
      this.#later(SOON_MS);
    }
  }

  /** Learns who the bot is, and has its commands registered. Throws when Discord does not answer. */
  async #introduce(): Promise<Refusal | null> {
    const { memory, commands, log } = this.#options;
    const { api, own } = this.#parts;
    const me = await api.ask("get", Routes.user(), idSchema);
    if (!me.ok && me.error.kind === "forbidden") return "bad-token";
    const application = await api.ask("get", Routes.currentApplication(), idSchema);
    const guilds = await api.ask("get", Routes.userGuilds(), z.array(idSchema));
    if (!me.ok || !application.ok || !guilds.ok) throw new Error("Discord does not answer");
    own.userId = me.value.id;
    own.guilds = guilds.value.map(({ id }) => id);
    await register(api, memory, application.value.id, commands, log);
    return null;
  }

  async #listen(): Promise<void> {
    const { token, memory, log } = this.#options;
    const { api, events, own } = this.#parts;
    const gateway = new Gateway({
      rest: api.rest,
      token,
      memory,
      log,
      onDispatch: (event) => events.handle(event),
      onRefusal: (refusal) => this.#refused(refusal),
    });
    this.gateway = gateway;
    await gateway.connect();
    // Where a session goes on, Discord does not tell again of the servers.
    for (const id of own.guilds) {
      await events
        .guildOf(id)
        .catch((err: unknown) => log.warn({ err, guild: id }, "a server was not read"));
    }
  }

  #refused(refusal: Refusal): void {
    this.#options.log.error({}, REFUSALS[refusal]);
    this.#later(ASK_AGAIN_MS);
  }

  #later(ms: number): void {
    if (this.#closed) return;
    clearTimeout(this.#again);
    this.#again = setTimeout(() => void this.#connect(), ms);
    this.#again.unref();
  }
}

/** Replaces the bot's commands when they are not those that were registered last: Discord counts every creation. */
async function register(
  api: DiscordApi,
  memory: PlatformMemory,
  applicationId: string,
  commands: readonly Command[],
  log: Log,
): Promise<void> {
  const body = commandDefinitions(commands);
  const digest = createHash("sha256").update(JSON.stringify(body)).digest("hex");
  const key = `commands/${applicationId}`;
  if ((await memory.recall(key)) === digest) return;
  const registered = await api.send("put", Routes.applicationCommands(applicationId), { body });
  if (registered.ok) await memory.remember(key, digest);
  else
    log.error({ refused: registered.error.kind }, "the commands were not registered with Discord");
}

/** Whose community somebody means who writes to Candor directly: the only one in which it knows them to be of the team. */
function homeOf(guilds: ReadonlyMap<string, Guild>, userId: string): string | null {
  const homes = [...guilds.values()].filter((guild) => guild.hasInTeam(userId));
  const [home] = homes.length > 0 ? homes : guilds.values();
  return homes.length > 1 || (homes.length === 0 && guilds.size > 1) ? null : (home?.id ?? null);
}

async function findPerson(
  api: DiscordApi,
  communityId: string,
  words: string,
): Promise<string | null> {
  const id = /^(?:<@!?)?(\d{5,20})>?$/u.exec(words.trim())?.[1];
  if (id !== undefined) return id;
  const query = words.trim().replace(/^@/u, "");
  const found = await api.ask(
    "get",
    Routes.guildMembersSearch(communityId),
    z.array(memberSchema),
    {
      query: { query, limit: "10" },
    },
  );
  if (!found.ok) return null;
  const exact = found.value.filter(({ user, nick }) =>
    [user.username, user.global_name, nick].some(
      (name) => name?.toLowerCase() === query.toLowerCase(),
    ),
  );
  return exact.length === 1 ? (exact[0]?.user.id ?? null) : null;
}

/** Says once for each server that messages come without their words. */
function makeWordWatch(log: Log): (guild: Guild, isEmpty: boolean) => void {
  const empty = new Map<string, number>();
  return (guild, isEmpty) => {
    const inARow = isEmpty ? (empty.get(guild.id) ?? 0) + 1 : 0;
    empty.set(guild.id, inARow);
    if (inARow === EMPTY_IN_A_ROW) {
      log.error({ guild: guild.id }, `messages come without their words. ${REFUSALS.intents}`);
    }
  };
}
