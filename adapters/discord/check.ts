import { ApplicationFlags, PermissionFlagsBits as Can, Routes } from "discord.js";
import { z } from "zod";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import type { Log } from "../../src/ports/log.ts";
import { type ApiOptions, DiscordApi } from "./api.ts";
import { roleSchema, snowflake, userSchema } from "./payloads.ts";
import { has, permissionsIn } from "./permissions.ts";

/** What Candor does on a server, and the permission of the bot's role that it takes, as Discord's settings call it. */
const NEEDED: readonly (readonly [string, bigint])[] = [
  ["View Channels", Can.ViewChannel],
  ["Send Messages", Can.SendMessages],
  ["Embed Links", Can.EmbedLinks],
  ["Read Message History", Can.ReadMessageHistory],
  ["Manage Messages", Can.ManageMessages],
  ["Timeout Members", Can.ModerateMembers],
  ["Kick Members", Can.KickMembers],
  ["Ban Members", Can.BanMembers],
];

/** The two privileged intents; either flag of each grants it, as the bot is verified or not. */
const INTENTS: readonly (readonly [string, number])[] = [
  [
    "Server Members",
    ApplicationFlags.GatewayGuildMembers | ApplicationFlags.GatewayGuildMembersLimited,
  ],
  [
    "Message Content",
    ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited,
  ],
];

const applicationSchema = z.object({ flags: z.number().optional() });
const guildsSchema = z.array(z.object({ id: snowflake, name: z.string() }));
const guildSchema = z.object({ owner_id: snowflake, roles: z.array(roleSchema) });
const ownMemberSchema = z.object({ roles: z.array(snowflake) });

/** What one look at Discord came to. `missing` are names as the developer portal and the server settings show them. */
export type DiscordCheck =
  | { readonly kind: "ok"; readonly name: string; readonly servers: readonly ServerCheck[] }
  | { readonly kind: "intents"; readonly missing: readonly string[] };

export interface ServerCheck {
  readonly id: string;
  readonly name: string;
  readonly missing: readonly string[];
}

export type DiscordCheckError =
  | { readonly kind: "bad-token" }
  /** `reason` is what happened, without the address. */
  | { readonly kind: "unreachable"; readonly reason: string };

/** Asks Discord, without joining its gateway, whether token, intents and permissions are as Candor needs them. */
export async function checkDiscord(
  options: Omit<ApiOptions, "log">,
): Promise<Result<DiscordCheck, DiscordCheckError>> {
  const api = new DiscordApi({ ...options, log: silent });
  try {
    const me = await api.ask("get", Routes.user(), userSchema);
    if (!me.ok) {
      return me.error.kind === "forbidden"
        ? fail({ kind: "bad-token" })
        : fail({ kind: "unreachable", reason: me.error.kind });
    }
    const application = await api.ask("get", Routes.currentApplication(), applicationSchema);
    const flags = application.ok ? (application.value.flags ?? 0) : 0;
    const missing = INTENTS.filter(([, bits]) => (flags & bits) === 0).map(([name]) => name);
    if (application.ok && missing.length > 0) return ok({ kind: "intents", missing });
    const guilds = await api.ask("get", Routes.userGuilds(), guildsSchema);
    const servers: ServerCheck[] = [];
    for (const guild of guilds.ok ? guilds.value : []) {
      servers.push({ ...guild, missing: await missingIn(api, guild.id, me.value.id) });
    }
    return ok({ kind: "ok", name: me.value.username, servers });
  } finally {
    api.close();
  }
}

async function missingIn(
  api: DiscordApi,
  guildId: string,
  ownId: string,
): Promise<readonly string[]> {
  const guild = await api.ask("get", Routes.guild(guildId), guildSchema);
  const own = await api.ask("get", Routes.guildMember(guildId, ownId), ownMemberSchema);
  if (!guild.ok || !own.ok) return [];
  const roles = new Map(guild.value.roles.map((role) => [role.id, role]));
  const realm = { id: guildId, ownerId: guild.value.owner_id, roles };
  const held = permissionsIn(realm, { id: ownId, roles: own.value.roles });
  return NEEDED.filter(([, permission]) => !has(held, permission)).map(([name]) => name);
}

const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
