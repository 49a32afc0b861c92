import { FAMILIES } from "../../engine/message.ts";
import { SEVERITIES } from "../../engine/severity.ts";
import { sayList } from "../../words/say.ts";
import { choice } from "../arguments.ts";
import { sayActions, sayMinutes } from "../case-words.ts";
import { changePolicy } from "../change-policy.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { done } from "../reply.ts";
import { LEADERS, PEOPLE_READERS } from "./roles.ts";

export const policy = defineCommand({
  name: "policy",
  args: {},
  needs: PEOPLE_READERS.filter((role) => role !== "moderator"),
  privileged: true,
  async run(context) {
    return done(sayPolicy(context), { title: context.say("policy.title") });
  },
});

function sayPolicy(context: CommandContext): readonly string[] {
  const { say, locale, policy: now } = context;
  const { cases, strikes, retentionDays } = now;
  const { severities, actions } = cases.secondModerator;
  const second = sayList(locale, [...severities, ...actions.map((kind) => say(`choice.${kind}`))]);
  return [
    say(`mode.${now.mode}`),
    say("policy.language", { language: now.language, timeZone: now.timeZone }),
    ...FAMILIES.map((family) => sayFamily(context, family)),
    say("policy.cases", {
      lease: sayMinutes(context, cases.leaseMinutes),
      merge: sayMinutes(context, cases.mergeWindowMinutes),
    }),
    second === "" ? say("policy.one-moderator") : say("policy.second-moderator", { second }),
    say("policy.strikes", { days: strikes.expireDays }),
    ...strikes.thresholds.map(({ points, action }) =>
      say("policy.threshold", { points, action: sayActions(context, [action]) }),
    ),
    say("policy.team", {
      people: now.team.length,
      rotas: Object.keys(now.rotas).length,
      ladders: now.escalation.ladders.length,
    }),
    say("policy.retention", retentionDays),
  ];
}

function sayFamily(
  { say, locale, policy: now }: CommandContext,
  family: (typeof FAMILIES)[number],
) {
  const words = SEVERITIES.map(
    (severity) => `${severity} ${say(`policy-action.${now.actions[family][severity]}`)}`,
  );
  return say("policy.family", { family: say(`family.${family}`), actions: sayList(locale, words) });
}

export const shadow = defineCommand({
  name: "shadow",
  args: { switch: choice(["on", "off"]) },
  needs: LEADERS,
  privileged: true,
  async run(context, args) {
    const mode = args.switch === "on" ? "shadow" : "live";
    const changed = await changePolicy(context, (before) =>
      before.mode === mode ? null : { ...before, mode },
    );
    return done([context.say(changed ? `mode.now-${mode}` : `mode.already-${mode}`)]);
  },
});
