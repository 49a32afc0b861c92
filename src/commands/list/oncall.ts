import { handOverAt, nextOnCall, onCallAt, type RotaEntry } from "../../engine/rota/on-call.ts";
import type { TeamRole } from "../../engine/roles.ts";
import type { Span } from "../../engine/rota/wall-clock.ts";
import { sayList } from "../../words/say.ts";
import { choice, clockTime, duration, optional, person, word } from "../arguments.ts";
import { type CommandContext, defineCommand, type Values } from "../command.ts";
import { noteRefusal } from "../note-refusal.ts";
import { badInput, done, refused, type Reply } from "../reply.ts";
import { swapOffer } from "../swap-offer.ts";
import { acceptSwap, declineSwap, offerSwap, override } from "./change-rota.ts";
import { clear } from "./clear-rota.ts";
import { isOn, readRota, type RotaInUse, unknownRota } from "./rota-in-use.ts";
import { CASE_WORKERS, LEADERS, MODERATORS } from "./roles.ts";
import { whyUnfit } from "./why-unfit.ts";

/** Longest time for which one command changes a rota: four weeks. */
const MAX_MINUTES = 28 * 24 * 60;
const DEFAULT_OVERRIDE_MINUTES = 8 * 60;
const DEFAULT_SWAP_MINUTES = 7 * 24 * 60;
/** Changes to come that are shown of one rota. */
const MOST_CHANGES = 5;

const MINUTE_MS = 60_000;

const CHANGES = ["show", "override", "swap", "accept", "decline", "clear"] as const;
/** `clear` takes back nothing of others, unless whoever gives it leads. */
const OF_OWN_SWAPS: readonly (typeof CHANGES)[number][] = ["swap", "accept", "decline", "clear"];

const yes = choice(["yes"]);
const args = {
  change: optional(choice(CHANGES)),
  rota: optional({
    ...word,
    // Where there is one rota, what stands first may be any of the others.
    claims: (token) =>
      word.claims(token) && ![person, swapOffer, yes].some((each) => each.claims(token)),
  }),
  who: optional(person),
  from: optional(clockTime),
  duration: optional(duration(MAX_MINUTES)),
  offer: optional(swapOffer),
  confirmation: optional(yes),
} as const;

export const oncall = defineCommand({
  name: "oncall",
  args,
  // Whoever does not moderate sees and changes nothing but the swaps of their own: they may be put on a rota.
  needs: CASE_WORKERS,
  privileged: true,
  forbids: (context, { change }) => {
    const allowed = hasRole(context, LEADERS)
      ? CHANGES
      : hasRole(context, MODERATORS)
        ? CHANGES.filter((each) => each !== "override")
        : OF_OWN_SWAPS;
    return allowed.includes(change ?? "show") ? null : { kind: "not-allowed" };
  },
  async run(context, given) {
    const { change } = given;
    const names = await rotasFor(context);
    if (names.length === 0 && !hasRole(context, MODERATORS)) {
      await noteRefusal(context, "oncall", "not-allowed");
      return refused(context.say("refusal.not-allowed"));
    }
    if (names.length === 0) return done([context.say("oncall.no-rotas")]);
    if (change === null || change === "show") return showAll(context, given.rota);
    // Where there is one rota, it need not be named.
    const name = given.rota ?? (names.length === 1 ? names[0] : undefined);
    const isKnown = name !== undefined && names.includes(name);
    const used = isKnown ? await readRota(context, name) : null;
    if (!used) return unknownRota(context, given.rota, names);
    if (change === "accept") return acceptSwap(context, used, given);
    if (change === "decline") return declineSwap(context, used, given);
    if (change === "clear") {
      const { who, confirmation } = given;
      const span = spanOf(context, given);
      return clear(context, used, { who, span, confirmed: confirmation !== null });
    }
    return putOnCall(context, used, change, given);
  },
});

type Given = Values<typeof args>;

function hasRole(context: CommandContext, roles: readonly TeamRole[]): boolean {
  return context.person.roles.some((role) => roles.includes(role));
}

/** Rotas of which somebody may know: whoever does not moderate, of those on which they have a place. */
async function rotasFor(context: CommandContext): Promise<readonly string[]> {
  const names = Object.keys(context.policy.rotas);
  if (hasRole(context, MODERATORS)) return names;
  const used = await Promise.all(names.map((name) => readRota(context, name)));
  return used.flatMap((each) => (each && isOn(each, context.actor.id) ? [each.name] : []));
}

/** The time that a command names; null where it names none. One with a beginning alone has no end. */
function spanOf(
  { timeZone, now }: CommandContext,
  { from, duration: minutes }: Given,
): Span | null {
  if (from === null && minutes === null) return null;
  const begins = from === null ? now : from(timeZone, now);
  return { from: begins, to: minutes === null ? Infinity : begins + minutes * MINUTE_MS };
}

async function putOnCall(
  context: CommandContext,
  used: RotaInUse,
  change: "override" | "swap",
  { who, from: clock, duration: minutes }: Given,
): Promise<Reply> {
  if (who === null) return badInput([context.say("oncall.who")]);
  const unfit = await whyUnfit(context, used, who);
  if (unfit !== null) return badInput([unfit]);
  const from = clock === null ? context.now : clock(context.timeZone, context.now);
  if (from < context.now) return badInput([context.say("oncall.past")]);
  return change === "override"
    ? override(context, used, who, { from, minutes: minutes ?? DEFAULT_OVERRIDE_MINUTES })
    : offerSwap(context, used, who, { from, minutes: minutes ?? DEFAULT_SWAP_MINUTES });
}

async function showAll(context: CommandContext, wanted: string | null): Promise<Reply> {
  const names = Object.keys(context.policy.rotas).filter(
    (name) => wanted === null || name === wanted,
  );
  if (names.length === 0) return unknownRota(context, wanted, Object.keys(context.policy.rotas));
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
  const lines = await Promise.all(
    changes.slice(0, MOST_CHANGES).map((entry) => sayChange(context, name, entry)),
  );
  const more = changes.length - lines.length;
  return more > 0 ? [...lines, context.say("oncall.more", { name, count: more })] : lines;
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
