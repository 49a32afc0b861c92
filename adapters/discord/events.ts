import { GatewayDispatchEvents as Event, GatewayOpcodes, Routes } from "discord.js";
import { z } from "zod";
import type { Log } from "../../src/ports/log.ts";
import type { DiscordApi } from "./api.ts";
import type { Dispatch } from "./gateway.ts";
import { Guild } from "./guilds.ts";
import type { Intake } from "./intake.ts";
import {
  channelSchema,
  guildSchema,
  memberSchema,
  messageSchema,
  roleSchema,
  snowflake,
  unavailableGuildSchema,
} from "./payloads.ts";
import { grantsOf, type GuildSettings } from "./settings.ts";
import { timeOf } from "./translate.ts";

const inGuild = z.object({ guild_id: snowflake });
const roleEvent = inGuild.extend({ role: roleSchema });
const roleGone = inGuild.extend({ role_id: snowflake });
const memberEvent = memberSchema.extend({ guild_id: snowflake });
const memberGone = inGuild.extend({ user: z.object({ id: snowflake }) });
const memberChunk = inGuild.extend({ members: z.array(memberSchema) });
const threadsSchema = z.object({ threads: z.array(channelSchema) });
const messagePlace = inGuild.extend({ id: snowflake, channel_id: snowflake });
const updatedGuild = guildSchema.pick({
  id: true,
  name: true,
  owner_id: true,
  preferred_locale: true,
});

export interface EventParts {
  readonly api: DiscordApi;
  readonly guilds: Map<string, Guild>;
  readonly settings: GuildSettings;
  readonly intake: Intake;
  readonly log: Log;
  readonly onInteraction: (payload: unknown) => Promise<void>;
  /** The shard that tells of a server. */
  readonly shardOf: (guildId: string) => number;
  /** Asks the gateway for every member of a server, who come in `GUILD_MEMBERS_CHUNK`. */
  readonly send: (shard: number, payload: MembersRequest) => Promise<void>;
}

export interface MembersRequest {
  readonly op: GatewayOpcodes.RequestGuildMembers;
  readonly d: { readonly guild_id: string; readonly query: string; readonly limit: number };
}

type Handle = (data: unknown, shard: number) => Promise<void> | void;

/** What each event of the gateway changes. One of a shape that is not known is an error of that event alone. */
export class Events {
  readonly #parts: EventParts;
  readonly #handles: Readonly<Partial<Record<string, Handle>>>;
  readonly #loading = new Map<string, Promise<Guild | null>>();

