import { teamOf } from "../engine/escalation/roster.ts";
import type { Locale, Policy } from "../engine/policy.ts";
import { type Result, fail, ok } from "../engine/result.ts";
import type { PlatformMember, TeamRole } from "../engine/roles.ts";
import { policyOf } from "../pipeline/deps.ts";
import type { PlatformPort } from "../ports/platform.ts";
import { plainName, say, sayTime } from "../words/say.ts";
import { strongestRole } from "./authorise.ts";
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
  const platform = deps.platform(actor.platform);
  if (!platform) return fail(known ?? policy.language);
  const asked = await platform.member({ communityId: actor.communityId, memberId: actor.id });
  if (!asked.ok) return fail(known ?? policy.language);
  const member = asked.value;
  const who = { communityId: actor.communityId, memberId: actor.id };
  const locale = known ?? (await platform.languageOf(who)) ?? policy.language;
  const roles: readonly TeamRole[] = member ? rolesOf(policy, actor.id, member) : ["member"];
  // The team reads as the policy says, so that all of them mean the same hour; members as their device does.
  const own = strongestRole(roles) === "member" ? await platform.timeZoneOf(who) : null;
  const timeZone = listed?.timeZone ?? own ?? policy.timeZone;
  const place = { platform, policy, communityId: actor.communityId };
  const names = platform.commandName ?? plainName;
  return ok({
    deps,
    actor,
    platform,
    policy,
    // What the policy names somebody holds while they are of the community, and no longer.
    person: { id: actor.id, member, roles },
    locale,
    timeZone,
    now: deps.clock.now(),
    say: (key, values) => say(locale, key, values, names),
    commandName: (name) => names(name, locale),
    time: (at) => sayTime(locale, timeZone, at),
    nameOf: async (id) => (id === "" ? say(locale, "case.erased") : nameOf(place, id)),
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
  // Whoever left, or was shown the door, is called what they were called.
  return (await platform.nameOf({ communityId, memberId: id })) ?? id;
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
