import { fail, ok, type Result } from "../../engine/result.ts";
import {
  onCallBetween,
  type RotaEntry,
  swapEntries,
  type SwapError,
} from "../../engine/rota/on-call.ts";
import type { Span } from "../../engine/rota/wall-clock.ts";
import { personOf } from "../../pipeline/deps.ts";
import { deliverJob } from "../../pipeline/escalation/attempts.ts";
import { dutyAttempts } from "../../pipeline/escalation/duty.ts";
import type { CommandContext, Person } from "../command.ts";
import { badInput, done, type Reply } from "../reply.ts";
import { isNamed } from "../swap-offer.ts";
import type { RotaInUse } from "./rota-in-use.ts";
import { whyUnfit } from "./why-unfit.ts";

const MINUTE_MS = 60_000;

/** A time in which a rota is changed; `from` is epoch ms. */
interface Stretch {
  readonly from: number;
  readonly minutes: number;
}

/** What a command makes of the entries of a rota, and whom it concerns beside whoever gives it. */
interface Change {
  readonly removed: readonly RotaEntry[];
  readonly added: readonly RotaEntry[];
  readonly concerns: readonly string[];
}

type Kind = "override" | "offer" | "swap" | "decline" | "clear";
type ChangeError =
  | SwapError
  | { readonly kind: "no-offer" }
  /** A button of another offer of theirs than the one that waits. */
  | { readonly kind: "old-offer" }
  | { readonly kind: "several-offers" };

/** Which offer is meant: of whom, or to whom, and under which name; null where it is not said. */
interface Meant {
  readonly who: Person | null;
  readonly offer: string | null;
}

/** Puts one person on call instead of everybody, for a time. */
export async function override(
  context: CommandContext,
  used: RotaInUse,
  { id }: Person,
  { from, minutes }: Stretch,
): Promise<Reply> {
  const { name, rota } = used;
  const to = from + minutes * MINUTE_MS;
  const entry: RotaEntry = { from, to, personId: id, replaces: null, kind: "override" };
  await write(context, used, "override", (entries) => {
    const others = onCallBetween(rota, entries, from, to);
    return ok({ removed: [], added: [entry], concerns: [id, ...others] });
  });
  const who = await context.nameOf(id);
  const times = { from: context.time(from), until: context.time(to) };
  return done([
    from > context.now
      ? context.say("oncall.overridden-later", { name, who, ...times })
      : context.say("oncall.overridden", { name, who, ...times }),
  ]);
}

/** Asks somebody to swap their duties of a time with one's own; nothing changes before they agree. */
export async function offerSwap(
  context: CommandContext,
  used: RotaInUse,
  { id }: Person,
  { from, minutes }: Stretch,
): Promise<Reply> {
  const { name, rota } = used;
  const { actor } = context;
  const to = from + minutes * MINUTE_MS;
  const offer: RotaEntry = { from, to, personId: id, replaces: actor.id, kind: "offer" };
  const offered = await write(context, used, "offer", (entries) => {
    const swapped = swapEntries(rota, entries, actor.id, id, from, to);
    if (!swapped.ok) return swapped;
    // One offer of two people at a time: the newest is what they are asked.
    const removed = entries.filter(
      ({ kind, personId, replaces }) =>
        kind === "offer" && personId === id && replaces === actor.id,
    );
    return ok({ removed, added: [offer], concerns: [id] });
  });
  if (!offered.ok) return badInput([await sayError(context, offered.error, { from, to })]);
  const who = await context.nameOf(id);
  const times = { from: context.time(from), until: context.time(to) };
  return done([context.say("oncall.offered", { name, who, ...times })]);
}

