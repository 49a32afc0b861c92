import { Routes } from "discord.js";
import { z } from "zod";
import { type Result, ok } from "../../src/engine/result.ts";
import type { ActionError } from "../../src/ports/platform.ts";
import type { DiscordApi } from "./api.ts";
import { snowflake } from "./payloads.ts";

/** Discord names so many servers at once, by id. */
const PAGE = 200;
/** More than one connection of a bot may hold many times over. */
const MOST_PAGES = 500;

const guildSchema = z.object({ id: snowflake, name: z.string().default("") });
export type OwnGuild = z.infer<typeof guildSchema>;

/** All servers that the bot is on, however many. */
export async function ownGuilds(
  api: Pick<DiscordApi, "ask">,
): Promise<Result<readonly OwnGuild[], ActionError>> {
  const all: OwnGuild[] = [];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const after = all.at(-1)?.id ?? "0";
    const found = await api.ask("get", Routes.userGuilds(), z.array(guildSchema), {
      query: { limit: String(PAGE), after },
    });
    if (!found.ok) return found;
    all.push(...found.value.toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1)));
    if (found.value.length < PAGE) break;
  }
  return ok(all);
}
