import type { CaseAuthor, CaseView } from "../ports/store.ts";
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
  | { readonly kind: "no-case"; readonly number: number }
  | { readonly kind: "missing"; readonly argument: string };

/** Finds the people and cases that arguments name, in the community of whoever asks. */
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
    if (kind === "person") {
      const id = await personIdOf(context, value, orReply);
      if (id === "unknown") return { kind: "no-person" };
      if (id === null && orReply) return { kind: "missing", argument: name };
      const person = id === null ? null : await context.personOf(id.id);
      args[name] = person;
      if (name === command.actsOn) target = person;
    }
  }
  return { kind: "found", args, item, authors, target };
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