/** Swaps the duties of two people as one of them has offered; `who` offered it. */
export async function acceptSwap(
  context: CommandContext,
  used: RotaInUse,
  { who, offer: named }: Meant,
): Promise<Reply> {
  const { name, rota } = used;
  const { actor, now } = context;
  const isMeant = (each: RotaEntry) => each.personId === actor.id && by(each, who);
  const asked = oneOffer(used.entries, named, isMeant);
  if (!asked.ok) return badInput([await sayError(context, asked.error, null)]);
  const other = asked.value.replaces ?? "";
  // Either may have lost, since the offer, the role that it takes.
  for (const id of [actor.id, other]) {
    const unfit = await whyUnfit(context, used, await context.personOf(id));
    if (unfit !== null) return badInput([unfit]);
  }
  const swapped = await write<ChangeError>(context, used, "swap", (entries) => {
    const offer = oneOffer(entries, named, (each) => isMeant(each) && each.replaces === other);
    if (!offer.ok) return offer;
    const { to } = offer.value;
    const from = Math.max(now, offer.value.from);
    const rest = entries.filter((each) => each !== offer.value);
    const added = swapEntries(rota, rest, other, actor.id, from, to);
    if (!added.ok) return added;
    return ok({ removed: [offer.value], added: added.value, concerns: [other] });
  });
  if (!swapped.ok) return badInput([await sayError(context, swapped.error, null)]);
  const [offer] = swapped.value.removed;
  const until = context.time(offer?.to ?? now);
  return done([context.say("oncall.swapped", { name, who: await context.nameOf(other), until })]);
}

/** Turns down an offer of somebody, or withdraws one's own to them. */
export async function declineSwap(
  context: CommandContext,
  used: RotaInUse,
  { who, offer: named }: Meant,
): Promise<Reply> {
  const { actor } = context;
  const declined = await write(context, used, "decline", (entries) => {
    const offer = oneOffer(
      entries,
      named,
      (each) =>
        (each.personId === actor.id && by(each, who)) ||
        (each.replaces === actor.id && (who === null || each.personId === who.id)),
    );
    if (!offer.ok) return offer;
    const { personId, replaces } = offer.value;
    return ok({ removed: [offer.value], added: [], concerns: [personId, replaces ?? ""] });
  });
  if (!declined.ok) return badInput([await sayError(context, declined.error, null)]);
  return done([context.say("oncall.declined", { name: used.name })]);
}

function by({ replaces }: RotaEntry, who: Person | null): boolean {
  return who === null || replaces === who.id;
}

function oneOffer(
  entries: readonly RotaEntry[],
  name: string | null,
  isMeant: (offer: RotaEntry) => boolean,
): Result<RotaEntry, ChangeError> {
  const waiting = entries.filter((each) => each.kind === "offer" && isMeant(each));
  const [offer, ...others] = waiting.filter((each) => isNamed(each, name));
  if (!offer) return fail({ kind: waiting.length > 0 ? "old-offer" : "no-offer" });
  return others.length > 0 ? fail({ kind: "several-offers" }) : ok(offer);
}

/** `span`: the time that was asked for; null where it is that of an offer. */
async function sayError(
  context: CommandContext,
  error: ChangeError,
  span: Span | null,
): Promise<string> {
  if (error.kind !== "no-duty") return context.say(`oncall.${error.kind}`);
  const who = await context.nameOf(error.personId);
  if (span === null) return context.say("oncall.no-duty-left", { who });
  const times = { from: context.time(span.from), until: context.time(span.to) };
  return context.say("oncall.no-duty", { who, ...times });
}

/** Writes a change of a rota, and tells those whom it concerns, except whoever makes it. */
export async function write<E>(
  { deps, actor, now }: CommandContext,
  { name: rota }: RotaInUse,
  kind: Kind,
  change: (entries: readonly RotaEntry[]) => Result<Change, E>,
) {
  const { communityId, platform } = actor;
  const fresh = deps.ids.next();
  const written = await deps.store.changeRota<E>(communityId, rota, now, (entries) => {
    const changed = change(entries);
    if (!changed.ok) return changed;
    const { removed, added, concerns } = changed.value;
    const others = concerns.filter((id) => id !== actor.id);
    const attempts = dutyAttempts(communityId, others, fresh, now);
    const [first] = [...added, ...removed];
    const payload = {
      rota,
      change: kind,
      entries: added.length + removed.length,
      moderator: personOf(deps, platform, actor.id),
      until: Math.max(now, ...added.map(({ to }) => to)),
    };
    const person = first && first.personId !== "" ? personOf(deps, platform, first.personId) : null;
    const event = { type: "rota.changed", at: now, person, payload } as const;
    const jobs = attempts.map((each) => deliverJob(each));
    return ok({ removed, added, event, attempts, jobs });
  });
  if (written.ok) deps.jobsWritten();
  return written;
}
