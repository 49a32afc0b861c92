import { invalidForm, type Refusal } from "./errors.ts";
import { badLength } from "./prose-messages.ts";
import { isSet } from "./wire.ts";

const COMMAND_CHARACTERS = 8000;
/** Chat commands, user menus and message menus an application may have, by command type. */
const COMMANDS_OF_TYPE: Readonly<Record<number, number>> = { 1: 100, 2: 15, 3: 15 };
const CHOICES = 25;
/** Reference, "Locales". */
const LOCALES: ReadonlySet<string> = new Set(
  (
    "id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th " +
    "zh-CN ja zh-TW ko"
  ).split(" "),
);

type Localizations = Readonly<Record<string, string | null>> | null;

type CommandBody = OptionBody & { readonly type?: number | null };

interface OptionBody {
  readonly type?: number;
  readonly name: string;
  readonly description?: string | null;
  readonly name_localizations?: Localizations;
  readonly description_localizations?: Localizations;
  readonly required?: boolean | null;
  readonly autocomplete?: boolean | null;
  readonly choices?: readonly { readonly name: string; readonly value: string | number }[] | null;
  readonly options?: readonly OptionBody[] | null;
}

/** Chat names: lower case where the script has case, letters of any script, digits, hyphen, underscore. */
const CHAT_NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

/** The limits on the set of commands that is written at once. */
export function checkCommands(body: unknown): Refusal | null {
  const commands = body as readonly CommandBody[];
  const seen = new Set<string>();
  const counts = new Map<number, number>();
  for (const [index, command] of commands.entries()) {
    const path = [String(index)];
    const type = command.type ?? 1;
    const key = `${type} ${command.name}`;
    if (seen.has(key)) {
      const words = "Application command names must be unique";
      return invalidForm(path, "APPLICATION_COMMANDS_DUPLICATE_NAME", words);
    }
    seen.add(key);
    const count = (counts.get(type) ?? 0) + 1;
    counts.set(type, count);
    if (count > (COMMANDS_OF_TYPE[type] ?? 1)) {
      return invalidForm(path, "APPLICATION_COMMANDS_LIMIT", "Too many commands of this type");
    }
    const wrong = type === 1 ? checkChatCommand(command, path) : checkMenu(command, path);
    if (wrong) return wrong;
  }
  return null;
}

function checkMenu(command: OptionBody, path: readonly string[]): Refusal | null {
  if ((command.description ?? "") === "" && !command.options?.length) return null;
  const words = "Context menu commands cannot have a description or options";
  return invalidForm([...path, "description"], "APPLICATION_COMMAND_CONTEXT_MENU", words);
}

function checkChatCommand(command: OptionBody, path: readonly string[]): Refusal | null {
  if (charactersOf(command) > COMMAND_CHARACTERS) {
    const words = `Command exceeds maximum size (${COMMAND_CHARACTERS})`;
    return invalidForm(path, "APPLICATION_COMMAND_TOO_LARGE", words);
  }
  return checkOption(command, path);
}

function charactersOf({ name, description, options, choices }: OptionBody): number {
  const values = (choices ?? []).map((each) => each.name.length + String(each.value).length);
  const inside = [...values, ...(options ?? []).map(charactersOf)];
  return name.length + (description ?? "").length + inside.reduce((sum, each) => sum + each, 0);
}

/** Names and descriptions in other languages: the languages Discord has, and the rules of the original. */
function checkLocalizations(option: OptionBody, path: readonly string[]): Refusal | null {
  const names = Object.entries(option.name_localizations ?? {});
  const descriptions = Object.entries(option.description_localizations ?? {});
  const stray = [...names, ...descriptions].find(([locale]) => !LOCALES.has(locale));
  if (stray) {
    const words = "There is no such locale";
    return invalidForm([...path, "name_localizations"], "DICT_TYPE_UNKNOWN_KEYS", words);
  }
  const bad = names.find(([, name]) => isSet(name) && !isChatName(name));
  if (!bad) return null;
  const words = "Command name is invalid";
  return invalidForm(
    [...path, "name_localizations", bad[0]],
    "APPLICATION_COMMAND_INVALID_NAME",
    words,
  );
}

function isChatName(name: string): boolean {
  return CHAT_NAME.test(name) && name === name.toLowerCase();
}

function checkOption(option: OptionBody, path: readonly string[]): Refusal | null {
  const { name, description, options } = option;
  if (!isChatName(name)) {
    const words = "Command name is invalid";
    return invalidForm([...path, "name"], "APPLICATION_COMMAND_INVALID_NAME", words);
  }
  if ((description ?? "") === "" || [...(description ?? "")].length > 100) {
    return badLength([...path, "description"], 1, 100);
  }
  if (option.autocomplete === true && (option.choices?.length ?? 0) > 0) {
    const words = "Options with choices cannot autocomplete";
    return invalidForm(path, "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE", words);
  }
  if ((option.choices?.length ?? 0) > CHOICES) return badLength([...path, "choices"], 0, CHOICES);
  return checkLocalizations(option, path) ?? checkOptions(options ?? [], [...path, "options"]);
}

function checkOptions(options: readonly OptionBody[], path: readonly string[]): Refusal | null {
  if (options.length > CHOICES) return badLength(path, 0, CHOICES);
  const names = new Set(options.map((each) => each.name));
  if (names.size < options.length) {
    const words = "Option name must be unique";
    return invalidForm(path, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", words);
  }
  const nested = options.filter((each) => each.type === 1 || each.type === 2).length;
  if (nested > 0 && nested < options.length) {
    const words = "Sub-command and other options are mutually exclusive";
    return invalidForm(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", words);
  }
  const firstOptional = options.findIndex((each) => each.required !== true);
  const lastRequired = options.findLastIndex((each) => each.required === true);
  if (firstOptional !== -1 && lastRequired > firstOptional) {
    const words = "Required options must be placed before non-required options";
    return invalidForm(path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", words);
  }
  for (const [index, option] of options.entries()) {
    const wrong = checkOption(option, [...path, String(index)]);
    if (wrong) return wrong;
  }
  return null;
}
