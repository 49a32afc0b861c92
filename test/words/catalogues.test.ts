import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { IntlMessageFormat } from "intl-messageformat";
import { Converter } from "opencc-js";
import { LOCALES } from "../../src/engine/policy.ts";
import { COMMANDS, OWN_COMMANDS } from "../../src/commands/index.ts";
import { sayUsage } from "../../src/commands/say-problem.ts";
import { setup as cnSetup } from "../../src/words/zh-cn/setup.ts";
import { setup as twSetup } from "../../src/words/zh-tw/setup.ts";
import { commands as cnCommands } from "../../src/words/zh-cn/commands.ts";
import { decisions as cnDecisions } from "../../src/words/zh-cn/decisions.ts";
import { help as cnHelp } from "../../src/words/zh-cn/help.ts";
import { privacy as cnPrivacy } from "../../src/words/zh-cn/privacy.ts";
import { commands as twCommands } from "../../src/words/zh-tw/commands.ts";
import { decisions as twDecisions } from "../../src/words/zh-tw/decisions.ts";
import { help as twHelp } from "../../src/words/zh-tw/help.ts";
import { privacy as twPrivacy } from "../../src/words/zh-tw/privacy.ts";
import { CATALOGUES, say, sayList, sayTime, type WordKey } from "../../src/words/say.ts";

/** Those of single platforms among them. */
const EVERY_COMMAND = [...COMMANDS, ...Object.values(OWN_COMMANDS).flat()];

const KEYS = Object.keys(CATALOGUES.en) as WordKey[];
/** Of these parts, the last is put in by the program: `say(\`state.${…}\`)`. */
const BUILT = /^(?:[a-z-]+\.)+(?=[^.]+$)/u;

describe.each(LOCALES)("%s", (locale) => {
  test("has every sentence and no other", () => {
    expect(Object.keys(CATALOGUES[locale]).toSorted()).toStrictEqual(KEYS.toSorted());
  });

  test("has no empty sentence, and none with blanks around it", () => {
    const untidy = KEYS.filter((key) => {
      const words = CATALOGUES[locale][key];
      return words === "" || words.trim() !== words;
    });
    expect(untidy).toStrictEqual([]);
  });

  test.each(KEYS)("%s asks for the values that English asks for", (key) => {
    expect(valuesOf(locale, key)).toStrictEqual(valuesOf("en", key));
  });
});

/** Names of the values in a sentence, sorted. */
function valuesOf(locale: (typeof LOCALES)[number], key: WordKey): readonly string[] {
  const names = new Set<string>();
  const walk = (parts: unknown): void => {
    if (Array.isArray(parts)) return parts.forEach(walk);
    if (typeof parts !== "object" || parts === null) return;
    // 0 is literal text and 7 the number sign of a plural; every other kind of part names a value.
    const { type, value, options, children } = parts as {
      type?: number;
      value?: unknown;
      options?: object;
      children?: readonly { readonly value?: unknown }[];
    };
    // Which command a sentence names is the same in every language.
    if (type === 8) return void names.add(`cmd ${String(children?.[0]?.value)}`);
    if (type !== 0 && type !== 7 && typeof value === "string") names.add(value);
    for (const option of Object.values(options ?? {})) walk((option as { value: unknown }).value);
  };
  walk(new IntlMessageFormat(CATALOGUES[locale][key], locale).getAst());
  return [...names].toSorted();
}

/** Characters of a text that only Simplified Chinese has: converting changes them, alone and in the text. */
function simplifiedIn(words: string): readonly string[] {
  const converted = [...toTraditional(words)];
  return [...words].filter((char, i) => char !== converted[i] && toTraditional(char) !== char);
}
/** The package's own types do not resolve under nodenext. */
type Convert = (words: string) => string;
const toTraditional = Converter({ from: "cn", to: "t" }) as Convert;
const toSimplified = Converter({ from: "t", to: "cn" }) as Convert;
/** Taiwan writes these so; the dictionary of old forms does not. */
const TAIWAN = new Set("台只后里面了群線");

test("the Taiwan sentences are in Traditional characters, the mainland ones in Simplified", () => {
  const found = KEYS.flatMap((key) => {
    const wrong = simplifiedIn(CATALOGUES["zh-TW"][key]).filter((char) => !TAIWAN.has(char));
    return wrong.length > 0 ? [`${key}: ${wrong.join("")}`] : [];
  });
  expect(found).toStrictEqual([]);
  const traditional = KEYS.filter(
    (key) => toSimplified(CATALOGUES["zh-CN"][key]) !== CATALOGUES["zh-CN"][key],
  );
  expect(traditional).toStrictEqual([]);
});

test("Taiwan's words are Taiwan's", () => {
  const mainland =
    /信息|視頻|軟件|用戶|默認|屏蔽|數據|網絡|服務器|發送|消息|鏈接|登錄|賬號|社區|舉報|反饋/u;
  expect(KEYS.filter((key) => mainland.test(CATALOGUES["zh-TW"][key]))).toStrictEqual([]);
});

/** Words that once stood beside another for the same thing; what is written instead. */
const ONE_WORD: Readonly<Record<string, RegExp>> = {
  "zh-CN": /管理人员|社群|收回|确认收到|理由说明|停权|撤消/u,
  "zh-TW": /管理人員|社區|收回|確認收到|理由說明|處理理由|封禁|撤消/u,
  en: /acknowledge|exclusion from/iu,
};

