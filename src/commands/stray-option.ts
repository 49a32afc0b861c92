import { LOCALES } from "../engine/policy.ts";
import { CATALOGUES } from "../words/say.ts";
import { TYPED_ACTIONS, WORDED_ACTIONS } from "./arguments.ts";

/** What the words of somebody begin with, though it was most likely meant as an option. */
export type StrayKind = "action" | "time";

/** What stands between two actions where a comma should. */
const JOINER = /[,、&/+和与與及并並]|以及|\band\b/u;

const ACTION_NAMES = [...TYPED_ACTIONS, ...WORDED_ACTIONS].flatMap((each) => [
  each,
  ...LOCALES.map((locale) => CATALOGUES[locale][`choice.${each}`].toLowerCase()),
]);
/** Names, written together or not, and a time that is written right behind them: `封禁7天`. */
const ACTIONS = new RegExp(
  `^(?:${ACTION_NAMES.join("|")})+(?:\\d.*|[半一二两兩三四五六七八九十]+[个個]?[分小钟鐘天日周週星礼禮月年].*)?$`,
  "u",
);
/** What stands around a word and is none of it. */
const MARKS = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu;

const COUNTED =
  "(?:\\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|half(?: an?)?)";
const UNIT = "(?:m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?|months?|years?)";
const TIMES: readonly RegExp[] = [
  new RegExp(`^(?:for )?${COUNTED}[ -]?${UNIT}(?![\\p{L}\\p{N}])`, "u"),
  /^(?:为期|為期)?[\d一二两兩三四五六七八九十百半几幾]+[个個]?半? ?(?:分钟|分鐘|小时|小時|钟头|鐘頭|天|日|周|週|星期|礼拜|禮拜|月|年)(?![\p{L}\p{N}])/u,
  /^(?:for-?ever|permanent(?:ly)?|for good|永久|永远|永遠)(?![\p{L}\p{N}])/u,
];

/**
 * What words for people begin with that an option would have taken, had it stood in its place: left to them it
 * would be said and not done. null where they are words and nothing else.
 */
export function strayOption(
  text: string,
  takes: { readonly actions: boolean; readonly times: boolean },
): { readonly kind: StrayKind; readonly words: string } | null {
  const words = text.normalize("NFKC").toLowerCase().replaceAll(/\s+/gu, " ");
  const action = takes.actions ? actionIn(words) : null;
  if (action !== null) return { kind: "action", words: action };
  const time = takes.times ? timeIn(words) : null;
  return time === null ? null : { kind: "time", words: time };
}

/**
 * What words for people end with that an option would have taken: a time, or an action with its time, as in `spam ban 7d`.
 * `times`: a time is looked for by itself. An action without one is not: who writes of a ban may mean just that. null
 * where they are words and nothing else.
 */
export function strayTail(
  text: string,
  takes: { readonly actions: boolean; readonly times: boolean },
): string | null {
  const words = text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/\s+/gu, " ")
    .replace(END_MARKS, "");
  const time = LAST_TIMES.map((each) => each.exec(words)?.[0].trim()).find(
    (each) => each !== undefined,
  );
  if (time === undefined) return null;
  const before = words
    .slice(0, words.length - time.length)
    .trimEnd()
    .replace(END_MARKS, "");
  const action = takes.actions ? LAST_ACTION.exec(before)?.[0] : undefined;
  if (action !== undefined) return words.slice(before.length - action.length);
  return takes.times ? time : null;
}

const END_MARKS = /[^\p{L}\p{N}]+$/u;
/** Counted as people count who mean a span: neither a date (`2024年`, `三月`) nor a place in a row (`第一天`). */
const LAST_TIMES: readonly RegExp[] = [
  /(?<![\p{L}\p{N}.:/-])(?:for )?\d{1,4}[ -]?(?:m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?|months?|years?)$/u,
  /(?<![\p{L}\p{N}])(?:for )?(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|half an?)[ -](?:minutes?|hours?|days?|weeks?|months?|years?)$/u,
  /(?:为期|為期)?(?<![第\d一二两兩三四五六七八九十百半])(?:\d{1,3}|[一二两兩三四五六七八九十百半几幾]+) ?(?:[个個]?半? ?(?:分钟|分鐘|小时|小時|钟头|鐘頭|天|日|周|週|星期|礼拜|禮拜|年)|[个個]半?月)$/u,
  /(?<![\p{L}\p{N}])(?:for-?ever|permanent(?:ly)?|for good)$|(?:永久|永远|永遠)$/u,
];
const [LATIN, OTHERS] = [true, false].map((isLatin) =>
  ACTION_NAMES.filter((each) => /^[a-z]/u.test(each) === isLatin).join("|"),
);
/** A name in letters stands by itself; Chinese words are written together. */
const LAST_ACTION = new RegExp(`(?<![\\p{L}\\p{N}])(?:${LATIN})$|(?:${OTHERS})$`, "u");

/** The first words, where one of them names an action: `ban`, `删除和封禁`, `and ban`. */
function actionIn(words: string): string | null {
  const [first = "", second = ""] = words.split(" ");
  if (namesAction(first)) return first;
  const isJoiner = first !== "" && first.replace(JOINER, "") === "";
  return isJoiner && namesAction(second) ? `${first} ${second}` : null;
}

function namesAction(word: string): boolean {
  const parts = word.split(JOINER).map((part) => part.replaceAll(MARKS, ""));
  const named = parts.filter((part) => part !== "");
  return named.length > 0 && named.every((part) => ACTIONS.test(part));
}

function timeIn(words: string): string | null {
  const read = TIMES.map((each) => each.exec(words)?.[0]).find((each) => each !== undefined);
  return read ?? null;
}

/** Whether one of the actions that somebody named lasts for a time. */
export function namesTimed(actions: string): boolean {
  const named = actions.normalize("NFKC").toLowerCase().split(JOINER);
  return named.some((each) => TIMED_NAMES.includes(each.trim()));
}

const TIMED_NAMES = (["timeout", "ban"] as const).flatMap((each) => [
  each,
  ...LOCALES.map((locale) => CATALOGUES[locale][`choice.${each}`].toLowerCase()),
]);
