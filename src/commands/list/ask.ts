import { UNDECIDED } from "../../engine/case/case.ts";
import { openInquiry } from "../../pipeline/open-review.ts";
import { text } from "../arguments.ts";
import { SERVICE_SOURCES } from "../authorise.ts";
import { type Command, defineCommand } from "../command.ts";
import { badInput, done } from "../reply.ts";
import { sayStepProblem } from "../say-problem.ts";
import { EVERYBODY } from "./roles.ts";

/** What one person may have waiting: beyond it, the team is not asked more by being asked more often. */
const MOST_WAITING = 5;
/** The channel of what is asked in a direct conversation with Candor. */
const DIRECT = "direct";

export const question = inquiry("question");
export const feedback = inquiry("feedback");

function inquiry(kind: "question" | "feedback"): Command {
  return defineCommand({
    name: kind,
    args: { text },
    needs: EVERYBODY,
    privileged: false,
    async run(context, args) {
      const { deps, actor, say } = context;
      const { communityId, platform, id: authorId, requestId } = actor;
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
        text: args.text,
        requestId,
      });
      if (!asked.ok) return badInput([await sayStepProblem(context, null, asked.error)]);
      return done([say(`ask.${kind}`, { number: asked.value.number })]);
    },
  });
}
