import type { CaseMessage } from "../ports/store.ts";
import { say } from "../words/say.ts";
import { authorOf, type Ordered, payloadOf } from "./act-order.ts";
import { deleteTogether, onName, placeKey } from "./act-together.ts";
import type { PipelineDeps } from "./deps.ts";
import { doOnce, type Effect, onMessage, targetOf } from "./effects.ts";
import { isDeletedElsewhere } from "./other-sanctions.ts";

/** Messages of one case on which a decision is carried out. */
const MOST_MESSAGES = 10_000;
/** After so many messages that must be tried again the rest waits for the next try: the platform is busy. */
const MOST_PROBLEMS = 3;

/** Hides or restores the messages of a case that are `wanted`, each once whatever its revisions, and says so at the end. */
export async function onMessages(
  deps: PipelineDeps,
  ordered: Ordered,
  what: "delete" | "restore",
  prefix: string,
  wanted: (message: CaseMessage) => boolean,
  why: string,
): Promise<void> {
  const { view, platform, policy, decisionId, index } = ordered;
  const all = distinct(await deps.store.caseMessages(view.id, MOST_MESSAGES));
  const undone = prefix !== "act";
  const messages: CaseMessage[] = [];
  const about = all.filter(
    ({ message: { authorId } }) =>
      !ordered.cleared.includes(authorId) && (ordered.only ?? authorId) === authorId,
  );
  for (const each of about.filter(wanted)) {
    const stays =
      undone && what === "restore" && (await isDeletedElsewhere(deps, view, each.message));
    if (!stays) messages.push(each);
  }
  const base = `${decisionId}-${prefix}-${index}`;
  const isDelete = what === "delete";
  const problems: unknown[] = [];
  const effects = messages.map(({ message }) => ({ message, id: `${base}-${message.key}` }));
  const together = await deleteTogether(deps, platform, isDelete ? effects : [], why);
  const name = isDelete ? say(policy.language, "name.neutral") : null;
  for (const { message, id } of effects) {
    const target = targetOf(message);
    const effect: Effect = {
      ...onMessage(deps, message, view.id),
      id,
      type: isDelete ? "message.hidden" : "message.restored",
      goneIsDone: true,
      run: async () =>
        together.get(placeKey(message)) ??
        onName(platform, message, name, why) ??
        (isDelete ? platform.hideMessage(target, why) : platform.restoreMessage(target)),
    };
    await doOnce(deps, effect).catch((problem: unknown) => problems.push(problem));
    if (problems.length >= MOST_PROBLEMS) break;
  }
  if (problems.length > 0) throw problems[0];
  const kind = undone ? (what === "delete" ? "restore" : "delete") : what;
  await deps.store.noteEffect(base, view.communityId, {
    type: undone ? "action.undone" : "action.done",
    at: deps.clock.now(),
    ...authorOf(deps, view),
    payload: { ...payloadOf(ordered, kind), messages: messages.length },
  });
}

/** The newest row of each message; held when one of its revisions was. */
function distinct(messages: readonly CaseMessage[]): readonly CaseMessage[] {
  const known = new Map<string, CaseMessage>();
  for (const each of messages) {
    const key = `${each.message.channelId}\n${each.message.messageId}`;
    known.set(key, { ...each, held: each.held || (known.get(key)?.held ?? false) });
  }
  return [...known.values()];
}
