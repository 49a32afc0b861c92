import { Routes } from "discord.js";
import { z } from "zod";
import type { DiscordApi } from "./api.ts";
import { memberSchema } from "./payloads.ts";

/**
 * The community that is meant by whoever writes to Candor directly: where there is one alone, that one. `servers`
 * holds the ids of all, those among them of which Discord has not told yet.
 */
export function homeOf(servers: readonly string[]): string | null {
  const [home, ...others] = new Set(servers);
  return others.length === 0 ? (home ?? null) : null;
}

/** Somebody named as `<@id>`, by id or by name; null when nobody, or more than one, goes by it. */
export async function findPerson(
  api: DiscordApi,
  communityId: string,
  words: string,
): Promise<string | null> {
  const id = /^(?:<@!?)?(\d{5,20})>?$/u.exec(words.trim())?.[1];
  if (id !== undefined) return id;
  const query = words.trim().replace(/^@/u, "");
  const found = await api.ask(
    "get",
    Routes.guildMembersSearch(communityId),
    z.array(memberSchema),
    {
      query: { query, limit: "10" },
    },
  );
  if (!found.ok) return null;
  const exact = found.value.filter(({ user, nick }) =>
    [user.username, user.global_name, nick].some(
      (name) => name?.toLowerCase() === query.toLowerCase(),
    ),
  );
  return exact.length === 1 ? (exact[0]?.user.id ?? null) : null;
}
