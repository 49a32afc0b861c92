import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType as Option,
  ApplicationCommandType,
  InteractionContextType,
  type LocalizationMap,
  PermissionFlagsBits,
  type RESTPostAPIApplicationCommandsJSONBody,
} from "discord.js";
import type { Argument } from "../../src/commands/arguments.ts";
import type { Command } from "../../src/commands/command.ts";
import { sayAccepted, sayHelp } from "../../src/commands/say-problem.ts";
import type { Locale } from "../../src/engine/policy.ts";
import { say, type WordKey } from "../../src/words/say.ts";

/** Limits of Discord (https://discord.com/developers/docs/interactions/application-commands). */
const MAX_DESCRIPTION = 100;
const MAX_CHOICES = 25;
const MAX_TEXT = 6000;

/** What everybody may use; what the team does with cases; and what else it does. Discord takes 25 in each. */
const MEMBERS = "candor";
const CASES = "mod";
const TEAM = "team";
/** Context menus, and the command that each runs. */
export const MENUS: readonly Menu[] = [
  { key: "report", type: ApplicationCommandType.Message },
  { key: "explain", type: ApplicationCommandType.Message },
  { key: "history", type: ApplicationCommandType.User },
];
interface Menu {
  readonly key: MenuKey;
  readonly type: ApplicationCommandType.Message | ApplicationCommandType.User;
}

export type MenuKey = "report" | "explain" | "history";

/** Whoever may do one of these sees the moderators' commands; what they may do is asked for each time. */
const SEEN_BY = PermissionFlagsBits.ModerateMembers.toString();

/** All that is registered with Discord, made of the commands themselves. */
export function commandDefinitions(
  commands: readonly Command[],
): readonly RESTPostAPIApplicationCommandsJSONBody[] {
  const forMembers = commands.filter(({ needs }) => needs.includes("member"));
  const forTeam = commands.filter(({ needs }) => !needs.includes("member"));
  const cases = forTeam.filter(isAboutCases);
  const others = forTeam.filter((command) => !isAboutCases(command));
  return [
    group(MEMBERS, "discord.group.members", forMembers),
    { ...group(CASES, "discord.group.cases", cases), default_member_permissions: SEEN_BY },
    { ...group(TEAM, "discord.group.team", others), default_member_permissions: SEEN_BY },
    ...MENUS.map(({ key, type }) => ({
      type,
      name: say("en", `discord.menu.${key}`),
      name_localizations: localised(`discord.menu.${key}`),
      contexts: [InteractionContextType.Guild],
      ...(key !== "report" && { default_member_permissions: SEEN_BY }),
    })),
  ];
}

function isAboutCases({ name, args }: Command): boolean {
  return name === "queue" || Object.values(args).some(({ kind }) => kind === "case");
}

function group(name: string, key: WordKey, commands: readonly Command[]) {
  return {
    type: ApplicationCommandType.ChatInput as const,
    name,
    description: short(say("en", key)),
    description_localizations: localised(key),
    contexts: [InteractionContextType.Guild],
    options: commands.map(subcommand),
  };
}

function subcommand(command: Command): APIApplicationCommandSubcommandOption {
  const args = Object.entries(command.args).filter(([, { formOnly }]) => !formOnly);
  const options = args.map(([name, argument]) => option(name, argument));
  return {
    type: Option.Subcommand,
    name: command.name,
    ...described((locale) => sayHelp(locale, command)),
    // Discord wants what is required before what is not.
    options: [
      ...options.filter(({ required }) => required),
      ...options.filter(({ required }) => !required),
    ],
  };
}

function option(name: string, argument: Argument<unknown>): APIApplicationCommandBasicOption {
  const base = {
    name,
    ...described((locale) => sayAccepted(locale, argument.accepted)),
    required: !argument.optional,
  };
  switch (argument.kind) {
    case "person":
      return { ...base, type: Option.User };
    case "case":
    case "rule":
      return { ...base, type: Option.String, autocomplete: true };
    case "choice":
      return {
        ...base,
        type: Option.String,
        choices: argument.choices.slice(0, MAX_CHOICES).map((choice) => ({
          name: short(say("en", `choice.${choice}`)),
          name_localizations: localised(`choice.${choice}`),
          value: choice,
        })),
      };
    case "duration":
    case "word":
      return { ...base, type: Option.String };
    case "text":
      return { ...base, type: Option.String, max_length: MAX_TEXT };
  }
}

/** A description in every language. */
function described(words: (locale: Locale) => string) {
  const localizations = { "zh-CN": short(words("zh-CN")), "zh-TW": short(words("zh-TW")) };
  return { description: short(words("en")), description_localizations: localizations };
}

function localised(key: WordKey): LocalizationMap {
  return { "zh-CN": short(say("zh-CN", key)), "zh-TW": short(say("zh-TW", key)) };
}

function short(words: string): string {
  const [...characters] = words;
  return characters.length <= MAX_DESCRIPTION
    ? words
    : `${characters.slice(0, MAX_DESCRIPTION - 1).join("")}…`;
}
