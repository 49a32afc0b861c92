import { type Ladder, parseTarget, type Rung, type Target } from "./escalation-policy.ts";
import { teamOf, type TeamPerson } from "./roster.ts";
import { DEFAULT_POLICY, type Policy } from "../policy.ts";
import type { PlatformMember } from "../roles.ts";
import { handOverAt, nextOnCall, onCallAt, type RotaEntry } from "../rota/on-call.ts";
import type { Rota } from "../rota/rota-schema.ts";
import { DAY_MS } from "../rota/wall-clock.ts";

/** A rota that has nobody for this long is empty. */
const LOOK_AHEAD_MS = 7 * DAY_MS;

/** What the doctor knows of a community when it looks at its ladders. */
export interface LadderSituation {
  readonly policy: Policy;
  /** Whom the platform itself names; null when it cannot be asked. */
  readonly members: readonly PlatformMember[] | null;
  readonly entries: ReadonlyMap<string, readonly RotaEntry[]>;
  /** Ways to a person that the settings have set up beside direct messages. */
  readonly ways: ReadonlySet<"email" | "webhook">;
  /** Epoch ms. */
  readonly at: number;
}

/** What is wrong with one ladder: all of it pages nobody, or some of what it names. */
export interface LadderProblem {
  readonly ladder: string;
  /** Its place in the policy, from 1; null for a standard one that stands behind. */
  readonly place: number | null;
  readonly pagesNobody: boolean;
  /** One for each thing that is named in vain. */
  readonly reasons: readonly string[];
}

export interface LadderReport {
  readonly ladders: number;
  readonly problems: readonly LadderProblem[];
  /** Everybody whom some ladder can page in the next 7 days, and the rest of the team. */
  readonly people: readonly string[];
}

/** Looks at every ladder that a case can climb, the default ones included where they stand behind. */
export function checkLadders(situation: LadderSituation): LadderReport {
  const { policy, members } = situation;
  const team = teamOf(policy, members ?? []);
  const reader = new TargetReader(situation, team);
  const ladders = laddersInForce(policy);
  const problems = ladders.flatMap(({ name, place, ladder }): readonly LadderProblem[] => {
    const rungs = ladder.rungs.map((rung) => reader.readRung(rung));
    const pagesNobody = rungs.every(({ pages }) => !pages);
    const reasons = [...new Set(rungs.flatMap((rung) => rung.reasons))];
    return reasons.length > 0 || pagesNobody ? [{ ladder: name, place, pagesNobody, reasons }] : [];
  });
  const people = new Set([...team.map(({ id }) => id), ...reader.named]);
  return { ladders: ladders.length, problems, people: [...people] };
}

function laddersInForce({ escalation }: Policy) {
  const own = escalation.ladders.map((ladder, i) => ({
    name: `ladder ${i + 1}${conditionWords(ladder)}`,
    place: i + 1,
    ladder,
  }));
  const behind = DEFAULT_POLICY.escalation.ladders
    .filter((ladder) => !escalation.ladders.some((each) => fitsAllOf(each, ladder)))
    .map((ladder) => ({
      name: `the default ladder${conditionWords(ladder)}`,
      place: null,
      ladder,
    }));
  return [...own, ...behind];
}

const CONDITIONS = ["severities", "families", "speakers", "sources"] as const;

function conditionWords(ladder: Ladder): string {
  const words = CONDITIONS.flatMap((key) => ladder[key] ?? []);
  return words.length > 0 ? ` (${words.join(", ")})` : "";
}

/** Whether every case that `other` fits also fits `ladder`. */
function fitsAllOf(ladder: Ladder, other: Ladder): boolean {
  return CONDITIONS.every((key) => {
    const wanted: readonly string[] | undefined = ladder[key];
    return wanted === undefined || (other[key]?.every((word) => wanted.includes(word)) ?? false);
  });
}

interface RungReading {
  /** Somebody may be reached by it. */
  readonly pages: boolean;
  readonly reasons: readonly string[];
}

class TargetReader {
  /** People whom targets name or who are on call. */
  readonly named = new Set<string>();
  readonly #situation: LadderSituation;
  readonly #team: readonly TeamPerson[];
  readonly #onCall = new Map<string, readonly string[]>();

