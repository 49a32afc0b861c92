import type { CaseAuthor, CaseView } from "../ports/store.ts";
import type { RuleName } from "./arguments.ts";
import type { Command, CommandContext, Found, Person } from "./command.ts";

/** What the arguments of a command name. */
export type Find =
  | {
      readonly kind: "found";
      readonly args: Found;
      readonly item: CaseView | null;
      /** Of the case. */
      readonly authors: readonly CaseAuthor[];
      /** Who is acted on by the argument `actsOn`. */
      readonly target: Person | null;
    }
  | { readonly kind: "no-person" }
  /** No rule in force has the id; `near` has those that look most like it. */
  | { readonly kind: "no-rule"; readonly words: string; readonly near: readonly string[] }
  | { readonly kind: "no-case"; readonly number: number }
  | { readonly kind: "missing"; readonly argument: string };

/** Ids of rules that are offered instead of an unknown one. */
const MOST_NEAR = 4;

/** Finds the people, cases and rules that arguments name, in the community of whoever asks. */
export async function findArguments(
  context: CommandContext,
  command: Command,
  read: Found,
): Promise<Find> {
  const args: Record<string, unknown> = { ...read };
  let item: CaseView | null = null;
  let authors: readonly CaseAuthor[] = [];
  let target: Person | null = null;
  for (const [name, { kind, orReply }] of Object.entries(command.args)) {
    const value = read[name];
    if (kind === "case" && typeof value === "number") {
      item = await context.deps.store.findCaseByNumber(context.actor.communityId, value);
      if (!item) return { kind: "no-case", number: value };
      authors = await context.deps.store.caseAuthors(item.id);
      args[name] = item;
    }
    if (kind === "rule" && isRuleName(value)) {
      const id = value.own ? value.words : ruleId(context, value.words);
      if (id === null) return { kind: "no-rule", words: value.words, near: near(context, value) };
      args[name] = id;
    }
    if (kind === "person") {
      const id = await personIdOf(context, value, orReply);
      if (id === "unknown") {
        const isLeftOut = orReply && isForAnother(command, name, value);
        return isLeftOut ? { kind: "missing", argument: name } : { kind: "no-person" };
      }
      if (id === null && orReply) return { kind: "missing", argument: name };
      const person = id === null ? null : await context.personOf(id.id);
      args[name] = person;
      if (name === command.actsOn) target = person;
    }
  }
  return { kind: "found", args, item, authors, target };
}

/** Whether a word in the place of a person is what stands behind one, such as `rule:INV-01`: then nobody was named. */
function isForAnother({ args }: Command, name: string, words: unknown): boolean {
  if (typeof words !== "string" || args[name]?.claims(words)) return false;
  return Object.values(args).some(
    ({ kind, optional, claims }) => optional && kind !== "person" && claims(words),
  );
}

/** Whom an argument names; where it names nobody, the author of the message that the command answers. */
async function personIdOf(
  { deps, actor }: CommandContext,
  words: unknown,
  orReply: boolean,
): Promise<{ readonly id: string } | "unknown" | null> {
  if (typeof words === "string") {
    const id = await deps.findPerson(actor, words);
    return id === null ? "unknown" : { id };
  }
  if (!orReply || !actor.replyTo) return null;
  const { communityId } = actor;
  const message = await deps.store.findMessage({ communityId, ...actor.replyTo });
  return message && message.authorId !== "" ? { id: message.authorId } : null;
}

function isRuleName(value: unknown): value is RuleName {
  return typeof value === "object" && value !== null && "own" in value && "words" in value;
}

function ruleId({ deps }: CommandContext, words: string): string | null {
  const wanted = words.toLowerCase();
  return deps.ruleSet.rules.find(({ id }) => id.toLowerCase() === wanted)?.id ?? null;
}

/** The rules whose ids begin most alike; none where none begins so. */
function near({ deps }: CommandContext, { words }: RuleName): readonly string[] {
  const ids = deps.ruleSet.rules.map(({ id }) => ({ id, alike: alike(id, words) }));
  const most = Math.max(0, ...ids.map((each) => each.alike));
  return ids
    .flatMap((each) => (most > 0 && each.alike === most ? [each.id] : []))
    .slice(0, MOST_NEAR);
}

/** How many characters two ids have in common at their beginning. */
function alike(one: string, other: string): number {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  let same = 0;
  while (same < a.length && a[same] === b[same]) same += 1;
  return same;
}
