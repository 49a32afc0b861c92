import { Routes } from "discord.js";
import { z } from "zod";
import { DEFAULT_POLICY, type Policy } from "../../src/engine/policy.ts";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Trouble } from "../../src/ports/server.ts";
import { type ApiOptions, DiscordApi } from "./api.ts";
import { missingIntents, troublesOf } from "./needs.ts";
import { ownGuilds } from "./own-guilds.ts";
import { channelSchema, roleSchema, snowflake, userSchema } from "./payloads.ts";

const applicationSchema = z.object({ flags: z.number().optional() });
const guildSchema = z.object({ owner_id: snowflake, roles: z.array(roleSchema) });
const channelsSchema = z.array(channelSchema);
const ownMemberSchema = z.object({ roles: z.array(snowflake) });

/** What one look at Discord came to. `missing` are names of intents as the developer portal shows them. */
export type DiscordCheck =
  | { readonly kind: "ok"; readonly name: string; readonly servers: readonly ServerCheck[] }
  | { readonly kind: "intents"; readonly missing: readonly string[] };

export interface ServerCheck {
  readonly id: string;
  readonly name: string;
  /** Empty where Discord does not say enough to find any. */
  readonly troubles: readonly Trouble[];
}

export type DiscordCheckError =
  | { readonly kind: "bad-token" }
  /** `reason` is what happened, without the address. */
  | { readonly kind: "unreachable"; readonly reason: string };

/**
 * Asks Discord, without joining its gateway, whether token, intents and permissions are as Candor needs them, and
 * channel and roles as the policy of each server names them. Of a server without a policy only permissions are told.
 */
export async function checkDiscord(
  options: Omit<ApiOptions, "log">,
  policies: ReadonlyMap<string, Policy>,
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
    const missing = missingIntents(flags);
    if (application.ok && missing.length > 0) return ok({ kind: "intents", missing });
    const guilds = await ownGuilds(api);
    const servers: ServerCheck[] = [];
    for (const guild of guilds.ok ? guilds.value : []) {
      const troubles = await troublesIn(api, guild.id, me.value.id, policies.get(guild.id) ?? null);
      servers.push({ ...guild, troubles });
    }
    return ok({ kind: "ok", name: me.value.username, servers });
  } finally {
    api.close();
  }
}

async function troublesIn(
  api: DiscordApi,
  guildId: string,
  ownId: string,
  policy: Policy | null,
): Promise<readonly Trouble[]> {
  const guild = await api.ask("get", Routes.guild(guildId), guildSchema);
  const channels = await api.ask("get", Routes.guildChannels(guildId), channelsSchema);
  const own = await api.ask("get", Routes.guildMember(guildId, ownId), ownMemberSchema);
  if (!guild.ok || !channels.ok || !own.ok) return [];
  const server = {
    id: guildId,
    ownerId: guild.value.owner_id,
    roles: new Map(guild.value.roles.map((role) => [role.id, role])),
    channels: new Map(channels.value.map((channel) => [channel.id, channel])),
  };
  const troubles = troublesOf(
    server,
    { id: ownId, roles: own.value.roles },
    policy ?? DEFAULT_POLICY,
  );
  return policy ? troubles : troubles.filter(({ kind }) => kind === "permission");
}

const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
