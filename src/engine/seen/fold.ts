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
  readonly tally: SeverityTally;
  readonly openedAt: number | null;
  messages: number;
  arrivals: Arrival[];
  reachedAt: number | null;
  /** What went wrong since somebody last had it before them. */
  hindered: Set<MissedWhy>;
  worst: SeenOutcome | null;
}

type Missed = Omit<MissedCase, "why"> & { readonly why: ReadonlySet<MissedWhy> };

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
  readonly #missed = new Map<number, Missed>();
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
    const missed = [...this.#missed.values()].toSorted((a, b) => a.number - b.number);
    return {
      severities: [...this.#tallies.values()].map((tally) => tally.figures()),
      missed: missed.map((each) => ({
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
    const messages = numberIn(payload, "messages") ?? live.messages + 1;
    // Somebody who reports a message that the case has already adds a report, and no message.
    const isReportOnly = "report" in payload && type === "case.joined" && messages <= live.messages;
    live.messages = messages;
    if (!isReportOnly) live.arrivals.push({ at, setBackMs: this.#setBackMs });
  }

  #begin(
    id: string,
    openedAt: number | null,
    payload: AuditPayload,
    facts: CaseFacts | undefined,
  ): LiveCase | null {
    // What the chain says goes before what the record says: only the chain shows when it was changed.
    const tally = this.#tallies.get(graver(severityIn(payload), facts?.severity ?? null));
    const isShadow = this.#wasShadow(payload) ?? facts?.shadow ?? false;
    const isErased = openedAt === null && (facts?.erased ?? false);
    const live: LiveCase | null =
      tally && !isShadow && !isErased
        ? {
            number: numberIn(payload, "number") ?? 0,
            tally,
            openedAt,
            messages: 0,
            arrivals: [],
            reachedAt: facts?.reachedAt ?? null,
            hindered: new Set(),
            worst: null,
          }
        : null;
    this.#live.set(id, live);
    return live;
  }

  /** null where the message was not judged just before. */
  #wasShadow({ message }: AuditPayload): boolean | null {
    const { message: judged, mode } = this.#judged;
    return judged !== undefined && message === judged ? mode === "shadow" : null;
  }

  /** The messages that wait are seen at `at`, or are still not. */
  #settle(live: LiveCase, at: number, seen: boolean): void {
    const { from, until } = this.#question;
    for (const arrival of live.arrivals) {
      if (arrival.at < from) this.#carry(seen, at);
      else if (arrival.at < until) this.#judge(live, arrival, at, seen);
    }
    live.arrivals = [];
    live.hindered = new Set();
  }

  #carry(seen: boolean, at: number): void {
    const { from, until } = this.#question;
    if (seen && at < from) return;
    this.#carriedOver[seen && at < until ? "seen" : "unseen"] += 1;
  }

  #judge(live: LiveCase, arrival: Arrival, at: number, seen: boolean): void {
    const lostMs = this.#setBackMs - arrival.setBackMs;
    const waitedMs = Math.max(0, at - arrival.at) + lostMs;
    const outcome = outcomeOf(seen, waitedMs, lostMs, this.#question.withinMs);
    live.tally.addMessage(outcome, waitedMs);
    live.worst = live.worst === null ? outcome : worseOf(live.worst, outcome);
    if (outcome !== "late" && outcome !== "unseen") return;
    const before = this.#missed.get(live.number);
    this.#missed.set(live.number, {
      number: live.number,
      severity: live.tally.severity,
      outcome: before?.outcome === "unseen" ? "unseen" : outcome,
      messages: (before?.messages ?? 0) + 1,
      waitedMs: Math.max(before?.waitedMs ?? 0, waitedMs),
      why: new Set([...(before?.why ?? []), ...whyOf(live, at, lostMs)]),
    });
  }

  #close(id: string, live: LiveCase | null | undefined): void {
    if (live && live.arrivals.length > 0) return;
    if (live) this.#count(live);
    this.#live.delete(id);
  }

  #count({ tally, worst, openedAt, reachedAt }: LiveCase): void {
    const { from, until, withinMs } = this.#question;
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
