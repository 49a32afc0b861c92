import type { APIModalInteractionResponseCallbackData } from "discord.js";
import { TYPED_ACTIONS } from "../../src/commands/arguments.ts";
import type { Actor, Command } from "../../src/commands/command.ts";
import { CASE_WORKERS } from "../../src/commands/list/roles.ts";
import { parseLine } from "../../src/commands/parse.ts";
import { sayArgument } from "../../src/commands/say-problem.ts";
import { sayName } from "./command-names.ts";
import { MAX_REASON_UNITS } from "../../src/engine/case/decision.ts";
import type { TeamPerson } from "../../src/engine/escalation/roster.ts";
import type { Locale } from "../../src/engine/policy.ts";
import type { RuleSet } from "../../src/engine/rule.ts";
import { ruleWords } from "../../src/pipeline/rights/rule-words.ts";
import { say } from "../../src/words/say.ts";
import { chosenFrom, formOf, type Option, somebody, written } from "./form-fields.ts";

/** Discord offers at most so many choices. */
const MOST_OFFERED = 25;
const MAX_TIME = 20;

export interface FormParts {
  readonly commands: readonly Command[];
  readonly ruleSet: RuleSet;
  /** Everybody of a community's team, as far as it is at hand: a form must be the first answer, and waits for nothing. */
  readonly teamOf: (communityId: string) => readonly TeamPerson[];
}

/** What opens a form. */
export interface Opening {
  /** As typed, as far as it is known: `decide #142`. */
  readonly line: string;
  /** Of the form. */
  readonly customId: string;
  readonly actor: Actor;
  /** What the message says under which the button is: the rules that it names are offered first. */
  readonly shown: string;
}

type Form = APIModalInteractionResponseCallbackData;

/** The form of a command that asks for more than its line says; null where nothing is missing, or no form can ask for it. */
export function formFor(parts: FormParts, opening: Opening): Form | null {
  const parsed = parseLine(opening.line);
  const command = parts.commands.find(({ name }) => name === parsed?.name);
  if (!parsed || !command) return null;
  const given = givenIn(command, parsed.rest);
  const missing = Object.entries(command.args).find(
    ([name, { optional, orReply }]) =>
      !(name in given) && (orReply ? opening.actor.replyTo === null : !optional),
  );
  if (!missing) return null;
  const locale = opening.actor.language ?? "en";
  if (command.name === "decide" && "case" in given) {
    return decideForm(parts, opening, "appeal" in given, locale);
  }
  if (command.name === "handover" && "case" in given) return handoverForm(parts, opening, locale);
  const [name, { kind, accepted }] = missing;
  if (kind !== "text") return null;
  const most = Number(accepted.values?.["most"] ?? MAX_REASON_UNITS);
  return formOf(opening.customId, titleOf(opening, locale), [
    written({ name, label: label(locale, name), required: true }, most, true),
  ]);
}

/** The arguments of a button's line by their names; words for people are never among them. */
export function givenIn({ args }: Command, rest: string): Readonly<Record<string, string>> {
  const given: Record<string, string> = {};
  const all = Object.entries(args).filter(([, { kind }]) => kind !== "text");
  for (const word of rest.split(/\s+/u).filter((each) => each !== "")) {
    const free = all.filter(([name]) => !(name in given));
    const taker =
      free.find(([, { optional, claims }]) => optional && claims(word)) ??
      free.find(([, { optional }]) => !optional);
    if (taker) given[taker[0]] = word;
  }
  return given;
}

/** An appeal is decided with an outcome and a reason, and nothing else. */
function decideForm(parts: FormParts, opening: Opening, isAppeal: boolean, locale: Locale): Form {
  const outcome = chosenFrom(
    { name: "outcome", label: label(locale, "outcome"), required: true },
    isAppeal ? appealOptions(locale) : outcomeOptions(locale),
  );
  const reason = written(
    { name: "reason", label: label(locale, "reason"), required: true },
    MAX_REASON_UNITS,
    true,
  );
  const optional = (name: string) => ({ name, label: label(locale, name), required: false });
  const more = isAppeal
    ? []
    : [
        chosenFrom(optional("rule"), ruleOptions(parts, opening, locale)),
        chosenFrom(
          optional("actions"),
          TYPED_ACTIONS.map((value) => ({ label: say(locale, `choice.${value}`), value })),
          TYPED_ACTIONS.length,
        ),
        written(optional("duration"), MAX_TIME, false),
      ];
  const title = titleOf(opening, locale);
  return formOf(opening.customId, title, [outcome, ...more, reason]);
}

function outcomeOptions(locale: Locale): readonly Option[] {
  const decided = (["uphold", "dismiss"] as const).map((value) => ({
    label: say(locale, `discord.form.outcome.${value}`),
    value,
  }));
  return [...decided, { label: say(locale, "choice.need-more"), value: "need-more" }];
}

function appealOptions(locale: Locale): readonly Option[] {
  return (["uphold", "dismiss"] as const).map((value) => ({
    label: say(locale, `discord.form.appeal.${value}`),
    value,
  }));
}

/** The rules that the message names, then others of their families, then the rest. */
function ruleOptions(
  { ruleSet }: FormParts,
  { shown }: Opening,
  locale: Locale,
): readonly Option[] {
  const words = shown.replaceAll("\\", "");
  const named = ruleSet.rules.filter(({ id }) => words.includes(id));
  const families = new Set(named.map(({ family }) => family));
  const alike = ruleSet.rules.filter(({ family }) => families.has(family));
  const ids = new Set([...named, ...alike, ...ruleSet.rules].map(({ id }) => id));
  return [...ids].slice(0, MOST_OFFERED).map((id) => ({
    label: `${id} ${ruleWords({ ruleSet }, { findings: [] }, id, locale)?.title ?? ""}`,
    value: id,
  }));
}

/** Of a team that is too large for a menu anybody may be named: whether they may have the case is asked when it is sent. */
function handoverForm({ teamOf }: FormParts, opening: Opening, locale: Locale): Form {
  const { communityId, id: own } = opening.actor;
  const team = teamOf(communityId).filter(
    ({ id, roles }) => id !== own && roles.some((role) => CASE_WORKERS.includes(role)),
  );
  const asked = { name: "who", label: label(locale, "who"), required: true };
  const fits = team.length > 0 && team.length <= MOST_OFFERED;
  const options = team.map(({ id, name }) => ({ label: name ?? id, value: id }));
  return formOf(opening.customId, titleOf(opening, locale), [
    fits ? chosenFrom(asked, options) : somebody(asked),
  ]);
}

function titleOf({ line }: Opening, locale: Locale): string {
  const [name = "", ...rest] = line.split(" ");
  const number = rest.map((each) => /#(\d+)$/u.exec(each)?.[1]).find((each) => each !== undefined);
  const words = sayName(locale, name);
  return number === undefined ? words : `${words} #${number}`;
}

/** The name of an argument, which is in capitals where a language has them. */
function label(locale: Locale, name: string): string {
  const words = sayArgument(locale, name);
  return `${words.slice(0, 1)}${words.slice(1).toLowerCase()}`;
}
