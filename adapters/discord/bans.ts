import { createHash } from "node:crypto";
import { Routes } from "discord.js";
import { z } from "zod";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Log } from "../../src/ports/log.ts";
import type { ActionError, ActionResult, MemberTarget } from "../../src/ports/platform.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import { type DiscordApi, shortReason } from "./api.ts";
import { NEEDS } from "./foresight.ts";
import { snowflake } from "./payloads.ts";

/** Discord's bans have no end: what was asked for until a time is lifted here, this often. */
const LIFT_EVERY_MS = 30_000;
const MOST_AT_ONCE = 100;
/** Rounds of so many at one time; what is left then waits for the next. */
const MOST_ROUNDS = 50;
/** A server that did not let bans be lifted is asked again after so long, or sooner where it only did not answer. */
const REFUSED_MS = 10 * 60_000;
const UNANSWERED_MS = 60_000;
/** Discord bans so many with one request, and lists so many. */
const MOST_BANNED = 200;
const LISTED = 1000;
/** Pages of a server's bans that are read at one time for those that end; the next time goes on from there. */
const MOST_PAGES = 100;
/** Longest time before a ban of which Discord deletes messages: 7 days. */
const MOST_DELETED_SECONDS = 7 * 24 * 60 * 60;
const PERMISSION = NEEDS.ban.name;
const FOR_EVER = "for-ever";
const ENDED = "Candor: the ban has ended";
/** Reasons of one ban that are told apart; the oldest are forgotten first. */
const MOST_MARKS = 5;

const banSchema = z.object({ user: z.object({ id: snowflake }), reason: z.string().nullish() });
type Standing = z.infer<typeof banSchema>;
const bannedSchema = z.object({
  banned_users: z.array(snowflake),
  failed_users: z.array(snowflake),
});

/** What is kept of a ban. */
interface Kept {
  /** Epoch ms, null for ever. */
  readonly until: number | null;
  /** Digests of the reasons that Candor gave, by which Discord's list shows whose a ban is. */
  readonly marks: readonly string[];
}

