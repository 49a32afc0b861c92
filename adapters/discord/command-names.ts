import type { Locale } from "../../src/engine/policy.ts";
import { CATALOGUES, type CommandNames, say, type WordKey } from "../../src/words/say.ts";

/** What a command is called in a language; every command has a name in the catalogues, as `discord.name.NAME`. */
export function sayName(locale: Locale, name: string): string {
  const key = `discord.name.${name}`;
  return isWordKey(key) ? say(locale, key) : name;
}

function isWordKey(key: string): key is WordKey {
  return Object.hasOwn(CATALOGUES.en, key);
}

/** What people on Discord choose to give a command: it stands in a group of the commands that are registered. */
export function namesIn(groups: ReadonlyMap<string, string>): CommandNames {
  return (command, locale) => {
    const group = groups.get(command);
    const path = group === undefined ? [command] : [group, command];
    return `/${path.map((name) => sayName(locale, name)).join(" ")}`;
  };
}

/** What the menu of a message calls a command; null where it has none. */
export function menuName(command: string, locale: Locale): string | null {
  const key = `discord.menu.${command}`;
  return isWordKey(key) ? say(locale, key) : null;
}
