import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType as Option,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  type LocalizationMap,
  PermissionFlagsBits,
  type RESTPostAPIApplicationCommandsJSONBody,
} from "discord.js";
import type { Argument } from "../../src/commands/arguments.ts";
import type { Command } from "../../src/commands/command.ts";
import { sayAccepted, sayArgument, sayHelp } from "../../src/commands/say-problem.ts";
import type { Locale } from "../../src/engine/policy.ts";
import { say, type WordKey } from "../../src/words/say.ts";
import { completes } from "./autocomplete.ts";
import { sayName } from "./command-names.ts";

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
  { key: "escalate", type: ApplicationCommandType.Message },
  { key: "explain", type: ApplicationCommandType.Message },
  { key: "history", type: ApplicationCommandType.User },
];
interface Menu {
  readonly key: MenuKey;
  readonly type: ApplicationCommandType.Message | ApplicationCommandType.User;
}

export type MenuKey = "report" | "escalate" | "explain" | "history";

/** Commands of an owner, who looks for them by their own name. */
export const ALONE: readonly string[] = ["setup", "doctor"];

/** Whoever may do one of these sees the moderators' commands; what they may do is asked for each time. */
const SEEN_BY = PermissionFlagsBits.ModerateMembers.toString();
const SEEN_BY_OWNERS = PermissionFlagsBits.ManageGuild.toString();

/** Candor belongs to servers, and to nobody's account. */
const INSTALLED = { integration_types: [ApplicationIntegrationType.GuildInstall] };

/** All that is registered with Discord, made of the commands themselves. */
export function commandDefinitions(
  commands: readonly Command[],
): readonly RESTPostAPIApplicationCommandsJSONBody[] {
  const forMembers = commands.filter(({ needs }) => needs.includes("member"));
  const forTeam = commands.filter(
    ({ name, needs }) => !needs.includes("member") && !ALONE.includes(name),
  );
  const cases = forTeam.filter(isAboutCases);
  const others = forTeam.filter((command) => !isAboutCases(command));
  return [
    {
      ...group(MEMBERS, "discord.group.members", forMembers),
      contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
    },
    { ...group(CASES, "discord.group.cases", cases), default_member_permissions: SEEN_BY },
    { ...group(TEAM, "discord.group.team", others), default_member_permissions: SEEN_BY },
    ...commands.filter(({ name }) => ALONE.includes(name)).map(alone),
    ...MENUS.map(({ key, type }) => ({
      type,
      name: say("en", `discord.menu.${key}`),
      name_localizations: localised(`discord.menu.${key}`),
      ...INSTALLED,
      contexts: [InteractionContextType.Guild],
      ...(key !== "report" && { default_member_permissions: SEEN_BY }),
    })),
  ];
}

/** In which group a command is; those of an owner stand alone. */
export function groupsOf(commands: readonly Command[]): ReadonlyMap<string, string> {
  const grouped = commands.filter(({ name }) => !ALONE.includes(name));
  return new Map(grouped.map((command) => [command.name, groupOf(command)]));
}

function groupOf(command: Command): string {
  if (command.needs.includes("member")) return MEMBERS;
  return isAboutCases(command) ? CASES : TEAM;
}

function isAboutCases({ name, args }: Command): boolean {
  return name === "queue" || Object.values(args).some(({ kind }) => kind === "case");
}

function group(name: string, key: WordKey, commands: readonly Command[]) {
  return {
    type: ApplicationCommandType.ChatInput as const,
    name,
    ...named(name),
    description: short(say("en", key)),
    description_localizations: localised(key),
    ...INSTALLED,
    contexts: [InteractionContextType.Guild],
    options: commands.map(subcommand),
  };
}

function alone(command: Command) {
  return {
    type: ApplicationCommandType.ChatInput as const,
    name: command.name,
    ...named(command.name),
    ...described((locale) => sayHelp(locale, command)),
    ...INSTALLED,
    contexts: [InteractionContextType.Guild],
    default_member_permissions: SEEN_BY_OWNERS,
    options: optionsOf(command),
  };
}

function subcommand(command: Command): APIApplicationCommandSubcommandOption {
  return {
    type: Option.Subcommand,
    name: command.name,
    ...named(command.name),
    ...described((locale) => sayHelp(locale, command)),
    options: optionsOf(command),
  };
}

/** Discord wants what is required before what is not. */
function optionsOf(command: Command): APIApplicationCommandBasicOption[] {
  const args = Object.entries(command.args).filter(([, { formOnly }]) => !formOnly);
  const options = args.map(([name, argument]) => option(command.name, name, argument));
  return [
    ...options.filter(({ required }) => required),
    ...options.filter(({ required }) => !required),
  ];
}

function option(
  command: string,
  name: string,
  argument: Argument<unknown>,
): APIApplicationCommandBasicOption {
  const base = {
    name,
    name_localizations: {
      "zh-CN": sayArgument("zh-CN", name),
      "zh-TW": sayArgument("zh-TW", name),
    },
    ...described((locale) => sayAccepted(locale, argument.accepted)),
    required: !argument.optional,
  };
  switch (argument.kind) {
    case "person":
      // Discord completes members itself.
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
      return { ...base, type: Option.String };
    case "word":
      return { ...base, type: Option.String, autocomplete: completes(command, name) };
    case "text":
      return { ...base, type: Option.String, max_length: MAX_TEXT };
  }
}

/** What a command is called in other languages. */
function named(name: string) {
  const localizations = { "zh-CN": sayName("zh-CN", name), "zh-TW": sayName("zh-TW", name) };
  return { name_localizations: localizations };
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