export interface BansParts {
  readonly api: DiscordApi;
  readonly memory: PlatformMemory;
  readonly clock: Clock;
  readonly log: Log;
  /** The keyed fingerprint of somebody by id: what is kept of a ban must not name them once they are erased. */
  readonly fingerprint: (personId: string) => string;
  /** Asks for a ban to be lifted only where Discord allows it, and tells the team where not. */
  readonly guarded: <T>(
    communityId: string,
    run: () => Promise<Result<T, ActionError>>,
  ) => Promise<Result<T, ActionError>>;
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
  /** How far the list of a server is read that is too long for one time, and which ends were due when that began. */
  readonly #passes = new Map<string, { after: string; readonly due: ReadonlySet<string> }>();
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
    const known = await this.#recall(this.#keyOf(target));
    if (stands.value && !isOwn(stands.value, known)) {
      // Somebody's own, for ever; an end of Candor's for an earlier one would end it.
      await this.#forget(target);
      return ok(undefined);
    }
    if (stands.value && known && isAtLeast(known, until)) return ok(undefined);
    await this.#remember(target, until, [
      ...(stands.value ? (known?.marks ?? []) : []),
      markOf(reason),
    ]);
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
    const mark = markOf(reason);
    // Of whom a ban stands already is not known yet: until then the longer end holds, for a ban of either.
    for (const { memberId, until } of bans) {
      const target = { communityId, memberId };
      const known = await this.#recall(this.#keyOf(target));
      const end = known && isAtLeast(known, until) ? known.until : until;
      await this.#remember(target, end, [...(known?.marks ?? []), mark]);
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
    if (!answered.ok) return answered;
    const { banned_users: banned } = answered.value;
    for (const { memberId, until } of bans.filter((each) => banned.includes(each.memberId))) {
      await this.#remember({ communityId, memberId }, until, [mark]);
    }
    return ok(banned);
  }

  async lift(target: MemberTarget, reason?: string): Promise<ActionResult> {
    const { api } = this.#parts;
    const route = Routes.guildBan(target.communityId, target.memberId);
    const lifted = await api.send("delete", route, {
      ...(reason !== undefined && { reason }),
      permission: PERMISSION,
    });
    if (lifted.ok || lifted.error.kind === "gone") await this.#forget(target);
    return lifted;
  }

  /** Lifts the bans whose end has come. Never throws; what fails is put off, so that no server holds up another. */
  async liftDue(): Promise<void> {
    const { memory, clock, log } = this.#parts;
    try {
      const waits = new Map<string, number>();
      for (let round = 0; round < MOST_ROUNDS; round += 1) {
        const due = await memory.due(clock.now(), MOST_AT_ONCE, PREFIX);
        await this.#liftSome(due, waits);
        if (due.length < MOST_AT_ONCE) return;
      }
    } catch (err) {
      log.error({ err }, "bans whose end has come were not lifted");
    }
  }

  /** `waits`: how long each server that failed at this time waits, in ms. */
  async #liftSome(due: readonly Due[], waits: Map<string, number>): Promise<void> {
    const ends = due.flatMap((each) => endOf(each) ?? []);
    for (const communityId of new Set(ends.map((end) => end.communityId))) {
      const left = new Map(
        ends.flatMap((end) => (end.communityId === communityId ? [[end.print, end.value]] : [])),
      );
      if (!waits.has(communityId)) {
        const lifted = await this.#liftIn(communityId, left);
        if (!lifted.ok) waits.set(communityId, waitAfter(lifted.error));
      }
      const next = this.#parts.clock.now() + (waits.get(communityId) ?? UNANSWERED_MS);
      for (const [print, value] of left) {
        await this.#parts.memory.remember(keyOf(communityId, print), value, next);
      }
    }
  }

  /** Discord's own list of bans says whom a fingerprint is of. What is dealt with is taken out of `left`. */
  async #liftIn(communityId: string, left: Map<string, string>): Promise<ActionResult> {
    const pass = this.#passes.get(communityId) ?? { after: "0", due: new Set(left.keys()) };
    for (let page = 0; page < MOST_PAGES && left.size > 0; page += 1) {
      const found = await this.#list(communityId, pass.after);
      if (!found.ok) return found;
      for (const ban of found.value) {
        const ended = await this.#end(communityId, ban, left);
        if (!ended.ok) return ended;
      }
      pass.after = found.value.at(-1)?.user.id ?? pass.after;
      this.#passes.set(communityId, pass);
      if (found.value.length < LISTED) {
        this.#passes.delete(communityId);
        // Whoever was due before the first page and is on none of them is not banned any more.
        for (const print of [...left.keys()].filter((each) => pass.due.has(each))) {
          await this.#parts.memory.remember(keyOf(communityId, print), null);
          left.delete(print);
        }
        break;
      }
    }
    if (left.size === 0) this.#passes.delete(communityId);
    return ok(undefined);
  }

  async #list(
    communityId: string,
    after: string,
  ): Promise<Result<readonly Standing[], ActionError>> {
    const { api, guarded } = this.#parts;
    const found = await guarded(communityId, () =>
      api.ask("get", Routes.guildBans(communityId), z.array(banSchema), {
        query: { after, limit: String(LISTED) },
        permission: PERMISSION,
      }),
    );
    return !found.ok && found.error.kind === "gone" ? ok([]) : found;
  }

  /** Lifts a ban that is due; one that somebody else gave since is theirs. */
  async #end(communityId: string, ban: Standing, left: Map<string, string>): Promise<ActionResult> {
    const { guarded, fingerprint } = this.#parts;
    const print = fingerprint(ban.user.id);
    const value = left.get(print);
    if (value === undefined) return ok(undefined);
    const target = { communityId, memberId: ban.user.id };
    if (isOwn(ban, readKept(value))) {
      const lifted = await guarded(communityId, () => this.lift(target, ENDED));
      if (!lifted.ok && lifted.error.kind !== "gone") return lifted;
    } else await this.#forget(target);
    left.delete(print);
    return ok(undefined);
  }

  /** Written before the ban: an end without a ban is harmless, a ban without its end is not. */
  async #remember(
    target: MemberTarget,
    until: number | null,
    marks: readonly string[],
  ): Promise<void> {
    const value = [until ?? FOR_EVER, ...[...new Set(marks)].slice(-MOST_MARKS)].join(" ");
    await this.#parts.memory.remember(this.#keyOf(target), value, until ?? undefined);
  }

  async #recall(key: string): Promise<Kept | null> {
    const value = await this.#parts.memory.recall(key);
    return value === null ? null : readKept(value);
  }

  async #forget(target: MemberTarget): Promise<void> {
    await this.#parts.memory.remember(this.#keyOf(target), null);
  }

  /** The ban that stands; null for none. */
  async #standing(target: MemberTarget): Promise<Result<Standing | null, ActionError>> {
    const route = Routes.guildBan(target.communityId, target.memberId);
    const found = await this.#parts.api.ask("get", route, banSchema, { permission: PERMISSION });
    return !found.ok && found.error.kind === "gone" ? ok(null) : found;
  }

  #keyOf({ communityId, memberId }: MemberTarget): string {
    return keyOf(communityId, this.#parts.fingerprint(memberId));
  }
}

/** Whether a ban lasts as long as one until `until`. */
function isAtLeast({ until: end }: Kept, until: number | null): boolean {
  return end === null || (until !== null && end >= until);
}

/** Whether a ban that stands is one of Candor's: Discord shows the reason that was given with it. */
function isOwn({ reason }: Standing, kept: Kept | null): boolean {
  return typeof reason === "string" && kept?.marks.includes(markOf(reason)) === true;
}

/** A reason as Discord keeps it, as a digest: somebody's words are not kept. */
function markOf(reason: string): string {
  return createHash("sha256").update(shortReason(reason).trim()).digest("hex").slice(0, 16);
}

function readKept(value: string): Kept {
  const [end, ...marks] = value.split(" ");
  return { until: end === FOR_EVER ? null : Number(end), marks };
}

function isForLater({ kind }: ActionError): boolean {
  return kind === "throttled" || kind === "unavailable";
}

function waitAfter(error: ActionError): number {
  return isForLater(error) ? UNANSWERED_MS : REFUSED_MS;
}

interface Due {
  readonly key: string;
  readonly value: string;
}
const PREFIX = "ban/";
const END = /^ban\/(\d+)\/([0-9a-f]+)$/u;

function keyOf(communityId: string, print: string): string {
  return `ban/${communityId}/${print}`;
}

function endOf({ key, value }: Due) {
  const [, communityId, print] = END.exec(key) ?? [];
  return communityId === undefined || print === undefined ? null : { communityId, print, value };
}
