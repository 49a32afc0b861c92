import { teamOf } from "../engine/escalation/roster.ts";
import type { Locale, Policy } from "../engine/policy.ts";
import { type Result, fail, ok } from "../engine/result.ts";
import type { PlatformMember, TeamRole } from "../engine/roles.ts";
import { policyOf } from "../pipeline/deps.ts";
import type { PlatformPort } from "../ports/platform.ts";
import { say, sayTime } from "../words/say.ts";
import type { Actor, CommandContext, CommandDeps, Person } from "./command.ts";

/** A platform that did not answer a question about a person; run.ts says it. */
export class PlatformSilent extends Error {
  override readonly name = "PlatformSilent";
}

/** Everything a command is run with; the error is the language in which to say that the platform does not answer. */
export async function makeContext(
  deps: CommandDeps,
  actor: Actor,
): Promise<Result<CommandContext, Locale>> {
  const policy = await policyOf(deps, actor.communityId);
  const listed = policy.team.find(({ id }) => id === actor.id);
  const known = listed?.language ?? actor.language;
  const timeZone = listed?.timeZone ?? policy.timeZone;
  const platform = deps.platform(actor.platform);
  if (!platform) return fail(known ?? policy.language);
  const asked = await platform.member({ communityId: actor.communityId, memberId: actor.id });
  if (!asked.ok) return fail(known ?? policy.language);
  const member = asked.value;
  const locale = known ?? member?.language ?? policy.language;
  const place = { platform, policy, communityId: actor.communityId };
  return ok({
    deps,
    actor,
    platform,
    policy,
    // What the policy names somebody holds while they are of the community, and no longer.
    person: {
      id: actor.id,
      member,
      roles: member ? rolesOf(policy, actor.id, member) : ["member"],
    },
    locale,
    timeZone,
    now: deps.clock.now(),
    say: (key, values) => say(locale, key, values),
    time: (at) => sayTime(locale, timeZone, at),
    nameOf: (id) => nameOf(place, id),
    personOf: (id) => findPerson(place, id),
  });
}

interface Community {
  readonly platform: PlatformPort;
  readonly policy: Policy;
  readonly communityId: string;
}

async function findPerson(
  { platform, policy, communityId }: Community,
  id: string,
): Promise<Person> {
  const asked = await platform.member({ communityId, memberId: id });
  // Without knowing who somebody is, nobody may act on them.
  if (!asked.ok) throw new PlatformSilent("the platform did not say who a person is");
  return { id, member: asked.value, roles: rolesOf(policy, id, asked.value) };
}

async function nameOf({ platform, policy, communityId }: Community, id: string): Promise<string> {
  const listed = policy.team.find((each) => each.id === id)?.name;
  if (listed !== undefined) return listed;
  const asked = await platform.member({ communityId, memberId: id });
  return (asked.ok ? asked.value?.name : null) ?? id;
}

function rolesOf(
  policy: Pick<Policy, "team">,
  id: string,
  member: PlatformMember | null,
): readonly TeamRole[] {
  const listed = policy.team.filter((each) => each.id === id);
  const [known] = teamOf({ team: listed }, member ? [member] : []);
  return [...new Set<TeamRole>([...(known?.roles ?? []), "member"])];
}