test.each(LOCALES)("one thing has one word in %s", (locale) => {
  const other = KEYS.filter((key) => ONE_WORD[locale]?.test(CATALOGUES[locale][key]));
  expect(other).toStrictEqual([]);
});

test.each(["zh-CN", "zh-TW"] as const)("%s is written with full-width marks", (locale) => {
  const narrow = /\p{sc=Han}\s*[,;:!?()](?!\/\/)|[,;:!?()]\s*\p{sc=Han}/u;
  const wrong = KEYS.filter((key) => {
    const sentence = new IntlMessageFormat(CATALOGUES[locale][key], locale, undefined, {
      ignoreTag: true,
    });
    return narrow.test(literalsOf(sentence.getAst()));
  });
  expect(wrong).toStrictEqual([]);
});

/** The words that stand in a sentence, with a number in place of each value. */
function literalsOf(parts: unknown): string {
  if (Array.isArray(parts)) return parts.map(literalsOf).join("");
  if (typeof parts !== "object" || parts === null) return "";
  const { type, value, options } = parts as { type?: number; value?: unknown; options?: object };
  const own = type === 0 ? String(value) : options === undefined ? "0" : "";
  const inner = Object.values(options ?? {}).map((option) =>
    literalsOf((option as { value: unknown }).value),
  );
  return [own, ...inner].join("");
}

test("a list has the marks of its language", () => {
  expect(sayList("en", ["delete", "ban"])).toBe("delete, ban");
  expect(sayList("zh-CN", ["删除", "封禁"])).toBe("删除、封禁");
  expect(sayList("zh-TW", ["刪除"])).toBe("刪除");
});

test("Chinese addresses people politely", () => {
  const sentences = [
    cnCommands,
    cnDecisions,
    cnHelp,
    cnPrivacy,
    cnSetup,
    twCommands,
    twDecisions,
    twHelp,
    twPrivacy,
    twSetup,
  ].flatMap((each) => Object.values<string>(each));
  expect(sentences.filter((words) => words.includes("你"))).toStrictEqual([]);
});

test("each sentence is used, and nothing is called that is no sentence", async () => {
  const sources = await sourcesUnder("src", "adapters");
  const unused = KEYS.filter((key) => {
    const prefix = BUILT.exec(key)?.[0];
    if (["help.", "argument.", "choice."].some((each) => each === prefix)) return false;
    return (
      !sources.includes(`"${key}"`) && !sources.includes(`\`${prefix}\${`) && !isPart(sources, key)
    );
  });
  expect(unused).toStrictEqual([]);
});

/** Whether a sentence is called as \`queue.${…}.title\`. */
function isPart(sources: string, key: string): boolean {
  const [first, ...rest] = key.split(".");
  const last = rest.at(-1) ?? "";
  return rest.length > 1 && sources.includes(`\`${first}.\${`) && sources.includes(`}.${last}\``);
}

async function sourcesUnder(...folders: readonly string[]): Promise<string> {
  const files = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(folder, { recursive: true })).map((name) => join(folder, name)),
    ),
  );
  const wanted = files
    .flat()
    .filter((name) => name.endsWith(".ts") && !/src.words.(?:en|zh-)/u.test(name));
  return (await Promise.all(wanted.map((name) => readFile(name, "utf8")))).join("\n");
}

function known(prefix: string): readonly string[] {
  return KEYS.filter((key) => key.startsWith(prefix));
}

describe("sentences that belong to commands", () => {
  test("each command has help, each argument and choice a name, and none is left over", () => {
    const names = EVERY_COMMAND.map(({ name }) => `help.${name}`);
    const args = EVERY_COMMAND.flatMap(({ args: own }) =>
      Object.keys(own).map((name) => `argument.${name}`),
    );
    const problems = [
      "missing",
      "unread",
      "unread-time",
      "too-long",
      "too-much",
      "unexpected",
      "left-over",
      "stray",
      "stray-action",
      "stray-tail",
      "stray-time",
    ];
    expect(
      known("help.")
        .filter((key) => !["help.title", "help.argument", "help.line"].includes(key))
        .toSorted(),
    ).toStrictEqual(names.toSorted());
    expect(new Set([...args, ...problems.map((each) => `argument.${each}`)])).toStrictEqual(
      new Set(known("argument.")),
    );
  });

  test.each(LOCALES)("the names of choices are told apart in %s", (locale) => {
    for (const { name, args } of EVERY_COMMAND) {
      for (const { accepted } of Object.values(args)) {
        const words = (accepted.choices ?? []).map((each) => say(locale, `choice.${each}`));
        expect({ name, words: new Set(words).size }).toStrictEqual({ name, words: words.length });
      }
      expect(sayUsage(locale, { ...(COMMANDS[0] as (typeof COMMANDS)[0]), name, args })).toContain(
        `/${name}`,
      );
    }
  });
});

test("a time is said in the reader's language and zone: date, time, zone", () => {
  const at = Date.UTC(2026, 10, 24, 22, 41);
  expect(sayTime("zh-CN", "Asia/Shanghai", at)).toBe("2026年11月25日 06:41 GMT+8");
  expect(sayTime("zh-TW", "Asia/Taipei", at)).toBe("2026年11月25日 06:41 GMT+8");
  // A reader compares it with other clocks.
  expect(sayTime("en", "UTC", at)).toBe("Nov 24, 2026, 22:41 UTC");
  expect(sayTime("en", "UTC", Date.UTC(2026, 0, 1))).toBe("Jan 1, 2026, 00:00 UTC");
});
