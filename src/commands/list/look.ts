import { AWAITED } from "../../engine/case/case.ts";
import { ownerAt } from "../../engine/case/transitions.ts";
import type { TeamRole } from "../../engine/roles.ts";
import type { CaseView } from "../../ports/store.ts";
import { caseNumber, choice, optional, personOrReply } from "../arguments.ts";
import { sayCaseLine } from "../case-words.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { done, type ReplyButton } from "../reply.ts";
import { sayCase, sayStanding } from "../say-case.ts";
import { mayTakeBack } from "./decide.ts";
import { sourcesFor } from "./next-case.ts";
import { CASE_READERS, CASE_WORKERS, LEADERS, MODERATORS, PEOPLE_READERS } from "./roles.ts";
import { button, proposalButton } from "./step.ts";

const MOST_LISTED = 10;
/** One more tells whether there are more than fit. */
const MOST_READ = MOST_LISTED + 1;
const MOST_BUTTONS = 3;

export const queue = defineCommand({
  name: "queue",
  args: { scope: optional(choice(["all", "mine"])) },
  needs: CASE_READERS,
  privileged: true,
  async run(context, args) {
    const sources = sourcesFor(context.person);
    const cases = await context.deps.store.listCases({
      communityId: context.actor.communityId,
      states: AWAITED,
      ...(args.scope === "mine" && { assignedTo: context.actor.id }),
      ...(sources && { sources }),
      limit: MOST_READ,
    });
    if (cases.length === 0) return done([context.say("queue.empty")]);
    const shown = cases.slice(0, MOST_LISTED);
    const lines = await Promise.all(shown.map((item) => sayCaseLine(context, item)));
    if (cases.length > MOST_LISTED) lines.push(context.say("queue.more", { count: MOST_LISTED }));
    return done(lines, {
      title: context.say("queue.title"),
      buttons: canTake(context) ? takeButtons(context, shown) : [],
    });
  },
});

function canTake({ person }: CommandContext): boolean {
  return person.roles.some((role) => CASE_WORKERS.includes(role));
}

function takeButtons(context: CommandContext, cases: readonly CaseView[]): readonly ReplyButton[] {
  return cases
    .filter((item) => item.state !== "appealed" && ownerAt(item, context.now) === null)
    .slice(0, MOST_BUTTONS)
    .map(({ number }) => button(context, "take", number));
}

export const show = defineCommand({
  name: "case",
  args: { case: caseNumber },
  needs: CASE_READERS,
  privileged: true,
  async run(context, args) {
    const lines = await sayCase(context, args.case);
    return done(lines, {
      title: await sayCaseLine(context, args.case),
      buttons: caseButtons(context, args.case),
    });
  },
});

/** What can be done next, for those who may do it. */
export function caseButtons(context: CommandContext, item: CaseView): readonly ReplyButton[] {
  const { actor, person } = context;
  const { number, decision, proposal } = item;
  const has = (roles: readonly TeamRole[]) => person.roles.some((role) => roles.includes(role));
  if (!has(CASE_WORKERS)) return [];
  if (item.state === "decided") {
    return decision && mayTakeBack(context, decision) ? [button(context, "undo", number)] : [];
  }
  if (item.state === "closed") return has(LEADERS) ? [button(context, "reopen", number)] : [];
  if (item.state === "appealed") return [button(context, "ack", number)];
  if (proposal) {
    // Whoever proposed may think again, but is not their own second.
    const maySecond = proposal.moderatorId !== "" && proposal.moderatorId !== actor.id;
    return has(MODERATORS)
      ? [
          ...(maySecond ? [proposalButton(context, "confirm", item)] : []),
          proposalButton(context, "reject", item),
        ]
      : [];
  }
  return ownerAt(item, context.now) === actor.id
    ? [button(context, "skip", number)]
    : [button(context, "take", number), button(context, "ack", number)];
}

export const history = defineCommand({
  name: "history",
  args: { who: personOrReply },
  needs: PEOPLE_READERS,
  privileged: true,
  async run(context, args) {
    const { communityId } = context.actor;
    const authorId = args.who.id;
    const { store } = context.deps;
    const [standing, cases] = await Promise.all([
      store.standing(communityId, authorId, context.now),
      store.listCases({ communityId, authorId, limit: MOST_READ }),
    ]);
    const name = await context.nameOf(authorId);
    if (!standing && cases.length === 0) return done([context.say("history.nothing", { name })]);
    const lines = await Promise.all(
      cases.slice(0, MOST_LISTED).map((item) => sayCaseLine(context, item)),
    );
    if (cases.length > MOST_LISTED) lines.push(context.say("queue.more", { count: MOST_LISTED }));
    return done([...(standing ? [sayStanding(context, standing)] : []), ...lines], {
      title: context.say("history.title", { name }),
    });
  },
});
