import { appealDecision, type AppealProblem } from "../../pipeline/rights/appeal.ts";
import { number, text } from "../arguments.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { badInput, done, type Reply } from "../reply.ts";
import { sayStepProblem } from "../say-problem.ts";
import { EVERYBODY } from "./roles.ts";

export const appeal = defineCommand({
  name: "appeal",
  // The number as it stands: what cases there are about others is not for everybody to find out.
  args: { number, reason: text },
  needs: EVERYBODY,
  privileged: false,
  async run(context, args) {
    const { deps, actor, say, time } = context;
    const view = await deps.store.findCaseByNumber(actor.communityId, args.number);
    if (!view) return badInput([say("appeal.nothing", { number: args.number })]);
    const appealed = await appealDecision(deps, {
      caseId: view.id,
      by: actor.id,
      reason: args.reason,
    });
    if (!appealed.ok) return sayAppealProblem(context, args.number, appealed.error);
    return done([
      appealed.value.kind === "appealed"
        ? say("appeal.made", { until: time(appealed.value.dueAt) })
        : say("appeal.noted", { number: args.number }),
    ]);
  },
});

async function sayAppealProblem(
  context: CommandContext,
  caseNumber: number,
  problem: AppealProblem,
): Promise<Reply> {
  const { say, time } = context;
  switch (problem.kind) {
    case "nothing-to-appeal":
    case "not-found":
      return badInput([say("appeal.nothing", { number: caseNumber })]);
    case "too-late":
      return badInput([say("appeal.too-late", { number: caseNumber, until: time(problem.until) })]);
    case "already-appealed":
      return badInput([say("appeal.already", { number: caseNumber })]);
    case "said-enough":
      return badInput([say("appeal.said-enough", { number: caseNumber })]);
    case "already-decided":
    case "already-proposed":
    case "closed":
    case "under-appeal":
    case "assigned-to-other":
    case "needs-another":
    case "not-assigned":
    case "not-due":
    case "nothing-proposed":
    case "own-decision":
    case "own-proposal":
    case "reason-required":
    case "reason-too-long":
    case "rested-enough":
    case "rule-required":
    case "wrong-state":
      return badInput([await sayStepProblem(context, caseNumber, problem)]);
  }
}
