import { type CaseActionKind, shortId } from "../../engine/case/decision.ts";
import { confirmDecision, rejectProposal } from "../../pipeline/work-case.ts";
import type { CaseView } from "../../ports/store.ts";
import { caseNumber, optional, text } from "../arguments.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { proposalName } from "../decision-arguments.ts";
import { badInput, done, type Reply } from "../reply.ts";
import { isAgainst, placesOf, rightsFor, sayDecision } from "./decide.ts";
import { MODERATORS } from "./roles.ts";
import { button, sayStep } from "./step.ts";

// A second moderator agrees to a proposal, or turns it down.

export const confirm = defineCommand({
  name: "confirm",
  args: { case: caseNumber, proposal: optional(proposalName) },
  needs: MODERATORS,
  privileged: true,
  rights: (args) => rightsFor(proposedBy(args.case)),
  places: (context, args) => placesOf(context, args.case, proposedBy(args.case)),
  actsOnAuthor: ({ case: item }) =>
    item.proposal !== null && isAgainst(item, item.proposal.outcome, proposedBy(item)),
  async run(context, args) {
    if (isOld(args)) return sayOld(context, args.case);
    const confirmed = await confirmDecision(context.deps, secondInput(context, args.case));
    const of = await sayProposed(context, args.case);
    const chosen = args.case.proposal?.actions ?? [];
    return sayDecision(context, args.case, confirmed, "propose", { chosen, first: of });
  },
});

/** All that a proposal would do, what a threshold adds for one author among several too. */
function proposedBy({ proposal }: CaseView): readonly CaseActionKind[] {
  return [...(proposal?.actions ?? []), ...(proposal?.added ?? [])].map(({ kind }) => kind);
}

/** What the person may do was judged by this proposal, and by no other. */
function secondInput({ actor }: CommandContext, item: CaseView) {
  const decisionId = item.proposal?.id;
  return { caseId: item.id, by: actor.id, ...(decisionId !== undefined && { decisionId }) };
}

/** Whether a button is about another proposal than the one that waits. */
function isOld(args: { readonly case: CaseView; readonly proposal: string | null }): boolean {
  const waits = args.case.proposal;
  return waits !== null && args.proposal !== null && args.proposal !== shortId(waits);
}

function sayOld(context: CommandContext, { number }: CaseView): Reply {
  const item = context.say("case.named", { number });
  return badInput([context.say("problem.old-proposal", { item })], {
    buttons: [button(context, "case", number)],
  });
}

/** What is confirmed: a typed command does not say it. */
async function sayProposed(
  context: CommandContext,
  { proposal: proposed }: CaseView,
): Promise<readonly string[]> {
  if (!proposed) return [];
  const { outcome, reason, moderatorId, decidedAt } = proposed;
  return [
    context.say("confirm.of", {
      who: await context.nameOf(moderatorId),
      time: context.time(decidedAt),
      outcome: context.say(`choice.${outcome}`),
      reason,
    }),
  ];
}

export const reject = defineCommand({
  name: "reject",
  args: { case: caseNumber, proposal: optional(proposalName), reason: optional(text) },
  needs: MODERATORS,
  privileged: true,
  async run(context, args) {
    if (isOld(args)) return sayOld(context, args.case);
    const input = { ...secondInput(context, args.case), reason: args.reason };
    return sayStep(
      context,
      args.case,
      await rejectProposal(context.deps, input),
      async ({ number }) =>
        done([context.say("reject.done", { number }), ...(await sayTold(context, args.case))], {
          buttons: [button(context, "take", number)],
        }),
    );
  },
});

/** That whoever proposed hears of it, where somebody else turned it down. */
async function sayTold(
  { actor, nameOf, say }: CommandContext,
  { proposal, shadow }: CaseView,
): Promise<readonly string[]> {
  const by = proposal?.moderatorId ?? "";
  if (shadow || by === "" || by === actor.id) return [];
  return [say("reject.told", { who: await nameOf(by) })];
}
