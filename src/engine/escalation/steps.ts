import type { Ladder, Rung, Target } from "./escalation-policy.ts";
import { parseTarget } from "./escalation-policy.ts";
import type { Severity } from "../severity.ts";
import type { TeamPerson } from "./roster.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** One page of a round: a rung, or a repetition of it. */
export interface LadderStep {
  readonly rung: Rung;
  /** 1 for the lowest. */
  readonly rungNumber: number;
  /** 0 for the first time. */
  readonly repetition: number;
  /** From the beginning of the round. */
  readonly afterMs: number;
}

/** Every page of one round in order of time; a rung goes before repetitions of the same minute. */
export function stepsOf({ rungs }: Ladder): readonly LadderStep[] {
  const steps = rungs.flatMap((rung, i) => {
    const times = rung.repeat?.times ?? 0;
    const everyMs = (rung.repeat?.everyMinutes ?? 0) * MINUTE_MS;
    return Array.from({ length: times + 1 }, (_, repetition) => ({
      rung,
      rungNumber: i + 1,
      repetition,
      afterMs: rung.afterMinutes * MINUTE_MS + repetition * everyMs,
    }));
  });
  return steps.toSorted((a, b) => a.afterMs - b.afterMs || a.repetition - b.repetition);
}

/** The same ladder once for each of several beginnings (epoch ms), counted from the earliest; none is one. */
export function stepsForEach(
  steps: readonly LadderStep[],
  beginnings: readonly number[],
): readonly LadderStep[] {
  if (beginnings.length <= 1) return steps;
  const first = Math.min(...beginnings);
  return beginnings
    .flatMap((each) => steps.map((step) => ({ ...step, afterMs: step.afterMs + (each - first) })))
    .toSorted((a, b) => a.afterMs - b.afterMs || a.rungNumber - b.rungNumber);
}

/**
 * How long a ladder rests after its last step, in ms: as long as it is itself, but long enough for summaries and
 * digests to bear what nobody looks at.
 */
export function restMs(steps: readonly LadderStep[], severity: Severity | null): number {
  const begins = steps.filter((step) => step.rungNumber === 1 && step.repetition === 0);
  // Of one that begins several times, the last of them.
  const since = begins.length > 1 ? (begins.at(-1)?.afterMs ?? 0) : 0;
  const long = (steps.at(-1)?.afterMs ?? 0) - since;
  return Math.max(long, severity === "S1" ? HOUR_MS : DAY_MS);
}

/** The people of a rung, each once, in the order of its targets. `onCall` answers for one rota at the time in question. */
export function peopleOf(
  rung: Rung,
  team: readonly TeamPerson[],
  onCall: (rota: string) => readonly string[],
): readonly TeamPerson[] {
  const ids = rung.who.flatMap((words) => idsOf(parseTarget(words), team, onCall));
  return [...new Set(ids)].map((id) => team.find((each) => each.id === id) ?? stranger(id));
}

function idsOf(
  target: Target | null,
  team: readonly TeamPerson[],
  onCall: (rota: string) => readonly string[],
): readonly string[] {
  switch (target?.kind) {
    case undefined:
      return [];
    case "person":
      return [target.id];
    case "on-call":
      return onCall(target.rota);
    case "role":
      return team.filter(({ roles }) => roles.includes(target.role)).map(({ id }) => id);
    case "everyone":
      return team.map(({ id }) => id);
  }
}

/** Somebody whom a policy names without saying more. */
function stranger(id: string): TeamPerson {
  return {
    id,
    name: null,
    roles: [],
    language: null,
    timeZone: null,
    email: null,
    quietHours: null,
  };
}
