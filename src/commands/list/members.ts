import { type CaseAction, MAX_TIMEOUT_MINUTES } from "../../engine/case/decision.ts";
import type { AuthorRole } from "../../engine/message.ts";
import { openReview } from "../../pipeline/open-review.ts";
import type { StoredMessage } from "../../ports/store.ts";
import {
  count,
  DEFAULT_TIMEOUT_MINUTES,
  duration,
  durationOrEver,
  MAX_BAN_MINUTES,
  optional,
  personOrReply,
  rule,
  text,
} from "../arguments.ts";
import { type CommandContext, defineCommand, type Person } from "../command.ts";
import { badInput, type Reply } from "../reply.ts";
import { deleteDays } from "../room-arguments.ts";
import { sayStepProblem } from "../say-problem.ts";
import { sayDecided } from "./decide.ts";
import { MODERATORS } from "./roles.ts";

const DEFAULT_PURGE = 10;
/** Discord deletes at most this many messages at once. */
const MAX_PURGE = 100;

const reasoned = { rule: optional(rule), reason: text } as const;

export const warn = defineCommand({
  name: "warn",
  args: { who: personOrReply, ...reasoned },
  needs: MODERATORS,
  privileged: true,
  actsOn: "who",
  run: async (context, args) =>
    review(context, args, { kind: "warn" }, await repliedTo(context, args.who)),
});

export const timeout = defineCommand({
  name: "timeout",
  args: { who: personOrReply, duration: optional(duration(MAX_TIMEOUT_MINUTES)), ...reasoned },
  needs: MODERATORS,
  privileged: true,
  actsOn: "who",
  rights: () => ["timeout-members"],
  run: async (context, args) => {
    const minutes = args.duration ?? DEFAULT_TIMEOUT_MINUTES;
    return review(context, args, { kind: "timeout", minutes }, await repliedTo(context, args.who));
  },
});

export const kick = defineCommand({
  name: "kick",
  args: { who: personOrReply, ...reasoned },
  needs: MODERATORS,
  privileged: true,
  actsOn: "who",
  rights: () => ["kick-members"],
  run: async (context, args) =>
    review(context, args, { kind: "kick" }, await repliedTo(context, args.who)),
});

export const ban = defineCommand({
  name: "ban",
  args: {
    who: personOrReply,
    duration: optional(durationOrEver(MAX_BAN_MINUTES)),
    days: optional(deleteDays),
    ...reasoned,
  },
  needs: MODERATORS,
  privileged: true,
  actsOn: "who",
  rights: ({ days }) => ["ban-members", ...(days === null ? [] : (["delete-messages"] as const))],
  run: async (context, args) => {
    const minutes = args.duration === "forever" ? null : args.duration;
    const { days } = args;
    const action = { kind: "ban", minutes, ...(days !== null && { deleteDays: days }) } as const;
    return review(context, args, action, await repliedTo(context, args.who));
  },
});

export const purge = defineCommand({
  name: "purge",
  args: { who: personOrReply, count: optional(count(MAX_PURGE)), ...reasoned },
  needs: MODERATORS,
  privileged: true,
  actsOn: "who",
  places: async (context, args) => {
    const channels = new Set((await toPurge(context, args)).map(({ channelId }) => channelId));
    return [...channels].map((channelId) => ({ channelId, rights: ["delete-messages"] as const }));
  },
  async run(context, args) {
    const messages = await toPurge(context, args);
    if (messages.length === 0) return badInput([context.say("purge.nothing")]);
    const reply = await review(context, args, { kind: "delete" }, messages);
    // Fewer than were asked for may be on record.
    const counted = context.say("purge.count", { count: messages.length });
    return reply.kind === "done" ? { ...reply, lines: [...reply.lines, counted] } : reply;
  },
});

/** The newest messages of somebody in the channel, or in a direct conversation anywhere. */
function toPurge(
  { deps, actor: { communityId, channelId } }: CommandContext,
  { who, count: most }: { readonly who: Person; readonly count: number | null },
): Promise<readonly StoredMessage[]> {
  return deps.store.recentMessages(communityId, who.id, channelId, most ?? DEFAULT_PURGE);
}

/** The message that the command answers, where the person wrote it: it is the evidence. */
async function repliedTo(
  { deps, actor }: CommandContext,
  { id }: Person,
): Promise<readonly StoredMessage[]> {
  if (!actor.replyTo) return [];
  const { communityId } = actor;
  const message = await deps.store.findMessage({ communityId, ...actor.replyTo });
  return message?.authorId === id ? [message] : [];
}

/** Every act on somebody is a case with a reason, so that it can be explained, undone and appealed. */
async function review(
  context: CommandContext,
  args: { readonly who: Person; readonly rule: string | null; readonly reason: string },
  action: CaseAction,
  messages: readonly StoredMessage[],
): Promise<Reply> {
  const { deps, actor } = context;
  const reviewed = await openReview(deps, {
    platform: actor.platform,
    communityId: actor.communityId,
    channelId: actor.channelId ?? messages[0]?.channelId ?? "",
    by: actor.id,
    author: { id: args.who.id, role: messages[0]?.authorRole ?? speakerOf(args.who) },
    messageKeys: messages.map(({ key }) => key),
    severity: null,
    requestId: actor.requestId,
    outcome: "uphold",
    rule: args.rule,
    reason: args.reason,
    actions: [action],
  });
  if (reviewed.ok) return sayDecided(context, reviewed.value);
  return badInput([await sayStepProblem(context, null, reviewed.error)]);
}

/** Whoever works for the community speaks for it. */
function speakerOf({ roles }: Person): AuthorRole {
  return roles.some((role) => role !== "member") ? "staff" : "member";
}
