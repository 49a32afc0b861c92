import { personOf } from "../../pipeline/deps.ts";
import type { ActionError } from "../../ports/platform.ts";
import { choice, optional, person, text } from "../arguments.ts";
import { type CommandContext, defineCommand, type Person } from "../command.ts";
import { badInput, done, failed, type Reply, refused } from "../reply.ts";
import { sayForbidden } from "../say-forbidden.ts";
import { MODERATORS } from "./roles.ts";

/** Longest nickname of Discord, in characters. */
const MOST_NAME = 32;
/** The command of a button may not be longer (custom ids of Discord). */
const MOST_COMMAND = 90;

export const nick = defineCommand({
  name: "nick",
  args: { who: person, name: optional(text) },
  needs: MODERATORS,
  privileged: true,
  actsOn: "who",
  rights: () => ["manage-names"],
  async run(context, { who, name }) {
    const { deps, actor, platform, policy, say } = context;
    if (policy.mode === "shadow") return badInput([say("mode.shadow")]);
    if (name !== null && [...name].length > MOST_NAME) {
      return badInput([say("nick.too-long", { most: MOST_NAME })]);
    }
    if (!platform.extras?.rename) return badInput([say("room.unable")]);
    const target = { communityId: actor.communityId, memberId: who.id };
    const renamed = await platform.extras.rename(target, name, `Candor: /nick by ${actor.id}`);
    await note(context, who, { action: "nick" }, renamed.ok ? null : renamed.error.kind);
    if (!renamed.ok) return sayRefused(context, renamed.error);
    deps.log.info({ community: actor.communityId }, "a member was given another name");
    const back = `nick <@${who.id}> ${renamed.value ?? ""}`.trim();
    const words = name === null ? say("nick.cleared") : say("nick.done");
    return done([words], {
      buttons:
        renamed.value !== name && back.length <= MOST_COMMAND
          ? [{ label: say("button.take-back"), command: back }]
          : [],
    });
  },
});

export const role = defineCommand({
  name: "role",
  args: { who: person, change: choice(["give", "withdraw"]), role: text },
  needs: MODERATORS,
  privileged: true,
  actsOn: "who",
  rights: () => ["manage-roles"],
  async run(context, { who, change, role: words }) {
    const { actor, platform, policy, say } = context;
    if (policy.mode === "shadow") return badInput([say("mode.shadow")]);
    if (!platform.extras?.changeRole) return badInput([say("room.unable")]);
    const target = { communityId: actor.communityId, memberId: who.id };
    const changed = await platform.extras.changeRole(
      { target, role: words, give: change === "give", by: actor.id },
      `Candor: /role ${change} by ${actor.id}`,
    );
    const action = { action: `role-${change}`, role: changed.ok ? changed.value.name : null };
    await note(context, who, action, changed.ok ? null : changed.error.kind);
    if (!changed.ok) {
      const { error } = changed;
      if (error.kind === "no-role") return badInput([say("role.unknown")]);
      if (error.kind === "above-actor") return refused(say("role.above", { role: error.role }));
      return sayRefused(context, error);
    }
    const other = change === "give" ? "withdraw" : "give";
    // By its id: another of the same name, or this one by another name, is not meant.
    const back = `role <@${who.id}> ${other} ${changed.value.id}`;
    return done([say(`role.${change}`, { role: changed.value.name })], {
      buttons:
        back.length <= MOST_COMMAND ? [{ label: say("button.take-back"), command: back }] : [],
    });
  },
});

/** The record names nobody, and holds nothing that somebody is called. */
async function note(
  { deps, actor, now }: CommandContext,
  who: Person,
  about: { readonly action: string; readonly role?: string | null },
  refusedBy: string | null,
): Promise<void> {
  await deps.store.noteEffect(`${about.action}-${deps.ids.next()}`, actor.communityId, {
    type: refusedBy === null ? "action.done" : "action.failed",
    at: now,
    person: personOf(deps, actor.platform, who.id),
    payload: {
      ...about,
      ...(refusedBy !== null && { refused: refusedBy }),
      moderator: personOf(deps, actor.platform, actor.id),
    },
  });
}

function sayRefused({ say, locale }: CommandContext, error: ActionError): Reply {
  switch (error.kind) {
    case "forbidden":
      return failed(sayForbidden(locale, error));
    case "gone":
      return badInput([say("refusal.unknown-person")]);
    case "irreversible":
    case "unreachable":
    case "throttled":
    case "unavailable":
      return failed(say("command.platform-silent"));
  }
}
