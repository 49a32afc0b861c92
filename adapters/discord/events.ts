import { GatewayDispatchEvents as Event, Routes } from "discord.js";
import { z } from "zod";
import type { Log } from "../../src/ports/log.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import type { Store } from "../../src/ports/store.ts";
import type { DiscordApi } from "./api.ts";
import type { Dispatch } from "./gateway.ts";
import { AutoMod } from "./automod.ts";
import { Deletions } from "./deletions.ts";
import { Guild } from "./guilds.ts";
import type { Intake } from "./intake.ts";
import { LookBack, waitingMessages } from "./look-back.ts";
import type { MemberRequests } from "./member-requests.ts";
import { type MessageEventParts, MessageEvents } from "./message-events.ts";
import { Names } from "./names.ts";
import { PassingMemory } from "./passing-memory.ts";
import { channelSchema, guildSchema, unavailableGuildSchema } from "./payloads.ts";
import { type ReactionParts, Reactions } from "./reactions.ts";
import { ServerEvents } from "./server-events.ts";
import { grantsOf, type GuildSettings } from "./settings.ts";

const threadsSchema = z.object({ threads: z.array(channelSchema) });
const updatedGuild = guildSchema.pick({
  id: true,
  name: true,
  owner_id: true,
  preferred_locale: true,
  system_channel_id: true,
});

export interface EventParts {
  readonly api: DiscordApi;
  readonly guilds: Map<string, Guild>;
  readonly settings: GuildSettings;
  readonly intake: Intake;
  readonly memory: PlatformMemory;
  readonly store: Pick<Store, "findMessage" | "listCases" | "caseMessages">;
  /** The keyed fingerprint of somebody by id. */
  readonly fingerprint: (personId: string) => string;
  readonly log: Log;
  readonly now: () => number;
  readonly ownId: () => string | null;
  readonly onInteraction: (payload: unknown) => Promise<void>;
  readonly heardDirectly: MessageEventParts["heardDirectly"];
  /** What a reaction does that reports a message, and how its author is answered. */
  readonly report: ReactionParts["report"];
  readonly answer: ReactionParts["answer"];
  readonly members: Pick<MemberRequests, "ask">;
  /** Called when the bot was removed from a server. */
  readonly noteLeft: (guildId: string) => void;
}

type Handle = (data: unknown, dispatch: Dispatch) => Promise<void> | void;

/** What each event of the gateway changes. One of a shape that is not known is an error of that event alone. */
export class Events {
  readonly #parts: EventParts;
  readonly #handles: Readonly<Partial<Record<string, Handle>>>;
  readonly #loading = new Map<string, Promise<Guild | null>>();
  readonly #lookBack: LookBack;

