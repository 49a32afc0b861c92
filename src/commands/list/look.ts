import { AWAITED } from "../../engine/case/case.ts";
import { ownerAt } from "../../engine/case/transitions.ts";
import type { TeamRole } from "../../engine/roles.ts";
import { caseForms } from "../../pipeline/case-forms.ts";
import type { CaseView, Store } from "../../ports/store.ts";
import { caseNumber, choice, optional, personOrReply } from "../arguments.ts";
import { sayCaseLine } from "../case-words.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { part, seen } from "../decision-arguments.ts";
import { done, type ReplyButton } from "../reply.ts";
import { sayCase, sayStanding } from "../say-case.ts";
import { sayNextThreshold } from "../say-threshold.ts";
import { sayNextJoined, shownAtOnce } from "../say-joined.ts";
import { mayTakeBack } from "./decide.ts";
import { hasReported, isFreeFor, mayDecide, sourcesFor } from "./next-case.ts";
import { CASE_READERS, CASE_WORKERS, LEADERS, MODERATORS, PEOPLE_READERS } from "./roles.ts";
import { button, proposalButton } from "./step.ts";

const MOST_LISTED = 10;
/** One more tells whether there are more than fit. */
const MOST_READ = MOST_LISTED + 1;
const MOST_BUTTONS = 3;
/** Cases about whoever asks that are left out of a list: more than one person has. */
const MOST_OWN = 1000;

export const queue = defineCommand({
  name: "queue",
  args: { scope: optional(choice(["all", "mine"])) },
  needs: CASE_READERS,
  privileged: true,
  async run(context, args) {
    const sources = sourcesFor(context.person);
    const cases = await listOthers(context, {
      communityId: context.actor.communityId,
      states: AWAITED,
      ...(args.scope === "mine" && { assignedTo: context.actor.id }),
      ...(sources && { sources }),
    });
    if (cases.length === 0) return done([context.say("queue.empty")]);
    const shown = cases.slice(0, MOST_LISTED);
    const lines = await Promise.all(shown.map((item) => sayCaseLine(context, item)));
    if (cases.length > MOST_LISTED) lines.push(context.say("queue.more", { count: MOST_LISTED }));
    return done(lines, {
      title: context.say("queue.title"),
      buttons: canTake(context) ? await takeButtons(context, shown) : [],
    });
  },
});

/** The first cases of a list that whoever asks may look at: none about themselves, or with a message of theirs. */
async function listOthers(
  { deps: { store }, actor }: CommandContext,
  filter: Omit<Parameters<Store["listCases"]>[0], "limit">,
): Promise<readonly CaseView[]> {
  // A list of one's own holds nothing else.
  if (filter.authorId === actor.id) return [];
  const own = await store.listCases({ ...filter, authorId: actor.id, limit: MOST_OWN });
  const hidden = new Set(own.map(({ id }) => id));
  const cases = await store.listCases({ ...filter, limit: MOST_READ + hidden.size });
  return cases.filter(({ id }) => !hidden.has(id)).slice(0, MOST_READ);
}

function canTake({ person }: CommandContext): boolean {
  return person.roles.some((role) => CASE_WORKERS.includes(role));
}

async function takeButtons(
  context: CommandContext,
  cases: readonly CaseView[],
): Promise<readonly ReplyButton[]> {
  const free = cases.filter((item) => item.state !== "appealed" && isFreeFor(context, item));
  const own = await Promise.all(free.map((item) => hasReported(context, item)));
  return free
    .filter((_, i) => !own[i])
    .slice(0, MOST_BUTTONS)
    .map(({ number }) => button(context, "take", number));
}

export const show = defineCommand({
  name: "case",
  args: { case: caseNumber, seen: optional(seen), part: optional(part) },
  needs: CASE_READERS,
  privileged: true,
  async run(context, args) {
    if (args.seen !== null) {
      const place = { seen: args.seen, part: args.part ?? 1 };
      return sayNextJoined(context, args.case, place);
    }
    const lines = await sayCase(context, args.case);
    const mayAct = !(await hasReported(context, args.case));
    return done(lines, {
      title: await sayCaseLine(context, args.case),
      buttons: mayAct ? caseButtons(context, args.case) : [],
      forms: mayAct ? await formsFor(context, args.case) : [],
    });
  },
});

/** Forms about a case for those who may send them. */
async function formsFor(context: CommandContext, item: CaseView): Promise<readonly ReplyButton[]> {
  if (!canTake(context) || !mayDecide(context.person, item)) return [];
  return caseForms(context.say, item, {
    appeals: item.state === "appealed" ? await context.deps.store.appealsOf(item.id) : [],
    seen: await shownAtOnce(context, item),
    now: context.now,
  });
}

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
  if (!mayDecide(person, item)) return [];
  if (item.state === "appealed") {
    const isTheirs = [decision?.moderatorId, decision?.confirmedBy].includes(actor.id);
    // A card is for nobody in particular, as an erased decider is.
    return isTheirs && actor.id !== "" ? [] : [button(context, "ack", number)];
  }
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
      listOthers(context, { communityId, authorId }),
    ]);
    const name = await context.nameOf(authorId);
    if (!standing && cases.length === 0) return done([context.say("history.nothing", { name })]);
    const lines = await Promise.all(
      cases.slice(0, MOST_LISTED).map((item) => sayCaseLine(context, item)),
    );
    if (cases.length > MOST_LISTED) lines.push(context.say("queue.more", { count: MOST_LISTED }));
    const known = standing ? [sayStanding(context, standing)] : [];
    const next = standing ? sayNextThreshold(context, standing) : [];
    return done([...known, ...lines, ...next], {
      title: context.say("history.title", { name }),
    });
  },
});
