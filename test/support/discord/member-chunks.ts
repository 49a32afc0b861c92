import type { GatewaySession } from "./gateway-session.ts";
import { INTENTS } from "./intents.ts";
import { memberPayload } from "./payloads.ts";
import type { World } from "./world.ts";

interface Asked {
  readonly guild_id: string;
  readonly query?: string;
  readonly limit?: number;
  readonly user_ids?: string | readonly string[];
  readonly nonce?: string;
}

const CHUNK = 1000;
const MOST_BY_ID = 100;

/** Answers a request for guild members (op 8) in chunks. */
export function requestedMembers(world: World, session: GatewaySession, d: unknown): void {
  const asked = d as Asked;
  const guild = world.guilds.get(asked.guild_id);
  if (!guild?.members.has(world.bot.id)) return;
  const everybody = [...guild.members.values()];
  let found = everybody;
  let missing: string[] = [];
  if (asked.user_ids !== undefined) {
    const ids = [asked.user_ids].flat().slice(0, MOST_BY_ID);
    found = ids.flatMap((id) => guild.members.get(id) ?? []);
    missing = ids.filter((id) => !guild.members.has(id));
  } else {
    const query = (asked.query ?? "").toLowerCase();
    const whole = query === "" && (asked.limit ?? 0) === 0;
    if (whole && (session.intents & INTENTS.guildMembers) === 0) return;
    found = everybody.filter(({ user, nick }) =>
      [user.username, nick ?? ""].some((name) => name.toLowerCase().startsWith(query)),
    );
    if (!whole) found = found.slice(0, asked.limit ?? CHUNK);
  }
  const count = Math.max(1, Math.ceil(found.length / CHUNK));
  for (let index = 0; index < count; index += 1) {
    const chunk = found.slice(index * CHUNK, (index + 1) * CHUNK);
    const data = {
      guild_id: guild.id,
      members: chunk.map(memberPayload),
      chunk_index: index,
      chunk_count: count,
      not_found: missing,
      ...(asked.nonce === undefined ? {} : { nonce: asked.nonce }),
    };
    session.dispatch("GUILD_MEMBERS_CHUNK", JSON.stringify(data));
  }
}
