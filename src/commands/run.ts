import { authorise, type AuthorisedCase, type Refusal, type Subject } from "./authorise.ts";
import type { Actor, Command, CommandContext, CommandDeps, Person } from "./command.ts";
import { makeContext, PlatformSilent } from "./context.ts";
import { type Find, findArguments } from "./find.ts";
import { refusedIn } from "./in-place.ts";
import { commandsOf } from "./index.ts";
import { noteRefusal } from "./note-refusal.ts";
import { parseArguments, parseLine } from "./parse.ts";
import { isNearCommand } from "./near.ts";
import { badInput, failed, refused, type Reply } from "./reply.ts";
import { sayBadArgument, sayMissing, sayNoRule, sayUnparsed, sayUsage } from "./say-problem.ts";
import { say } from "../words/say.ts";
import { teamOf } from "../engine/escalation/roster.ts";
import { MOST_AUTHORS } from "../ports/rights.ts";
import type { CaseAuthor, CaseView } from "../ports/store.ts";

/** Arguments as a platform's own options give them, or the rest of a typed line. */
export type CommandInput = string | Readonly<Record<string, unknown>>;

/** The name of a command that no command can have. */
const UNKNOWN = /^\s*[/／]([^\s/／]\S*)/u;

/** Runs a typed line, such as `/take #142` or the command of a button. Never throws. */
export async function runLine(deps: CommandDeps, actor: Actor, line: string): Promise<Reply> {
  const parsed = parseLine(line);
  // What begins as a command and is none is said back; anything else is somebody who does not know what to say.
  const name = parsed?.name ?? UNKNOWN.exec(line)?.[1] ?? "help";
  return runCommand(deps, actor, name, parsed?.rest ?? "");
}

/**
 * Runs one command for somebody: reads its arguments, finds what they name, re-checks that the person
 * may, and answers in their language. Whatever goes wrong is an answer too: it never throws.
 */
export async function runCommand(
  deps: CommandDeps,
  actor: Actor,
  name: string,
  input: CommandInput,
): Promise<Reply> {
  const command = commandsOf(actor.platform).find((each) => each.name === name);
  const fallback = actor.language ?? "en";
  try {
    const context = await makeContext(deps, actor);
    if (!context.ok) return failed(say(context.error, "command.platform-silent"));
    return command
      ? await runFor(context.value, command, input)
      : unknownCommand(context.value, name);
  } catch (err) {
    if (err instanceof PlatformSilent) return failed(say(fallback, "command.platform-silent"));
    deps.log.error({ err, command: command?.name ?? null }, "a command failed");
    return failed(say(fallback, "command.failed"));
  }
}

function unknownCommand(context: CommandContext, name: string): Reply {
  const meant = commandsOf(context.actor.platform).find(
    (each) => isNearCommand(name, each.name) && mayUse(context, each).ok,
  );
  const lines = [context.say("command.unknown", { name: name.slice(0, 32) })];
  return badInput(
    meant
      ? [...lines, context.say("command.meant", { name: context.commandName(meant.name) })]
      : lines,
  );
}

async function runFor(
  context: CommandContext,
  command: Command,
  input: CommandInput,
): Promise<Reply> {
  // Before anything is read: what a case or a person is called is not for everybody to find out.
  const byRole = mayUse(context, command);
  if (!byRole.ok) return refuse(context, command, byRole.error);
  const raw = readInput(context, command, input);
  if (!raw.ok) return badInput([raw.error, usageOf(context, command)]);
  const parsed = command.schema.safeParse(raw.value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return badInput([
      sayBadArgument(context, command, issue, raw.value),
      usageOf(context, command),
    ]);
  }
  const found = await findArguments(context, command, parsed.data);
  switch (found.kind) {
    case "no-person":
      return refuse(context, command, { kind: "unknown-person" });
    case "no-case":
      return badInput([context.say("case.unknown", { number: found.number })]);
    case "no-rule":
      return badInput([sayNoRule(context, found.words, found.near)]);
    case "missing":
      return badInput([sayMissing(context, command, found.argument), usageOf(context, command)]);
    case "found":
      return runAllowed(context, command, found);
  }
}

/** Whether somebody's role lets them use a command at all. */
function mayUse(context: CommandContext, command: Command) {
  return authorise({ ...askedBy(context, command), rights: [], target: null, item: null });
}

async function runAllowed(
  context: CommandContext,
  command: Command,
  found: Extract<Find, { kind: "found" }>,
): Promise<Reply> {
  const { args, target } = found;
  const allowed = authorise({
    ...askedBy(context, command),
    rights: command.rights(args, context.policy),
    target: target && subjectOf(target),
    item: await caseOf(context, command, found),
  });
  if (!allowed.ok) return refuse(context, command, allowed.error);
  const forbidden =
    (await refusedIn(context, await command.places(context, args))) ??
    command.forbids(context, args);
  return forbidden ? refuse(context, command, forbidden) : command.run(context, args);
}

async function caseOf(
  context: CommandContext,
  command: Command,
  { args, item, authors }: Extract<Find, { kind: "found" }>,
): Promise<AuthorisedCase | null> {
  if (!item) return null;
  const touched = command.actsOnAuthor(args, context.policy)
    ? await rankedAuthors(context, item, authors)
    : [];
  const { source } = item;
  return { source, authors: authors.map(({ id }) => id), touched: touched.map(subjectOf) };
}

/** The authors of a case as they stand now; in a flood those who could be above anybody: whom it is about, and the team. */
async function rankedAuthors(
  context: CommandContext,
  item: CaseView,
  authors: readonly CaseAuthor[],
): Promise<readonly Person[]> {
  const { platform, policy, actor } = context;
  const ids = authors.map(({ id }) => id);
  if (ids.length <= MOST_AUTHORS) return Promise.all(ids.map((id) => context.personOf(id)));
  const asked = await platform.team(actor.communityId);
  if (!asked.ok) throw new PlatformSilent("the platform did not say who is of the team");
  const team = new Set(teamOf(policy, asked.value).map(({ id }) => id));
  const ranked = ids.filter((id) => id === item.authorId || team.has(id));
  return Promise.all(ranked.map((id) => context.personOf(id)));
}

function askedBy(context: CommandContext, command: Command) {
  const { person } = context;
  const actor = { ...subjectOf(person), rights: person.member?.rights ?? [] };
  return { needs: command.needs, actor };
}

function subjectOf({ id, roles, member }: Person): Subject {
  return { id, roles, rank: member?.rank ?? Number.NEGATIVE_INFINITY };
}

type Read =
  | { readonly ok: true; readonly value: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly error: string };

function readInput(context: CommandContext, command: Command, input: CommandInput): Read {
  if (typeof input !== "string") return { ok: true, value: input };
  const replying = context.actor.replyTo !== null;
  const parsed = parseArguments(command.args, input, replying);
  if (parsed.ok) return parsed;
  return { ok: false, error: sayUnparsed(context, command, parsed.error) };
}

function usageOf(context: CommandContext, command: Command): string {
  return context.say("command.usage", {
    usage: sayUsage(context.locale, command, context.commandName(command.name)),
  });
}

/** Says no, and leaves a trace of it where it was about more than one's own affairs. */
async function refuse(context: CommandContext, command: Command, refusal: Refusal): Promise<Reply> {
  if (command.privileged) await noteRefusal(context, command.name, refusal.kind);
  return refused(
    "right" in refusal
      ? context.say(`refusal.${refusal.kind}`, { right: context.say(`right.${refusal.right}`) })
      : context.say(`refusal.${refusal.kind}`),
  );
}
