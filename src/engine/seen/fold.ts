import type { AuditEvent, AuditPayload, AuditType } from "../audit.ts";
import { graver, type Severity, SEVERITIES } from "../severity.ts";
import {
  type MissedCase,
  type MissedWhy,
  MISSED_WHY,
  type SeenOutcome,
  type SeverityFigures,
  SeverityTally,
  worseOf,
} from "./figures.ts";

/**
 * Events that prove that a person had a case before them: they did something on it. That somebody was paged, or
 * opened a page or a card, proves nothing: nothing says who looked at a screen.
 */
const TOUCHES: ReadonlySet<AuditType> = new Set<AuditType>([
  "case.assigned",
  "case.released",
  "case.held",
  "case.acknowledged",
  "case.noted",
  "case.proposed",
  "case.rejected",
  "case.decided",
  "case.undone",
  "case.reopened",
  "appeal.decided",
]);

/** A step back of the clock, from one event to the next, that is more than two that were written beside each other. */
const SET_BACK_MS = 2 * 60_000;

/** What is asked of a record. Times are epoch ms. */
export interface SeenQuestion {
  readonly withinMs: number;
  /** Messages that arrived from here on count, and before `until`. */
  readonly from: number;
  readonly until: number;
  readonly severities: readonly (Severity | null)[];
}

/** What the log does not say of a case, as far as the record still has it. */
export interface CaseFacts {
  /** The gravest it became. */
  readonly severity: Severity | null;
  readonly shadow: boolean;
  /** Whom it is about was erased, and the events about it until then with them. */
  readonly erased: boolean;
  /** Epoch ms at which a page first reached a person; null when none did, or nobody knows any more. */
  readonly reachedAt: number | null;
}

/** Messages of before the period that nobody had seen when it began. */
export interface CarriedOver {
  readonly seen: number;
  readonly unseen: number;
}

export interface SeenFigures {
  /** Of the severities that were asked for, gravest first. */
  readonly severities: readonly SeverityFigures[];
  /** By number. */
  readonly missed: readonly MissedCase[];
  readonly carriedOver: CarriedOver;
}

interface Arrival {
  readonly at: number;
  /** How far the clock had been set back by then, in all. */
  readonly setBackMs: number;
}

interface LiveCase {
  readonly number: number;
  /** The gravest so far; which figures its messages belong to is known only when no more can join. */
  severity: Severity | null;
  readonly openedAt: number | null;
  messages: number;
  arrivals: Arrival[];
  reachedAt: number | null;
  /** What went wrong since somebody last had it before them. */
  hindered: Set<MissedWhy>;
  /** Messages of the period of which it is known what became of them. */
  readonly settled: { readonly outcome: SeenOutcome; readonly waitedMs: number }[];
  readonly carriedOver: { seen: number; unseen: number };
  missed: Missed | null;
}

type Missed = Pick<MissedCase, "outcome" | "messages" | "waitedMs"> & {
  readonly why: ReadonlySet<MissedWhy>;
};

/**
 * Reads a community's audit events in their order, once, and says when each message of a case was first seen by a
 * person. What it holds at a time are the cases that are not closed, and those with a message that was missed. The
 * order of events is that of the chain, so that a clock that is set back puts nothing before what caused it.
 */
export class SeenFold {
  readonly #question: SeenQuestion;
  readonly #tallies: ReadonlyMap<Severity | null, SeverityTally>;
  /** null: a case that does not count. */
  readonly #live = new Map<string, LiveCase | null>();
  readonly #missed = new Map<number, Missed & Pick<MissedCase, "severity">>();
  readonly #carriedOver = { seen: 0, unseen: 0 };
  /** The message that was judged last, and in which mode: the case that it opens follows. */
  #judged: AuditPayload = {};
  #lastAt = Number.NEGATIVE_INFINITY;
  #setBackMs = 0;

  constructor(question: SeenQuestion) {
    this.#question = question;
    this.#tallies = new Map(question.severities.map((each) => [each, new SeverityTally(each)]));
  }

