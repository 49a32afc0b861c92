import { checkLadders, type LadderProblem } from "../../engine/escalation/ladder-check.ts";
import type { PlatformMember } from "../../engine/roles.ts";
import type { RotaEntry } from "../../engine/rota/on-call.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { done, failed } from "../reply.ts";
import { sayUndecidable } from "../say-appeals.ts";
import { troubleLines } from "../say-trouble.ts";
import { LEADERS } from "./roles.ts";
import { sayUnreachable } from "./status.ts";

/** What `candor doctor` says about one server, to whoever may mend it. */
export const doctor = defineCommand({
  name: "doctor",
  args: {},
  needs: LEADERS,
  privileged: true,
  async run(context) {
    const { actor, platform, say, policy } = context;
    const found = (await platform.server?.troubles(actor.communityId)) ?? null;
    const asked = await platform.team(actor.communityId);
    if (!found?.ok || !asked.ok) return failed(say("doctor.silent"));
    const lines = troubleLines(context.locale, found.value);
    return done(
      [
        say(`mode.${policy.mode}`),
        ...(lines.length > 0 ? lines : [say("doctor.well")]),
        ...(await sayLadders(context, asked.value)),
        ...(await sayUndecidable(context)),
        ...(await sayOutOfReach(context)),
      ],
      {
        title: say("doctor.title"),
        buttons: lines.length > 0 ? [{ label: say("setup.title"), command: "setup" }] : [],
      },
    );
  },
});

async function sayLadders(
  context: CommandContext,
  members: readonly PlatformMember[],
): Promise<readonly string[]> {
  const { deps, actor, policy, say, now: at } = context;
  const entries = new Map<string, readonly RotaEntry[]>();
  for (const rota of Object.keys(policy.rotas)) {
    entries.set(rota, await deps.store.rotaEntries(actor.communityId, rota, at));
  }
  const ways = new Set(deps.notifiers.keys());
  const { problems } = checkLadders({ policy, members, entries, ways, at });
  if (problems.length === 0) return [say("doctor.ladders-well")];
  return [
    ...problems.map((problem) => sayLadder(context, problem)),
    say("doctor.how", { how: say("doctor.ladder-how") }),
  ];
}

function sayLadder({ say }: CommandContext, { place, pagesNobody }: LadderProblem): string {
  const ladder =
    place === null ? say("doctor.ladder-standard") : say("doctor.ladder-own", { number: place });
  return say(pagesNobody ? "doctor.ladder-nobody" : "doctor.ladder-vain", { ladder });
}

async function sayOutOfReach(context: CommandContext): Promise<readonly string[]> {
  const people = await sayUnreachable(context);
  if (people.length === 0) return [];
  return [...people, context.say("doctor.how", { how: context.say("doctor.unreachable-how") })];
}
