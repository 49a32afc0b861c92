import type { APIAuditLogEntry, APIMessage } from "discord.js";
import type { Channel, Guild } from "./world-types.ts";
import type { World } from "./world.ts";

/** What people see, for assertions. */
export class Look {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Messages of a channel, oldest first; none of a channel that is gone. */
  messages(channelId: string): APIMessage[] {
    const channel = this.#world.channels.get(channelId);
    return channel?.log.all().map((each) => each.data) ?? [];
  }

  /** What somebody and the bot wrote to each other, oldest first. */
  dms(userId: string): APIMessage[] {
    const channel = this.#world.dms.get(userId);
    return channel?.log.all().map((each) => each.data) ?? [];
  }

  /** The channel in which somebody and the bot talk. */
  dmChannel(userId: string): Channel | null {
    return this.#world.dms.get(userId) ?? null;
  }

  /** Messages of the bot in a channel, oldest first. */
  fromBot(channelId: string): APIMessage[] {
    return this.messages(channelId).filter((each) => each.author.id === this.#world.bot.id);
  }

  /** Epoch ms until which somebody is timed out; null when they are not. */
  timedOutUntil(guild: Guild, userId: string): number | null {
    const until = guild.members.get(userId)?.timedOutUntil;
    if (until === undefined || until === null) return null;
    const at = Date.parse(until);
    return at > this.#world.clock.now() ? at : null;
  }

  isMember(guild: Guild, userId: string): boolean {
    return guild.members.has(userId);
  }

  isBanned(guild: Guild, userId: string): boolean {
    return guild.bans.has(userId);
  }

  /** Audit-log entries about somebody or something, oldest first. */
  audit(guild: Guild, targetId?: string): APIAuditLogEntry[] {
    return guild.audit.filter((each) => targetId === undefined || each.target_id === targetId);
  }
}
