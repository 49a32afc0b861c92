import { mayBeOnCall } from "../../engine/escalation/may-work.ts";
import { teamOf } from "../../engine/escalation/roster.ts";
import type { CommandContext, Person } from "../command.ts";
import type { RotaInUse } from "./rota-in-use.ts";

/**
 * Why somebody is not put on call; null when they may be. Whoever is on call is told what cases are about,
 * and is of no help with those that they may not decide.
 */
export async function whyUnfit(
  { policy, platform, actor, say, nameOf }: CommandContext,
  { name }: RotaInUse,
  { id, roles }: Person,
): Promise<string | null> {
  const asked = await platform.team(actor.communityId);
  if (!asked.ok) return say("oncall.team-unknown");
  const listed = teamOf(policy, asked.value).find((each) => each.id === id);
  if (!listed) return say("oncall.team-no");
  // A platform may name a part of its team, and know more of one person.
  const isFit = mayBeOnCall(policy.escalation, name, [...listed.roles, ...roles]);
  return isFit ? null : say("oncall.team-unfit", { name, who: await nameOf(id) });
}