  constructor(situation: LadderSituation, team: readonly TeamPerson[]) {
    this.#situation = situation;
    this.#team = team;
  }

  readRung(rung: Rung): RungReading {
    const read = rung.who.map((words) => this.#readTarget(parseTarget(words), rung));
    return {
      pages: read.some(({ pages }) => pages),
      reasons: read.flatMap(({ reasons }) => reasons),
    };
  }

  #readTarget(target: Target | null, rung: Rung): RungReading {
    const { members } = this.#situation;
    switch (target?.kind) {
      case undefined:
        return { pages: false, reasons: ["a target that cannot be read"] };
      case "everyone":
        return this.#readPeople(this.#team, rung, "the team is empty");
      case "role": {
        const people = this.#team.filter(({ roles }) => roles.includes(target.role));
        return this.#readPeople(people, rung, `nobody has the role ${target.role}`);
      }
      case "person": {
        this.named.add(target.id);
        const person = this.#team.find(({ id }) => id === target.id);
        if (person) return this.#readPeople([person], rung, "");
        const reason = `person:${shownId(target.id)} is not in the team`;
        return { pages: members === null, reasons: [reason] };
      }
      case "on-call":
        return this.#readRota(target.rota, rung);
    }
  }

  #readRota(name: string, rung: Rung): RungReading {
    const { policy, entries, at } = this.#situation;
    const rota = Object.hasOwn(policy.rotas, name) ? policy.rotas[name] : undefined;
    if (!rota) return { pages: false, reasons: [`there is no rota ${shownId(name)}`] };
    const ids =
      this.#onCall.get(name) ?? peopleOnCall(rota, entries.get(name) ?? [], at, LOOK_AHEAD_MS);
    this.#onCall.set(name, ids);
    if (ids.length === 0) {
      return { pages: false, reasons: [`rota ${name} has nobody on call in the next 7 days`] };
    }
    for (const id of ids) this.named.add(id);
    const known = this.#team.filter(({ id }) => ids.includes(id));
    const strangers = ids.filter((id) => !known.some((person) => person.id === id));
    const reasons = strangers.map(
      (id) => `rota ${name} puts ${shownId(id)} on call, who is not in the team`,
    );
    const read = known.length > 0 ? this.#readPeople(known, rung, "") : null;
    const mayKnow = strangers.length > 0 && this.#situation.members === null;
    return {
      pages: (read?.pages ?? false) || mayKnow,
      reasons: [...reasons, ...(read?.reasons ?? [])],
    };
  }

  #readPeople(people: readonly TeamPerson[], rung: Rung, none: string): RungReading {
    if (people.length === 0) {
      const unsure =
        this.#situation.members === null ? " in the policy; the platform may know somebody" : "";
      return { pages: unsure !== "", reasons: [`${none}${unsure}`] };
    }
    const { ways } = this.#situation;
    if (rung.ways.includes("direct")) return { pages: true, reasons: [] };
    if (rung.ways.includes("webhook") && ways.has("webhook")) return { pages: true, reasons: [] };
    if (!rung.ways.includes("email")) {
      return { pages: false, reasons: ["its only way is webhook, but WEBHOOK_URL is not set"] };
    }
    if (!ways.has("email")) {
      return { pages: false, reasons: ["its way is e-mail, but SMTP_URL is not set"] };
    }
    const without = people.filter(({ email }) => email === null);
    return {
      pages: without.length < people.length,
      reasons: without.map(
        ({ id }) => `its way is e-mail, but \`team\` has no address of ${shownId(id)}`,
      ),
    };
  }
}

/** Everybody who is on call at some time from `at` on for so long. */
export function peopleOnCall(
  rota: Rota,
  entries: readonly RotaEntry[],
  at: number,
  forMs: number,
): readonly string[] {
  const people = new Set<string>();
  let time = nextOnCall(rota, entries, at);
  while (time !== null && time < at + forMs) {
    for (const id of onCallAt(rota, entries, time)) people.add(id);
    time = handOverAt(rota, entries, time);
  }
  return [...people];
}

/** An id as the doctor shows it: some use an e-mail address or a link as one, and those are not printed. */
export function shownId(id: string): string {
  return /[@/]/u.test(id) ? "somebody (the id looks like an address, not shown)" : id;
}
