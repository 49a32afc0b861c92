import { Client, type ClientOptions, Events, GatewayIntentBits, Partials } from "discord.js";
import type { LoopbackDiscord } from "./loopback.ts";

const ALL = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMembers,
  GatewayIntentBits.GuildModeration,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildMessageReactions,
  GatewayIntentBits.DirectMessages,
  GatewayIntentBits.MessageContent,
  GatewayIntentBits.AutoModerationExecution,
] as const;

/** A discord.js client that is pointed at the loopback server by its REST base alone. */
export function clientFor(
  discord: LoopbackDiscord,
  intents: readonly GatewayIntentBits[] = ALL,
  more: Partial<ClientOptions> = {},
): Client {
  return new Client({
    intents: [...intents],
    partials: [Partials.Message, Partials.Channel, Partials.Reaction],
    ...more,
    rest: { api: `${discord.url}/api`, version: "10" },
  });
}

/** Logs in and waits until every guild is there. */
export async function loggedIn(
  discord: LoopbackDiscord,
  intents?: readonly GatewayIntentBits[],
): Promise<Client<true>> {
  const client = clientFor(discord, intents);
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(discord.token);
  await ready;
  return client as Client<true>;
}

/** Resolves once `test` holds; rejects after `timeoutMs`. */
export async function eventually(test: () => boolean, timeoutMs = 5000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!test()) {
    if (Date.now() > end) throw new Error(`not so within ${timeoutMs} ms: ${test.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Closes a server, and throws when it made mistakes of its own. */
export async function closeSound(discord: LoopbackDiscord): Promise<void> {
  await discord.close();
  const { broken } = discord.journal;
  if (broken.length > 0) throw new Error(`the loopback server is wrong: ${JSON.stringify(broken)}`);
}
