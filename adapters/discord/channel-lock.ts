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
type Overwrites = z.infer<typeof channelSchema>["permission_overwrites"];
const bits = z
  .string()
  .regex(/^\d+$/u)
  .transform((text) => BigInt(text));
const pairSchema = z.object({ allow: bits, deny: bits });
/** One exception that the lock changed, as it stood before (null: there was none) and as the lock left it. */
const changeSchema = z.object({
  id: snowflake,
  type: z.enum(OverwriteType),
  before: pairSchema.nullable(),
  after: pairSchema,
});
type Pair = z.infer<typeof pairSchema>;
type Change = z.infer<typeof changeSchema>;

const FOR_ROLE: number = OverwriteType.Role;
const NOTHING: Pair = { allow: 0n, deny: 0n };

export interface LockParts {
  readonly api: DiscordApi;
  readonly memory: PlatformMemory;
}

/** A channel to be locked: whose it is, and what the bot may do there, Send Messages among it. */
export interface Lockable extends ChannelTarget {
  readonly ownId: string;
  readonly rights: bigint;
  /** Whether a role, by its id, is of those who keep order: what lets it write is left to it. */
  readonly isSpared: (roleId: string) => boolean;
}

/**
 * Keeps everybody from writing in a channel: denies it to `@everyone`, takes it from each role that an exception
 * lets write, and remembers what it changed. Before that the bot is given an exception of its own: what is denied
 * to everybody is denied to it too, and it could not open the channel again.
 */
export class ChannelLock {
  readonly #parts: LockParts;

  constructor(parts: LockParts) {
    this.#parts = parts;
  }

  async lock(place: Lockable, reason: string): Promise<ActionResult> {
    const now = await this.#overwrites(place);
    if (!now.ok) return now;
    // What an earlier try has changed already would otherwise be taken for what stood there before.
    const made = (await this.#made(place.channelId)).filter((each) => stands(each, now.value));
    const more = changesFor(place, now.value).filter(
      ({ id }) => !made.some((each) => each.id === id),
    );
    await this.#remember(place.channelId, [...made, ...more]);
    for (const change of more) {
      const put = await this.#put(place, change, change.after, reason);
      if (!put.ok) return put;
    }
    return ok(undefined);
  }

  /**
   * Takes back what the lock changed, from what stands now: whatever somebody changed meanwhile in what the lock had
   * set is theirs and stays. `gone` where Candor has not locked it.
   */
  async unlock(place: ChannelTarget, reason: string): Promise<ActionResult> {
    const made = await this.#made(place.channelId);
    if (made.length === 0) return fail({ kind: "gone" });
    const now = await this.#overwrites(place);
    if (!now.ok) return now;
    // The bot's own exception comes last: without it the bot might not be able to open the rest.
    const open = made.filter((each) => stands(each, now.value)).toReversed();
    for (const change of open) {
      const back = takenBack(change, pairOf(change.id, now.value) ?? NOTHING);
      const put = await this.#put(place, change, back, reason);
      if (!put.ok) return put;
    }
    await this.#remember(place.channelId, []);
    return ok(undefined);
  }

  async #made(channelId: string): Promise<readonly Change[]> {
    const value = await this.#parts.memory.recall(keyOf(channelId));
    return value === null ? [] : z.array(changeSchema).parse(JSON.parse(value));
  }

  async #remember(channelId: string, changes: readonly Change[]): Promise<void> {
    const value = JSON.stringify(changes, (_, each: unknown) =>
      typeof each === "bigint" ? each.toString() : each,
    );
    await this.#parts.memory.remember(keyOf(channelId), changes.length === 0 ? null : value);
  }

  async #overwrites({ channelId }: ChannelTarget): Promise<Result<Overwrites, ActionError>> {
    const found = await this.#parts.api.ask("get", Routes.channel(channelId), channelSchema, {
      permission: NEEDS.overwrites.name,
    });
    return found.ok ? ok(found.value.permission_overwrites) : found;
  }

  /** null takes the exception away. */
  async #put(
    { channelId }: ChannelTarget,
    { id, type }: Pick<Change, "id" | "type">,
    pair: Pair | null,
    reason: string,
  ): Promise<ActionResult> {
    const { api } = this.#parts;
    const route = Routes.channelPermission(channelId, id);
    const permission = NEEDS.overwrites.name;
    if (pair) {
      const body = { type, allow: pair.allow.toString(), deny: pair.deny.toString() };
      return api.send("put", route, { body, reason, permission });
    }
    const removed = await api.send("delete", route, { reason, permission });
    return !removed.ok && removed.error.kind === "gone" ? ok(undefined) : removed;
  }
}

/** What the lock would change, the bot's own exception first. */
function changesFor(
  { communityId, ownId, rights, isSpared }: Lockable,
  now: Overwrites,
): readonly Change[] {
  const taken = rights & WRITING;
  const { Member, Role } = OverwriteType;
  const change = (id: string, type: OverwriteType, after: (before: Pair) => Pair): Change => {
    const before = pairOf(id, now);
    return { id, type, before, after: after(before ?? NOTHING) };
  };
  const roles = now.filter(
    ({ id, type, allow }) =>
      type === FOR_ROLE && id !== communityId && (allow & taken) !== 0n && !isSpared(id),
  );
  return [
    change(ownId, Member, ({ allow, deny }) => ({ allow: allow | taken, deny: deny & ~taken })),
    ...roles.map(({ id }) =>
      change(id, Role, ({ allow, deny }) => ({ allow: allow & ~taken, deny })),
    ),
    change(communityId, Role, ({ allow, deny }) => ({ allow: allow & ~taken, deny: deny | taken })),
  ].filter(({ before, after }) => before === null || changedBits(before, after) !== 0n);
}

function pairOf(id: string, now: Overwrites): Pair | null {
  const found = now.find((each) => each.id === id);
  return found ? { allow: found.allow, deny: found.deny } : null;
}

/** Whether all that the lock set in an exception is as it set it. */
function stands({ id, before, after }: Change, now: Overwrites): boolean {
  const current = pairOf(id, now) ?? NOTHING;
  return (changedBits(before ?? NOTHING, after) & changedBits(after, current)) === 0n;
}

/** An exception as it is without what the lock set; null where nothing is left of one that the lock made. */
function takenBack({ before, after }: Change, now: Pair): Pair | null {
  const former = before ?? NOTHING;
  const ours = changedBits(former, after);
  const back = {
    allow: (now.allow & ~ours) | (former.allow & ours),
    deny: (now.deny & ~ours) | (former.deny & ours),
  };
  return before === null && changedBits(back, NOTHING) === 0n ? null : back;
}

function changedBits(one: Pair, other: Pair): bigint {
  return (one.allow ^ other.allow) | (one.deny ^ other.deny);
}

function keyOf(channelId: string): string {
  return `locked/${channelId}`;
}
