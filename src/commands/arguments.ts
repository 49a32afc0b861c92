import { z } from "zod";
import { type CaseAction, type CaseActionKind, MAX_REASON_UNITS } from "../engine/case/decision.ts";
import type { CaseView } from "../ports/store.ts";
import { LOCALES } from "../engine/policy.ts";
import { CATALOGUES, type WordKey, type WordValues } from "../words/say.ts";
import type { Person } from "./command.ts";
import { type ClockTime, isClockTime, parseClockTime } from "./clock-time.ts";
import { looksLikeNumber, looksLikeTime, parseDuration } from "./duration.ts";
import { isNear } from "./near.ts";
import { isQuoted } from "./quoted.ts";

/** How an adapter offers an argument, and how run.ts finds what it names. */
export type ArgumentKind = "case" | "person" | "duration" | "choice" | "text" | "word" | "rule";

/** What is accepted, as a sentence of the catalogues. */
export interface Accepted {
  readonly key: WordKey;
  readonly values?: WordValues;
  /** Choices whose names in the reader's language become the value `choices` of the sentence. */
  readonly choices?: readonly ChoiceName[];
}

/** One argument of a command: `T` is what the command gets after reading and finding. */
export interface Argument<T> {
  readonly kind: ArgumentKind;
  /** Reads what was typed, or what a platform's own option holds. */
  readonly schema: z.ZodType;
  readonly accepted: Accepted;
  /** Empty where anything goes. */
  readonly choices: readonly ChoiceName[];
  readonly optional: boolean;
  /** Takes everything that is left of a typed line. */
  readonly rest: boolean;
  /** Only a platform's own form can give it: no typed line does, and usage does not show it. */
  readonly formOnly: boolean;
  /** Where it is left out, the author of the message that the command answers is meant. */
  readonly orReply: boolean;
  /** Whether a typed word is meant for this argument; asked of optional ones only. */
  readonly claims: (word: string) => boolean;
  /** Only the type matters: nothing is ever here. */
  readonly found?: T;
}

/** Words with a name in every catalogue, as `choice.NAME`. */
export type ChoiceName = WordKey extends infer K
  ? K extends `choice.${infer Name}`
    ? Name
    : never
  : never;

/** Longest word that is looked at closely; longer ones are no argument of any command. */
const MAX_WORD_UNITS = 100;

const typed = z
  .union([z.string(), z.number().transform(String)])
  .transform((words) => words.trim());

/** What a reader gives for a number or a time that it understands and that is more than is accepted. */
export const TOO_MUCH = "too much";

/** Reads a value from words; null refuses them, and so does `TOO_MUCH`. */
function read(parse: (words: string) => unknown): z.ZodType {
  return typed.transform((words, context): unknown => {
    const value = words.length > MAX_WORD_UNITS ? null : parse(words.normalize("NFKC"));
    if (value !== null && value !== TOO_MUCH) return value;
    context.addIssue({ code: "custom", message: value ?? "not read" });
    return z.NEVER;
  });
}

function argument<T>(
  parts: Pick<Argument<T>, "kind" | "schema" | "accepted"> & Partial<Argument<T>>,
): Argument<T> {
  return {
    choices: [],
    optional: false,
    rest: false,
    formOnly: false,
    orReply: false,
    claims: () => true,
    ...parts,
  };
}

/** The same argument, where it may be left out. */
export function optional<T>(required: Argument<T>): Argument<T | null> {
  const { found: _, ...parts } = required;
  const schema = required.schema.nullish().transform((value) => value ?? null);
  return { ...parts, schema, optional: true };
}

const CASE_NUMBER = /^#?([1-9]\d{0,8})$/u;

