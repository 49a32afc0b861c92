import { checkDiscord, type ServerCheck } from "../../adapters/discord/check.ts";
import { sayTroubles } from "../commands/say-trouble.ts";
import type { Settings } from "../config/settings.ts";
import { CandorError } from "../engine/errors.ts";
import type { Policy } from "../engine/policy.ts";
import { counted } from "./counted.ts";
import type { Finding } from "./findings.ts";

/**
 * Says whether Discord lets the bot in, without joining its gateway, and what is missing on each server by the
 * policies that are known.
 * Throws CANDOR-023 for a wrong token or missing intents, CANDOR-024 when nobody answers.
 */
export async function lookAtDiscord(
  settings: Pick<Settings, "DISCORD_TOKEN" | "DISCORD_API_URL">,
  policies: ReadonlyMap<string, Policy>,
): Promise<readonly Finding[]> {
  const { DISCORD_TOKEN: token, DISCORD_API_URL: apiUrl } = settings;
  if (token === undefined) {
    return [{ state: "ok", name: "discord", text: "no token; the sandbox takes its place" }];
  }
  const checked = await checkDiscord({ token, apiUrl }, policies);
  if (!checked.ok) {
    if (checked.error.kind === "bad-token") {
      throw new CandorError("CANDOR-023", "DISCORD_TOKEN: Discord does not know this token");
    }
    throw new CandorError("CANDOR-024", `DISCORD_API_URL: ${checked.error.reason}`);
  }
  if (checked.value.kind === "intents") {
    const missing = checked.value.missing.join(" and ");
    throw new CandorError("CANDOR-023", `Discord does not grant the intents ${missing}`);
  }
  const { name, servers } = checked.value;
  const text = `joins as ${name}, on ${counted(servers.length, "server", "servers")}`;
  return [{ state: "ok", name: "discord", text }, ...servers.flatMap(serverFinding)];
}

function serverFinding({ name, troubles }: ServerCheck): readonly Finding[] {
  return sayTroubles("en", troubles).map(({ what, how }) => ({
    state: "note",
    name: "discord",
    text: `server "${name}": ${what}`,
    todo: how,
  }));
}
