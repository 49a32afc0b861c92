import { OverwriteType, PermissionFlagsBits as Can, Routes } from "discord.js";
import { z } from "zod";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import type { ActionError, ActionResult } from "../../src/ports/platform.ts";
import type { ChannelTarget } from "../../src/ports/platform-extras.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import type { DiscordApi } from "./api.ts";
import { NEEDS } from "./foresight.ts";
import { overwriteSchema, snowflake } from "./payloads.ts";

/** What nobody may do in a locked channel, as far as the bot may itself: Discord lets nobody deny more. */
const WRITING =
  Can.SendMessages | Can.SendMessagesInThreads | Can.CreatePublicThreads | Can.CreatePrivateThreads;

const channelSchema = z.object({
  id: snowflake,
  permission_overwrites: z.array(overwriteSchema).default([]),
});
const bits = z.string().regex(/^\d+$/u);
const pairSchema = z.object({ allow: bits, deny: bits }).nullable();
const formerSchema = z.object({ everyone: pairSchema, own: pairSchema });
type Pair = z.infer<typeof pairSchema>;
type Former = z.infer<typeof formerSchema>;

export interface LockParts {
  readonly api: DiscordApi;
  readonly memory: PlatformMemory;
}

/** A channel to be locked: whose it is, and what the bot may do there. */
export interface Lockable extends ChannelTarget {
  readonly ownId: string;
  readonly rights: bigint;
}

/**
 * Keeps everybody from writing in a channel by the exception of `@everyone`, and remembers what stood there.
 * Before that the bot is given an exception of its own: what is denied to everybody is denied to it too, and
 * it could not open the channel again.
 */
export class ChannelLock {
  readonly #parts: LockParts;

  constructor(parts: LockParts) {
    this.#parts = parts;
  }

  async lock(place: Lockable, reason: string): Promise<ActionResult> {
    const { memory } = this.#parts;
    const now = await this.#overwrites(place);
    if (!now.ok) return now;
    const known = await this.#former(place.channelId);
    // What stands there now may be what an earlier try has put there.
    if (!known) await memory.remember(keyOf(place.channelId), JSON.stringify(now.value));
    const taken = place.rights & WRITING;
    const own = changed(now.value.own, { allow: taken });
    const opened = await this.#put(place, place.ownId, OverwriteType.Member, own, reason);
    if (!opened.ok) return opened;
    const everyone = changed(now.value.everyone, { deny: taken });
    return this.#put(place, place.communityId, OverwriteType.Role, everyone, reason);
  }

  async unlock(place: Omit<Lockable, "rights">, reason: string): Promise<ActionResult> {
    const former = await this.#former(place.channelId);
    if (!former) return fail({ kind: "gone" });
    const { communityId, ownId } = place;
    const opened = await this.#put(place, communityId, OverwriteType.Role, former.everyone, reason);
    if (!opened.ok) return opened;
    const own = await this.#put(place, ownId, OverwriteType.Member, former.own, reason);
    if (own.ok) await this.#parts.memory.remember(keyOf(place.channelId), null);
    return own;
  }

  async #former(channelId: string): Promise<Former | null> {
    const value = await this.#parts.memory.recall(keyOf(channelId));
    return value === null ? null : formerSchema.parse(JSON.parse(value));
  }

  async #overwrites({
    communityId,
    channelId,
    ownId,
  }: Omit<Lockable, "rights">): Promise<Result<Former, ActionError>> {
    const found = await this.#parts.api.ask("get", Routes.channel(channelId), channelSchema, {
      permission: NEEDS.overwrites.name,
    });
    if (!found.ok) return found;
    const of = (id: string): Pair => {
      const overwrite = found.value.permission_overwrites.find((each) => each.id === id);
      return overwrite
        ? { allow: overwrite.allow.toString(), deny: overwrite.deny.toString() }
        : null;
    };
    return ok({ everyone: of(communityId), own: of(ownId) });
  }

  /** null takes the exception away. */
  #put(
    { channelId }: ChannelTarget,
    id: string,
    type: OverwriteType,
    pair: Pair,
    reason: string,
  ): Promise<ActionResult> {
    const route = Routes.channelPermission(channelId, id);
    const permission = NEEDS.overwrites.name;
    return pair
      ? this.#parts.api.send("put", route, { body: { type, ...pair }, reason, permission })
      : this.#removed(route, reason);
  }

  async #removed(route: `/${string}`, reason: string): Promise<ActionResult> {
    const permission = NEEDS.overwrites.name;
    const removed = await this.#parts.api.send("delete", route, { reason, permission });
    return !removed.ok && removed.error.kind === "gone" ? ok(undefined) : removed;
  }
}

function changed(pair: Pair, more: { readonly allow?: bigint; readonly deny?: bigint }): Pair {
  const { allow = 0n, deny = 0n } = more;
  const allowed = BigInt(pair?.allow ?? 0);
  const denied = BigInt(pair?.deny ?? 0);
  return {
    allow: ((allowed & ~deny) | allow).toString(),
    deny: ((denied & ~allow) | deny).toString(),
  };
}

function keyOf(channelId: string): string {
  return `lock/${channelId}`;
}
