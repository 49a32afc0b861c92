import type { Locale } from "../../src/engine/policy.ts";
import { CATALOGUES, say, type WordKey } from "../../src/words/say.ts";

/** What a command is called in a language; every command has a name in the catalogues, as `discord.name.NAME`. */
export function sayName(locale: Locale, name: string): string {
  const key = `discord.name.${name}`;
  return isWordKey(key) ? say(locale, key) : name;
}

function isWordKey(key: string): key is WordKey {
  return Object.hasOwn(CATALOGUES.en, key);
}
