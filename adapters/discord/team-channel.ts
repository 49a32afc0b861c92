import { type Result, fail } from "../../src/engine/result.ts";
import type { ActionError } from "../../src/ports/platform.ts";
import { TEAM_CHANNEL } from "./cards.ts";
import { type Foresight, NEEDS } from "./foresight.ts";
import type { GuildSettings } from "./settings.ts";

/** The moderators' channel of each server, written to only where Discord will not refuse it: the watch tells whom that concerns. */
export class TeamChannel {
  readonly #settings: Pick<GuildSettings, "refresh">;
  readonly #foresight: Foresight;

  constructor(settings: Pick<GuildSettings, "refresh">, foresight: Foresight) {
    this.#settings = settings;
    this.#foresight = foresight;
  }

  /** `write` is given the channel's id, undefined where the policy names none; its requests need `TEAM_CHANNEL`. */
  async write<T>(
    communityId: string,
    write: (channelId: string | undefined) => Promise<Result<T, ActionError>>,
  ): Promise<Result<T, ActionError>> {
    const { moderatorChannel: id } = (await this.#settings.refresh(communityId)).platform;
    if (id === undefined) return write(undefined);
    const foreseen = this.#foresight.inChannel(communityId, id, [NEEDS.send, NEEDS.embed]);
    if (foreseen) return fail(foreseen);
    const done = await write(id);
    const isRefused = !done.ok && done.error.kind === "forbidden";
    if (!isRefused || done.error.permission !== TEAM_CHANNEL) return done;
    return fail(this.#foresight.refused(communityId, id, NEEDS.send));
  }
}
