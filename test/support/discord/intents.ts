import type { APIMessage } from "discord.js";
import { PERMISSIONS } from "./permissions.ts";
import type { WorldEvent } from "./world-types.ts";
import type { World } from "./world.ts";

export const INTENTS = {
  guilds: 1 << 0,
  guildMembers: 1 << 1,
  guildModeration: 1 << 2,
  guildPresences: 1 << 8,
  guildMessages: 1 << 9,
  guildMessageReactions: 1 << 10,
  directMessages: 1 << 12,
  directMessageReactions: 1 << 13,
  messageContent: 1 << 15,
  autoModerationConfiguration: 1 << 20,
  autoModerationExecution: 1 << 21,
} as const;

/** Every bit that Discord knows; others are refused with 4013. */
export const ALL_INTENTS = ((1 << 17) - 1) | (3 << 20) | (3 << 24);

/** What has to be switched on in the developer portal. */
export interface PrivilegedIntents {
  messageContent: boolean;
  guildMembers: boolean;
  guildPresences: boolean;
}

export function privilegedBits(allowed: PrivilegedIntents): number {
  return (
    (allowed.messageContent ? INTENTS.messageContent : 0) |
    (allowed.guildMembers ? INTENTS.guildMembers : 0) |
    (allowed.guildPresences ? INTENTS.guildPresences : 0)
  );
}

export const PRIVILEGED = INTENTS.messageContent | INTENTS.guildMembers | INTENTS.guildPresences;

const BY_PREFIX: readonly (readonly [prefix: string, guild: number, direct: number])[] = [
  ["GUILD_MEMBER", INTENTS.guildMembers, 0],
  ["GUILD_BAN", INTENTS.guildModeration, 0],
  ["GUILD_AUDIT", INTENTS.guildModeration, 0],
  ["GUILD", INTENTS.guilds, 0],
  ["CHANNEL_PINS", INTENTS.guilds, INTENTS.directMessages],
  ["CHANNEL", INTENTS.guilds, 0],
  ["THREAD", INTENTS.guilds, 0],
  ["MESSAGE_REACTION", INTENTS.guildMessageReactions, INTENTS.directMessageReactions],
  ["MESSAGE", INTENTS.guildMessages, INTENTS.directMessages],
  ["AUTO_MODERATION_ACTION", INTENTS.autoModerationExecution, 0],
  ["AUTO_MODERATION_RULE", INTENTS.autoModerationConfiguration, 0],
];

/** The intent without which an event does not come; 0 when none is needed. */
export function intentFor(event: WorldEvent): number {
  if (event.always) return 0;
  const found = BY_PREFIX.find(([prefix]) => event.name.startsWith(prefix));
  if (!found) return 0;
  return event.guild ? found[1] : found[2];
}

/** Whether the bot's rights in its guild and channel let it hear of an event at all. */
export function mayHear(world: World, event: WorldEvent): boolean {
  const { guild, channel, name } = event;
  if (event.always || !guild) return true;
  if (guild.unavailable) return false;
  const me = guild.members.get(world.bot.id);
  if (!me) return false;
  if (name === "GUILD_AUDIT_LOG_ENTRY_CREATE") return canSeeAudit(world, event);
  if (!channel || name.startsWith("CHANNEL_")) return true;
  return (world.botRightsIn(channel) & PERMISSIONS.viewChannel) !== 0n;
}

function canSeeAudit(world: World, { guild }: WorldEvent): boolean {
  const me = guild?.members.get(world.bot.id);
  if (!guild || !me) return false;
  const wanted = PERMISSIONS.viewAuditLog | PERMISSIONS.administrator;
  if (guild.ownerId === me.user.id) return true;
  return [guild.id, ...me.roles].some(
    (id) => (BigInt(guild.roles.get(id)?.permissions ?? "0") & wanted) !== 0n,
  );
}

/** What a bot without the message-content intent is given in place of `data`; null when it is the same. */
export function withoutContent(world: World, event: WorldEvent): object | null {
  if (event.name === "AUTO_MODERATION_ACTION_EXECUTION") {
    return { ...event.data, content: "", matched_content: "" };
  }
  if (!event.guild || !/^MESSAGE_(?:CREATE|UPDATE)$/u.test(event.name)) return null;
  const message = event.data as APIMessage;
  return contentIsShared(world, message) ? null : blankMessage(message);
}

export function contentIsShared(world: World, message: APIMessage): boolean {
  return (
    message.author.id === world.bot.id || message.mentions.some((user) => user.id === world.bot.id)
  );
}

/** A message as it looks without the message-content intent. */
export function blankMessage(message: APIMessage): APIMessage {
  const { poll: _poll, message_snapshots: _snapshots, ...rest } = message;
  return { ...rest, content: "", embeds: [], attachments: [], components: [] };
}
