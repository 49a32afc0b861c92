import { sayList } from "../../words/say.ts";
import { changePolicy } from "../change-policy.ts";
import type { CommandContext } from "../command.ts";
import { noteRefusal } from "../note-refusal.ts";
import { badInput, done, refused, type Reply } from "../reply.ts";
import { nextButton, sayPageTitle } from "./setup-pages.ts";

/** Steps that name roles, and the role of the team that each gives. */
const GRANTS = {
  managers: "manager",
  moderators: "moderator",
  service: "service",
  staff: "staff",
} as const;
type RoleStep = keyof typeof GRANTS;
const ROLE_STEPS = ["managers", "moderators", "service", "staff"] as const;

/** Most that a menu of Discord offers to choose. */
const MOST_ROLES = 25;

/** The platform's roles of each role that the set-up asks for. */
export function rolesOf({ policy }: CommandContext) {
  return ROLE_STEPS.map((step) => [GRANTS[step], policy.platform.roles[GRANTS[step]]] as const);
}

/** Roles by name; of one that is gone, its id. */
export function nameRoles(
  { platform, actor, locale, say }: CommandContext,
  ids: readonly string[],
): string {
  const names = ids.map((id) => platform.server?.role(actor.communityId, id)?.name ?? id);
  return names.length > 0 ? sayList(locale, names) : say("setup.roles-none");
}

/** Asks for all of them at once: each has a menu of its own. */
export function offerRoles(context: CommandContext): Reply {
  const { say, platform, actor, policy } = context;
  return done([say("setup.roles")], {
    title: sayPageTitle(context, "roles"),
    selects: ROLE_STEPS.map((step) => ({
      placeholder: say("setup.roles-pick", { role: say(`setup.role.${GRANTS[step]}`) }),
      command: `setup ${step}`,
      of: "roles",
      least: 0,
      most: MOST_ROLES,
      chosen: policy.platform.roles[GRANTS[step]]
        .filter((id) => platform.server?.role(actor.communityId, id))
        .slice(0, MOST_ROLES),
    })),
    buttons: [nextButton(context, "language")],
  });
}

/**
 * Names the roles that give a role of the team. Those of one's own rank or above are neither added nor taken off:
 * who has them would gain or lose by somebody below.
 */
export async function setRoles(
  context: CommandContext,
  step: RoleStep,
  value: string,
): Promise<Reply> {
  const { say, platform, actor, policy, person } = context;
  const ids = value === "none" ? [] : [...new Set(value.split(/[,\s]+/u).map(idOf))];
  if (!ids.every((id) => platform.server?.role(actor.communityId, id))) {
    return badInput([say("setup.roles-unknown")]);
  }
  const role = GRANTS[step];
  const named = policy.platform.roles[role];
  const changed = [...new Set([...ids, ...named])].filter(
    (id) => !ids.includes(id) || !named.includes(id),
  );
  const rank = person.member?.rank ?? Number.NEGATIVE_INFINITY;
  const above = changed
    .map((id) => platform.server?.role(actor.communityId, id))
    .find((each) => each && each.rank >= rank);
  if (above) {
    await noteRefusal(context, "setup", "above-you");
    return refused(say("setup.roles-above", { role: above.name }));
  }
  await changePolicy(context, (before) => {
    const { roles } = before.platform;
    if (roles[role].join() === ids.join()) return null;
    return { ...before, platform: { ...before.platform, roles: { ...roles, [role]: ids } } };
  });
  const saved = { role: say(`setup.role.${role}`), names: nameRoles(context, ids) };
  return done([say("setup.roles-saved", saved)], { buttons: [nextButton(context, "language")] });
}

/** `<@&1>` or `1`. */
function idOf(words: string): string {
  return words.replace(/^<@&(\d+)>$/u, "$1");
}
