import { createHash } from "node:crypto";
import { sayForbidden } from "../../src/commands/say-forbidden.ts";
import type { Locale } from "../../src/engine/policy.ts";
import { type Result, fail } from "../../src/engine/result.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Delivered, Notice } from "../../src/ports/notifier.ts";
import type { ActionError } from "../../src/ports/platform.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import type { ChannelTarget } from "../../src/ports/platform-extras.ts";
import { say } from "../../src/words/say.ts";
import type { Foresight, Need, Target } from "./foresight.ts";
import type { Role } from "./permissions.ts";

/** A permission that is still missing is told of again after so long. */
const TOLD_AGAIN_MS = 7 * 24 * 60 * 60_000;
/** Telling that failed is tried again at the next refusal after so long. */
const TRIED_AGAIN_MS = 60_000;

export interface GuardParts {
  readonly foresight: Foresight;
  readonly memory: PlatformMemory;
  readonly clock: Clock;
  readonly log: Log;
  /** The language of a server's team. */
  readonly languageOf: (communityId: string) => Promise<Locale>;
  /** Tells the team. */
  readonly announce: (communityId: string, notice: Notice) => Promise<Delivered>;
}

type Forbidden = Extract<ActionError, { kind: "forbidden" }>;

/** Asks Discord only for what it will not refuse, and tells the team once of each permission that is missing in a place. */
export class Guard {
  readonly #parts: GuardParts;
  /** Until when (epoch ms) nothing more is told of what is missing. */
  readonly #quiet = new Map<string, number>();
  /** What was there when it was last looked for: nothing is remembered as missing. */
  readonly #there = new Set<string>();

  constructor(parts: GuardParts) {
    this.#parts = parts;
  }

  /** Runs a request in a channel that takes these permissions, the first of which Discord checks last. */
  async inChannel<T>(
    { communityId, channelId }: ChannelTarget,
    needs: readonly [Need, ...Need[]],
    run: () => Promise<Result<T, ActionError>>,
  ): Promise<Result<T, ActionError>> {
    const { foresight } = this.#parts;
    const foreseen = foresight.inChannel(communityId, channelId, needs);
    if (foreseen) return this.#refuse(communityId, channelId, foreseen);
    const done = await run();
    const [need] = needs;
    if (done.ok) await this.#granted(communityId, channelId, needs);
    else if (done.error.kind === "forbidden" && done.error.permission === need.name) {
      const refused = foresight.refused(communityId, channelId, need);
      return this.#refuse(communityId, channelId, refused);
    }
    return done;
  }

  /** Runs a request that takes a permission in the whole server. */
  async inServer<T>(
    communityId: string,
    need: Need,
    run: () => Promise<Result<T, ActionError>>,
  ): Promise<Result<T, ActionError>> {
    const foreseen = this.#parts.foresight.inServer(communityId, need);
    return this.#unless(communityId, { need, on: "" }, foreseen, run);
  }

  /** Runs a request on a member; `target` is null for somebody who is none. */
  async onMember<T>(
    communityId: string,
    need: Need,
    target: Target | null,
    run: () => Promise<Result<T, ActionError>>,
  ): Promise<Result<T, ActionError>> {
    const foreseen = this.#parts.foresight.onMember(communityId, need, target);
    return this.#unless(communityId, { need, on: target?.id ?? "" }, foreseen, run);
  }

  /** Runs a request that gives or takes a role. */
  async onRole<T>(
    communityId: string,
    need: Need,
    role: Pick<Role, "id" | "position">,
    run: () => Promise<Result<T, ActionError>>,
  ): Promise<Result<T, ActionError>> {
    const foreseen = this.#parts.foresight.onRole(communityId, role);
    return this.#unless(communityId, { need, on: role.id }, foreseen, run);
  }

  /** `on`: whom or what it is done to, so that one refusal does not stand for all others; empty for the server. */
  async #unless<T>(
    communityId: string,
    { need, on }: { readonly need: Need; readonly on: string },
    foreseen: Forbidden | null,
    run: () => Promise<Result<T, ActionError>>,
  ): Promise<Result<T, ActionError>> {
    if (foreseen) return this.#refuse(communityId, foreseen.where?.kind ?? "", foreseen);
    const { foresight } = this.#parts;
    const refusal: Forbidden = { kind: "forbidden", permission: need.name };
    if (foresight.isHeldOn(communityId, need, on)) return fail(refusal);
    const done = await run();
    if (done.ok) {
      foresight.allowedOn(communityId, need);
      await this.#granted(communityId, "server", [need]);
    } else if (done.error.kind === "forbidden" && done.error.permission === need.name) {
      foresight.refusedOn(communityId, need, on);
      await this.#tell(communityId, "server", refusal);
    }
    return done;
  }

  async #refuse(
    communityId: string,
    place: string,
    error: Forbidden,
  ): Promise<Result<never, ActionError>> {
    // Where nobody can grant it there is nothing to tell.
    if (error.where && error.where.kind !== "nowhere") await this.#tell(communityId, place, error);
    return fail(error);
  }

  async #tell(communityId: string, place: string, error: Forbidden): Promise<void> {
    const { memory, clock, log, announce, languageOf } = this.#parts;
    const key = keyOf(communityId, place, error.permission);
    const at = clock.now();
    if (at < (this.#quiet.get(key) ?? 0)) return;
    this.#quiet.set(key, at + TRIED_AGAIN_MS);
    this.#there.delete(key);
    try {
      const last = await memory.recall(key);
      if (last !== null && at - Number(last) < TOLD_AGAIN_MS) return;
      const locale = await languageOf(communityId);
      const told = await announce(communityId, {
        id: `missing-${createHash("sha256").update(`${key} ${at}`).digest("hex").slice(0, 32)}`,
        communityId,
        caseNumber: null,
        title: say(locale, "missing.title"),
        lines: [sayForbidden(locale, error)],
        buttons: [],
      });
      if (told.ok) {
        this.#quiet.set(key, at + TOLD_AGAIN_MS);
        await memory.remember(key, String(at));
      } else log.warn({ guild: communityId, permission: error.permission }, NOBODY_TOLD);
    } catch (err) {
      log.error({ err, guild: communityId }, NOBODY_TOLD);
    }
  }

  /** What is missing once more later is told of again. Never throws: what was done is done. */
  async #granted(communityId: string, place: string, needs: readonly Need[]): Promise<void> {
    const { memory, log } = this.#parts;
    for (const { name } of needs) {
      const key = keyOf(communityId, place, name);
      if (this.#there.has(key)) continue;
      try {
        // Another process may have told of it.
        if ((await memory.recall(key)) !== null) await memory.remember(key, null);
        this.#quiet.delete(key);
        this.#there.add(key);
      } catch (err) {
        log.warn({ err, guild: communityId }, "that a permission is there again was not noted");
      }
    }
  }
}

const NOBODY_TOLD = "a permission is missing, and the team could not be told";

function keyOf(communityId: string, place: string, permission: string): string {
  return `missing/${communityId}/${place}/${permission}`;
}