  constructor(parts: EventParts) {
    this.#parts = parts;
    this.#handles = {
      [Event.GuildCreate]: (data, shard) => this.#guildCreated(data, shard),
      [Event.GuildUpdate]: (data) => this.#guildUpdated(data),
      [Event.GuildDelete]: (data) => this.#guildGone(data),
      [Event.GuildRoleCreate]: (data) => this.#role(data),
      [Event.GuildRoleUpdate]: (data) => this.#role(data),
      [Event.GuildRoleDelete]: (data) => this.#roleGone(data),
      [Event.ChannelCreate]: (data) => this.#channel(data),
      [Event.ChannelUpdate]: (data) => this.#channel(data),
      [Event.ChannelDelete]: (data) => this.#channelGone(data),
      [Event.ThreadCreate]: (data) => this.#channel(data),
      [Event.ThreadUpdate]: (data) => this.#channel(data),
      [Event.ThreadDelete]: (data) => this.#channelGone(data),
      [Event.GuildMemberAdd]: (data) => this.#member(data),
      [Event.GuildMemberUpdate]: (data) => this.#member(data),
      [Event.GuildMemberRemove]: (data) => this.#memberGone(data),
      [Event.GuildMembersChunk]: (data) => this.#members(data),
      [Event.MessageCreate]: (data) => this.#message(data),
      [Event.MessageUpdate]: (data) => this.#messageEdited(data),
      [Event.InteractionCreate]: (data) => parts.onInteraction(data),
    };
  }

  /** Deals with one event; rejects when it could not, or when its message is left to the next process. */
  async handle({ type, data, shard }: Dispatch): Promise<void> {
    await this.#handles[type]?.(data, shard);
  }

  /**
   * A server by its id, asked for by REST where the gateway has not told of it: a session that goes on in a
   * new process does not tell again. null where the bot is not, or no longer, on it. Throws when Discord does
   * not answer.
   */
  async guildOf(id: string): Promise<Guild | null> {
    return this.#loading.get(id) ?? this.#parts.guilds.get(id) ?? this.#loads(id, this.#load(id));
  }

  /** Whatever comes of a server waits until it is known. */
  async #loads(id: string, load: Promise<Guild | null>): Promise<Guild | null> {
    this.#loading.set(id, load);
    try {
      return await load;
    } finally {
      if (this.#loading.get(id) === load) this.#loading.delete(id);
    }
  }

  async #load(id: string): Promise<Guild | null> {
    const { api, shardOf } = this.#parts;
    const [guild, channels, threads] = await Promise.all([
      api.ask("get", Routes.guild(id), guildSchema, { query: { with_counts: "true" } }),
      api.ask("get", Routes.guildChannels(id), z.array(channelSchema)),
      api.ask("get", Routes.guildActiveThreads(id), threadsSchema),
    ]);
    if (!guild.ok) {
      if (guild.error.kind === "gone" || guild.error.kind === "forbidden") return null;
      throw new Error(`a server was not read: ${guild.error.kind}`);
    }
    return this.#adopt(
      {
        ...guild.value,
        channels: channels.ok ? channels.value : [],
        threads: threads.ok ? threads.value.threads : [],
      },
      shardOf(id),
    );
  }

  async #guildCreated(data: unknown, shard: number): Promise<void> {
    const payload = guildSchema.parse(data);
    await this.#loads(payload.id, this.#adopt(payload, shard));
  }

  async #adopt(payload: z.infer<typeof guildSchema>, shard: number): Promise<Guild> {
    const { guilds, settings, intake, log, send } = this.#parts;
    const guild = new Guild(payload);
    for (const role of payload.roles) guild.roles.set(role.id, role);
    for (const channel of [...payload.channels, ...payload.threads]) {
      guild.channels.set(channel.id, channel);
    }
    const missed = await intake.missed(guild);
    guilds.set(guild.id, guild);
    try {
      await settings.refresh(guild.id);
    } catch (err) {
      log.error({ err, guild: guild.id }, "the policy of a server was not read");
    }
    for (const member of payload.members) this.#noteMember(guild, member);
    if ((payload.member_count ?? Number.POSITIVE_INFINITY) > payload.members.length) {
      const d = { guild_id: guild.id, query: "", limit: 0 };
      await send(shard, { op: GatewayOpcodes.RequestGuildMembers, d });
    }
    void intake.catchUp(guild, missed);
    return guild;
  }

  #guildUpdated(data: unknown): void {
    const update = updatedGuild.parse(data);
    const guild = this.#parts.guilds.get(update.id);
    if (!guild) return;
    guild.name = update.name;
    guild.ownerId = update.owner_id;
  }

  #guildGone(data: unknown): void {
    const { id, unavailable } = unavailableGuildSchema.parse(data);
    const { guilds, settings, log } = this.#parts;
    const guild = guilds.get(id);
    if (unavailable === true) {
      if (guild) guild.unavailable = true;
      log.warn({ guild: id }, "Discord cannot show a server at the moment");
      return;
    }
    guilds.delete(id);
    settings.forget(id);
    log.warn({ guild: id }, "Candor was removed from a server");
  }

  #role(data: unknown): void {
    const { guild_id, role } = roleEvent.parse(data);
    this.#parts.guilds.get(guild_id)?.roles.set(role.id, role);
  }

  #roleGone(data: unknown): void {
    const { guild_id, role_id } = roleGone.parse(data);
    this.#parts.guilds.get(guild_id)?.roles.delete(role_id);
  }

  #channel(data: unknown): void {
    const channel = channelSchema.parse(data);
    this.#parts.guilds.get(channel.guild_id ?? "")?.channels.set(channel.id, channel);
  }

  #channelGone(data: unknown): void {
    const { id, guild_id } = channelSchema.pick({ id: true, guild_id: true }).parse(data);
    this.#parts.guilds.get(guild_id ?? "")?.channels.delete(id);
  }

  #member(data: unknown): void {
    const { guild_id, ...member } = memberEvent.parse(data);
    const guild = this.#parts.guilds.get(guild_id);
    if (guild) this.#noteMember(guild, member);
  }

  #memberGone(data: unknown): void {
    const { guild_id, user } = memberGone.parse(data);
    this.#parts.guilds.get(guild_id)?.forgetMember(user.id);
  }

  #members(data: unknown): void {
    const { guild_id, members } = memberChunk.parse(data);
    const guild = this.#parts.guilds.get(guild_id);
    if (guild) for (const member of members) this.#noteMember(guild, member);
  }

  #noteMember(guild: Guild, member: z.infer<typeof memberSchema>): void {
    guild.noteMember(member, grantsOf(this.#parts.settings.known(guild.id)));
  }

  async #message(data: unknown): Promise<void> {
    const message = messageSchema.parse(data);
    if (message.guild_id === undefined) return;
    const { guild_id } = message;
    // Known servers are not waited for: messages are handed over in the order in which they come.
    const known = this.#loading.has(guild_id) ? undefined : this.#parts.guilds.get(guild_id);
    const guild = known ?? (await this.guildOf(guild_id));
    if (guild) await this.#parts.intake.take(guild, message);
  }

  /** An edit, told apart from a link that Discord has shown a preview of. What comes in part is read whole. */
  async #messageEdited(data: unknown): Promise<void> {
    const whole = messageSchema.safeParse(data);
    const { guild_id, channel_id, id } = messagePlace.parse(data);
    const guild = await this.guildOf(guild_id);
    if (!guild) return;
    const message = whole.success ? whole.data : await this.#read(channel_id, id);
    if (message && timeOf(message.edited_timestamp) !== null) {
      await this.#parts.intake.take(guild, { ...message, guild_id });
    }
  }

  async #read(channelId: string, messageId: string) {
    const route = Routes.channelMessage(channelId, messageId);
    const found = await this.#parts.api.ask("get", route, messageSchema);
    return found.ok ? found.value : null;
  }
}
