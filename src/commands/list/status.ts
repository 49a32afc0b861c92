import { UNDECIDED } from "../../engine/case/case.ts";
import { peopleCalled, teamOf } from "../../engine/escalation/roster.ts";
import { SEVERITIES } from "../../engine/severity.ts";
import { sayList } from "../../words/say.ts";
import { sayAge } from "../case-words.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { done } from "../reply.ts";
import { sayUndecidable } from "../say-appeals.ts";
import { sayOnCall } from "./oncall.ts";
import { PEOPLE_READERS } from "./roles.ts";

/** Cases that are counted; a community with more is told "at least". */
const MOST_COUNTED = 1000;
/** Attempts to reach one person that are looked at for the one that ended last. */
const MOST_ATTEMPTS = 20;

export const status = defineCommand({
  name: "status",
  args: {},
  needs: PEOPLE_READERS,
  privileged: true,
  async run(context) {
    const { say, policy } = context;
    const onCall = await Promise.all(
      Object.keys(policy.rotas).map((name) => sayOnCall(context, name)),
    );
    return done(
      [
        say(`mode.${policy.mode}`),
        ...(await sayOpenCases(context)),
        ...(await sayUndecidable(context)),
        ...onCall,
        ...(await sayUnreachable(context)),
      ],
      { title: say("status.title") },
    );
  },
});

async function sayOpenCases(context: CommandContext): Promise<readonly string[]> {
  const cases = await context.deps.store.listCases({
    communityId: context.actor.communityId,
    states: UNDECIDED,
    limit: MOST_COUNTED,
  });
  const [first, ...others] = cases;
  if (!first) return [context.say("queue.empty")];
  const counts = [...SEVERITIES, null].flatMap((severity) => {
    const count = cases.filter((item) => item.severity === severity).length;
    const named = severity ?? context.say("severity.none");
    return count > 0 ? [context.say("status.count", { severity: named, count })] : [];
  });
  const oldest = others.reduce((a, b) => (b.openedAt < a.openedAt ? b : a), first);
  const open = { count: cases.length, counts: sayList(context.locale, counts) };
  return [
    context.say(cases.length < MOST_COUNTED ? "status.open" : "status.open-many", open),
    context.say("status.oldest", { number: oldest.number, age: sayAge(context, oldest.openedAt) }),
  ];
}

/** People whose newest attempt found no way to them. */
export async function sayUnreachable(context: CommandContext): Promise<readonly string[]> {
  const { deps, actor, platform, policy } = context;
  const asked = await platform.team(actor.communityId);
  const team = teamOf(policy, asked.ok ? asked.value : []);
  const { communityId } = actor;
  const changes = await Promise.all(
    Object.keys(policy.rotas).map((rota) => deps.store.rotaEntries(communityId, rota, context.now)),
  );
  const lines = await Promise.all(
    peopleCalled(policy, team, changes.flat()).map(async (id) => {
      const attempts = await deps.store.attempts({
        communityId,
        personId: id,
        outcomes: ["delivered", "unreachable"],
        newestFirst: true,
        limit: MOST_ATTEMPTS,
      });
      const newest = attempts.toSorted((a, b) => (b.doneAt ?? 0) - (a.doneAt ?? 0))[0];
      if (newest?.outcome !== "unreachable") return [];
      const since = context.time(newest.doneAt ?? newest.requestedAt);
      return [context.say("status.unreachable", { name: await context.nameOf(id), since })];
    }),
  );
  return lines.flat();
}
