import { GatewayDispatchEvents as Event, Routes } from "discord.js";
import { z } from "zod";
import { troubleLines } from "../../src/commands/say-trouble.ts";
import type { Policy } from "../../src/engine/policy.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Log } from "../../src/ports/log.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import type { Trouble } from "../../src/ports/server.ts";
import { say, type WordKey } from "../../src/words/say.ts";
import type { DiscordApi } from "./api.ts";
import type { Dispatch } from "./gateway.ts";
import { Guild } from "./guilds.ts";
import { keyOf, troublesOf } from "./needs.ts";
import { languageOf, type OwnerWords } from "./owner-words.ts";
import { guildSchema, memberSchema, snowflake, unavailableGuildSchema } from "./payloads.ts";
import type { GuildSettings } from "./settings.ts";

/** What changes without an event, such as a policy, is looked at this often. */
const LOOK_EVERY_MS = 5 * 60_000;
/** Messages of people in a row without a word in them, from which the missing intent is the likely cause. */
const EMPTY_IN_A_ROW = 10;

/** Names of events, which come as any text. */
const CREATED: string = Event.GuildCreate;
const GONE: string = Event.GuildDelete;
const MEMBER: string = Event.GuildMemberUpdate;

/** Events after which something may be amiss, or mended. */
const TELLING: readonly string[] = [
  Event.GuildCreate,
  Event.GuildUpdate,
  Event.GuildDelete,
  Event.GuildRoleUpdate,
  Event.GuildRoleDelete,
  Event.ChannelUpdate,
  Event.ChannelDelete,
];

const placeSchema = z.union([
  z.object({ guild_id: snowflake }).transform(({ guild_id: id }) => id),
  z.object({ id: snowflake }).transform(({ id }) => id),
]);
const createdSchema = z.object({ id: snowflake, members: z.array(memberSchema).default([]) });
const memberEvent = memberSchema.extend({ guild_id: snowflake });
const ownMemberSchema = z.object({ roles: z.array(snowflake) });
const toldSchema = z.array(z.string());

export interface WatchParts {
  readonly api: DiscordApi;
  readonly guilds: ReadonlyMap<string, Guild>;
  readonly settings: GuildSettings;
  readonly memory: PlatformMemory;
  readonly words: OwnerWords;
  readonly clock: Clock;
  readonly log: Log;
  readonly ownId: () => string | null;
}

/**
 * Looks after every server: what keeps Candor from its work there is told to the owner once, and again when it
 * comes back after it was mended. What was told is remembered beyond a restart.
 */