  /** Ids of the cases whose facts the events ask for. */
  unknownCases(events: readonly AuditEvent[]): readonly string[] {
    const ids = events.filter(isArrival).map(caseOf);
    return [...new Set(ids)].filter((id) => id !== "" && !this.#live.has(id));
  }

  /** Takes the next event; `facts` has what is known of `unknownCases`. */
  add(event: AuditEvent, facts: ReadonlyMap<string, CaseFacts>): void {
    this.#turnClock(event.at);
    const { payload, type } = event;
    if (payload === null) return;
    if (type === "message.judged") this.#judged = payload;
    const id = caseOf(event);
    if (id === "") return;
    if (isArrival(event)) this.#arrive(id, event, payload, facts.get(id));
    const live = this.#live.get(id);
    if (live) note(live, event, payload);
    if (live && TOUCHES.has(type) && typeof payload["moderator"] === "string") {
      this.#settle(live, event.at, true);
    }
    if (type === "case.closed") this.#close(id, live);
  }

  /** All that was read, as it stands at `now` (epoch ms). Called once. */
  finish(now: number): SeenFigures {
    this.#turnClock(now);
    for (const live of this.#live.values()) {
      if (!live) continue;
      this.#settle(live, now, false);
      this.#count(live);
    }
    const missed = [...this.#missed].toSorted(([a], [b]) => a - b);
    return {
      severities: [...this.#tallies.values()].map((tally) => tally.figures()),
      missed: missed.map(([number, each]) => ({
        number,
        ...each,
        why: MISSED_WHY.filter((why) => each.why.has(why)),
      })),
      carriedOver: { ...this.#carriedOver },
    };
  }

  #turnClock(at: number): void {
    const back = this.#lastAt - at;
    if (back > SET_BACK_MS) this.#setBackMs += back;
    this.#lastAt = at;
  }

  #arrive(
    id: string,
    { type, at }: AuditEvent,
    payload: AuditPayload,
    facts: CaseFacts | undefined,
  ): void {
    const known = this.#live.get(id);
    if (known === null) return;
    const live = known ?? this.#begin(id, type === "case.opened" ? at : null, payload, facts);
    if (!live) return;
    live.severity = graver(live.severity, severityIn(payload));
    const messages = numberIn(payload, "messages") ?? live.messages + 1;
    const added = addedBy(type, payload, messages, live.messages);
    live.messages = messages;
    for (let i = 0; i < added; i += 1) live.arrivals.push({ at, setBackMs: this.#setBackMs });
  }

  #begin(
    id: string,
    openedAt: number | null,
    payload: AuditPayload,
    facts: CaseFacts | undefined,
  ): LiveCase | null {
    // What the chain says goes before what the record says: only the chain shows when it was changed.
    const isShadow = this.#isShadow(payload) ?? facts?.shadow ?? false;
    const isErased = openedAt === null && (facts?.erased ?? false);
    const live: LiveCase | null =
      !isShadow && !isErased
        ? {
            number: numberIn(payload, "number") ?? 0,
            severity: facts?.severity ?? null,
            openedAt,
            messages: 0,
            arrivals: [],
            reachedAt: facts?.reachedAt ?? null,
            hindered: new Set(),
            settled: [],
            carriedOver: { seen: 0, unseen: 0 },
            missed: null,
          }
        : null;
    this.#live.set(id, live);
    return live;
  }

  /** null where the chain does not say it. */
  #isShadow({ message, mode, report }: AuditPayload): boolean | null {
    if (mode !== undefined) return mode === "shadow";
    // Events of before they said so: what was found had the mode in which it was judged just before, and what a
    // member reported had that of the moment.
    const { message: judged, mode: judgedIn } = this.#judged;
    const wasFound = report === undefined && judged !== undefined && message === judged;
    return wasFound ? judgedIn === "shadow" : null;
  }

  /** The messages that wait are seen at `at`, or are still not. */
  #settle(live: LiveCase, at: number, seen: boolean): void {
    const { from, until } = this.#question;
    for (const arrival of live.arrivals) {
      if (arrival.at < from) this.#carry(live, seen, at);
      else if (arrival.at < until) this.#judge(live, arrival, at, seen);
    }
    live.arrivals = [];
    live.hindered = new Set();
  }

  #carry({ carriedOver }: LiveCase, seen: boolean, at: number): void {
    const { from, until } = this.#question;
    if (seen && at < from) return;
    carriedOver[seen && at < until ? "seen" : "unseen"] += 1;
  }

  #judge(live: LiveCase, arrival: Arrival, at: number, seen: boolean): void {
    const lostMs = this.#setBackMs - arrival.setBackMs;
    const waitedMs = Math.max(0, at - arrival.at) + lostMs;
    const outcome = outcomeOf(seen, waitedMs, lostMs, this.#question.withinMs);
    live.settled.push({ outcome, waitedMs });
    if (outcome !== "late" && outcome !== "unseen") return;
    const why = new Set(whyOf(live, at, lostMs));
    live.missed = bothMissed(live.missed, { outcome, messages: 1, waitedMs, why });
  }

