import { teamOf } from "../../engine/escalation/roster.ts";
import {
  handOverAt,
  nextOnCall,
  onCallAt,
  type RotaEntry,
  swapEntries,
  type SwapError,
} from "../../engine/rota/on-call.ts";
import type { Rota } from "../../engine/rota/rota-schema.ts";
import { personOf } from "../../pipeline/deps.ts";
import { choice, duration, optional, person, word } from "../arguments.ts";
import { sayMinutes } from "../case-words.ts";
import { type CommandContext, defineCommand, type Person } from "../command.ts";
import { badInput, done, type Reply } from "../reply.ts";
import { LEADERS, MODERATORS } from "./roles.ts";

const MINUTE_MS = 60_000;
/** Longest time for which one command changes a rota: four weeks. */
const MAX_MINUTES = 28 * 24 * 60;
const DEFAULT_OVERRIDE_MINUTES = 8 * 60;
const DEFAULT_SWAP_MINUTES = 7 * 24 * 60;

interface RotaInUse {
  readonly name: string;
  readonly rota: Rota;
  readonly entries: readonly RotaEntry[];
}

export const oncall = defineCommand({
  name: "oncall",
  args: {
    change: optional(choice(["show", "override", "swap"])),
    rota: optional(word),
    who: optional(person),
    duration: optional(duration(MAX_MINUTES)),
  },
  needs: MODERATORS,
  privileged: true,
  forbids: (context, { change }) => {
    const leads = context.person.roles.some((role) => LEADERS.includes(role));
    return change === "override" && !leads ? { kind: "not-allowed" } : null;
  },
  async run(context, args) {
    const names = Object.keys(context.policy.rotas);
    if (names.length === 0) return done([context.say("oncall.no-rotas")]);
    if (args.change === null || args.change === "show") return showAll(context, args.rota);
    // Where there is one rota, it need not be named.
    const name = args.rota ?? (names.length === 1 ? names[0] : undefined);
    const used = name === undefined ? null : await readRota(context, name);
    if (!used) return unknownRota(context, args.rota);
    if (args.who === null) return badInput([context.say("oncall.who")]);
    const listed = await isOfTeam(context, args.who);
    if (listed !== "yes") return badInput([context.say(`oncall.team-${listed}`)]);
    return args.change === "override"
      ? override(context, used, args.who, args.duration ?? DEFAULT_OVERRIDE_MINUTES)
      : swap(context, used, args.who, args.duration ?? DEFAULT_SWAP_MINUTES);
  },
});

async function showAll(context: CommandContext, wanted: string | null): Promise<Reply> {
  const names = Object.keys(context.policy.rotas).filter(
    (name) => wanted === null || name === wanted,
  );
  if (names.length === 0) return unknownRota(context, wanted);
  const lines = await Promise.all(names.map((name) => sayOnCall(context, name)));
  return done(lines, { title: context.say("oncall.title") });
}

/** Who is on call in one rota now, and until when; else when somebody is again. */
export async function sayOnCall(context: CommandContext, name: string): Promise<string> {
  const used = await readRota(context, name);
  if (!used) return context.say("oncall.unknown", { name, rotas: "" });
  const { rota, entries } = used;
  const people = onCallAt(rota, entries, context.now);
  if (people.length > 0) {
    const until = handOverAt(rota, entries, context.now);
    const words = await Promise.all(people.map((id) => context.nameOf(id)));
    const list = words.join(", ");
    return until === null
      ? context.say("oncall.always", { name, people: list })
      : context.say("oncall.now", { name, people: list, until: context.time(until) });
  }
  const next = nextOnCall(rota, entries, context.now);
  return next === null
    ? context.say("oncall.never", { name })
    : context.say("oncall.next", { name, at: context.time(next) });
}

async function readRota(context: CommandContext, name: string): Promise<RotaInUse | null> {
  const { policy, deps, actor, now } = context;
  const rota = Object.hasOwn(policy.rotas, name) ? policy.rotas[name] : undefined;
  if (!rota) return null;
  const entries = await deps.store.rotaEntries(actor.communityId, name, now);
  return { name, rota, entries };
}

function unknownRota(context: CommandContext, name: string | null): Reply {
  const rotas = Object.keys(context.policy.rotas).join(", ");
  return badInput([
    name === null
      ? context.say("oncall.which", { rotas })
      : context.say("oncall.unknown", { name: name.slice(0, 40), rotas }),
  ]);
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

async function override(
  context: CommandContext,
  { name }: RotaInUse,
  { id }: Person,
  minutes: number,
): Promise<Reply> {
  const { now } = context;
  const to = now + minutes * MINUTE_MS;
  const entry: RotaEntry = { from: now, to, personId: id, replaces: null, kind: "override" };
  await write(context, name, [entry], "override", id);
  const who = await context.nameOf(id);
  return done([context.say("oncall.overridden", { name, who, until: context.time(to) })]);
}

/** Swaps one's own duties with somebody else's. */
async function swap(
  context: CommandContext,
  { name, rota, entries }: RotaInUse,
  { id }: Person,
  minutes: number,
): Promise<Reply> {
  const { now, actor } = context;
  const to = now + minutes * MINUTE_MS;
  const swapped = swapEntries(rota, entries, actor.id, id, now, to);
  if (!swapped.ok) return badInput([await saySwapError(context, swapped.error, minutes)]);
  await write(context, name, swapped.value, "swap", id);
  const who = await context.nameOf(id);
  return done([context.say("oncall.swapped", { name, who, until: context.time(to) })]);
}

async function saySwapError(
  context: CommandContext,
  error: SwapError,
  minutes: number,
): Promise<string> {
  if (error.kind !== "no-duty") return context.say(`oncall.${error.kind}`);
  const who = await context.nameOf(error.personId);
  return context.say("oncall.no-duty", { who, time: sayMinutes(context, minutes) });
}

async function write(
  { deps, actor, now }: CommandContext,
  rota: string,
  entries: readonly RotaEntry[],
  change: "override" | "swap",
  otherId: string,
): Promise<void> {
  const other = personOf(deps, actor.platform, otherId);
  await deps.store.addRotaEntries(actor.communityId, rota, entries, {
    type: "rota.changed",
    at: now,
    person: other,
    payload: {
      rota,
      change,
      entries: entries.length,
      moderator: personOf(deps, actor.platform, actor.id),
      until: Math.max(...entries.map(({ to }) => to)),
    },
  });
}
