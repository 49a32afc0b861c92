import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type LoopbackClock, makeClock } from "../discord/clock.ts";
import type { Faults } from "../discord/faults.ts";
import type { Journal, RefusedRequest } from "../discord/journal.ts";
import { Act } from "./act.ts";
import { Api } from "./api.ts";
import { Build } from "./build.ts";
import type { SendLimits } from "./limits.ts";
import { Look } from "./look.ts";
import type { Polling } from "./polling.ts";
import type { Webhooks } from "./webhooks.ts";
import { World } from "./world.ts";

export interface LoopbackOptions {
  readonly token?: string;
  readonly botName?: string;
  /** Privacy mode is on when this is false; off when not given. */
  readonly seesEverything?: boolean;
  /** Requests kept in the journal; lower for long runs. */
  readonly keepRequests?: number;
}

/** A Telegram of our own on 127.0.0.1: what stands in it, what people do in it, and what the bot did. */
export interface LoopbackTelegram {
  /** Give it to telegraf as `telegram.apiRoot`. */
  readonly url: string;
  readonly token: string;
  readonly clock: LoopbackClock;
  readonly world: World;
  readonly build: Build;
  readonly act: Act;
  readonly look: Look;
  /** Requests are told apart by `/method`, deliveries to webhooks by the method `WEBHOOK`. */
  readonly faults: Faults;
  readonly limits: SendLimits;
  readonly polling: Polling;
  readonly webhooks: Webhooks;
  readonly journal: Journal;
  /** Calls that the description or its prose does not allow. A suite ends with these being none. */
  readonly refusals: readonly RefusedRequest[];
  /** Throws when the server made mistakes of its own: what it threw, and objects that Telegram would not send. */
  close(): Promise<void>;
}

/** Starts a Telegram with nobody in it but the bot. */
export async function startLoopbackTelegram(
  options: LoopbackOptions = {},
): Promise<LoopbackTelegram> {
  const clock = makeClock();
  const token = options.token ?? "7000000001:loopback-token";
  const world = new World(clock, {
    botName: options.botName ?? "Candor",
    seesEverything: options.seesEverything ?? true,
  });
  const api = new Api(world, token, options.keepRequests ?? Number.POSITIVE_INFINITY);
  const server = createServer((request, response) => api.handle(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    clock,
    world,
    build: new Build(world),
    act: new Act(world),
    look: new Look(world, api.updates),
    faults: api.faults,
    limits: api.limits,
    polling: api.polling,
    webhooks: api.webhooks,
    journal: api.journal,
    refusals: api.journal.refusals,
    async close() {
      const closed = once(server, "close");
      server.close();
      const idle = api.close();
      server.closeAllConnections();
      await Promise.all([closed, idle]);
      const { broken } = api.journal;
      if (broken.length > 0) throw new Error(`the loopback is wrong: ${JSON.stringify(broken)}`);
    },
  };
}
