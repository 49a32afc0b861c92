import type { CaseView } from "../ports/store.ts";
import { sayCaseLine } from "./case-words.ts";
import type { Actor, CommandDeps } from "./command.ts";
import { makeContext } from "./context.ts";
import { caseButtons } from "./list/look.ts";
import type { Reply } from "./reply.ts";
import { sayCase } from "./say-case.ts";

/** What a card says: the case as any moderator reads it, with what any of them may do next. */
export type Card = Pick<Reply, "title" | "lines" | "buttons">;

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
    buttons: caseButtons(context, view),
  };
}
