import { UNDECIDED } from "../../engine/case/case.ts";
import { openInquiry } from "../../pipeline/open-review.ts";
import { optional, text } from "../arguments.ts";
import { SERVICE_SOURCES } from "../authorise.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { about } from "../decision-arguments.ts";
import { badInput, done, type Reply } from "../reply.ts";
import { sayStepProblem } from "../say-problem.ts";
import { EVERYBODY } from "./roles.ts";

/** What one person may have waiting: beyond it, the team is not asked more by being asked more often. */
const MOST_WAITING = 5;
/** The channel of what is asked in a direct conversation with Candor. */
const DIRECT = "direct";

export const question = defineCommand({
  name: "question",
  args: { text },
  needs: EVERYBODY,
  privileged: false,
  run: (context, args) => inquire(context, "question", args.text, context.actor.requestId),
});

export const feedback = defineCommand({
  name: "feedback",
  args: { about: optional(about), text },
  needs: EVERYBODY,
  privileged: false,
  async run(context, args) {
    const { actor, deps, say } = context;
    if (args.about === null) return inquire(context, "feedback", args.text, actor.requestId);
    const item = await deps.store.findCaseByNumber(actor.communityId, args.about);
    const words = say("ask.about", { number: args.about, text: args.text });
    // One for each decision, however often its button is pressed.
    return inquire(context, "feedback", words, `about ${item?.decision?.id ?? args.about}`);
  },
});

async function inquire(
  context: CommandContext,
  kind: "question" | "feedback",
  words: string,
  requestId: string | null,
): Promise<Reply> {
  const { deps, actor, say } = context;
  const { communityId, platform, id: authorId } = actor;
  const waiting = await deps.store.listCases({
    communityId,
    authorId,
    sources: SERVICE_SOURCES,
    states: UNDECIDED,
    limit: MOST_WAITING,
  });
  if (waiting.length >= MOST_WAITING) {
    return badInput([say("ask.too-many", { count: MOST_WAITING })]);
  }
  const channelId = actor.channelId ?? DIRECT;
  const asked = await openInquiry(deps, {
    kind,
    platform,
    communityId,
    channelId,
    authorId,
    text: words,
    requestId,
  });
  if (!asked.ok) return badInput([await sayStepProblem(context, null, asked.error)]);
  return done([say(`ask.${kind}`, { number: asked.value.number })]);
}
