import type { Case } from "../../engine/case/case.ts";
import { shortId } from "../../engine/case/decision.ts";
import type { Result } from "../../engine/result.ts";
import type { CommandContext } from "../command.ts";
import { badInput, type Reply, type ReplyButton } from "../reply.ts";
import { sayStepProblem, type StepProblem } from "../say-problem.ts";

/** What became of a step: the words for it, or why the case did not take it. */
export async function sayStep(
  context: CommandContext,
  item: Pick<Case, "number">,
  stepped: Result<Case, StepProblem>,
  say: (item: Case) => Reply | Promise<Reply>,
): Promise<Reply> {
  return stepped.ok ? say(stepped.value) : sayProblem(context, item.number, stepped.error);
}

/** Why a case does not take a step, with a way to look at it. */
export async function sayProblem(
  context: CommandContext,
  number: number,
  error: StepProblem,
): Promise<Reply> {
  return badInput([await sayStepProblem(context, number, error)], {
    buttons: error.kind === "not-found" ? [] : [button(context, "case", number)],
  });
}

/** A button that agrees to a proposal or turns it down: to this one, and to none that took its place. */
export function proposalButton(
  { say }: CommandContext,
  command: "confirm" | "reject",
  { number, proposal }: Pick<Case, "number" | "proposal">,
): ReplyButton {
  const named = proposal ? ` p:${shortId(proposal)}` : "";
  return { label: say(`button.${command}`, { number }), command: `${command} #${number}${named}` };
}

/** A button that gives a command about a case. */
export function button(
  { say }: CommandContext,
  command: "take" | "case" | "skip" | "ack" | "undo" | "reopen",
  number: number,
): ReplyButton {
  return { label: say(`button.${command}`, { number }), command: `${command} #${number}` };
}
