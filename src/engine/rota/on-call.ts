import { type Result, fail, ok } from "../result.ts";
import { type Duty, dutiesBetween } from "./duties.ts";
import type { Rota } from "./rota-schema.ts";
import { type Span, DAY_MS } from "./wall-clock.ts";

/**
 * Something that changes the pattern of a rota for a time. `override` puts `personId` on call instead
 * of everybody (`replaces: null`) or instead of one person, while that person would be on call.
 * `imported` adds the person. `offer` changes nothing: `replaces` asks `personId` to swap the duties that
 * the two have in that time.
 */
export interface RotaEntry extends Span {
  readonly personId: string;
  readonly replaces: string | null;
  readonly kind: (typeof ROTA_ENTRY_KINDS)[number];
}

export const ROTA_ENTRY_KINDS = ["override", "imported", "offer"] as const;

/**
 * A name for an offer among those of two people, who have one at a time: that of another period is another
 * offer, and the button of a withdrawn one must not accept it.
 */
export function offerName({ from, to }: Span): string {
  return `${from.toString(36)}-${(to - from).toString(36)}`;
}

/** How far ahead `nextOnCall` and `handOverAt` look. */
export const LOOK_AHEAD_MS = 14 * DAY_MS;

/** The longest time over which duties can be swapped. */
export const LONGEST_SWAP_MS = 366 * DAY_MS;

/**
 * Ids of the people on call at a time in epoch milliseconds, without repetition: the pattern's in the
 * order of its shifts, then the imported. Overrides apply in the order of the array, each to what the
 * ones before it have left, so that later ones win.
 */
export function onCallAt(rota: Rota, entries: readonly RotaEntry[], at: number): readonly string[] {
  return planBetween(rota, entries, at, at + 1).peopleAt(at);
}

/** Everybody who is on call at some time in [from, to), epoch milliseconds, each once. */
export function onCallBetween(
  rota: Rota,
  entries: readonly RotaEntry[],
  from: number,
  to: number,
): readonly string[] {
  const plan = planBetween(rota, entries, from, to);
  return [...new Set([from, ...plan.changes].flatMap((at) => plan.peopleAt(at)))];
}

/**
 * The first time, not before `after`, at which somebody is on call: `after` itself when somebody is,
 * null when nobody is within 14 days.
 */
export function nextOnCall(
  rota: Rota,
  entries: readonly RotaEntry[],
  after: number,
): number | null {
  const plan = planBetween(rota, entries, after, after + LOOK_AHEAD_MS);
  return [after, ...plan.changes].find((at) => plan.peopleAt(at).length > 0) ?? null;
}

/**
 * The first time after `at` at which other people are on call than at `at`, or nobody is any more;
 * null when that does not happen within 14 days.
 */
export function handOverAt(rota: Rota, entries: readonly RotaEntry[], at: number): number | null {
  const plan = planBetween(rota, entries, at, at + LOOK_AHEAD_MS);
  const now = plan.peopleAt(at);
  return plan.changes.find((change) => !samePeople(plan.peopleAt(change), now)) ?? null;
}

export type SwapError =
  | { readonly kind: "same-person" }
  /** The period is empty or longer than `LONGEST_SWAP_MS`. */
  | { readonly kind: "bad-period" }
  /** This person is not on call in the period. */
  | { readonly kind: "no-duty"; readonly personId: string }
  /** Whenever one of them is on call in the period, the other is too: there is nothing to swap. */
  | { readonly kind: "always-together" };

/**
 * The overrides that give the duties of `a` in [from, to) to `b` and the other way round, to be put
 * behind the entries. Time in which both are on call stays as it is.
 */
export function swapEntries(
  rota: Rota,
  entries: readonly RotaEntry[],
  a: string,
  b: string,
  from: number,
  to: number,
): Result<readonly RotaEntry[], SwapError> {
  if (a === b) return fail({ kind: "same-person" });
  if (!(from < to) || to - from > LONGEST_SWAP_MS) return fail({ kind: "bad-period" });
  const plan = planBetween(rota, entries, from, to);
  const starts = [from, ...plan.changes];
  const onCall = new Set<string>();
  const swapped: RotaEntry[] = [];
  for (const [i, start] of starts.entries()) {
    const people = plan.peopleAt(start).filter((person) => person === a || person === b);
    for (const person of people) onCall.add(person);
    const [alone] = people;
    if (alone === undefined || people.length > 1) continue;
    const end = starts[i + 1] ?? to;
    const previous = swapped.at(-1);
    if (previous?.replaces === alone && previous.to === start) {
      swapped[swapped.length - 1] = { ...previous, to: end };
    } else {
      const personId = alone === a ? b : a;
      swapped.push({ from: start, to: end, personId, replaces: alone, kind: "override" });
    }
  }
  for (const personId of [a, b]) {
    if (!onCall.has(personId)) return fail({ kind: "no-duty", personId });
  }
  return swapped.length > 0 ? ok(swapped) : fail({ kind: "always-together" });
}

/** What is known of the rota in one stretch of time. */
interface Plan {
  /** Times inside the stretch, its start not included, at which the people can change; sorted. */
  readonly changes: readonly number[];
  peopleAt(at: number): readonly string[];
}

function planBetween(rota: Rota, entries: readonly RotaEntry[], from: number, to: number): Plan {
  const duties = dutiesBetween(rota, from, to);
  const near = entries.filter(
    (entry) => entry.kind !== "offer" && entry.from < to && entry.to > from,
  );
  const edges = [...duties, ...near].flatMap((span) => [span.from, span.to]);
  const changes = [...new Set(edges)].filter((edge) => edge > from && edge < to);
  return {
    changes: changes.toSorted((a, b) => a - b),
    peopleAt: (at) => peopleOf(duties, near, at),
  };
}

function peopleOf(
  duties: readonly Duty[],
  entries: readonly RotaEntry[],
  at: number,
): readonly string[] {
  const current = entries.filter((entry) => covers(entry, at));
  let pattern = duties.filter((duty) => covers(duty, at)).flatMap((duty) => duty.people);
  let imported = current
    .filter((entry) => entry.kind === "imported")
    .map((entry) => entry.personId);
  for (const { kind, personId, replaces } of current) {
    if (kind !== "override") continue;
    if (replaces === null) {
      pattern = [personId];
      imported = [];
    } else {
      const replace = (person: string) => (person === replaces ? personId : person);
      pattern = pattern.map(replace);
      imported = imported.map(replace);
    }
  }
  return [...new Set([...pattern, ...imported])];
}

function covers(span: Span, at: number): boolean {
  return span.from <= at && at < span.to;
}

function samePeople(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((person) => others.includes(person));
}