function parseCaseNumber(words: string): number | null {
  const digits = CASE_NUMBER.exec(words)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** `#142` or `142`. */
export const caseNumber = argument<CaseView>({
  kind: "case",
  schema: read(parseCaseNumber),
  accepted: { key: "accepts.case" },
});

/** The number of a case, which is not looked up: for those who may not know what cases there are. */
export const number = argument<number>({
  kind: "word",
  schema: read(parseCaseNumber),
  accepted: { key: "accepts.case" },
});

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/iu;

/** A platform's id of a message; typed, one of digits, with a letter and a hyphen before them at most, or a UUID. */
export const messageId = argument<string>({
  kind: "word",
  schema: read((words) => (/^[\w:.-]{1,100}$/u.test(words) ? words : null)),
  accepted: { key: "accepts.message" },
  claims: (word) => /^(?:[a-z]{1,10}-)?\d+$/u.test(word) || UUID.test(word),
});

/** `#142`, or `next` for the one that is most pressing. */
export const caseOrNext = argument<CaseView | "next">({
  kind: "case",
  schema: read((words) => parseCaseNumber(words) ?? parseChoice(["next"], words)),
  accepted: { key: "accepts.case-or-next" },
});

/** `@name`, `<@id>` or an id. */
export const person = argument<Person>({
  kind: "person",
  schema: read((words) => (words === "" ? null : words)),
  accepted: { key: "accepts.person" },
  claims: (word) => word.startsWith("@") || word.startsWith("<@") || /^\d{5,}$/u.test(word),
});

/** A person, or nobody where the command answers a message: then its author is meant. */
export const personOrReply: Argument<Person> = {
  ...person,
  schema: optional(person).schema,
  optional: true,
  orReply: true,
};

/**
 * `30m`, `2h`, `1d`, `1w`, in minutes; from one minute to `mostMinutes`. Whatever looks like a time is claimed, and
 * refused where it is none that is accepted: as words of the reason it would leave what is done without its end.
 */
export function duration(mostMinutes: number): Argument<number> {
  return argument<number>({
    kind: "duration",
    schema: read((words) => readMinutes(words, mostMinutes)),
    accepted: { key: "accepts.duration", values: { days: Math.floor(mostMinutes / (24 * 60)) } },
    claims: isTime,
  });
}

/** A time as `duration` reads it, or `forever`. */
export function durationOrEver(mostMinutes: number): Argument<number | "forever"> {
  const { accepted } = duration(mostMinutes);
  return argument<number | "forever">({
    kind: "duration",
    schema: read((words) => (EVER.test(words) ? "forever" : readMinutes(words, mostMinutes))),
    accepted: { ...accepted, key: "accepts.duration-or-ever" },
    claims: isTime,
  });
}

const EVER = /^(?:for-?ever|permanent(?:ly)?|永久|永远|永遠)$/iu;

function readMinutes(words: string, most: number): number | typeof TOO_MUCH | null {
  const minutes = parseDuration(words);
  if (minutes === null || minutes < 1) return null;
  return minutes <= most ? minutes : TOO_MUCH;
}

function isTime(word: string): boolean {
  return EVER.test(word) || looksLikeTime(word);
}

/** `22:00`, or `2026-03-02T22:00`: a time on the clock of whoever types it. */
export const clockTime = argument<ClockTime>({
  kind: "word",
  schema: read(parseClockTime),
  accepted: { key: "accepts.clock-time" },
  claims: isClockTime,
});

/** One of the choices by its own name or by its name in any language. */
export function choice<const C extends ChoiceName>(choices: readonly C[]): Argument<C> {
  return argument<C>({
    kind: "choice",
    schema: read((words) => parseChoice(choices, words)),
    accepted: { key: "accepts.choice", choices },
    choices,
    claims: (word) => parseChoice(choices, word) !== null,
  });
}

function parseChoice<C extends ChoiceName>(choices: readonly C[], words: string): C | null {
  const wanted = words.toLowerCase();
  return choices.find((each) => namesOf(each).includes(wanted)) ?? null;
}

/** The name of a choice, and what each language calls it. */
function namesOf(name: ChoiceName): readonly string[] {
  return [name, ...LOCALES.map((locale) => CATALOGUES[locale][`choice.${name}`].toLowerCase())];
}

/** Actions that a typed line can ask for; the others need words of their own. */
export const TYPED_ACTIONS = ["delete", "restore", "warn", "timeout", "kick", "ban"] as const;
export type TypedAction = (typeof TYPED_ACTIONS)[number];

/** Actions that have words of their own, and so commands of their own: `correct` and `answer`. */
export const WORDED_ACTIONS = ["ask-correction", "publish-answer"] as const;
export type WordedAction = (typeof WORDED_ACTIONS)[number];

/**
 * `delete,warn`: actions without repetition. `none` asks for no action at all. Actions with words of their
 * own are read too, so that whoever names one hears what to type instead: as words of the reason they
 * would leave a decision that nobody meant.
 */
export const actions = argument<readonly (TypedAction | WordedAction)[]>({
  kind: "word",
  schema: read(parseActions),
  accepted: { key: "accepts.actions", choices: [...TYPED_ACTIONS, "none"] },
  claims: (word) =>
    word.split(/[,、]/u).some((part) => {
      const known = [...NAMED_ACTIONS, "none" as const];
      return parseChoice(known, part) !== null || known.some((each) => isNear(part, each));
    }),
});

const NAMED_ACTIONS = [...TYPED_ACTIONS, ...WORDED_ACTIONS];

function parseActions(words: string): readonly (TypedAction | WordedAction)[] | null {
  if (parseChoice(["none"], words) !== null) return [];
  const parts = words.split(/[,、]/u).map((part) => parseChoice(NAMED_ACTIONS, part.trim()));
  const known = parts.filter((part) => part !== null);
  return known.length === parts.length ? [...new Set(known)] : null;
}

/** The actions of a decision in full; a ban or timeout without a time is one for ever, or a day. */
export function toCaseActions(
  kinds: readonly TypedAction[],
  time: number | "forever" | null,
): readonly CaseAction[] {
  const minutes = time === "forever" ? null : time;
  return kinds.map((kind): CaseAction => {
    if (kind === "timeout") return { kind, minutes: minutes ?? DEFAULT_TIMEOUT_MINUTES };
    return kind === "ban" ? { kind, minutes } : { kind };
  });
}

export const DEFAULT_TIMEOUT_MINUTES = 24 * 60;
/** Longest ban that has an end: for Telegram, one of more than 366 days has none. */
export const MAX_BAN_MINUTES = 366 * 24 * 60;

const RULE_PREFIX = /^(?:rule|规则|規則)[:：]\s*/iu;
const RULE_ID = /^(?:[A-Z]{3}-\d{2}|(?:claim|leak|promotion|complaint)\.[a-z][a-z0-9-]*)$/u;

/** What was typed for a rule: its id, or words of the community's own, which stand in quotation marks. */
export interface RuleName {
  readonly own: boolean;
  readonly words: string;
}

/**
 * `rule:INV-01`, an id as it stands, or the community's own words, `rule:"be kind"`. The command gets an id of
 * the rules in force, or the words.
 */
export const rule = argument<string>({
  kind: "rule",
  schema: read((typedWords): RuleName | null => {
    const words = typedWords.replace(RULE_PREFIX, "").trim();
    const own = isQuoted(words);
    const name = own ? words.slice(1, -1).trim() : words;
    return name === "" ? null : { own, words: name };
  }),
  accepted: { key: "accepts.rule" },
  claims: (word) => RULE_PREFIX.test(word) || RULE_ID.test(word),
});

/** Words for people to read, to the end of the line; at most `MAX_REASON_UNITS` UTF-16 units. */
export const text = argument<string>({
  kind: "text",
  schema: typed.pipe(z.string().min(1).max(MAX_REASON_UNITS)),
  accepted: { key: "accepts.text", values: { most: MAX_REASON_UNITS } },
  rest: true,
});

/** Words that only a platform's own options can give: a typed line ends with another argument. */
export const nativeText: Argument<string> = {
  ...text,
  rest: false,
  formOnly: true,
  claims: () => false,
};

/** Words to be looked at and not kept: a whole message. */
export function longText(mostUnits: number): Argument<string> {
  return argument<string>({
    kind: "text",
    schema: typed.pipe(z.string().min(1).max(mostUnits)),
    accepted: { key: "accepts.text", values: { most: mostUnits } },
    rest: true,
  });
}

/** One word: the name of a rota, of a rule. */
export const word = argument<string>({
  kind: "word",
  schema: read((words) => (words === "" ? null : words)),
  accepted: { key: "accepts.word" },
  claims: (token) => !token.startsWith("@") && !/^\d/u.test(token),
});

/** A whole number from 1 to `most`. */
export function count(most: number): Argument<number> {
  return argument<number>({
    kind: "word",
    schema: read((words) => {
      const value = /^\d{1,20}$/u.test(words) ? Number(words) : 0;
      if (value > most) return TOO_MUCH;
      return value >= 1 ? value : null;
    }),
    accepted: { key: "accepts.count", values: { most } },
    claims: looksLikeNumber,
  });
}

/** Kinds of action that are done to a person, who must then be below whoever decides. */
export const PERSONAL_ACTIONS: readonly CaseActionKind[] = ["warn", "timeout", "kick", "ban"];
