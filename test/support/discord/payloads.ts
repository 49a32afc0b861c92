import type { APIMessage } from "discord.js";
import type { Channel, Guild, Member, Message } from "./world-types.ts";
import { CHANNEL_TYPES } from "./world-types.ts";
import type { World } from "./world.ts";

/** A guild member as REST gives it. */
export function memberPayload(member: Member): Record<string, unknown> {
  return { ...memberWithoutUser(member), user: member.user };
}

/** A guild member as it stands in a message event. */
export function memberWithoutUser(member: Member): Record<string, unknown> {
  return {
    avatar: null,
    banner: null,
    communication_disabled_until: member.timedOutUntil,
    deaf: false,
    flags: 0,
    joined_at: member.joinedAt,
    mute: false,
    nick: member.nick,
    pending: false,
    premium_since: null,
    roles: [...member.roles],
  };
}

export function channelPayload(world: World, channel: Channel): Record<string, unknown> {
  const { id, type, guild } = channel;
  const common = { id, type, flags: 0, last_message_id: channel.log.lastId };
  if (!guild) {
    const recipient = world.users.get(channel.recipientId ?? "");
    return { ...common, recipients: recipient ? [recipient] : [] };
  }
  if (channel.thread) return { ...common, ...threadFields(channel, guild) };
  return {
    ...common,
    guild_id: guild.id,
    name: channel.name,
    nsfw: false,
    parent_id: channel.parentId,
    permission_overwrites: [...channel.overwrites.values()],
    position: channel.position,
    rate_limit_per_user: channel.slowModeSeconds,
    topic: channel.topic,
    ...(type === CHANNEL_TYPES.forum ? FORUM_FIELDS : {}),
  };
}

const FORUM_FIELDS = {
  available_tags: [],
  default_forum_layout: 0,
  default_reaction_emoji: null,
  default_sort_order: null,
};

function threadFields(channel: Channel, guild: Guild): Record<string, unknown> {
  const { thread } = channel;
  return {
    guild_id: guild.id,
    name: channel.name,
    parent_id: channel.parentId,
    owner_id: thread?.ownerId,
    member_count: thread?.members.size,
    message_count: channel.log.size,
    total_message_sent: channel.log.size,
    rate_limit_per_user: channel.slowModeSeconds,
    thread_metadata: {
      archived: thread?.archived,
      archive_timestamp: thread?.archiveChangedAt,
      auto_archive_duration: thread?.autoArchiveMinutes,
      create_timestamp: thread?.createdAt,
      locked: thread?.locked,
    },
  };
}

/** A guild as REST gives it, and as GUILD_UPDATE does. */
export function guildPayload(guild: Guild): Record<string, unknown> {
  return {
    id: guild.id,
    name: guild.name,
    owner_id: guild.ownerId,
    roles: [...guild.roles.values()],
    incidents_data: guild.incidents,
    preferred_locale: guild.locale,
    ...PLAIN_GUILD,
    system_channel_id: guild.systemChannelId,
  };
}

const PLAIN_GUILD = {
  afk_channel_id: null,
  afk_timeout: 300,
  application_id: null,
  banner: null,
  default_message_notifications: 1,
  description: null,
  discovery_splash: null,
  emojis: [],
  explicit_content_filter: 0,
  features: ["COMMUNITY"],
  home_header: null,
  hub_type: null,
  icon: null,
  max_members: 500_000,
  max_presences: null,
  max_stage_video_channel_users: 50,
  max_video_channel_users: 25,
  mfa_level: 0,
  nsfw: false,
  nsfw_level: 0,
  premium_progress_bar_enabled: false,
  premium_subscription_count: 0,
  premium_tier: 0,
  public_updates_channel_id: null,
  region: "deprecated",
  rules_channel_id: null,
  safety_alerts_channel_id: null,
  splash: null,
  stickers: [],
  system_channel_flags: 0,
  vanity_url_code: null,
  verification_level: 0,
  widget_channel_id: null,
  widget_enabled: false,
};

/** What GUILD_CREATE brings: of the members, only the bot (as without the presence intent). */
export function guildCreatePayload(world: World, guild: Guild): Record<string, unknown> {
  if (guild.unavailable) return { id: guild.id, unavailable: true };
  const all = [...guild.channels.values()];
  const me = guild.members.get(world.bot.id);
  return {
    ...guildPayload(guild),
    channels: all.filter((each) => !each.thread).map((each) => channelPayload(world, each)),
    threads: all
      .filter((each) => each.thread && !each.thread.archived)
      .map((each) => channelPayload(world, each)),
    guild_scheduled_events: [],
    joined_at: me?.joinedAt,
    large: guild.members.size > 250,
    member_count: guild.members.size,
    members: me ? [memberPayload(me)] : [],
    presences: [],
    soundboard_sounds: [],
    stage_instances: [],
    unavailable: false,
    voice_states: [],
  };
}

const REPLY = 19;

/** A message as REST gives it. */
export function messagePayload(world: World, channel: Channel, message: Message): APIMessage {
  const data = { ...message.data };
  if (message.reactions.size > 0) {
    data.reactions = [...message.reactions.values()].map(({ emoji, users }) => ({
      burst_colors: [],
      count: users.size,
      count_details: { burst: 0, normal: users.size },
      emoji: { id: emoji.id, name: emoji.name },
      me: users.has(world.bot.id),
      me_burst: false,
    }));
  }
  const { message_reference: reference } = data;
  if (reference?.message_id !== undefined && [REPLY].includes(data.type)) {
    const replied = channel.log.get(reference.message_id);
    data.referenced_message = replied ? replied.data : null;
  }
  return data;
}

/** A message as MESSAGE_CREATE and MESSAGE_UPDATE bring it: with the guild and who its people are there. */
export function messageEventPayload(world: World, channel: Channel, message: Message): object {
  const data = messagePayload(world, channel, message);
  const { guild } = channel;
  if (!guild) return { ...data, channel_type: channel.type };
  const author = guild.members.get(data.author.id);
  return {
    ...data,
    channel_type: channel.type,
    guild_id: guild.id,
    ...(author && data.webhook_id === undefined ? { member: memberWithoutUser(author) } : {}),
    ...(data.mentions.length === 0
      ? {}
      : {
          mentions: data.mentions.map((user) => {
            const member = guild.members.get(user.id);
            return member ? { ...user, member: memberWithoutUser(member) } : user;
          }),
        }),
  };
}