  constructor(parts: EventParts) {
    this.#parts = parts;
    const { api, intake, store, memory, now } = parts;
    const server = new ServerEvents({ ...parts, names: new Names(parts) });
    const heard = new PassingMemory(memory, "heard", now);
    const reactions = new Reactions({ ...parts, heard });
    const deletions = new Deletions({
      own: api.ownDeletions,
      intake,
      authorOf: async (message) => (await store.findMessage(message))?.authorId || null,
    });
    this.#lookBack = new LookBack({
      ...parts,
      findMessage: (message) => store.findMessage(message),
      waiting: (guildId, limit) => waitingMessages(store, guildId, limit),
      take: (guild, message) => intake.take(guild, message),
      deleted: (guildId, channelId, gone) => deletions.tell(guildId, channelId, gone),
      isReport: (guildId) => reactions.isReport(guildId),
      hear: (communityId, { channelId, messageId }, by, emoji) =>
        reactions.late({ communityId, channelId, messageId, by, emoji }),
      sleep: (ms) => intake.sleep(ms),
    });
    const messages = new MessageEvents({
      ...parts,
      deletions,
      autoMod: new AutoMod(parts),
      known: (id) => (this.#loading.has(id) ? null : (parts.guilds.get(id) ?? null)),
      guildOf: (id) => this.guildOf(id),
    });
    this.#handles = {
      [Event.GuildCreate]: (data) => this.#guildCreated(data),
      [Event.GuildUpdate]: (data) => this.#guildUpdated(data),
      [Event.GuildDelete]: (data) => this.#guildGone(data),
      [Event.GuildRoleCreate]: (data) => server.role(data),
      [Event.GuildRoleUpdate]: (data) => server.role(data),
      [Event.GuildRoleDelete]: (data) => server.roleGone(data),
      [Event.ChannelCreate]: (data) => server.channel(data),
      [Event.ChannelUpdate]: (data) => server.channel(data),
      [Event.ChannelDelete]: (data) => server.channelGone(data),
      [Event.ThreadCreate]: (data) => server.threadCreated(data),
      [Event.ThreadUpdate]: (data) => server.threadUpdated(data),
      [Event.ThreadListSync]: (data) => server.threadsSynced(data),
      [Event.ThreadDelete]: (data) => server.channelGone(data),
      [Event.GuildMemberAdd]: (data) => server.member(data),
      [Event.GuildMemberUpdate]: (data) => server.member(data),
      [Event.GuildMemberRemove]: (data) => server.memberGone(data),
      [Event.GuildMembersChunk]: (data) => server.members(data),
      [Event.MessageCreate]: (data) => messages.created(data),
      [Event.MessageUpdate]: (data) => messages.edited(data),
      [Event.MessageDelete]: (data) => messages.deleted(data),
      [Event.MessageDeleteBulk]: (data) => messages.deleted(data),
      [Event.MessageReactionAdd]: (data) => reactions.added(data),
      [Event.AutoModerationActionExecution]: (data, { occasion }) =>
        messages.filtered(data, occasion),
      [Event.InteractionCreate]: (data) => parts.onInteraction(data),
    };
  }

  /** Deals with one event; rejects when it could not, or when its message is left to the next process. */
  async handle(dispatch: Dispatch): Promise<void> {
    await this.#handles[dispatch.type]?.(dispatch.data, dispatch);
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
    const { api } = this.#parts;
    const [guild, channels, threads] = await Promise.all([
      api.ask("get", Routes.guild(id), guildSchema, { query: { with_counts: "true" } }),
      api.ask("get", Routes.guildChannels(id), z.array(channelSchema)),
      api.ask("get", Routes.guildActiveThreads(id), threadsSchema),
    ]);
    if (!guild.ok) {
      if (guild.error.kind === "gone" || guild.error.kind === "forbidden") return null;
      throw new Error(`a server was not read: ${guild.error.kind}`);
    }
    // Without its channels nothing of them would be caught up with.
    if (!channels.ok)
      throw new Error(`the channels of a server were not read: ${channels.error.kind}`);
    if (!threads.ok)
      throw new Error(`the threads of a server were not read: ${threads.error.kind}`);
    return this.#adopt({
      ...guild.value,
      channels: channels.value,
      threads: threads.value.threads,
    });
  }

  async #guildCreated(data: unknown): Promise<void> {
    const payload = guildSchema.parse(data);
    await this.#loads(payload.id, this.#adoptAnew(payload));
  }

  /** Discord tells of a server where a session begins, or its outage ends: what changed meanwhile nobody tells. */
  async #adoptAnew(payload: z.infer<typeof guildSchema>): Promise<Guild> {
    await this.#parts.intake.until("a lost session was not noted; it is tried again", () =>
      this.#lookBack.lost(payload.id),
    );
    return this.#adopt(payload);
  }

  async #adopt(payload: z.infer<typeof guildSchema>): Promise<Guild> {
    const { guilds, settings, intake, log, members } = this.#parts;
    const guild = new Guild(payload);
    for (const role of payload.roles) guild.roles.set(role.id, role);
    for (const channel of [...payload.channels, ...payload.threads]) {
      guild.channels.set(channel.id, channel);
    }
    await intake.missed(guild);
    const before = guilds.get(guild.id);
    if (before) guild.takeOver(before);
    guilds.set(guild.id, guild);
    try {
      await settings.refresh(guild.id);
    } catch (err) {
      log.error({ err, guild: guild.id }, "the policy of a server was not read");
    }
    const grants = grantsOf(settings.known(guild.id));
    for (const member of payload.members) guild.noteMember(member, grants);
    if ((payload.member_count ?? Number.POSITIVE_INFINITY) > payload.members.length) {
      members.ask(guild.id);
    } else guild.membersKnown = true;
    void intake.catchUp(guild).then(() => this.#lookBack.run(guild));
    return guild;
  }

  #guildUpdated(data: unknown): void {
    const update = updatedGuild.parse(data);
    const guild = this.#parts.guilds.get(update.id);
    if (!guild) return;
    guild.name = update.name;
    guild.ownerId = update.owner_id;
    guild.systemChannelId = update.system_channel_id ?? null;
  }

  #guildGone(data: unknown): void {
    const { id, unavailable } = unavailableGuildSchema.parse(data);
    const { guilds, settings, log, noteLeft } = this.#parts;
    const guild = guilds.get(id);
    if (unavailable === true) {
      if (guild) guild.unavailable = true;
      log.warn({ guild: id }, "Discord cannot show a server at the moment");
      return;
    }
    guilds.delete(id);
    settings.forget(id);
    noteLeft(id);
    log.warn({ guild: id }, "Candor was removed from a server");
  }
}
