import { Routes } from "discord.js";
import { z } from "zod";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Log } from "../../src/ports/log.ts";
import type { ActionError, ActionResult, MemberTarget } from "../../src/ports/platform.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import type { DiscordApi } from "./api.ts";
import { NEEDS } from "./foresight.ts";
import { snowflake } from "./payloads.ts";

/** Discord's bans have no end: what was asked for until a time is lifted here, this often. */
const LIFT_EVERY_MS = 30_000;
const MOST_AT_ONCE = 100;
/** Discord bans so many with one request, and lists so many. */
const MOST_BANNED = 200;
const LISTED = 1000;
/** Pages of a server's bans that are read for those that end. */
const MOST_PAGES = 100;
/** Longest time before a ban of which Discord deletes messages: 7 days. */
const MOST_DELETED_SECONDS = 7 * 24 * 60 * 60;
const PERMISSION = NEEDS.ban.name;
const FOR_EVER = "for-ever";

const banSchema = z.object({ user: z.object({ id: snowflake }) });
const bannedSchema = z.object({
  banned_users: z.array(snowflake),
  failed_users: z.array(snowflake),
});

export interface BansParts {
  readonly api: DiscordApi;
  readonly memory: PlatformMemory;
  readonly clock: Clock;
  readonly log: Log;
  /** The keyed fingerprint of somebody by id: what is kept of a ban must not name them once they are erased. */
  readonly fingerprint: (personId: string) => string;
}

export interface Ban {
  readonly target: MemberTarget;
  /** Epoch ms, null for ever. */
  readonly until: number | null;
  readonly reason: string;
  readonly deleteSeconds: number;
}

