import { fail, ok } from "../../engine/result.ts";
import { onCallBetween, type RotaEntry } from "../../engine/rota/on-call.ts";
import type { Span } from "../../engine/rota/wall-clock.ts";
import type { CommandContext, Person } from "../command.ts";
import { noteRefusal } from "../note-refusal.ts";
import { badInput, done, refused, type Reply } from "../reply.ts";
import { write } from "./change-rota.ts";
import { LEADERS } from "./roles.ts";
import type { RotaInUse } from "./rota-in-use.ts";

/** What of a rota's changes is to be taken back. */
export interface Cleared {
  /** Only what concerns this person. */
  readonly who: Person | null;
  /** Only what is in force at some time of it. */
  readonly span: Span | null;
  /** All of it is meant, though more than one change goes. */
  readonly confirmed: boolean;
}

/**
 * Ends what people changed of a rota, and what they offered each other. Those who lead take back anybody's
 * changes, and everybody the swaps of their own: of two people, either may think again.
 */
export async function clear(
  context: CommandContext,
  used: RotaInUse,
  cleared: Cleared,
): Promise<Reply> {
  const { name, rota, entries: known } = used;
  const { now } = context;
  const isMeant = (each: RotaEntry) => mayClear(context, each) && isWanted(each, cleared);
  const meant = known.filter(isMeant);
  if (meant.length === 0 && known.some((each) => isChange(each) && isWanted(each, cleared))) {
    await noteRefusal(context, "oncall", "not-yours");
    return refused(context.say("oncall.clear-own", { name }));
  }
  const isNarrow = cleared.who !== null || cleared.span !== null || cleared.confirmed;
  if (!isNarrow && countChanges(meant) > 1) return askFirst(context, name, meant);
  const written = await write(context, used, "clear", (entries) => {
    const removed = entries.filter(isMeant);
    if (removed.length === 0) return fail({ kind: "nothing" as const });
    const left = entries.filter((each) => !removed.includes(each));
    // Who was on call until now stays on record.
    const added = removed.flatMap((each) =>
      each.kind === "override" && each.from < now ? [{ ...each, to: now }] : [],
    );
    const concerns = removed.flatMap(({ personId, replaces, from, to }) => [
      personId,
      ...(replaces === null ? onCallBetween(rota, left, Math.max(now, from), to) : [replaces]),
    ]);
    return ok({ removed, added, concerns });
  });
  if (!written.ok) return done([context.say("oncall.nothing-to-clear", { name })]);
  return done([
    context.say("oncall.cleared", { name, count: countChanges(written.value.removed) }),
  ]);
}

function isChange({ kind }: RotaEntry): boolean {
  return kind !== "imported";
}

function mayClear({ person, actor }: CommandContext, entry: RotaEntry): boolean {
  if (!isChange(entry)) return false;
  const { personId, replaces } = entry;
  const leads = person.roles.some((role) => LEADERS.includes(role));
  return leads || (replaces !== null && [personId, replaces].includes(actor.id));
}

function isWanted({ personId, replaces, from, to }: RotaEntry, { who, span }: Cleared): boolean {
  return (
    (who === null || personId === who.id || replaces === who.id) &&
    (span === null || (from < span.to && to > span.from))
  );
}

/** Changes as people count them: a swap is one, however many duties it exchanges. */
function countChanges(entries: readonly RotaEntry[]): number {
  const names = entries.map(({ kind, personId, replaces, from, to }) =>
    replaces === null
      ? `${personId} ${from} ${to}`
      : [kind, ...[personId, replaces].toSorted()].join(" "),
  );
  return new Set(names).size;
}

/** What others have agreed on goes only when it is meant. */
function askFirst(context: CommandContext, name: string, meant: readonly RotaEntry[]): Reply {
  const swaps = countChanges(
    meant.filter(({ kind, replaces }) => kind === "override" && replaces !== null),
  );
  const word = context.say("choice.yes");
  const lines = [
    context.say("oncall.clear-ask", { name, count: countChanges(meant), swaps }),
    context.say("oncall.clear-how", { name, word }),
  ];
  return badInput(lines, {
    buttons: [{ label: context.say("button.clear-yes"), command: `oncall clear ${name} yes` }],
  });
}
