import { messageId, optional, text } from "../arguments.ts";
import { defineCommand } from "../command.ts";
import { reportAs } from "./report.ts";
import { MODERATORS } from "./roles.ts";

/** What a moderator does not want to decide alone: a case at once, and others are called. */
export const escalate = defineCommand({
  name: "escalate",
  args: { message: optional(messageId), reason: text },
  needs: MODERATORS,
  privileged: true,
  run: (context, args) => reportAs(context, args, "escalation"),
});
