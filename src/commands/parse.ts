import type { Argument } from "./arguments.ts";
import type { Arguments } from "./command.ts";

/** A typed command: its name, and the rest as it was typed. */
export interface CommandLine {
  readonly name: string;
  readonly rest: string;
}

/** Why a line does not give a command its arguments. */
export type ParseProblem =
  | { readonly kind: "missing"; readonly argument: string }
  /** Words that no argument takes. */
  | { readonly kind: "left-over"; readonly words: string };

export type ParsedArguments =
  | { readonly ok: true; readonly value: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly error: ParseProblem };

/** Longest name of a command; a longer first word is none. */
const MAX_NAME_UNITS = 32;
const HEAD = /^\s*[/／]?([^\s@＠]+)(?:[@＠]\S*)?(?:\s+|$)/u;

/**
 * Splits `/take@bot #142` into name and rest; null when there is no command in it. Full-width letters,
 * slashes and spaces count as plain ones. Whether the line is meant for this bot is the adapter's to say.
 */
export function parseLine(line: string): CommandLine | null {
  const match = HEAD.exec(line);
  const name = match?.[1]?.normalize("NFKC").toLowerCase() ?? "";
  if (!match || name.length > MAX_NAME_UNITS || !/^[a-z]+$/u.test(name)) return null;
  return { name, rest: line.slice(match[0].length).trim() };
}

/**
 * Gives every argument its words. A typed word goes to the first argument that wants it: a required one
 * takes what comes, an optional one only what it claims, and a word in quotation marks is never claimed.
 * The last argument of words takes the rest of the line as it is, without the marks around it. `replying`:
 * the line answers a message, so that its author need not be named.
 */
export function parseArguments(args: Arguments, rest: string, replying: boolean): ParsedArguments {
  const found: Record<string, string> = {};
  let left = rest;
  for (const [name, argument] of Object.entries(args)) {
    const next = nextWord(left);
    const takes = argument.rest
      ? left !== ""
      : next !== null && wants(argument, next, argument.orReply && !replying);
    if (!takes) {
      if (!argument.optional || (argument.orReply && !replying)) {
        return { ok: false, error: { kind: "missing", argument: name } };
      }
      continue;
    }
    if (argument.rest || next === null) {
      found[name] = unquoted(left);
      left = "";
    } else {
      found[name] = next.words;
      left = next.left;
    }
  }
  return left === ""
    ? { ok: true, value: found }
    : { ok: false, error: { kind: "left-over", words: left } };
}

function wants(argument: Argument<unknown>, { words, quoted }: Word, isNeeded: boolean): boolean {
  if (!argument.optional || isNeeded) return true;
  return !quoted && argument.claims(words);
}

interface Word {
  readonly words: string;
  readonly quoted: boolean;
  readonly left: string;
}

/** Pairs of quotation marks. The apostrophe is none: it is in too many English words. */
const MARKS: Readonly<Record<string, string>> = {
  '"': '"',
  "“": "”",
  "”": "”",
  "「": "」",
  "＂": "＂",
};

/** The beginning of `rule:"be kind"`: a name, a colon, and a mark. */
const NAMED_QUOTE = /^\p{L}{1,10}[:：](?=["“”「＂])/u;

function nextWord(text: string): Word | null {
  const first = text[0];
  if (first === undefined) return null;
  const end = endOfQuote(text, 0);
  if (end > 0) {
    return { words: text.slice(1, end), quoted: true, left: text.slice(end + 1).trim() };
  }
  const name = NAMED_QUOTE.exec(text)?.[0] ?? "";
  const namedEnd = name === "" ? -1 : endOfQuote(text, name.length);
  if (namedEnd > 0) {
    const inner = text.slice(name.length + 1, namedEnd);
    const words = `${name}${inner}`.normalize("NFKC");
    return { words, quoted: false, left: text.slice(namedEnd + 1).trim() };
  }
  const [words = ""] = /^\S+/u.exec(text) ?? [];
  return {
    words: words.normalize("NFKC"),
    quoted: false,
    left: text.slice(words.length).trim(),
  };
}

/** Where the quotation that begins at `start` ends; -1 where there is none. */
function endOfQuote(text: string, start: number): number {
  const mark = MARKS[text[start] ?? ""];
  return mark === undefined ? -1 : text.indexOf(mark, start + 1);
}

/** Words without the one pair of marks that stands around all of them. */
export function unquoted(text: string): string {
  const mark = MARKS[text[0] ?? ""];
  if (mark === undefined || text.length < 2 || !text.endsWith(mark)) return text;
  const inner = text.slice(1, -1);
  return inner.includes(mark) ? text : inner;
}
