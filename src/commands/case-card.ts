import { ownerAt } from "../engine/case/transitions.ts";
import { caseForms } from "../pipeline/case-forms.ts";
import type { CaseView } from "../ports/store.ts";
import { sayCaseLine } from "./case-words.ts";
import type { Actor, CommandContext, CommandDeps } from "./command.ts";
import { makeContext } from "./context.ts";
import { button, proposalButton } from "./list/step.ts";
import type { Reply, ReplyButton } from "./reply.ts";
import { sayCase } from "./say-case.ts";
import { shownAtOnce } from "./say-joined.ts";

/** What a card says: the case as any moderator reads it, with what any of them may do next. */
export type Card = Pick<Reply, "title" | "lines" | "buttons" | "forms">;

/**
 * The card of a case, for all moderators at once: in the community's language and time zone. Who may press
 * what is asked of whoever presses. Throws when the platform does not answer.
 */
export async function caseCard(deps: CommandDeps, view: CaseView): Promise<Card> {
  const nobody: Actor = {
    platform: view.platform,
    communityId: view.communityId,
    channelId: null,
    id: "",
    language: null,
    replyTo: null,
    requestId: null,
  };
  const made = await makeContext(deps, nobody);
  if (!made.ok) throw new Error("the platform did not answer for a card");
  const context = {
    ...made.value,
    person: { id: "", member: null, roles: ["moderator", "member"] as const },
  };
  return {
    title: await sayCaseLine(context, view),
    lines: await sayCase(context, view),
    buttons: cardButtons(context, view),
    forms: caseForms(context.say, view, {
      appeals: view.state === "appealed" ? await deps.store.appealsOf(view.id) : [],
      seen: await shownAtOnce(context, view),
      now: context.now,
    }),
  };
}

/** What somebody may do next, whoever it is: a card is for nobody in particular. */
function cardButtons(context: CommandContext, item: CaseView): readonly ReplyButton[] {
  const { number, state, proposal, ladder } = item;
  const look = button(context, "case", number);
  if (state === "decided") return [button(context, "undo", number), look];
  if (state === "closed") return [button(context, "reopen", number), look];
  const seen = ladder.acknowledged === null ? [button(context, "ack", number)] : [];
  if (state === "appealed") return [...seen, look];
  if (proposal) {
    const second = (["confirm", "reject"] as const).map((each) =>
      proposalButton(context, each, item),
    );
    return [...second, ...seen, look];
  }
  const isFree = ownerAt(item, context.now) === null;
  return [...(isFree ? [button(context, "take", number)] : []), ...seen, look];
}
