import { reportMessage, type ReportProblem } from "../../pipeline/rights/report.ts";
import { messageId, optional, text } from "../arguments.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { seesChannel } from "../in-place.ts";
import { badInput, done, type Reply } from "../reply.ts";
import { sayStepProblem } from "../say-problem.ts";
import { EVERYBODY } from "./roles.ts";

export const report = defineCommand({
  name: "report",
  args: { message: optional(messageId), reason: text },
  needs: EVERYBODY,
  privileged: false,
  run: (context, args) => reportAs(context, args, "report"),
});

/** `escalation`: a moderator's, which opens a case by itself. */
export async function reportAs(
  context: CommandContext,
  args: { readonly message: string | null; readonly reason: string },
  kind: "report" | "escalation",
): Promise<Reply> {
  const { deps, actor, say } = context;
  const { communityId, platform, id: reporterId } = actor;
  const escalates = kind === "escalation";
  const target = targetOf(context, args.message);
  if (!target) return badInput([sayWhich(context, escalates ? "escalate" : "report")]);
  // What somebody cannot read they do not report, nor learn of whether it is there.
  const isElsewhere = target.channelId !== actor.channelId;
  if (isElsewhere && !(await seesChannel(context, target.channelId))) {
    return badInput([say("report.unknown-message")]);
  }
  // Who answers a message means that one: a number before the words is one of them.
  const reason =
    actor.replyTo && args.message !== null ? `${args.message} ${args.reason}` : args.reason;
  const input = { communityId, platform, reporterId, reason, escalates, ...target };
  const taken = await reportMessage(deps, input);
  if (!taken.ok) return sayReportProblem(context, taken.error);
  const { light, case: item, joined } = taken.value;
  if (escalates && item) {
    const { number } = item;
    return done([say(joined ? "escalate.joined" : "escalate.done", { number })]);
  }
  // An answer is promised only where somebody is to decide.
  const said = item ? "report.taken" : "report.taken-waits";
  return done([say(light ? "report.taken-light" : said)]);
}

/** How a message is named: from the platform's own menu, where there is one. */
function sayWhich(
  { say, platform, locale }: CommandContext,
  command: "report" | "escalate",
): string {
  const menu = platform.menuName?.(command, locale) ?? null;
  return menu === null
    ? say(command === "report" ? "report.which" : "escalate.which")
    : say("report.which-menu", { menu });
}

/** The message that is answered, else the one of the id in the channel where the command was given. */
function targetOf({ actor }: CommandContext, id: string | null) {
  if (actor.replyTo) return actor.replyTo;
  return id === null || actor.channelId === null
    ? null
    : { channelId: actor.channelId, messageId: id };
}

async function sayReportProblem(context: CommandContext, problem: ReportProblem): Promise<Reply> {
  const { say } = context;
  switch (problem.kind) {
    case "unknown-message":
    case "own-message":
    case "erased-author":
    case "already-reported":
      return badInput([say(`report.${problem.kind}`)]);
    case "too-many":
      return badInput([say("report.too-many", { most: problem.most })]);
    case "decided-recently":
      return done([say(problem.upheld ? "report.decided-upheld" : "report.decided-dismissed")]);
    case "reason-required":
    case "reason-too-long":
      return badInput([await sayStepProblem(context, null, problem)]);
  }
}
