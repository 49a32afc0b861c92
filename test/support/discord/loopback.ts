import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { Act } from "./act.ts";
import { Build } from "./build.ts";
import { type LoopbackClock, makeClock } from "./clock.ts";
import type { Faults } from "./faults.ts";
import { Gateway } from "./gateway.ts";
import { Rest } from "./http.ts";
import { Interactions } from "./interactions.ts";
import type { Journal, RefusedRequest } from "./journal.ts";
import type { RateLimits } from "./limits.ts";
import { Look } from "./look.ts";
import { Use } from "./use.ts";
import { World } from "./world.ts";

export interface LoopbackOptions {
  readonly token?: string;
  readonly botName?: string;
  /** Milliseconds between heartbeats; short in tests of lost connections. */
  readonly heartbeatIntervalMs?: number;
  /** Events kept per session for a resume. */
  readonly resumeBuffer?: number;
  readonly resumeWindowMs?: number;
  /** Messages kept per channel, requests kept in the journal; lower for long runs. */
  readonly keepMessages?: number;
  readonly keepRequests?: number;
  /** Holds the server's own answers to Discord's document; what does not fit is in `journal.broken`. */
  readonly checkAnswers?: boolean;
}

/** A Discord of our own on 127.0.0.1: what stands in it, what people do in it, and what the bot did. */
export interface LoopbackDiscord {
  /** Give `${url}/api` to discord.js as `rest.api`. */
  readonly url: string;
  readonly token: string;
  readonly applicationId: string;
  readonly botId: string;
  readonly clock: LoopbackClock;
  readonly world: World;
  readonly build: Build;
  readonly act: Act;
  readonly use: Use;
  readonly look: Look;
  readonly gateway: Gateway;
  readonly faults: Faults;
  readonly limits: RateLimits;
  readonly journal: Journal;
  /** Requests that Discord's document or prose does not allow. A suite ends with these being none. */
  readonly refusals: readonly RefusedRequest[];
  /** Changes the token: from now on the old one is refused. */
  setToken(token: string): void;
  close(): Promise<void>;
}

/** Starts a Discord with nobody in it but the bot. */
export async function startLoopbackDiscord(
  options: LoopbackOptions = {},
): Promise<LoopbackDiscord> {
  const clock = makeClock();
  const token = options.token ?? "loopback.bot.token";
  const world = new World(clock, {
    botName: options.botName ?? "Candor",
    keepMessages: options.keepMessages ?? Number.POSITIVE_INFINITY,
  });
  const gateway = new Gateway(world, token, {
    heartbeatIntervalMs: options.heartbeatIntervalMs ?? 41_250,
    resumeBuffer: options.resumeBuffer ?? 10_000,
    resumeWindowMs: options.resumeWindowMs ?? 300_000,
  });
  const interactions = new Interactions(world);
  const rest = new Rest(world, gateway, interactions, {
    token,
    checkAnswers: options.checkAnswers ?? false,
    journalLimit: options.keepRequests ?? Number.POSITIVE_INFINITY,
  });
  const server = createServer((request, response) => rest.handle(request, response));
  server.on("upgrade", (request, socket, head) => gateway.upgrade(request, socket, head));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  world.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: world.baseUrl,
    get token() {
      return rest.token;
    },
    applicationId: world.applicationId,
    botId: world.bot.id,
    clock,
    world,
    build: new Build(world),
    act: new Act(world),
    use: new Use(world, interactions),
    look: new Look(world),
    gateway,
    faults: rest.faults,
    limits: rest.limits,
    journal: rest.journal,
    refusals: rest.journal.refusals,
    setToken(changed) {
      rest.token = changed;
      gateway.token = changed;
    },
    close: () => close(server, gateway, rest),
  };
}

async function close(server: Server, gateway: Gateway, rest: Rest): Promise<void> {
  await gateway.close();
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await Promise.all([closed, rest.settled()]);
}
