import { decideAppeal } from "../../pipeline/rights/decide-appeal.ts";
import type { Appeal } from "../../ports/rights.ts";
import type { CaseView } from "../../ports/store.ts";
import type { CommandContext } from "../command.ts";
import { badInput, done, type Reply } from "../reply.ts";
import { sayFallenSince } from "../say-fallen.ts";
import { sayProblem } from "./step.ts";

interface Asked {
  readonly case: CaseView;
  readonly outcome: "uphold" | "dismiss" | "need-more";
  /** Whether anything was asked for beside outcome and reason. */
  readonly more: boolean;
  /** Which appeal of the case, the first being 1; null: the only one. */
  readonly appeal: number | null;
  readonly reason: string;
}

/** `decide` on an appealed case: upheld, the first decision stands; dismissed, it is overturned. */
export async function decideAppealed(
  context: CommandContext,
  { case: item, outcome, more, appeal, reason }: Asked,
): Promise<Reply> {
  const { deps, actor, say } = context;
  if (outcome === "need-more" || more) return badInput([say("decide.appeal-only")]);
  const overturn = outcome === "dismiss";
  const appeals = await deps.store.appealsOf(item.id);
  // One that nobody has made is none of those that wait.
  const appealId = appeal === null ? null : (appeals[appeal - 1]?.id ?? "");
  const decided = await decideAppeal(deps, {
    caseId: item.id,
    by: actor.id,
    appealId,
    overturn,
    reason,
  });
  if (!decided.ok) {
    const { error } = decided;
    if (error.kind !== "which-appeal") return sayProblem(context, item.number, error);
    const waiting = await sayWaiting(context, error.waiting, appeals);
    return badInput([say("decide.which-appeal", { number: item.number }), ...waiting]);
  }
  const { case: after, byLeftOwner } = decided.value;
  const { number, decision, state } = after;
  const made = decision === null ? "decide.appeal-overturned" : "decide.appeal-overturned-one";
  return done([
    say(overturn ? made : "decide.appeal-upheld", { number }),
    say("decide.appeal-told"),
    ...(byLeftOwner ? [say("decide.appeal-left-to-owner")] : []),
    ...(state === "appealed" ? [say("decide.appeal-waits", { number })] : []),
    ...(overturn ? await sayFallenSince(context, item) : []),
  ]);
}

/** Each appeal that waits, as it is named: by its place among all of the case. */
function sayWaiting(
  context: CommandContext,
  waiting: readonly Appeal[],
  all: readonly Appeal[],
): Promise<readonly string[]> {
  return Promise.all(
    waiting.map(async ({ id, authorId, reason }) =>
      context.say("decide.appeal-named", {
        nth: all.findIndex((each) => each.id === id) + 1,
        who: await context.nameOf(authorId),
        text: reason === "" ? context.say("case.evidence-gone") : reason,
      }),
    ),
  );
}
