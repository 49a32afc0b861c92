import { evaluate } from "../engine/evaluate.ts";
import { unpostedId } from "../engine/message.ts";
import { NOTHING_RECALLED } from "../engine/signals.ts";
import type { PlatformEvent } from "../ports/platform.ts";
import { personalId, type PipelineDeps, policyOf } from "./deps.ts";
import { handleMessage } from "./handle-message.ts";

/**
 * Words that stand in no channel as a message are judged like one. What the platform's filter blocked is history
 * of its author whatever it says; a name or a title is recorded only where something is found, for most people
 * do nothing but be called something. The same name of the same person is the same message whenever it is told.
 */
export async function judgeUnposted(
  deps: PipelineDeps,
  { origin, message: told }: Extract<PlatformEvent, { kind: "unposted" }>,
): Promise<void> {
  const { platform, community, author, id, text } = told;
  const words = origin === "blocked" ? [] : [text];
  // Keyed: the platform's id may hold that of the author, who may be erased.
  const unique = personalId(deps, [origin, platform, community.id, author.id, id, ...words]);
  const message = { ...told, id: unpostedId(origin, unique) };
  if (origin !== "blocked") {
    const policy = await policyOf(deps, community.id);
    const { rules } = deps.ruleSet;
    const { verdict } = evaluate(message, { rules, policy, recalled: NOTHING_RECALLED });
    if (verdict.decision === "none") return;
  }
  await handleMessage(deps, message);
}
