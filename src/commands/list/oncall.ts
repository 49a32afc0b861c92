import { teamOf } from "../../engine/escalation/roster.ts";
import { handOverAt, nextOnCall, onCallAt, type RotaEntry } from "../../engine/rota/on-call.ts";
import { sayList } from "../../words/say.ts";
import { choice, clockTime, duration, optional, person, word } from "../arguments.ts";
import { type CommandContext, defineCommand, type Person } from "../command.ts";
import { badInput, done, type Reply } from "../reply.ts";
import { acceptSwap, clear, declineSwap, offerSwap, override } from "./change-rota.ts";
import { readRota, type RotaInUse, unknownRota } from "./rota-in-use.ts";
import { LEADERS, MODERATORS } from "./roles.ts";

/** Longest time for which one command changes a rota: four weeks. */
const MAX_MINUTES = 28 * 24 * 60;
const DEFAULT_OVERRIDE_MINUTES = 8 * 60;
const DEFAULT_SWAP_MINUTES = 7 * 24 * 60;
/** Changes to come that are shown of one rota. */
const MOST_CHANGES = 5;

export const oncall = defineCommand({
  name: "oncall",
  args: {
    change: optional(choice(["show", "override", "swap", "accept", "decline", "clear"])),
    rota: optional(word),
    who: optional(person),
    from: optional(clockTime),
    duration: optional(duration(MAX_MINUTES)),
  },
  needs: MODERATORS,
  privileged: true,
  forbids: (context, { change }) => {
    const leads = context.person.roles.some((role) => LEADERS.includes(role));
    const isForLeaders = change === "override" || change === "clear";
    return isForLeaders && !leads ? { kind: "not-allowed" } : null;
  },
  async run(context, args) {
    const { change, who } = args;
    const names = Object.keys(context.policy.rotas);
    if (names.length === 0) return done([context.say("oncall.no-rotas")]);
    if (change === null || change === "show") return showAll(context, args.rota);
    // Where there is one rota, it need not be named.
    const name = args.rota ?? (names.length === 1 ? names[0] : undefined);
    const used = name === undefined ? null : await readRota(context, name);
    if (!used) return unknownRota(context, args.rota);
    if (change === "clear") return clear(context, used, who);
    if (change === "accept") return acceptSwap(context, used, who);
    if (change === "decline") return declineSwap(context, used, who);
    if (who === null) return badInput([context.say("oncall.who")]);
    const listed = await isOfTeam(context, who);
    if (listed !== "yes") return badInput([context.say(`oncall.team-${listed}`)]);
    const from = args.from === null ? context.now : args.from(context.timeZone, context.now);
    if (from < context.now) return badInput([context.say("oncall.past")]);
    return change === "override"
      ? override(context, used, who, { from, minutes: args.duration ?? DEFAULT_OVERRIDE_MINUTES })
      : offerSwap(context, used, who, { from, minutes: args.duration ?? DEFAULT_SWAP_MINUTES });
  },
});

async function showAll(context: CommandContext, wanted: string | null): Promise<Reply> {
  const names = Object.keys(context.policy.rotas).filter(
    (name) => wanted === null || name === wanted,
  );
  if (names.length === 0) return unknownRota(context, wanted);
  const lines = await Promise.all(
    names.map(async (name) => {
      const used = await readRota(context, name);
      return used ? [await sayNow(context, used), ...(await sayChanges(context, used))] : [];
    }),
  );
  return done(lines.flat(), { title: context.say("oncall.title") });
}

/** Who is on call in one rota now, and until when; else when somebody is again. */
export async function sayOnCall(context: CommandContext, name: string): Promise<string> {
  const used = await readRota(context, name);
  return used ? sayNow(context, used) : context.say("oncall.unknown", { name, rotas: "" });
}

async function sayNow(context: CommandContext, used: RotaInUse): Promise<string> {
  const { name, rota, entries } = used;
  const people = onCallAt(rota, entries, context.now);
  if (people.length > 0) {
    const until = handOverAt(rota, entries, context.now);
    const words = await Promise.all(people.map((id) => context.nameOf(id)));
    const list = sayList(context.locale, words);
    return until === null
      ? context.say("oncall.always", { name, people: list })
      : context.say("oncall.now", { name, people: list, until: context.time(until) });
  }
  const next = nextOnCall(rota, entries, context.now);
  return next === null
    ? context.say("oncall.never", { name })
    : context.say("oncall.next", { name, at: context.time(next) });
}

/** What people have changed for some time, and what they have offered each other. */
async function sayChanges(
  context: CommandContext,
  { name, entries }: RotaInUse,
): Promise<readonly string[]> {
  const changes = entries
    .filter(({ kind }) => kind !== "imported")
    .toSorted((a, b) => a.from - b.from);
  return Promise.all(
    changes.slice(0, MOST_CHANGES).map((entry) => sayChange(context, name, entry)),
  );
}

async function sayChange(
  context: CommandContext,
  name: string,
  { kind, personId, replaces, from, to }: RotaEntry,
): Promise<string> {
  const who = await context.nameOf(personId);
  const times = { name, who, from: context.time(from), until: context.time(to) };
  if (replaces === null) return context.say("oncall.change.all", times);
  const other = await context.nameOf(replaces);
  const how = kind === "offer" ? "oncall.change.offer" : "oncall.change.one";
  return context.say(how, { ...times, other });
}

/** Whoever is on call is told what cases are about: that is for the team alone. */
async function isOfTeam(
  { policy, platform, actor }: CommandContext,
  { id }: Person,
): Promise<"yes" | "no" | "unknown"> {
  const asked = await platform.team(actor.communityId);
  if (!asked.ok) return "unknown";
  return teamOf(policy, asked.value).some((each) => each.id === id) ? "yes" : "no";
}