/** Bans, with the end that Discord does not keep. */
export class Bans {
  readonly #parts: BansParts;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: BansParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => void this.liftDue(), LIFT_EVERY_MS);
    this.#timer.unref();
    void this.liftDue();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Bans until `until`. A ban that stands is not shortened. */
  async ban({ target, until, reason, deleteSeconds }: Ban): Promise<ActionResult> {
    const stands = await this.#standing(target);
    if (!stands.ok) return stands;
    if (stands.value !== null && isAtLeast(stands.value, until)) return ok(undefined);
    await this.#remember(target, until);
    return this.#parts.api.send("put", Routes.guildBan(target.communityId, target.memberId), {
      body: { delete_message_seconds: Math.min(deleteSeconds, MOST_DELETED_SECONDS) },
      reason,
      permission: PERMISSION,
    });
  }

  /** Bans many with as few requests as Discord takes; what became of each, by their id. */
  async banMany(
    communityId: string,
    bans: readonly { readonly memberId: string; readonly until: number | null }[],
    reason: string,
    deleteSeconds: number,
  ): Promise<ReadonlyMap<string, ActionResult>> {
    const results = new Map<string, ActionResult>();
    for (let first = 0; first < bans.length; first += MOST_BANNED) {
      const some = bans.slice(first, first + MOST_BANNED);
      const answered = await this.#banSome(communityId, some, reason, deleteSeconds);
      for (const { memberId, until } of some) {
        const isBanned = answered.ok && answered.value.includes(memberId);
        // Those who failed may be banned already, or above the bot: that is found out one by one.
        const target = { communityId, memberId };
        const one = { target, until, reason, deleteSeconds };
        const alone = answered.ok || !isForLater(answered.error);
        results.set(
          memberId,
          isBanned ? ok(undefined) : alone ? await this.ban(one) : fail(answered.error),
        );
      }
    }
    return results;
  }

  /** Ids of those who are banned now and were not before. */
  async #banSome(
    communityId: string,
    bans: readonly { readonly memberId: string; readonly until: number | null }[],
    reason: string,
    deleteSeconds: number,
  ): Promise<Result<readonly string[], ActionError>> {
    for (const { memberId, until } of bans) {
      const target = { communityId, memberId };
      const known = await this.#parts.memory.recall(this.#keyOf(target));
      if (known === null || !isAtLeast(known, until)) await this.#remember(target, until);
    }
    const answered = await this.#parts.api.ask(
      "post",
      Routes.guildBulkBan(communityId),
      bannedSchema,
      {
        body: {
          user_ids: bans.map(({ memberId }) => memberId),
          delete_message_seconds: Math.min(deleteSeconds, MOST_DELETED_SECONDS),
        },
        reason,
        permission: PERMISSION,
      },
    );
    return answered.ok ? ok(answered.value.banned_users) : answered;
  }

  async lift(target: MemberTarget, reason?: string): Promise<ActionResult> {
    const { api, memory } = this.#parts;
    const route = Routes.guildBan(target.communityId, target.memberId);
    const lifted = await api.send("delete", route, {
      ...(reason !== undefined && { reason }),
      permission: PERMISSION,
    });
    if (lifted.ok || lifted.error.kind === "gone") await memory.remember(this.#keyOf(target), null);
    return lifted;
  }

  /** Lifts the bans whose end has come. Never throws; what fails is tried again. */
  async liftDue(): Promise<void> {
    const { memory, clock, log } = this.#parts;
    try {
      const due = await memory.due(clock.now(), MOST_AT_ONCE);
      const ends = due.flatMap(({ key }) => endOf(key) ?? []);
      for (const communityId of new Set(ends.map((end) => end.communityId))) {
        const prints = ends.filter((end) => end.communityId === communityId);
        await this.#liftIn(communityId, new Set(prints.map(({ print }) => print)));
      }
    } catch (err) {
      log.error({ err }, "bans whose end has come were not lifted");
    }
  }

  /** Discord's own list of bans says whom a fingerprint is of. */
  async #liftIn(communityId: string, prints: Set<string>): Promise<void> {
    const { api, memory, fingerprint } = this.#parts;
    let after = "0";
    for (let page = 0; page < MOST_PAGES && prints.size > 0; page += 1) {
      const found = await api.ask("get", Routes.guildBans(communityId), z.array(banSchema), {
        query: { after, limit: String(LISTED) },
        permission: PERMISSION,
      });
      if (!found.ok && found.error.kind !== "gone") return;
      const banned = found.ok ? found.value.map(({ user }) => user.id) : [];
      for (const memberId of banned) {
        if (prints.delete(fingerprint(memberId))) await this.lift({ communityId, memberId });
      }
      after = banned.at(-1) ?? after;
      if (banned.length < LISTED) {
        // Whoever is on no page is not banned any more.
        for (const print of prints) await memory.remember(keyOf(communityId, print), null);
        return;
      }
    }
  }

  /** Written before the ban: an end without a ban is harmless, a ban without its end is not. */
  async #remember(target: MemberTarget, until: number | null): Promise<void> {
    const value = until === null ? FOR_EVER : String(until);
    await this.#parts.memory.remember(this.#keyOf(target), value, until ?? undefined);
  }

  /** The end of the ban that stands: `FOR_EVER` also for one that somebody gave by hand; null for none. */
  async #standing(target: MemberTarget): Promise<Result<string | null, ActionError>> {
    const { api, memory } = this.#parts;
    const route = Routes.guildBan(target.communityId, target.memberId);
    const found = await api.ask("get", route, banSchema, { permission: PERMISSION });
    if (!found.ok) return found.error.kind === "gone" ? ok(null) : fail(found.error);
    return ok((await memory.recall(this.#keyOf(target))) ?? FOR_EVER);
  }

  #keyOf({ communityId, memberId }: MemberTarget): string {
    return keyOf(communityId, this.#parts.fingerprint(memberId));
  }
}

/** Whether a ban that ends at `end` lasts as long as one until `until`. */
function isAtLeast(end: string, until: number | null): boolean {
  return end === FOR_EVER || (until !== null && Number(end) >= until);
}

function isForLater({ kind }: ActionError): boolean {
  return kind === "throttled" || kind === "unavailable";
}

const END = /^ban\/(\d+)\/([0-9a-f]+)$/u;

function keyOf(communityId: string, print: string): string {
  return `ban/${communityId}/${print}`;
}

function endOf(key: string): { readonly communityId: string; readonly print: string } | null {
  const [, communityId, print] = END.exec(key) ?? [];
  return communityId === undefined || print === undefined ? null : { communityId, print };
}
