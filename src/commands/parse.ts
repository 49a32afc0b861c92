import { LOCALES } from "../engine/policy.ts";
import type { Argument } from "./arguments.ts";
import type { Arguments } from "./command.ts";
import { MARKS, unquoted } from "./quoted.ts";
import { sayArgument } from "./say-problem.ts";
import { namesTimed, type StrayKind, strayOption, strayTail } from "./stray-option.ts";

/** A typed command: its name, and the rest as it was typed. */
export interface CommandLine {
  readonly name: string;
  readonly rest: string;
}

/** Why a line does not give a command its arguments. */
export type ParseProblem =
  | { readonly kind: "missing"; readonly argument: string }
  /** Words that no argument takes. */
  | { readonly kind: "left-over"; readonly words: string }
  /** A word that is no option, with an option behind it: all of it would count as words for people. */
  | { readonly kind: "stray"; readonly word: string; readonly option: string }
  /** Words for people that begin with what an option would have taken. */
  | { readonly kind: "stray-head"; readonly what: StrayKind; readonly words: string }
  /** Words for people that end with what an option would have taken. */
  | { readonly kind: "stray-tail"; readonly words: string };

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
 * Optional ones that stand together may come in any order. The last argument of words takes the rest of the
 * line as it is, without the marks around it. `replying`: the line answers a message, so that its author
 * need not be named.
 */
export function parseArguments(args: Arguments, rest: string, replying: boolean): ParsedArguments {
  const found: Record<string, string> = {};
  let left = rest;
  for (const group of grouped(args)) {
    for (;;) {
      const next = nextWord(left);
      const taker =
        next && group.find(([name, each]) => !(name in found) && wants(each, next, replying));
      if (!next || !taker) break;
      found[taker[0]] = next.words;
      left = next.left;
    }
    for (const [name, argument] of group) {
      if (name in found) continue;
      if (argument.rest && left !== "") {
        const stray = strayIn(args, found, left);
        if (stray) return { ok: false, error: stray };
        found[name] = unquoted(left);
        left = "";
      } else if (!argument.optional || isNeeded(argument, replying)) {
        return { ok: false, error: { kind: "missing", argument: name } };
      }
    }
  }
  return left === ""
    ? { ok: true, value: found }
    : { ok: false, error: { kind: "left-over", words: left } };
}

type Named = readonly [name: string, argument: Argument<unknown>];

/** Each required argument by itself, and the optional ones between two of them together. */
function grouped(args: Arguments): readonly (readonly Named[])[] {
  const groups: Named[][] = [];
  let open: Named[] | null = null;
  for (const named of Object.entries(args)) {
    const [, { optional, orReply, rest }] = named;
    const isOption = optional && !orReply && !rest;
    if (open && isOption) open.push(named);
    else groups.push([named]);
    open = isOption ? (open ?? groups.at(-1) ?? null) : null;
  }
  return groups;
}

function isNeeded({ orReply }: Argument<unknown>, replying: boolean): boolean {
  return orReply && !replying;
}

function wants(argument: Argument<unknown>, { words, quoted }: Word, replying: boolean): boolean {
  if (argument.rest) return false;
  if (!argument.optional || isNeeded(argument, replying)) return true;
  return !quoted && argument.claims(words);
}

/** What of the words was meant as an option: their head, or one that stands behind another word; null where all may be said to people. */
function strayIn(
  args: Arguments,
  found: Readonly<Record<string, string>>,
  text: string,
): ParseProblem | null {
  const first = nextWord(text);
  if (!first || first.quoted) return null;
  const options = Object.entries(args).filter(([name, each]) => each.optional && !(name in found));
  for (let next: Word | null = first; next; next = nextWord(next.left)) {
    const { words, quoted } = next;
    if (!quoted && options.some((each) => isMarked(each, words))) {
      return { kind: "stray", word: first.words, option: words };
    }
  }
  const head = strayOption(text, {
    actions: "actions" in args,
    times: Object.values(args).some(({ kind }) => kind === "duration"),
  });
  if (head) return { kind: "stray-head", what: head.kind, words: head.words };
  const tail = strayTail(text, { actions: "actions" in args, times: waitsForTime(args, found) });
  return tail === null ? null : { kind: "stray-tail", words: tail };
}

/** Whether a time is missing from what is to be done: where actions are named, one of them must last. */
function waitsForTime(args: Arguments, found: Readonly<Record<string, string>>): boolean {
  const isTimed = Object.entries(args).some(
    ([name, { kind }]) => kind === "duration" && !(name in found),
  );
  return isTimed && (!("actions" in args) || namesTimed(found["actions"] ?? ""));
}

/** Whether a word can be nothing but an option: `rule:INV-01`, the id of a rule, `time:1d`. */
function isMarked([name, { kind, claims }]: Named, word: string): boolean {
  if (kind === "rule" && claims(word)) return true;
  return labelsOf(name).some((label) => word.length > label.length && startsWith(word, label));
}

/** `rule:`, and the same in every language. */
function labelsOf(name: string): readonly string[] {
  const names = [name, ...LOCALES.map((locale) => sayArgument(locale, name))];
  return names.map((each) => `${each.toLowerCase()}:`);
}

function startsWith(word: string, label: string): boolean {
  return word.toLowerCase().startsWith(label);
}

interface Word {
  readonly words: string;
  readonly quoted: boolean;
  readonly left: string;
}

/** The beginning of `rule:"be kind"`: a name, a colon, and a mark. The marks stay: they tell words from an id. */
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
    const words = text.slice(0, namedEnd + 1).normalize("NFKC");
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