  #close(id: string, live: LiveCase | null | undefined): void {
    if (live && live.arrivals.length > 0) return;
    if (live) this.#count(live);
    this.#live.delete(id);
  }

  /** Puts what became of a case into the figures of the gravest severity that it had. */
  #count(live: LiveCase): void {
    const { number, severity, openedAt, reachedAt, settled, carriedOver, missed } = live;
    const { from, until, withinMs } = this.#question;
    const tally = this.#tallies.get(severity);
    if (!tally) return;
    this.#carriedOver.seen += carriedOver.seen;
    this.#carriedOver.unseen += carriedOver.unseen;
    let worst: SeenOutcome | null = null;
    for (const { outcome, waitedMs } of settled) {
      tally.addMessage(outcome, waitedMs);
      worst = worst === null ? outcome : worseOf(worst, outcome);
    }
    if (missed) {
      const before = this.#missed.get(number) ?? null;
      const both = bothMissed(before, missed);
      this.#missed.set(number, { ...both, severity: graver(before?.severity ?? null, severity) });
    }
    // One that was closed before and taken up again was counted then.
    if (openedAt === null) return;
    if (worst !== null) tally.addCase(worst);
    if (openedAt < from || openedAt >= until) return;
    if (reachedAt === null) tally.addReached("never");
    else tally.addReached(reachedAt - openedAt <= withinMs ? "inTime" : "late");
  }
}

/** While the clock was set back nobody knows how long it was: it is no less than `waitedMs`, and not proven. */
function outcomeOf(seen: boolean, waitedMs: number, lostMs: number, withinMs: number): SeenOutcome {
  const isInTime = waitedMs <= withinMs && lostMs === 0;
  if (seen) return isInTime ? "in-time" : "late";
  return isInTime ? "waiting" : "unseen";
}

/** Takes down what an event says of how a case reached people. */
function note(live: LiveCase, { type, at }: AuditEvent, payload: AuditPayload): void {
  if (type === "case.waiting") live.hindered.add("nobody-on-call");
  if (type === "case.escalated" && (numberIn(payload, "bundled") ?? 0) > 0) {
    live.hindered.add("in-summary");
  }
  if (type !== "people.told" || !PAGES.includes(String(payload["kind"]))) return;
  if (isListed(payload["reached"])) live.reachedAt = Math.min(live.reachedAt ?? at, at);
  if (isListed(payload["unreachable"])) live.hindered.add("out-of-reach");
}

const PAGES = ["page", "reminder"];

function isListed(value: AuditPayload[string] | undefined): boolean {
  return Array.isArray(value) && value.length > 0;
}

function whyOf(live: LiveCase, at: number, lostMs: number): readonly MissedWhy[] {
  const reached = live.reachedAt !== null && live.reachedAt <= at;
  return [
    ...(lostMs > 0 ? (["clock-set-back"] as const) : []),
    ...live.hindered,
    ...(reached ? (["told"] as const) : []),
    ...(!reached && live.hindered.size === 0 ? (["not-told"] as const) : []),
  ];
}

function bothMissed(before: Missed | null, more: Missed): Missed {
  if (before === null) return more;
  return {
    outcome: before.outcome === "unseen" ? "unseen" : more.outcome,
    messages: before.messages + more.messages,
    waitedMs: Math.max(before.waitedMs, more.waitedMs),
    why: new Set([...before.why, ...more.why]),
  };
}

/** How many messages come to a case with an event after which it has `messages`; `before` is how many it was known to have. */
function addedBy(type: AuditType, payload: AuditPayload, messages: number, before: number): number {
  if (type === "case.opened") return messages;
  const adds = numberIn(payload, "adds");
  if (adds !== null) return adds;
  // Somebody who reports a message that the case has already adds a report, and no message.
  return "report" in payload && messages <= before ? 0 : 1;
}

function isArrival({ type }: AuditEvent): boolean {
  return type === "case.opened" || type === "case.joined";
}

/** Empty where the event is about no case, or says so no longer. */
function caseOf({ payload }: AuditEvent): string {
  const id = payload?.["case"];
  return typeof id === "string" ? id : "";
}

function numberIn(payload: AuditPayload, key: string): number | null {
  const value = payload[key];
  return typeof value === "number" ? value : null;
}

function severityIn(payload: AuditPayload): Severity | null {
  return SEVERITIES.find((each) => each === payload["severity"]) ?? null;
}
