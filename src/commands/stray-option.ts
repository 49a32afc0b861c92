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
