import { describe, expect, jest, test } from "@jest/globals";
import { DiscordApi } from "../../../adapters/discord/api.ts";
import { commandDefinitions } from "../../../adapters/discord/command-definitions.ts";
import { register } from "../../../adapters/discord/register.ts";
import { commandsOf } from "../../../src/commands/index.ts";
import { fail, ok } from "../../../src/engine/result.ts";
import { sharedOpenApi } from "../../support/discord/openapi.ts";
import { makeListeningLog } from "../system/silent-log.ts";
import { checkCommands } from "../../support/discord/prose-commands.ts";

interface Named {
  readonly type?: number;
  readonly name: string;
  readonly description?: string;
  readonly name_localizations?: Readonly<Record<string, string>>;
  readonly description_localizations?: Readonly<Record<string, string>>;
  readonly options?: readonly Named[];
  readonly choices?: readonly Named[];
  readonly value?: string;
  readonly contexts?: readonly number[];
  readonly default_member_permissions?: string;
}

// As Discord reads them: what TypeScript's types promise is not what is looked at.
const ALL = JSON.parse(JSON.stringify(commandDefinitions(commandsOf("discord")))) as Named[];
const LOCALES = ["zh-CN", "zh-TW"] as const;
/** Names of chat commands and their options (https://discord.com/developers/docs/interactions/application-commands). */
const CHAT_NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const MOST_CHARACTERS = 8000;
const MENUS = [2, 3];

/** A command or an option, and everything below it that has a name of its own. */
function below(each: Named): readonly Named[] {
  return [each, ...(each.options ?? []).flatMap(below)];
}

test("Discord's own document and its prose take all of them", () => {
  const request = {
    method: "PUT",
    template: "/applications/{application_id}/commands",
    params: { application_id: "1" },
    query: new URLSearchParams(),
    body: ALL,
    narrow: null,
  };
  expect(sharedOpenApi().check(request)).toBeNull();
  expect(checkCommands(ALL)).toBeNull();
});

describe.each(LOCALES)("%s", (locale) => {
  test("every command and option has a name and a description", () => {
    for (const each of ALL.filter(({ type = 1 }) => !MENUS.includes(type)).flatMap(below)) {
      expect(each.name_localizations?.[locale]).toMatch(CHAT_NAME);
      expect([...(each.description_localizations?.[locale] ?? "")].length).toBeGreaterThan(0);
    }
    for (const { name_localizations: names } of ALL) expect(names?.[locale]).toBeTruthy();
  });

  test("no two beside each other have the same name", () => {
    const groups = [ALL.filter(({ type = 1 }) => type === 1), ...ALL.flatMap(below).map(inside)];
    for (const group of groups) {
      const names = group.map((each) => each.name_localizations?.[locale] ?? each.name);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test("no command is longer than Discord takes with its longest words", () => {
    for (const each of ALL) expect(charactersOf(each)).toBeLessThanOrEqual(MOST_CHARACTERS);
  });
});

test("a description is no longer than 100 characters, in no language", () => {
  const words = ALL.flatMap(below).flatMap((each) => [
    each.description ?? "",
    ...Object.values(each.description_localizations ?? {}),
  ]);
  expect(words.filter((each) => [...each].length > 100)).toEqual([]);
});

test("only what everybody may use is offered in direct messages, and nothing of the team to everybody", () => {
  const direct = ALL.filter(({ contexts = [] }) => contexts.includes(1)).map(({ name }) => name);
  expect(direct).toEqual(["candor"]);
  const open = ALL.filter((each) => each.default_member_permissions === undefined);
  expect(open.map(({ name }) => name)).toEqual(["candor", "Report message"]);
});

test("they are registered at once, and again only when they changed or Discord refused them", async () => {
  const log = makeListeningLog();
  const api = new DiscordApi({ token: "t", apiUrl: "http://127.0.0.1:9/api", log });
  api.close();
  const refused = fail({ kind: "unavailable", cause: null } as const);
  const send = jest
    .spyOn(api, "send")
    .mockResolvedValueOnce(refused)
    .mockResolvedValue(ok(undefined));
  const kept = new Map<string, string>();
  const memory = {
    recall: async (key: string) => kept.get(key) ?? null,
    remember: async (key: string, value: string | null) => void kept.set(key, value ?? ""),
    due: async () => [],
  };
  const all = commandsOf("discord");
  for (const some of [all, all, all, all.slice(1)]) await register(api, memory, "1", some, log);
  expect(send).toHaveBeenCalledTimes(3);
});

function inside({ options = [] }: Named): readonly Named[] {
  return options;
}

function longest(own = "", others: Readonly<Record<string, string>> = {}): number {
  return Math.max(...[own, ...Object.values(others)].map((words) => words.length));
}

/** As Discord counts: of each field the longest of all languages. */
function charactersOf(each: Named): number {
  const choices = (each.choices ?? []).map(
    ({ name, name_localizations: names, value }) => longest(name, names) + String(value).length,
  );
  const own =
    longest(each.name, each.name_localizations) +
    longest(each.description, each.description_localizations);
  return [...choices, ...inside(each).map(charactersOf)].reduce((sum, one) => sum + one, own);
}
