import { systemClock } from "../../adapters/system/clock.ts";
import { openBase } from "../composition.ts";
import { CandorError } from "../engine/errors.ts";
import { personOf } from "../pipeline/deps.ts";
import { tellClosed } from "../pipeline/rights/closed-reports.ts";
import type { CommandIo } from "./io.ts";

/**
 * Erases what is kept of one person in one community: evidence, ids, standing and the payloads of
 * audit events. The chain stays whole, and the log says that somebody was erased, not who.
 */
export async function erasePerson(
  options: { readonly community: string; readonly author: string; readonly platform: string },
  io: CommandIo,
): Promise<number> {
  const base = await openBase(io.env, { create: false });
  try {
    const { community, author, platform } = options;
    const known = await base.store.communities();
    const place = known.find((each) => each.id === community && each.platform === platform);
    if (!place) {
      const accepted =
        known.map((each) => `${each.id} on ${each.platform}`).join(", ") || "none yet";
      throw new CandorError(
        "CANDOR-018",
        `--community: read ${community} on ${platform}; accepted: ${accepted}`,
      );
    }
    const person = personOf(base, platform, author);
    const at = systemClock.now();
    const event = { type: "person.erased", at, person: null, payload: {} } as const;
    const erased = await base.store.erasePerson(community, author, person, event, {
      tells: (closed) => tellClosed(closed, at),
    });
    if (erased === null) {
      io.stdout.write(`${community}: nothing is kept of a person with this id\n`);
      return 1;
    }
    io.stdout.write(
      `${community}: erased, with the payloads of ${erased} audit events; the chain is whole\n`,
    );
    return 0;
  } finally {
    await base.close();
  }
}
