import { Routes } from "discord.js";
import { createHash } from "node:crypto";
import type { Command } from "../../src/commands/command.ts";
import type { Log } from "../../src/ports/log.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import type { DiscordApi } from "./api.ts";
import { commandDefinitions } from "./command-definitions.ts";

/** Replaces the bot's commands when they are not those that were registered last: Discord counts every creation. */
export async function register(
  api: DiscordApi,
  memory: PlatformMemory,
  applicationId: string,
  commands: readonly Command[],
  log: Log,
): Promise<void> {
  const body = commandDefinitions(commands);
  const digest = createHash("sha256").update(JSON.stringify(body)).digest("hex");
  const key = `commands/${applicationId}`;
  if ((await memory.recall(key)) === digest) return;
  const registered = await api.send("put", Routes.applicationCommands(applicationId), { body });
  if (registered.ok) await memory.remember(key, digest);
  else
    log.error({ refused: registered.error.kind }, "the commands were not registered with Discord");
}
