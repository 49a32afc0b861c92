import { refusal } from "./errors.ts";
import { guildPermissions, holds, type PermissionName } from "./permissions.ts";
import type { Call } from "./routing.ts";
import { CHANNEL_TYPES, type Channel, type Guild, type Member } from "./world-types.ts";

/** The guild that a request is about, and the bot in it; refuses when a permission is missing. */
export function inGuild(
  call: Call,
  ...needed: readonly PermissionName[]
): { guild: Guild; me: Member } {
  const guild = call.world.guild(call.param("guild_id"));
  const me = guild.members.get(call.world.bot.id);
  if (!me) throw refusal("unknownGuild");
  if (guild.unavailable) throw refusal("outage");
  if (!holds(guildPermissions(guild, me), ...needed)) throw refusal("missingPermissions");
  return { guild, me };
}

/** The channel that a request is about; refuses when the bot may not see it, or lacks a permission there. */
export function inChannel(call: Call, ...needed: readonly PermissionName[]): Channel {
  const channel = call.world.channel(call.param("channel_id"));
  needIn(call, channel, ...needed);
  return channel;
}

export function needIn(call: Call, channel: Channel, ...needed: readonly PermissionName[]): void {
  if (!channel.guild) return;
  if (channel.guild.unavailable) throw refusal("outage");
  const rights = call.world.botRightsIn(channel);
  if (!holds(rights, "viewChannel")) throw refusal("missingAccess");
  // Without it everything else is denied there too.
  if (channel.type === CHANNEL_TYPES.voice && !holds(rights, "connect"))
    throw refusal("missingAccess");
  if (!holds(rights, ...needed)) throw refusal("missingPermissions");
}
