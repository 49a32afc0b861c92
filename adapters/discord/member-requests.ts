import { GatewayOpcodes } from "discord.js";
import type { Log } from "../../src/ports/log.ts";
import type { Gateway } from "./gateway.ts";

/** Discord takes 120 words of a connection in a minute, the heartbeats among them. */
const EVERY_MS = 600;
/** Discord tells all members of one server at most twice a minute. */
const SAME_AGAIN_MS = 30_000;

export interface MemberRequestParts {
  readonly gateway: () => Pick<Gateway, "isReady" | "shardOf" | "send"> | null;
  readonly log: Log;
  /** Ms of a clock that only goes forward. */
  readonly elapsed: () => number;
}

/**
 * Asks for every member of servers, who come in `GUILD_MEMBERS_CHUNK`. Nothing waits for it: a connection that is
 * not ready keeps requests back, and takes only so many in a minute.
 */
export class MemberRequests {
  readonly #parts: MemberRequestParts;
  readonly #waiting = new Set<string>();
  readonly #askedAt = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: MemberRequestParts) {
    this.#parts = parts;
  }

  /** Asks soon, once for however many calls come before. */
  ask(guildId: string): void {
    this.#waiting.add(guildId);
    if (this.#timer) return;
    this.#timer = setInterval(() => this.#turn(), EVERY_MS);
    this.#timer.unref();
    this.#turn();
  }

  /** Of a server that Candor has left, and may be asked back to at once. */
  forget(guildId: string): void {
    this.#waiting.delete(guildId);
    this.#askedAt.delete(guildId);
  }

  close(): void {
    this.#waiting.clear();
    this.#rest();
  }

  /** Sends one request of each shard that is ready. */
  #turn(): void {
    const { gateway, elapsed } = this.#parts;
    if (this.#waiting.size === 0) return this.#rest();
    const at = gateway();
    if (!at) return;
    const used = new Set<number>();
    for (const id of this.#waiting) {
      const shard = at.shardOf(id);
      const isEarly =
        elapsed() - (this.#askedAt.get(id) ?? Number.NEGATIVE_INFINITY) < SAME_AGAIN_MS;
      if (used.has(shard) || isEarly || !at.isReady(shard)) continue;
      used.add(shard);
      this.#waiting.delete(id);
      this.#askedAt.set(id, elapsed());
      void this.#send(at, shard, id);
    }
  }

  async #send(at: Pick<Gateway, "send">, shard: number, id: string): Promise<void> {
    try {
      const d = { guild_id: id, query: "", limit: 0 };
      await at.send(shard, { op: GatewayOpcodes.RequestGuildMembers, d });
    } catch (err) {
      this.#parts.log.warn({ err, guild: id }, "the members of a server were not asked for");
      this.#askedAt.delete(id);
      this.ask(id);
    }
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
