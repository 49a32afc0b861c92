import { CHANNEL_RIGHTS, type ChannelStanding, type Right } from "../engine/roles.ts";
import type { Refusal } from "./authorise.ts";
import type { CommandContext, Place } from "./command.ts";
import { PlatformSilent } from "./context.ts";

/** A right that is missing. */
type Lacking = Extract<Refusal, { readonly right: unknown }>;

/** Why somebody may not do something in a channel, by its own settings; null where they may, or nothing is there any more. */
export async function refusedIn(
  context: CommandContext,
  places: readonly Place[],
): Promise<Lacking | null> {
  const own = context.person.member?.rights ?? [];
  for (const { channelId, rights, inThread = rights } of places) {
    const standing = await standingIn(context, channelId);
    if (standing === "same") {
      const missing = rights.find((right) => !own.includes(right));
      if (missing !== undefined) return { kind: "no-right", right: missing };
    } else if (standing) {
      const missing = missingThere(standing.isThread ? inThread : rights, standing, own);
      if (missing !== undefined) return { kind: "no-right-here", right: missing };
    }
  }
  return null;
}

/** Whether whoever asks can read what is written in a channel. */
export async function seesChannel(context: CommandContext, channelId: string): Promise<boolean> {
  const standing = await standingIn(context, channelId);
  return standing === "same" || (standing?.sees ?? false);
}

/** What a channel does not settle the whole community does. */
function missingThere(
  needed: readonly Right[],
  { rights }: ChannelStanding,
  own: readonly Right[],
): Right | undefined {
  return needed.find((right) => !(CHANNEL_RIGHTS.includes(right) ? rights : own).includes(right));
}

/** `same` where what holds in the community holds in every channel of it. */
async function standingIn(
  { platform, actor }: CommandContext,
  channelId: string,
): Promise<ChannelStanding | "same" | null> {
  if (!platform.inChannel) return "same";
  const { communityId, id } = actor;
  const asked = await platform.inChannel({ communityId, memberId: id }, channelId);
  if (!asked.ok) throw new PlatformSilent("the platform did not say what a person may do");
  return asked.value;
}
