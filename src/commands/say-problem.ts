import type { z } from "zod";
import { valueAt } from "../engine/message-input.ts";
import type { Locale } from "../engine/policy.ts";
import type { DecideProblem } from "../pipeline/read-decision.ts";
import { CATALOGUES, plainName, say, sayList, type WordKey } from "../words/say.ts";
import { type Argument, type Accepted, TOO_MUCH } from "./arguments.ts";
import type { Command, CommandContext } from "./command.ts";
import { likelyRules } from "./likely-rules.ts";
import type { ParseProblem } from "./parse.ts";

/** How much of what was typed is said back. */
const MOST_READ_UNITS = 40;

/** `/decide CASE OUTCOME [ACTIONS] …` with the arguments' names in the reader's language: what can be typed; `named` as their platform says it. */
export function sayUsage(
  locale: Locale,
  command: Command,
  named: string = plainName(command.name, locale),
): string {
  const args = typedArguments(command).map(([name, { optional }]) => {
    const words = sayArgument(locale, name);
    return optional ? `[${words}]` : words;
  });
  return [named, ...args].join(" ");
}

/** The arguments that a typed line can give, with their names. */
export function typedArguments({ args }: Pick<Command, "args">) {
  return Object.entries(args).filter(([, { formOnly }]) => !formOnly);
}

/** What a command does, in one sentence; every command has one in the catalogues, as `help.NAME`. */
export function sayHelp(locale: Locale, { name }: Pick<Command, "name">): string {
  const key = `help.${name}`;
  if (!isWordKey(key)) throw new Error(`no sentence ${key}`);
  return say(locale, key);
}

/** The name of an argument; every argument has one in the catalogues, as `argument.NAME`. */
export function sayArgument(locale: Locale, name: string): string {
  const key = `argument.${name}`;
  return isWordKey(key) ? say(locale, key) : name;
}

function isWordKey(key: string): key is WordKey {
  return Object.hasOwn(CATALOGUES.en, key);
}

/** What an argument accepts, in the reader's language. */
export function sayAccepted(locale: Locale, accepted: Accepted): string {
  const choices = (accepted.choices ?? []).map((each) => {
    const words = say(locale, `choice.${each}`);
    if (words.toLowerCase() === each) return each;
    return locale === "en" ? `${each} (${words})` : `${each}（${words}）`;
  });
  return say(locale, accepted.key, { ...accepted.values, choices: sayList(locale, choices) });
}

export function sayMissing({ locale }: CommandContext, command: Command, name: string): string {
  const argument = command.args[name];
  return say(locale, "argument.missing", {
    argument: sayArgument(locale, name),
    accepted: argument ? sayAccepted(locale, argument.accepted) : "",
  });
}

/** Says which argument was not read, what stood there, and what is accepted. */
export function sayBadArgument(
  context: CommandContext,
  command: Command,
  issue: z.core.$ZodIssue | undefined,
  raw: Readonly<Record<string, unknown>>,
): string {
  const { locale } = context;
  const name = String(issue?.path[0] ?? "");
  const argument = command.args[name];
  if (!argument) return say(locale, "argument.unexpected");
  const read = valueAt(raw, [name]);
  if (read === undefined || read === null || read === "") return sayMissing(context, command, name);
  const words = typeof read === "string" || typeof read === "number" ? String(read) : typeof read;
  if (issue?.message === TOO_MUCH) {
    return say(locale, "argument.too-much", {
      argument: sayArgument(locale, name),
      read: words.slice(0, MOST_READ_UNITS),
      accepted: sayAccepted(locale, argument.accepted),
    });
  }
  return isTooLong(argument, issue)
    ? say(locale, "argument.too-long", {
        argument: sayArgument(locale, name),
        units: words.trim().length,
        most: argument.accepted.values?.["most"] ?? 0,
      })
    : say(locale, argument.kind === "duration" ? "argument.unread-time" : "argument.unread", {
        argument: sayArgument(locale, name),
        read: words.slice(0, MOST_READ_UNITS),
        accepted: sayAccepted(locale, argument.accepted),
      });
}

