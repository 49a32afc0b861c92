import { Routes } from "discord.js";
import { z } from "zod";
import { fail, ok } from "../../src/engine/result.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Log } from "../../src/ports/log.ts";
import type { ActionResult, MemberTarget } from "../../src/ports/platform.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import type { DiscordApi } from "./api.ts";

/** Discord's bans have no end: what was asked for until a time is lifted here, this often. */
const LIFT_EVERY_MS = 30_000;
const MOST_AT_ONCE = 100;
const PERMISSION = "Ban Members";
const FOR_EVER = "for-ever";

const banSchema = z.object({ user: z.object({ id: z.string() }) });

export interface BansParts {
  readonly api: DiscordApi;
  readonly memory: PlatformMemory;
  readonly clock: Clock;
  readonly log: Log;
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

  /** Bans until `until` (epoch ms), null for ever. A ban that stands is not shortened. */
  async ban(target: MemberTarget, until: number | null, reason: string): Promise<ActionResult> {
    const { api, memory } = this.#parts;
    const key = keyOf(target);
    const stands = await this.#standing(target);
    if (!stands.ok) return stands;
    const isLonger = stands.value === FOR_EVER || (until !== null && Number(stands.value) >= until);
    if (stands.value !== null && isLonger) return ok(undefined);
    // Written before the ban: an end without a ban is harmless, a ban without its end is not.
    await memory.remember(key, until === null ? FOR_EVER : String(until), until ?? undefined);
    return api.send("put", Routes.guildBan(target.communityId, target.memberId), {
      body: { delete_message_seconds: 0 },
      reason,
      permission: PERMISSION,
    });
  }

  async lift(target: MemberTarget): Promise<ActionResult> {
    const { api, memory } = this.#parts;
    const route = Routes.guildBan(target.communityId, target.memberId);
    const lifted = await api.send("delete", route, { permission: PERMISSION });
    if (lifted.ok || lifted.error.kind === "gone") await memory.remember(keyOf(target), null);
    return lifted;
  }

  /** Lifts the bans whose end has come. Never throws; what fails is tried again. */
  async liftDue(): Promise<void> {
    const { memory, clock, log } = this.#parts;
    try {
      for (const { key } of await memory.due(clock.now(), MOST_AT_ONCE)) {
        const target = targetOf(key);
        if (target) await this.lift(target);
      }
    } catch (err) {
      log.error({ err }, "bans whose end has come were not lifted");
    }
  }

  /** The end of the ban that stands: `FOR_EVER` also for one that somebody gave by hand; null for none. */
  async #standing({ communityId, memberId }: MemberTarget) {
    const { api, memory } = this.#parts;
    const found = await api.ask("get", Routes.guildBan(communityId, memberId), banSchema, {
      permission: PERMISSION,
    });
    if (!found.ok) return found.error.kind === "gone" ? ok(null) : fail(found.error);
    return ok((await memory.recall(keyOf({ communityId, memberId }))) ?? FOR_EVER);
  }
}

const BAN = /^ban\/(\d+)\/(\d+)$/u;

function keyOf({ communityId, memberId }: MemberTarget): string {
  return `ban/${communityId}/${memberId}`;
}

function targetOf(key: string): MemberTarget | null {
  const [, communityId, memberId] = BAN.exec(key) ?? [];
  return communityId === undefined || memberId === undefined ? null : { communityId, memberId };
}
