import { z } from "zod";
import { type Guild, isThread } from "./guilds.ts";
import type { Intake } from "./intake.ts";
import type { MemberRequests } from "./member-requests.ts";
import type { Names } from "./names.ts";
import { type Channel, channelSchema, memberSchema, roleSchema, snowflake } from "./payloads.ts";
import { grantsOf, type GuildSettings } from "./settings.ts";

/** Archived threads that are kept of a server: forums open and archive thousands in a day. */
const MOST_ARCHIVED = 500;

const inGuild = z.object({ guild_id: snowflake });
const roleEvent = inGuild.extend({ role: roleSchema });
const roleGone = inGuild.extend({ role_id: snowflake });
const memberEvent = memberSchema.extend({ guild_id: snowflake });
const memberGone = inGuild.extend({ user: z.object({ id: snowflake }) });
const memberChunk = inGuild.extend({
  members: z.array(memberSchema),
  chunk_index: z.number(),
  chunk_count: z.number(),
});
const threadsSynced = inGuild.extend({
  channel_ids: z.array(snowflake).optional(),
  threads: z.array(channelSchema),
});
const placeGone = channelSchema.pick({ id: true, guild_id: true });

export interface ServerEventParts {
  readonly guilds: ReadonlyMap<string, Guild>;
  readonly settings: GuildSettings;
  readonly intake: Pick<Intake, "tell">;
  readonly names: Pick<Names, "member" | "thread">;
  readonly members: Pick<MemberRequests, "ask">;
}

/** What changes of a server's roles, channels, threads and members. Events of a server that is not known change nothing. */
export class ServerEvents {
  readonly #parts: ServerEventParts;
  /** Archived threads of each server, the longest archived first. */
  readonly #archived = new Map<string, Set<string>>();

  constructor(parts: ServerEventParts) {
    this.#parts = parts;
  }

  role(data: unknown): void {
    const { guild_id, role } = roleEvent.parse(data);
    const guild = this.#parts.guilds.get(guild_id);
    const before = guild?.roles.get(role.id);
    guild?.roles.set(role.id, role);
    // Whoever holds it may be of the team now; members are kept only where they are.
    if (before && before.permissions !== role.permissions) this.#parts.members.ask(guild_id);
  }

  roleGone(data: unknown): void {
    const { guild_id, role_id } = roleGone.parse(data);
    this.#parts.guilds.get(guild_id)?.roles.delete(role_id);
  }

  channel(data: unknown): void {
    const channel = channelSchema.parse(data);
    this.#guildOf(channel)?.channels.set(channel.id, channel);
  }

  /** A thread was opened, or the bot was added to one that is older. */
  async threadCreated(data: unknown): Promise<void> {
    const thread = channelSchema.parse(data);
    const guild = this.#guildOf(thread);
    guild?.channels.set(thread.id, thread);
    if (guild && thread.newly_created === true) await this.#parts.names.thread(guild, thread, null);
  }

  async threadUpdated(data: unknown): Promise<void> {
    const thread = channelSchema.parse(data);
    const guild = this.#guildOf(thread);
    const before = guild?.channels.get(thread.id)?.name ?? null;
    guild?.channels.set(thread.id, thread);
    if (!guild) return;
    this.#noteArchived(guild, thread);
    await this.#parts.names.thread(guild, thread, before);
  }

  /** The bot came to see channels, or all of the server: these are the open threads there, and no others. */
  threadsSynced(data: unknown): void {
    const { guild_id, channel_ids: parents, threads } = threadsSynced.parse(data);
    const guild = this.#parts.guilds.get(guild_id);
    if (!guild) return;
    const open = new Set(threads.map(({ id }) => id));
    for (const each of [...guild.channels.values()].filter(isThread)) {
      const isMeant = parents === undefined || parents.includes(each.parent_id ?? "");
      if (isMeant && !open.has(each.id)) guild.channels.delete(each.id);
    }
    for (const thread of threads) guild.channels.set(thread.id, { ...thread, guild_id });
  }

  /** With a channel its threads go, and with each what was said in it. */
  async channelGone(data: unknown): Promise<void> {
    const { id, guild_id: communityId } = placeGone.parse(data);
    if (communityId === undefined) return;
    const channels = this.#parts.guilds.get(communityId)?.channels;
    const threads = [...(channels?.values() ?? [])].filter(
      (each) => isThread(each) && each.parent_id === id,
    );
    for (const channelId of [id, ...threads.map((thread) => thread.id)]) {
      channels?.delete(channelId);
      this.#archived.get(communityId)?.delete(channelId);
      await this.#parts.intake.tell(
        { kind: "deleted", communityId, channelId, messageIds: null },
        channelId,
      );
    }
  }

  /** Somebody joined, or something about them changed. */
  async member(data: unknown): Promise<void> {
    const { guild_id, ...member } = memberEvent.parse(data);
    const guild = this.#parts.guilds.get(guild_id);
    if (!guild) return;
    this.#note(guild, [member]);
    await this.#parts.names.member(guild, member);
  }

  memberGone(data: unknown): void {
    const { guild_id, user } = memberGone.parse(data);
    this.#parts.guilds.get(guild_id)?.forgetMember(user.id);
  }

  /** Members who were asked for: they are as they were, so that nobody's name is new. */
  members(data: unknown): void {
    const { guild_id, members, chunk_index, chunk_count } = memberChunk.parse(data);
    const guild = this.#parts.guilds.get(guild_id);
    if (!guild) return;
    this.#note(guild, members);
    if (chunk_index >= chunk_count - 1) guild.membersKnown = true;
  }

  #guildOf({ guild_id }: Channel): Guild | undefined {
    return this.#parts.guilds.get(guild_id ?? "");
  }

  /** A thread that is opened again is told of whole: of the archived ones only the latest are kept. */
  #noteArchived(guild: Guild, { id, thread_metadata: metadata }: Channel): void {
    const archived = this.#archived.get(guild.id) ?? new Set();
    this.#archived.set(guild.id, archived);
    archived.delete(id);
    if (metadata?.archived === true) archived.add(id);
    const [oldest] = archived;
    if (archived.size <= MOST_ARCHIVED || oldest === undefined) return;
    archived.delete(oldest);
    guild.channels.delete(oldest);
  }

  #note(guild: Guild, members: readonly z.infer<typeof memberSchema>[]): void {
    const grants = grantsOf(this.#parts.settings.known(guild.id));
    for (const member of members) guild.noteMember(member, grants);
  }
}