/** Why a typed line does not give a command its arguments. */
export function sayUnparsed(
  context: CommandContext,
  command: Command,
  problem: ParseProblem,
): string {
  switch (problem.kind) {
    case "missing":
      return sayMissing(context, command, problem.argument);
    case "left-over":
      return context.say("argument.left-over", { words: problem.words.slice(0, MOST_READ_UNITS) });
    case "stray":
      if (problem.word === problem.option) {
        return context.say("argument.left-over", { words: problem.word.slice(0, MOST_READ_UNITS) });
      }
      return context.say("argument.stray", {
        word: problem.word.slice(0, MOST_READ_UNITS),
        option: problem.option.slice(0, MOST_READ_UNITS),
      });
    case "stray-tail":
      return context.say("argument.stray-tail", {
        words: problem.words.slice(0, MOST_READ_UNITS),
      });
    case "stray-head":
      return context.say(`argument.stray-${problem.what}`, {
        words: problem.words.slice(0, MOST_READ_UNITS),
      });
  }
}

/** That no rule has an id, with those that look like it. */
export function sayNoRule(context: CommandContext, words: string, near: readonly string[]): string {
  const rule = words.slice(0, MOST_READ_UNITS);
  return near.length === 0
    ? context.say("rule.unknown", { rule })
    : context.say("rule.near", { rule, rules: sayList(context.locale, near) });
}

function isTooLong({ kind }: Argument<unknown>, issue: z.core.$ZodIssue | undefined): boolean {
  return kind === "text" && issue?.code === "too_big";
}

export type StepProblem = DecideProblem;

/**
 * Why a case does not do what was asked: who was faster, since when, and what is possible. `caseNumber` is
 * null where whoever asks does not know the case.
 */
export async function sayStepProblem(
  context: CommandContext,
  caseNumber: number | null,
  problem: StepProblem,
): Promise<string> {
  const item =
    caseNumber === null
      ? context.say("case.unnumbered")
      : context.say("case.named", { number: caseNumber });
  switch (problem.kind) {
    case "already-decided":
      return context.say("problem.already-decided", {
        item,
        who: await context.nameOf(problem.by),
        when: context.time(problem.at),
      });
    case "assigned-to-other":
      return context.say("problem.assigned-to-other", {
        item,
        who: await context.nameOf(problem.moderatorId),
        until: context.time(problem.until),
      });
    case "already-proposed":
      return context.say("problem.already-proposed", {
        item,
        who: await context.nameOf(problem.by),
      });
    case "more-joined":
      return context.say("problem.more-joined", {
        item,
        seen: problem.seen,
        messages: problem.messages,
      });
    case "actions-clash": {
      const [one = "none", other = "none"] = problem.actions;
      const said = { one: context.say(`choice.${one}`), other: context.say(`choice.${other}`) };
      return context.say("problem.actions-clash", said);
    }
    case "more-follows":
      return context.say("problem.more-follows", {
        item,
        action: context.say(`choice.${problem.action}`),
        points: problem.points,
      });
    case "wrong-state":
      return context.say("problem.wrong-state", {
        item,
        state: context.say(`state.${problem.state}`),
      });
    case "reason-too-long":
      return context.say("problem.reason-too-long", { units: problem.units, most: problem.most });
    case "under-appeal":
    case "closed":
    case "answer-required":
      return context.say(`problem.${problem.kind}`, {
        item,
        name: caseNumber === null ? "" : `#${caseNumber}`,
      });
    case "not-on-question":
      return context.say("problem.not-on-question", {
        item,
        action: context.say(`choice.${problem.action}`),
      });
    case "personal-answer":
      return context.say("problem.personal-answer");
    case "action-not-allowed":
      return context.say("problem.action-not-allowed", {
        action: context.say(`choice.${problem.action}`),
      });
    case "not-assigned":
    case "nothing-proposed":
    case "needs-another":
    case "own-proposal":
    case "own-decision":
    case "rested-enough":
    case "own-report":
    case "not-due":
    case "not-found":
    case "reason-required":
      return context.say(`problem.${problem.kind}`, { item });
    case "rule-required":
      return context.say("problem.rule-required", {
        rules: sayList(context.locale, await likelyRules(context)),
      });
  }
}
