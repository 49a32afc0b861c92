import { type Case, UNDECIDED } from "../engine/case/case.ts";
import type { Decision } from "../engine/case/decision.ts";
import { originOf } from "../engine/message.ts";
import type { CaseView } from "../ports/store.ts";

/** Ids of messages that Candor writes itself, so that a case has a place; no platform has them. */
const WRITTEN = /^(?:review|question|feedback)-c-/u;

/** What opened a case: a `message` of the platform, `words` given to Candor itself, or `nothing` that anybody wrote. */
export function openedBy({
  source,
  message,
}: Pick<CaseView, "source" | "message">): "message" | "words" | "nothing" {
  if (!isWritten(message)) return "message";
  return source === "review" ? "nothing" : "words";
}

/** Whether Candor wrote a message itself. */
export function isWritten({ messageId }: { readonly messageId: string }): boolean {
  return WRITTEN.test(messageId);
}

/** Whether all that a case is about stands in no channel: a name, a title, what the platform blocked. */
export function standsNowhere(
  messages: number,
  { messageId }: { readonly messageId: string },
): boolean {
  return messages === 1 && originOf(messageId) !== null;
}

/** Messages of a case that somebody wrote. */
export function messagesWritten(item: CaseView): number {
  return openedBy(item) === "nothing" ? item.messages - 1 : item.messages;
}

/** Whether its messages are hidden until somebody decides: what was deleted and brought back is so no more. */
export function waitsHidden(
  { held, state }: Pick<Case, "held" | "state">,
  undone: readonly Pick<Decision, "actions">[],
): boolean {
  const isBack = undone.at(-1)?.actions.some(({ kind }) => kind === "delete") ?? false;
  return held && UNDECIDED.includes(state) && !isBack;
}
