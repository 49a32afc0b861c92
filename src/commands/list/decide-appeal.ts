import { decideAppeal } from "../../pipeline/rights/decide-appeal.ts";
import type { CaseView } from "../../ports/store.ts";
import type { CommandContext } from "../command.ts";
import { badInput, done, type Reply } from "../reply.ts";
import { sayFallenSince } from "../say-fallen.ts";
import { sayStep } from "./step.ts";

interface Asked {
  readonly case: CaseView;
  readonly outcome: "uphold" | "dismiss" | "need-more";
  /** Whether anything was asked for beside outcome and reason. */
  readonly more: boolean;
  readonly reason: string;
}

/** `decide` on an appealed case: upheld, the first decision stands; dismissed, it is overturned. */
export async function decideAppealed(
  context: CommandContext,
  { case: item, outcome, more, reason }: Asked,
): Promise<Reply> {
  const { deps, actor, say } = context;
  if (outcome === "need-more" || more) return badInput([say("decide.appeal-only")]);
  const overturn = outcome === "dismiss";
  const input = { caseId: item.id, by: actor.id, overturn, reason };
  return sayStep(context, item, await decideAppeal(deps, input), async ({ number }) =>
    done([
      say(overturn ? "decide.appeal-overturned" : "decide.appeal-upheld", { number }),
      say("decide.appeal-told"),
      ...(overturn ? await sayFallenSince(context, item) : []),
    ]),
  );
}
