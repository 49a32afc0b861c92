import type { APIAutoModerationRule, APIOverwrite } from "discord.js";
import { addChannel, addMember, addRole, addThread, tellOfChannel } from "./guild-changes.ts";
import { createMessage } from "./message-changes.ts";
import { BOT_DEFAULT, MEMBER_DEFAULT } from "./permissions.ts";
import {
  CHANNEL_TYPES,
  type Channel,
  type ChannelKind,
  type Guild,
  type Member,
  type Role,
  type User,
} from "./world-types.ts";
import type { World } from "./world.ts";
import { wire } from "./wire.ts";

export interface NewGuild {
  readonly id?: string;
  readonly name?: string;
  readonly locale?: string;
  /** Of the bot's own role, which stands on top; null keeps the bot out. */
  readonly botPermissions?: bigint | null;
  readonly everyonePermissions?: bigint;
}

/** Sets up what is there before anything happens. Everything is told to a bot that is connected already. */
export class Build {
  readonly #world: World;
  #people = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** A guild with an owner, everybody's role, and the bot with a role of its own. */
  guild(details: NewGuild = {}): Guild {
    const world = this.#world;
    const owner = this.user("owner");
    const guild: Guild = {
      id: details.id ?? world.ids.next(),
      name: details.name ?? "A community",
      ownerId: owner.id,
      locale: details.locale ?? "en-US",
      systemChannelId: null,
      roles: new Map(),
      channels: new Map(),
      members: new Map(),
      bans: new Map(),
      audit: [],
      automod: [],
      commands: new Map(),
      incidents: null,
      unavailable: false,
    };
    world.guilds.set(guild.id, guild);
    const everyone = String(details.everyonePermissions ?? MEMBER_DEFAULT);
    addRole(world, guild, {
      id: guild.id,
      name: "@everyone",
      position: 0,
      permissions: everyone,
    });
    addMember(world, guild, owner);
    const { botPermissions = BOT_DEFAULT } = details;
    if (botPermissions !== null) this.bot(guild, botPermissions);
    return guild;
  }

  /** The bot is invited with these permissions. */
  bot(guild: Guild, permissions: bigint = BOT_DEFAULT): Member {
    const world = this.#world;
    const { id, username } = world.bot;
    const role = addRole(world, guild, {
      name: username,
      managed: true,
      position: 100,
      permissions: String(permissions),
      tags: { bot_id: id },
    });
    return addMember(world, guild, world.bot, [role.id]);
  }

  user(username = `person${(this.#people += 1)}`, more: Partial<User> = {}): User {
    return this.#world.addUser({ username, ...more });
  }

  /** Somebody joins; a new person when only a name is given. */
  member(guild: Guild, who: User | string = this.user(), roles: readonly Role[] = []): Member {
    const user = typeof who === "string" ? this.user(who) : who;
    return addMember(
      this.#world,
      guild,
      user,
      roles.map((role) => role.id),
    );
  }

  role(guild: Guild, name: string, permissions = 0n, position?: number): Role {
    return addRole(this.#world, guild, {
      name,
      permissions: String(permissions),
      ...(position === undefined ? {} : { position }),
    });
  }

  channel(guild: Guild, name: string, kind: ChannelKind = "text", parentId?: string): Channel {
    return addChannel(this.#world, guild, {
      name,
      type: CHANNEL_TYPES[kind],
      ...(parentId === undefined ? {} : { parentId }),
    });
  }

  /** A thread in a text channel or, with its first message, in a forum. */
  thread(parent: Channel, name: string, ownerId: string, text?: string): Channel {
    const { guild } = parent;
    if (!guild) throw new Error("a direct message has no threads");
    const thread = addThread(this.#world, { ...parent, guild }, { name, ownerId });
    const owner = this.#world.user(ownerId);
    if (text !== undefined) createMessage(this.#world, thread, owner, { content: text });
    return thread;
  }

  /** Sets what a role or person may do in a channel beyond, or short of, what they may do elsewhere. */
  overwrite(channel: Channel, id: string, change: { allow?: bigint; deny?: bigint }): void {
    const overwrite: APIOverwrite = {
      id,
      type: wire<APIOverwrite["type"]>(channel.guild?.roles.has(id) ? 0 : 1),
      allow: String(change.allow ?? 0n),
      deny: String(change.deny ?? 0n),
    };
    channel.overwrites.set(id, overwrite);
    tellOfChannel(this.#world, channel);
  }

  automodRule(
    guild: Guild,
    name: string,
    more: Partial<APIAutoModerationRule> = {},
  ): APIAutoModerationRule {
    const rule: object = {
      id: this.#world.ids.next(),
      guild_id: guild.id,
      name,
      creator_id: guild.ownerId,
      event_type: 1,
      trigger_type: 1,
      trigger_metadata: { keyword_filter: [], regex_patterns: [], allow_list: [] },
      actions: [{ type: 1, metadata: {} }],
      enabled: true,
      exempt_roles: [],
      exempt_channels: [],
      ...more,
    };
    guild.automod.push(rule as APIAutoModerationRule);
    const data = rule;
    this.#world.emit({ name: "AUTO_MODERATION_RULE_CREATE", guild, channel: null, data });
    return rule as APIAutoModerationRule;
  }
}
