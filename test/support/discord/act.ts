import type { APIAutoModerationRule, APIMessage } from "discord.js";
import {
  addMember,
  ban,
  changeMember,
  changeRole,
  type Doer,
  kick,
  removeChannel,
  removeMember,
  removeRole,
  setUnavailable,
  tellOfChannel,
  tellOfGuild,
  unban,
} from "./guild-changes.ts";
import { type NewFile, snapshotOf, storeFile } from "./message-bodies.ts";
import {
  addReaction,
  bulkDelete,
  createMessage,
  deleteMessage,
  dmChannel,
  type Draft,
  editMessage,
  removeReaction,
} from "./message-changes.ts";
import { messageEventPayload } from "./payloads.ts";
import { holds, permissionsIn } from "./permissions.ts";
import type { Channel, Guild, Message, Role, User } from "./world-types.ts";
import type { World } from "./world.ts";
import { wire } from "./wire.ts";

type ReferenceType = NonNullable<NonNullable<APIMessage["message_reference"]>["type"]>;

export interface Post extends Draft {
  readonly files?: readonly NewFile[];
  /** Posts though the person may not; for what moderators of Discord itself might do. */
  readonly force?: boolean;
}

/** What people do: members, moderators with the client's own buttons, owners, and Discord itself. */
export class Act {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Why somebody may not write in a channel; null when they may. */
  barredFrom(channel: Channel, userId: string): string | null {
    const { guild } = channel;
    if (!guild) return null;
    const member = guild.members.get(userId);
    if (!member) return guild.bans.has(userId) ? "banned" : "not a member";
    const until = member.timedOutUntil;
    if (until !== null && Date.parse(until) > this.#world.clock.now()) return "timed out";
    const needed = channel.thread ? "sendMessagesInThreads" : "sendMessages";
    const rights = permissionsIn(guild, member, channel);
    if (!holds(rights, "viewChannel", needed)) return "not allowed to write here";
    return channel.thread?.locked ? "the thread is locked" : null;
  }

  /** A member writes. Throws when they may not. */
  post(channel: Channel, userId: string, said: string | Post): Message {
    const { force, files, ...draft } = typeof said === "string" ? { content: said } : said;
    const barred = force ? null : this.barredFrom(channel, userId);
    if (barred !== null) throw new Error(`${userId} cannot write: ${barred}`);
    const attachments = files?.map((file) => storeFile(this.#world, channel, file));
    return createMessage(this.#world, channel, this.#world.user(userId), {
      ...draft,
      ...(attachments ? { attachments } : {}),
    });
  }

  /** A webhook writes, under a name of its own. */
  webhook(channel: Channel, username: string, content: string): Message {
    const id = this.#world.ids.next();
    const author: User = {
      id,
      flags: wire<NonNullable<User["flags"]>>(0),
      public_flags: wire<NonNullable<User["public_flags"]>>(0),
      primary_guild: null,
      username,
      global_name: null,
      discriminator: "0000",
      avatar: null,
      bot: true,
    };
    return createMessage(this.#world, channel, author, { content, webhook_id: id });
  }

  /** A member forwards a message to another channel. */
  forward(message: Message, to: Channel, userId: string): Message {
    const from = this.#world.channel(message.data.channel_id);
    return this.post(to, userId, {
      message_reference: {
        type: wire<ReferenceType>(1),
        channel_id: from.id,
        message_id: message.id,
        ...(from.guild ? { guild_id: from.guild.id } : {}),
      },
      message_snapshots: [{ message: snapshotOf(message.data) }],
    });
  }

  reply(message: Message, userId: string, content: string): Message {
    const channel = this.#world.channel(message.data.channel_id);
    const reference = {
      type: wire<ReferenceType>(0),
      channel_id: channel.id,
      message_id: message.id,
    };
    return this.post(channel, userId, { content, message_reference: reference });
  }

  /** Somebody writes to the bot in private. */
  dm(userId: string, said: string | Post): Message {
    return this.post(dmChannel(this.#world, userId), userId, said);
  }

  /** The gateway tells of a message again, as if it were new. */
  tellAgain(message: Message): void {
    const world = this.#world;
    const channel = world.channel(message.data.channel_id);
    const data = messageEventPayload(world, channel, message);
    world.emit({ name: "MESSAGE_CREATE", guild: channel.guild, channel, data });
  }

  edit(message: Message, change: string | Omit<Draft, "at">): void {
    const channel = this.#world.channel(message.data.channel_id);
    const wanted = typeof change === "string" ? { content: change } : change;
    editMessage(this.#world, channel, message, wanted);
  }

  /** Discord adds the preview of a link: an update without an edit. */
  unfurl(message: Message, embeds: NonNullable<Draft["embeds"]>): void {
    const channel = this.#world.channel(message.data.channel_id);
    editMessage(this.#world, channel, message, { embeds }, true);
  }

  delete(message: Message): void {
    const channel = this.#world.channel(message.data.channel_id);
    deleteMessage(this.#world, channel, message.id);
  }

  bulkDelete(channel: Channel, messages: readonly Message[]): void {
    bulkDelete(
      this.#world,
      channel,
      messages.map((each) => each.id),
    );
  }

  react(message: Message, userId: string, emoji: string): void {
    const channel = this.#world.channel(message.data.channel_id);
    addReaction(this.#world, channel, message, userId, emoji);
  }

  unreact(message: Message, userId: string, emoji: string): void {
    const channel = this.#world.channel(message.data.channel_id);
    removeReaction(this.#world, channel, message, userId, emoji);
  }

  leave(guild: Guild, userId: string): void {
    removeMember(this.#world, guild, userId);
  }

  /** Somebody who is known already joins again. */
  join(guild: Guild, userId: string): void {
    addMember(this.#world, guild, this.#world.user(userId));
  }

  kick(guild: Guild, userId: string, by: Doer): void {
    kick(this.#world, guild, userId, by);
  }

  ban(guild: Guild, userId: string, by: Doer, deleteSeconds = 0): void {
    ban(this.#world, guild, this.#world.user(userId), by, deleteSeconds);
  }

  unban(guild: Guild, userId: string, by: Doer): void {
    unban(this.#world, guild, this.#world.user(userId), by);
  }

  timeout(guild: Guild, userId: string, until: number | null, by: Doer): void {
    const member = this.#world.member(guild, userId);
    const timedOutUntil = until === null ? null : new Date(until).toISOString();
    changeMember(this.#world, guild, member, { timedOutUntil }, by);
  }

  setNick(guild: Guild, userId: string, nick: string | null): void {
    const member = this.#world.member(guild, userId);
    changeMember(this.#world, guild, member, { nick }, { userId, reason: null });
  }

  setRoles(guild: Guild, userId: string, roles: readonly Role[], by: Doer): void {
    const member = this.#world.member(guild, userId);
    const ids = roles.map((role) => role.id);
    changeMember(this.#world, guild, member, { roles: ids }, by);
  }

  /** The owner throws the bot out; `Build.bot` invites it again. */
  kickBot(guild: Guild): void {
    const { bot } = this.#world;
    removeMember(this.#world, guild, bot.id);
    for (const role of guild.roles.values()) {
      if (role.managed && role.tags?.bot_id === bot.id) removeRole(this.#world, guild, role.id);
    }
  }

  changeRole(guild: Guild, role: Role, change: Partial<Role>): void {
    changeRole(this.#world, guild, role, change);
  }

  /** Changes what the bot's own role allows. */
  setBotPermissions(guild: Guild, permissions: bigint): void {
    const { bot } = this.#world;
    const role = [...guild.roles.values()].find((each) => each.tags?.bot_id === bot.id);
    if (!role) throw new Error("the bot is not in this guild");
    changeRole(this.#world, guild, role, { permissions: String(permissions) });
  }

  deleteRole(guild: Guild, role: Role): void {
    removeRole(this.#world, guild, role.id);
  }

  deleteChannel(channel: Channel): void {
    removeChannel(this.#world, channel);
  }

  renameChannel(channel: Channel, name: string): void {
    channel.name = name;
    tellOfChannel(this.#world, channel);
  }

  renameGuild(guild: Guild, name: string): void {
    guild.name = name;
    tellOfGuild(this.#world, guild);
  }

  closeDms(userId: string): void {
    this.#world.closedDms.add(userId);
  }

  openDms(userId: string): void {
    this.#world.closedDms.delete(userId);
  }

  /** Begins or ends an outage of one guild. */
  outage(guild: Guild, unavailable: boolean): void {
    setUnavailable(this.#world, guild, unavailable);
  }

  /** Discord's own AutoMod stops a message: it never appears, the bot is only told. */
  automod(
    channel: Channel,
    userId: string,
    rule: APIAutoModerationRule,
    found: { content: string; keyword: string },
  ): void {
    const { guild } = channel;
    if (!guild) throw new Error("AutoMod works in guilds");
    for (const action of rule.actions) {
      const data = {
        guild_id: guild.id,
        action,
        rule_id: rule.id,
        rule_trigger_type: rule.trigger_type,
        user_id: userId,
        channel_id: channel.id,
        content: found.content,
        matched_keyword: found.keyword,
        matched_content: found.keyword,
      };
      this.#world.emit({ name: "AUTO_MODERATION_ACTION_EXECUTION", guild, channel, data });
    }
    const entry = {
      action_type: 143,
      target_id: userId,
      user_id: userId,
      options: {
        auto_moderation_rule_name: rule.name,
        auto_moderation_rule_trigger_type: String(rule.trigger_type),
        channel_id: channel.id,
      },
    };
    this.#world.audit(guild, entry, null);
  }
}