export class Watch {
  readonly #parts: WatchParts;
  readonly #lanes = new Map<string, Promise<unknown>>();
  /** Servers whose next look has not begun: one look sees everything that came before it. */
  readonly #waiting = new Set<string>();
  readonly #empty = new Map<string, number>();
  #ticking: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#closed = false;
    this.#ticking = setInterval(() => {
      for (const id of this.#parts.guilds.keys()) this.look(id);
    }, LOOK_EVERY_MS);
    this.#ticking.unref();
  }

  /** Waits for what is being told. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#ticking);
    await Promise.all(this.#lanes.values());
  }

  /** Called after an event was dealt with; what follows from it is told without being waited for. */
  after({ type, data }: Dispatch): void {
    this.#noteOwnRoles(type, data);
    const isOwn = type === MEMBER && this.#isOwn(data);
    if (!isOwn && !TELLING.includes(type)) return;
    if (type === GONE) return this.#gone(data);
    const id = placeSchema.safeParse(data);
    if (id.success) this.look(id.data);
  }

  /** Looks at a server soon. */
  look(guildId: string): void {
    if (this.#waiting.has(guildId)) return;
    this.#waiting.add(guildId);
    this.#inLane(guildId, async () => {
      this.#waiting.delete(guildId);
      const guild = this.#parts.guilds.get(guildId);
      if (guild && !guild.unavailable) await this.#look(guild);
    });
  }

  /** Notes whether there was anything in a message of a person. */
  noteWords(guild: Guild, isEmpty: boolean): void {
    const before = this.#empty.get(guild.id);
    const inARow = isEmpty ? (before ?? 0) + 1 : 0;
    this.#empty.set(guild.id, inARow);
    const isNews = isEmpty ? inARow === EMPTY_IN_A_ROW : before !== 0;
    if (isNews) this.look(guild.id);
  }

  /** Tells the owner of each server that Discord refuses the intents; the gateway tells of none of them. */
  noteRefused(guildIds: readonly string[]): void {
    for (const id of guildIds) {
      this.#inLane(id, async () => {
        const { api, settings } = this.#parts;
        if ((await this.#told(id)).includes("intents")) return;
        const found = await api.ask("get", Routes.guild(id), guildSchema);
        if (!found.ok) return;
        const guild = new Guild(found.value);
        await this.#report(guild, await settings.refresh(id), [{ kind: "intents" }], "add");
      });
    }
  }

  /** What is amiss with a server now. Throws when its policy cannot be read. */
  async troubles(guild: Guild): Promise<readonly Trouble[]> {
    const policy = await this.#parts.settings.renew(guild.id);
    const told = await this.#told(guild.id);
    return this.#troublesOf(guild, policy, told);
  }

  #inLane(guildId: string, act: () => Promise<void>): void {
    const { log } = this.#parts;
    const before = this.#lanes.get(guildId);
    const take = async () => {
      await before;
      try {
        if (!this.#closed) await act();
      } catch (err) {
        log.error({ err, guild: guildId }, "a server was not looked after");
      }
    };
    const turn = take();
    this.#lanes.set(guildId, turn);
    void turn.finally(() => {
      if (this.#lanes.get(guildId) === turn) this.#lanes.delete(guildId);
    });
  }

  async #look(guild: Guild): Promise<void> {
    const policy = await this.#parts.settings.refresh(guild.id);
    await this.#greet(guild, policy);
    const told = await this.#told(guild.id);
    await this.#report(guild, policy, await this.#troublesOf(guild, policy, told), "all");
  }

  async #troublesOf(
    guild: Guild,
    policy: Policy,
    told: readonly string[],
  ): Promise<readonly Trouble[]> {
    const own = { id: this.#parts.ownId() ?? "", roles: await this.#ownRoles(guild) };
    const inARow = this.#empty.get(guild.id);
    // After a restart nobody has written yet: what was so is still so.
    const noWords = inARow === undefined ? told.includes("no-words") : inARow >= EMPTY_IN_A_ROW;
    return [
      ...troublesOf(guild, own, policy),
      ...(noWords ? [{ kind: "no-words" } as const] : []),
      ...(guild.unavailable ? [{ kind: "outage" } as const] : []),
    ];
  }

  async #ownRoles(guild: Guild): Promise<readonly string[] | null> {
    const { api, ownId } = this.#parts;
    const id = ownId();
    if (guild.ownRoles !== null || id === null) return guild.ownRoles;
    const found = await api.ask("get", Routes.guildMember(guild.id, id), ownMemberSchema);
    if (found.ok) guild.ownRoles = found.value.roles;
    return guild.ownRoles;
  }

  /** Tells what is new among `troubles`. `all`: what is not among them is mended; `add`: they come to the others. */
  async #report(
    guild: Guild,
    policy: Policy,
    troubles: readonly Trouble[],
    these: "all" | "add",
  ): Promise<void> {
    const { memory, words, clock, log } = this.#parts;
    const told = await this.#told(guild.id);
    const keys = troubles.map(keyOf);
    const lasting = these === "add" ? told : told.filter((key) => keys.includes(key));
    const fresh = troubles.filter((trouble) => !told.includes(keyOf(trouble)));
    let known = lasting;
    if (fresh.length > 0) {
      const locale = languageOf(guild, policy);
      log.error(
        { guild: guild.id, troubles: fresh.map(keyOf) },
        troubleLines("en", fresh).join(" "),
      );
      const said = {
        id: `trouble ${guild.id} ${clock.now()}`,
        title: say(locale, "trouble.title", { server: guild.name }),
        lines: troubleLines(locale, fresh),
      };
      const isDown = fresh.some(({ kind }) => kind === "outage");
      if (await words.tell(guild, said, !isDown)) known = [...lasting, ...fresh.map(keyOf)];
    }
    if (known.join() !== told.join()) {
      await memory.remember(toldKey(guild.id), known.length > 0 ? JSON.stringify(known) : null);
    }
  }

  async #told(guildId: string): Promise<readonly string[]> {
    const kept = await this.#parts.memory.recall(toldKey(guildId));
    return kept === null ? [] : toldSchema.parse(JSON.parse(kept));
  }

  /** The first words on a server, and those to one that Candor comes back to. */
  async #greet(guild: Guild, policy: Policy): Promise<void> {
    const { memory, words, clock, log } = this.#parts;
    const state = await memory.recall(placeKey(guild.id));
    if (state === HERE) return;
    const greeting = state === null ? null : GREETINGS[state === LEFT ? "back" : "welcome"];
    if (greeting) {
      const locale = languageOf(guild, policy);
      const said = {
        id: `${state} ${guild.id} ${clock.now()}`,
        title: say(locale, greeting.title, { server: guild.name }),
        lines: greeting.lines.map((key) => say(locale, key)),
      };
      if (!(await words.tell(guild, said, true))) return;
      log.info({ guild: guild.id, greeting: state }, "the owner of a server was greeted");
    }
    await memory.remember(placeKey(guild.id), HERE);
    // The greeting says what to do about it.
    if (state === NEW) await memory.remember(toldKey(guild.id), JSON.stringify(["no-channel"]));
  }

  #gone(data: unknown): void {
    const read = unavailableGuildSchema.safeParse(data);
    if (!read.success) return;
    const { id, unavailable } = read.data;
    this.#inLane(id, async () => {
      const { memory, guilds, settings } = this.#parts;
      const guild = guilds.get(id);
      if (unavailable === true) {
        if (guild?.unavailable !== true) return;
        const policy = await settings.refresh(id);
        return this.#report(guild, policy, [{ kind: "outage" }], "add");
      }
      this.#empty.delete(id);
      await memory.remember(placeKey(id), LEFT);
      await memory.remember(toldKey(id), null);
    });
  }

  #noteOwnRoles(type: string, data: unknown): void {
    const ownId = this.#parts.ownId();
    if (type === CREATED) {
      const read = createdSchema.safeParse(data);
      const own = read.data?.members.find(({ user }) => user.id === ownId);
      const guild = this.#parts.guilds.get(read.data?.id ?? "");
      if (own && guild) guild.ownRoles = own.roles;
    }
    if (type === MEMBER && this.#isOwn(data)) {
      const { guild_id, roles } = memberEvent.parse(data);
      const guild = this.#parts.guilds.get(guild_id);
      if (guild) guild.ownRoles = roles;
    }
  }

  #isOwn(data: unknown): boolean {
    const read = memberEvent.safeParse(data);
    return read.success && read.data.user.id === this.#parts.ownId();
  }
}

const HERE = "here";
const LEFT = "left";
/** Written by whoever gives a server its first policy. */
export const NEW = "new";

const GREETINGS: Readonly<
  Record<"welcome" | "back", { readonly title: WordKey; readonly lines: readonly WordKey[] }>
> = {
  welcome: { title: "welcome.title", lines: ["welcome.what", "welcome.shadow", "welcome.next"] },
  back: { title: "back.title", lines: ["back.what", "back.next"] },
};

/** Under which it is remembered whether Candor is on a server. */
export function placeKey(guildId: string): string {
  return `server/${guildId}`;
}

function toldKey(guildId: string): string {
  return `troubles/${guildId}`;
}
