import type { Case } from "../../engine/case/case.ts";
import type { Reader } from "../../engine/escalation/inbox.ts";
import { teamOf, type TeamPerson } from "../../engine/escalation/roster.ts";
import { DEFAULT_POLICY, type Locale, type Policy } from "../../engine/policy.ts";
import { UnretriableError } from "../../ports/jobs.ts";
import type { PlatformPort } from "../../ports/platform.ts";
import { CHANNEL } from "../../ports/attempts.ts";
import type { PipelineDeps } from "../deps.ts";

/** What is known of a community while somebody is told something. */
export interface CommunityContext {
  readonly communityId: string;
  readonly policy: Policy;
  readonly platform: PlatformPort;
  readonly team: readonly TeamPerson[];
  /** Whether the platform named its part of the team; false while it cannot be asked. */
  readonly teamIsWhole: boolean;
}

/** Reads policy and team. A platform that cannot be asked leaves those whom the policy names. */
export async function contextOf(
  deps: PipelineDeps,
  { communityId, platform: name }: Pick<Case, "communityId" | "platform">,
): Promise<CommunityContext> {
  const platform = deps.platform(name);
  if (!platform) throw new UnretriableError(`this process does not hold platform ${name}`);
  const [saved, members] = await Promise.all([
    deps.store.policyOf(communityId),
    platform.team(communityId),
  ]);
  if (!members.ok) {
    deps.log.warn({ refused: members.error.kind }, "the platform does not name its team");
  }
  const policy = saved ?? DEFAULT_POLICY;
  const team = teamOf(policy, members.ok ? members.value : []);
  return { communityId, policy, platform, team, teamIsWhole: members.ok };
}

/** How somebody reads: language, time zone, quiet hours, and the cap of their messages. The channel is always awake. */
export interface ReaderSettings extends Reader {
  readonly locale: Locale;
  readonly cap: number;
  readonly email: string | null;
}

/**
 * How somebody is told: one of the team as the policy says, anybody else in the language and time zone in
 * which they last used the platform, whether they are still of the community or not.
 */
export async function readingOf(
  context: CommunityContext,
  personId: string,
): Promise<ReaderSettings> {
  const reader = readerOf(context, personId);
  const { communityId, platform, team } = context;
  if (personId === CHANNEL || team.some(({ id }) => id === personId)) return reader;
  const target = { communityId, memberId: personId };
  const spoken = await platform.languageOf(target);
  const zone = await platform.timeZoneOf(target);
  return { ...reader, locale: spoken ?? reader.locale, timeZone: zone ?? reader.timeZone };
}

export function readerOf({ policy, team }: CommunityContext, personId: string): ReaderSettings {
  const { caps, quietHours = null } = policy.escalation;
  if (personId === CHANNEL) {
    return {
      locale: policy.language,
      timeZone: policy.timeZone,
      quietHours: null,
      cap: caps.channelPerHour,
      email: null,
    };
  }
  const person = team.find(({ id }) => id === personId);
  return {
    locale: person?.language ?? policy.language,
    timeZone: person?.timeZone ?? policy.timeZone,
    quietHours: person?.quietHours ?? quietHours,
    cap: caps.perPersonPerHour,
    email: person?.email ?? null,
  };
}
