import type { ChannelPlace } from "../../ports/server.ts";
import { changePolicy } from "../change-policy.ts";
import type { CommandContext } from "../command.ts";
import { badInput, done, failed, type Reply } from "../reply.ts";
import { nextButton, sayLine, sayPageTitle } from "./setup-pages.ts";

/** Asks for the moderators' channel. */
export function offerChannel(context: CommandContext): Reply {
  const { say, platform, actor, policy } = context;
  const { moderatorChannel: id } = policy.platform;
  const now = id === undefined ? null : platform.server?.channel(actor.communityId, id);
  return done([say("setup.channel"), sayLine(context, "channel", now ? `#${now.name}` : null)], {
    title: sayPageTitle(context, "channel"),
    selects: [
      {
        placeholder: say("setup.channel-pick"),
        command: "setup channel",
        of: "channels",
        least: 1,
        most: 1,
        chosen: now ? [now.id] : [],
      },
    ],
    buttons: [
      { label: say("setup.make-channel"), command: "setup private-channel" },
      nextButton(context, "roles"),
    ],
  });
}

export async function setChannel(context: CommandContext, value: string): Promise<Reply> {
  const { say, platform, actor } = context;
  const id = /^(?:<#)?(\d{1,20})>?$/u.exec(value)?.[1];
  const channel = id === undefined ? null : platform.server?.channel(actor.communityId, id);
  if (!channel) return badInput([say("setup.channel-unknown")]);
  return keepChannel(context, channel);
}

/** A channel for whoever moderates, by the roles that the policy names; owner and administrators see every channel. */
export async function makeChannel(context: CommandContext): Promise<Reply> {
  const { say, platform, actor, policy, person } = context;
  const { manager, moderator, service } = policy.platform.roles;
  const made = await platform.server?.makeChannel(actor.communityId, {
    name: say("setup.channel-name"),
    roles: [...manager, ...moderator, ...service],
    reason: `/setup by ${person.id}`,
  });
  if (made?.ok) return keepChannel(context, { ...made.value, isOpen: false });
  return made?.error.kind === "forbidden"
    ? badInput([say("setup.make-forbidden", { permission: made.error.permission })])
    : failed(say("setup.make-failed"));
}

async function keepChannel(
  context: CommandContext,
  { id, name, isOpen }: ChannelPlace,
): Promise<Reply> {
  await changePolicy(context, (before) =>
    before.platform.moderatorChannel === id
      ? null
      : { ...before, platform: { ...before.platform, moderatorChannel: id } },
  );
  const { say } = context;
  const warning = isOpen ? [say("setup.channel-open", { name })] : [];
  return done([say("setup.channel-saved", { name }), ...warning], {
    buttons: [nextButton(context, "roles")],
  });
}
