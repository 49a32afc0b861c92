import { SERVICE_SOURCES } from "../../src/commands/authorise.ts";
import type { Actor, CommandContext } from "../../src/commands/command.ts";
import { sayAbout, sayState } from "../../src/commands/case-words.ts";
import { sourcesFor } from "../../src/commands/list/next-case.ts";
import { CASE_READERS } from "../../src/commands/list/roles.ts";
import { AWAITED, type CaseState, UNDECIDED } from "../../src/engine/case/case.ts";
import { teamOf } from "../../src/engine/escalation/roster.ts";
import type { Locale, Policy } from "../../src/engine/policy.ts";
import type { RuleSet } from "../../src/engine/rule.ts";
import { ruleWords } from "../../src/pipeline/rights/rule-words.ts";
import type { PlatformPort } from "../../src/ports/platform.ts";
import type { CaseView, Store } from "../../src/ports/store.ts";
import { say, type WordKey, type WordValues } from "../../src/words/say.ts";

/** Most suggestions that Discord shows, and the longest of them in characters. */
const MOST = 25;
const MAX_NAME = 100;
/** Cases among which the one that is typed is looked for. */
const MOST_READ = 200;
/** Cases that one person has a message in: more are left out of what is suggested to them. */
const MOST_OWN = 1000;

/** In which states a case is for a command to find it useful; for the others any. */
const STATES: Readonly<Record<string, readonly CaseState[]>> = {
  take: UNDECIDED,
  skip: ["assigned"],
  handover: ["assigned"],
  hold: UNDECIDED,
  ack: AWAITED,
  decide: AWAITED,
  correct: UNDECIDED,
  answer: UNDECIDED,
  confirm: UNDECIDED,
  reject: UNDECIDED,
  undo: ["decided"],
  reopen: ["closed"],
};

/** Arguments that name a decision about whoever types. */
const OWN: readonly string[] = ["appeal number", "feedback about"];

/** One suggestion: what is shown, and what is sent when it is chosen. */
export interface Choice {
  readonly name: string;
  readonly value: string;
}

export interface CompletionParts {
  readonly store: Pick<Store, "listCases">;
  readonly ruleSet: RuleSet;
  readonly platform: Pick<PlatformPort, "member">;
  readonly policyOf: (communityId: string) => Promise<Policy>;
  readonly now: () => number;
}

/** What somebody types. */
export interface Typing {
  readonly command: string;
  readonly option: string;
  readonly typed: string;
}

/** Whether an argument that is a mere word to other platforms is completed on Discord. */
export function completes(command: string, option: string): boolean {
  const argument = `${command} ${option}`;
  return argument === "rules rule" || OWN.includes(argument);
}

/** Cases and rules while somebody types; of cases, those that they may look at and that the command is for. */
export async function complete(
  parts: CompletionParts,
  actor: Actor,
  { command, option, typed }: Typing,
): Promise<readonly Choice[]> {
  const all = await choicesFor(parts, actor, command, option);
  const wanted = typed.trim().toLowerCase();
  return all
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .slice(0, MOST)
    .map(shortened);
}

async function choicesFor(
  parts: CompletionParts,
  actor: Actor,
  command: string,
  option: string,
): Promise<readonly Choice[]> {
  const locale = actor.language ?? "en";
  if (option === "rule") return rules(parts, locale);
  if (option === "case") return cases(parts, actor, STATES[command], locale);
  return completes(command, option) ? ownCases(parts, actor) : [];
}

function rules({ ruleSet }: CompletionParts, locale: Locale): readonly Choice[] {
  return ruleSet.rules.map(({ id }) => ({
    name: `${id} ${ruleWords({ ruleSet }, { findings: [] }, id, locale)?.title ?? ""}`,
    value: id,
  }));
}

/** The most pressing first; none about whoever asks. */
async function cases(
  { store, platform, policyOf, now }: CompletionParts,
  { communityId, id }: Actor,
  states: readonly CaseState[] | undefined,
  locale: Locale,
): Promise<readonly Choice[]> {
  const member = await platform.member({ communityId, memberId: id });
  if (!member.ok || !member.value) return [];
  const { team } = await policyOf(communityId);
  const listed = { team: team.filter((each) => each.id === id) };
  const [known] = teamOf(listed, [member.value]);
  const person = { id, member: member.value, roles: known?.roles ?? [] };
  if (!person.roles.some((role) => CASE_READERS.includes(role))) return [];
  const sources = sourcesFor(person);
  const filter = { communityId, ...(states && { states }), ...(sources && { sources }) };
  const [found, own] = await Promise.all([
    store.listCases({ ...filter, limit: MOST_READ }),
    store.listCases({ ...filter, authorId: id, limit: MOST_OWN }),
  ]);
  const hidden = new Set(own.map((each) => each.id));
  const context = {
    locale,
    now: now(),
    say: (key: WordKey, values?: WordValues) => say(locale, key, values),
  };
  return found
    .filter((item) => !hidden.has(item.id))
    .map((item) => ({ name: nameOf(context, item), value: `#${item.number}` }));
}

function nameOf(context: Pick<CommandContext, "locale" | "now" | "say">, item: CaseView): string {
  const parts = [
    `#${item.number}`,
    item.severity,
    sayAbout(context, item),
    sayState(context, item),
  ];
  return parts.filter(Boolean).join(" · ");
}

/** What somebody was told of, by the numbers that they were told: nothing of anybody else. */
async function ownCases(
  { store }: CompletionParts,
  { communityId, id }: Actor,
): Promise<readonly Choice[]> {
  const own = await store.listCases({ communityId, authorId: id, limit: MOST_READ });
  return own
    .filter(({ shadow, source, decision, held }) => {
      const isTold = decision !== null || held;
      return !shadow && isTold && !SERVICE_SOURCES.includes(source);
    })
    .map(({ number }) => ({ name: `#${number}`, value: String(number) }));
}

function shortened({ name, value }: Choice): Choice {
  const characters = [...name];
  return { name: characters.slice(0, MAX_NAME).join(""), value };
}
