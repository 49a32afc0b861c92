import type { Right } from "../../engine/roles.ts";
import { choice, longText, optional } from "../arguments.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { badInput, done, type Reply } from "../reply.ts";
import { troubleLines } from "../say-trouble.ts";
import { makeChannel, offerChannel, setChannel } from "./setup-channel.ts";
import { offerEmoji, offerLanguage, setEmoji, setLanguage } from "./setup-language.ts";
import { offerJurisdiction, sayJurisdictions, setJurisdiction } from "./setup-jurisdiction.ts";
import { nameRoles, offerRoles, rolesOf, setRoles } from "./setup-roles.ts";
import { offerTest, removeTest, runTest } from "./setup-test.ts";
import { LEADERS } from "./roles.ts";
import { endButton, nextButton, PAGES, sayLine, sayPageTitle } from "./setup-pages.ts";

/** What is set step by step, as typed; a page stands for those that are set on it. */
const STEPS = [
  "channel",
  "private-channel",
  "roles",
  "managers",
  "moderators",
  "service",
  "staff",
  "language",
  "jurisdiction",
  "emoji",
  "test",
  "remove",
  "mode",
  "live",
] as const;
type Step = (typeof STEPS)[number];

/** 25 ids of 20 digits, which is what one menu gives, and commas between them. */
const MOST_VALUE_UNITS = 600;

/** Walks an owner through what a server needs. Every step can be taken again, and by itself. */
export const setup = defineCommand({
  name: "setup",
  args: { step: optional(choice(STEPS)), value: optional(longText(MOST_VALUE_UNITS)) },
  needs: LEADERS,
  privileged: true,
  rights: ({ step, value }) => rightsOf(step, value),
  async run(context, { step, value }) {
    return step === null ? overview(context) : take(context, step, value);
  },
});

/** What the platform asks for the same done by hand. To look is free. */
function rightsOf(step: Step | null, value: string | null): readonly Right[] {
  switch (step) {
    case "private-channel":
      return ["manage-channels", "manage-roles"];
    case "managers":
    case "moderators":
    case "service":
    case "staff":
      return value === null ? [] : ["manage-roles"];
    case "channel":
      return value === null ? [] : ["manage-server"];
    case null:
    case "roles":
    case "language":
    case "jurisdiction":
    case "emoji":
    case "test":
    case "remove":
    case "mode":
    case "live":
      return [];
  }
}

function take(context: CommandContext, step: Step, value: string | null): Reply | Promise<Reply> {
  switch (step) {
    case "channel":
      return value === null ? offerChannel(context) : setChannel(context, value);
    case "private-channel":
      return makeChannel(context);
    case "roles":
      return offerRoles(context);
    case "managers":
    case "moderators":
    case "service":
    case "staff":
      return value === null ? offerRoles(context) : setRoles(context, step, value);
    case "language":
      return value === null ? offerLanguage(context) : setLanguage(context, value);
    case "jurisdiction":
      return value === null ? offerJurisdiction(context) : setJurisdiction(context, value);
    case "emoji":
      return value === null ? offerEmoji(context) : setEmoji(context, value);
    case "test":
      return value === null ? offerTest(context) : runTest(context);
    case "remove":
      return removeTest(context);
    case "mode":
      return sayMode(context);
    case "live":
      return askLive(context);
  }
}

/** What is set, and what is missing. */
async function overview(context: CommandContext): Promise<Reply> {
  const { platform, actor, policy, say, locale } = context;
  const found = await platform.server?.troubles(actor.communityId);
  if (!platform.server || !found?.ok) return badInput([say("doctor.silent")]);
  const { moderatorChannel: channel, reportEmoji } = policy.platform;
  const named = channel === undefined ? null : platform.server.channel(actor.communityId, channel);
  const missing = troubleLines(locale, found.value);
  return done(
    [
      sayLine(context, "channel", named ? `#${named.name}` : null),
      ...(named?.isOpen ? [say("setup.channel-open", { name: named.name })] : []),
      ...rolesOf(context).map(([role, ids]) =>
        say("setup.line", {
          what: say(`setup.role.${role}`),
          value: nameRoles(context, ids),
        }),
      ),
      sayLine(context, "language", say(`setup.language-name.${policy.language}`)),
      sayLine(context, "jurisdiction", sayJurisdictions(context, policy.jurisdictions)),
      sayLine(context, "emoji", reportEmoji ?? null),
      sayLine(context, "mode", say(`setup.mode.${policy.mode}`)),
      ...(missing.length > 0 ? [say("setup.missing"), ...missing] : [say("setup.ready")]),
    ],
    {
      title: say("setup.title"),
      buttons: PAGES.map((page) => ({
        label: say(`setup.what.${page}`),
        command: `setup ${page}`,
      })),
    },
  );
}

function sayMode(context: CommandContext): Reply {
  const { policy, say } = context;
  const isLive = policy.mode === "live";
  return done([say(isLive ? "setup.mode-live" : "setup.mode")], {
    title: sayPageTitle(context, "mode"),
    buttons: isLive
      ? [{ label: say("setup.button.shadow"), command: "shadow on" }, endButton(context)]
      : [
          { label: say("setup.button.stay"), command: "setup" },
          { label: say("setup.button.live"), command: "setup live" },
        ],
  });
}

/** Going live is asked for by itself: it is what members notice. */
async function askLive(context: CommandContext): Promise<Reply> {
  const { platform, actor, say, locale, policy } = context;
  if (policy.mode === "live") return sayMode(context);
  const found = await platform.server?.troubles(actor.communityId);
  const missing = found?.ok ? troubleLines(locale, found.value) : [say("doctor.silent")];
  return done(
    [say("setup.live-ask"), ...(missing.length > 0 ? [say("setup.missing"), ...missing] : [])],
    {
      title: sayPageTitle(context, "mode"),
      buttons: [
        { label: say("setup.button.stay"), command: "setup" },
        { label: say("setup.button.live-yes"), command: "shadow off" },
        ...(missing.length > 0 ? [nextButton(context, "channel")] : []),
      ],
    },
  );
}
