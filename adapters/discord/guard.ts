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

/** A permission that is still missing is told of again after so long. */
const TOLD_AGAIN_MS = 7 * 24 * 60 * 60_000;

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
  readonly #told = new Set<string>();

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
    return this.#unless(communityId, need, this.#parts.foresight.inServer(communityId, need), run);
  }

  /** Runs a request on a member; `target` is null for somebody who is none. */
  async onMember<T>(
    communityId: string,
    need: Need,
    target: Target | null,
    run: () => Promise<Result<T, ActionError>>,
  ): Promise<Result<T, ActionError>> {
    const foreseen = this.#parts.foresight.onMember(communityId, need, target);
    return this.#unless(communityId, need, foreseen, run);
  }

  /** Runs a request about a role that stands at a position. */
  async onRole<T>(
    communityId: string,
    need: Need,
    position: number,
    run: () => Promise<Result<T, ActionError>>,
  ): Promise<Result<T, ActionError>> {
    const foreseen = this.#parts.foresight.onRole(communityId, position);
    return this.#unless(communityId, need, foreseen, run);
  }

  async #unless<T>(
    communityId: string,
    need: Need,
    foreseen: Forbidden | null,
    run: () => Promise<Result<T, ActionError>>,
  ): Promise<Result<T, ActionError>> {
    if (foreseen) return this.#refuse(communityId, foreseen.where?.kind ?? "", foreseen);
    const done = await run();
    if (done.ok) await this.#granted(communityId, "server", [need]);
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
    if (this.#told.has(key)) return;
    this.#told.add(key);
    try {
      const last = await memory.recall(key);
      const at = clock.now();
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
      if (told.ok) await memory.remember(key, String(at));
      else log.warn({ guild: communityId, permission: error.permission }, NOBODY_TOLD);
    } catch (err) {
      log.error({ err, guild: communityId }, NOBODY_TOLD);
    }
  }

  /** What is missing once more later is told of again. */
  async #granted(communityId: string, place: string, needs: readonly Need[]): Promise<void> {
    for (const { name } of needs) {
      const key = keyOf(communityId, place, name);
      if (this.#told.delete(key)) await this.#parts.memory.remember(key, null);
    }
  }
}

const NOBODY_TOLD = "a permission is missing, and the team could not be told";

function keyOf(communityId: string, place: string, permission: string): string {
  return `missing/${communityId}/${place}/${permission}`;
}
