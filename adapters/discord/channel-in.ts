import { Routes } from "discord.js";
import { type Result, ok } from "../../src/engine/result.ts";
import type { ActionError } from "../../src/ports/platform.ts";
import type { DiscordApi } from "./api.ts";
import type { Guild } from "./guilds.ts";
import { type Channel, channelSchema, snowflake } from "./payloads.ts";

/**
 * A channel of a server; the gateway does not tell of threads that are archived, so of what it has not told Discord
 * is asked. null where the server has none of this id.
 */
export async function channelIn(
  api: DiscordApi,
  guild: Guild | null,
  id: string,
): Promise<Result<Channel | null, ActionError>> {
  if (!guild || !snowflake.safeParse(id).success) return ok(null);
  const known = guild.channels.get(id);
  if (known) return ok(known);
  const asked = await api.ask("get", Routes.channel(id), channelSchema);
  if (asked.ok) return ok(asked.value.guild_id === guild.id ? asked.value : null);
  // What the bot cannot see it does nothing in either.
  return asked.error.kind === "gone" || asked.error.kind === "forbidden" ? ok(null) : asked;
}
