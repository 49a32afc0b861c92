import type { AuditEvent } from "../../../src/engine/audit.ts";
import type { Case } from "../../../src/engine/case/case.ts";
import { type Attempt, CHANNEL } from "../../../src/ports/attempts.ts";
import { MINUTE, type Week } from "./week.ts";

const HOUR = 60 * MINUTE;

/** How the cases of one severity fared. */
export interface SeverityAccount {
  readonly severity: string;
  readonly cases: number;
  /** First told to a person, by itself or in a summary; minutes from opening, sorted. */
  readonly minutes: readonly number[];
  /** Neither a person nor the last rung by the time asked for, nor decided before it. */
  readonly late: readonly string[];
  readonly undecided: number;
}

export interface PersonAccount {
  readonly person: string;
  readonly messages: number;
  readonly bundles: number;
  /** Most messages in any 60 minutes. */
  readonly busiestHour: number;
  readonly unreachable: number;
}

export interface TimerAccount {
  readonly name: string;
  readonly written: number;
  readonly ended: number;
  /** Delivered once more than was needed: what it did must stand once all the same. */
  readonly doubled: number;
  readonly afterKill: number;
  /** Its time is over and it has not fired. */
  readonly lost: number;
}

export interface Account {
  readonly severities: readonly SeverityAccount[];
  readonly people: readonly PersonAccount[];
  readonly timers: readonly TimerAccount[];
  readonly attempts: readonly Attempt[];
  readonly waits: number;
  /** Messages that made no case of their own. */
  readonly joined: number;
  /** Leases and holds that ended by themselves. */
  readonly released: number;
  /** Effects that stand twice in the audit log. */
  readonly twice: readonly string[];
}

/** Counts what a week came to; `s1Minutes` is the policy's time, with `slackMs` for processes that died. */
export async function accountOf(week: Week, s1Minutes: number, slackMs: number): Promise<Account> {
  const { store, community } = week;
  const events = await allEvents(week);
  const attempts = await store.attempts({ communityId: community, limit: 1_000_000 });
  const cases = await store.listCases({ communityId: community, limit: 1_000_000 });
  const reach = firstReach(attempts);
  const lastRung = lastRungAt(events);
  const severities = ["S1", "S2", "S3", "S4", "none"].map((severity): SeverityAccount => {
    const own = cases.filter((item) => (item.severity ?? "none") === severity);
    const most = s1Minutes * MINUTE + slackMs;
    return {
      severity,
      cases: own.length,
      minutes: own
        .flatMap(({ id, openedAt }) => {
          const at = reach.get(id);
          return at === undefined ? [] : [(at - openedAt) / MINUTE];
        })
        .toSorted((a, b) => a - b),
      late:
        severity === "S1"
          ? own.filter((item) => answeredAfter(item, [reach, lastRung]) > most).map(({ id }) => id)
          : [],
      undecided: own.filter(({ decidedAt }) => decidedAt === null).length,
    };
  });
  return {
    severities,
    people: peopleOf(week, attempts),
    timers: timersOf(week),
    attempts,
    waits: events.filter(({ type }) => type === "case.waiting").length,
    joined: cases.reduce((sum, { messages }) => sum + messages - 1, 0),
    released: events.filter(({ type }) => type === "case.released").length,
    twice: twiceIn(events),
  };
}

/** Ms from opening to the first of these times, or to a decision. */
function answeredAfter(
  { id, decidedAt, openedAt }: Case,
  times: readonly ReadonlyMap<string, number>[],
): number {
  const known = [...times.map((each) => each.get(id)), decidedAt ?? undefined];
  return Math.min(...known.map((time) => (time ?? Number.POSITIVE_INFINITY) - openedAt));
}

async function allEvents({ store, community }: Week): Promise<readonly AuditEvent[]> {
  const events: AuditEvent[] = [];
  for (;;) {
    const page = await store.auditEvents(community, events.length, 5000);
    events.push(...page);
    if (page.length < 5000) return events;
  }
}

function firstReach(attempts: readonly Attempt[]): ReadonlyMap<string, number> {
  const reach = new Map<string, number>();
  for (const { caseId, personId, outcome, doneAt } of attempts) {
    if (caseId === null || personId === CHANNEL || outcome !== "delivered") continue;
    reach.set(caseId, Math.min(reach.get(caseId) ?? Number.POSITIVE_INFINITY, doneAt ?? 0));
  }
  return reach;
}

function lastRungAt(events: readonly AuditEvent[]): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  for (const { type, at, payload } of events) {
    const id = String(payload?.["case"]);
    if (type === "case.escalated" && payload?.["rung"] === 3 && !last.has(id)) last.set(id, at);
  }
  return last;
}

function peopleOf({ told }: Week, attempts: readonly Attempt[]): readonly PersonAccount[] {
  const people = [...new Set(attempts.map(({ personId }) => personId))].toSorted();
  return people.map((person) => {
    const own = told.filter((each) => each.person === person);
    const times = own.map(({ at }) => at);
    return {
      person,
      messages: own.length,
      bundles: own.filter(({ bundle }) => bundle).length,
      busiestHour: busiestHour(times),
      unreachable: attempts.filter(
        ({ personId, outcome }) => personId === person && outcome === "unreachable",
      ).length,
    };
  });
}

/** Most of the times, which are in order, within any 60 minutes. */
export function busiestHour(times: readonly number[]): number {
  let most = 0;
  let first = 0;
  times.forEach((time, i) => {
    while ((times[first] ?? time) <= time - HOUR) first += 1;
    most = Math.max(most, i - first + 1);
  });
  return most;
}

function timersOf({ jobs, endedAt }: Week): readonly TimerAccount[] {
  const all = jobs.all().filter(({ job }) => job.queue !== "actions");
  const names = [...new Set(all.map(({ job }) => job.name))].toSorted();
  return names.map((name) => {
    const own = all.filter(({ job }) => job.name === name);
    return {
      name,
      written: own.length,
      ended: own.filter(({ ended }) => ended > 0).length,
      doubled: own.filter(({ doubled }) => doubled).length,
      afterKill: own.filter(({ started, ended }) => started > ended && ended > 0).length,
      lost: own.filter(({ ended, dueAt }) => ended === 0 && dueAt <= endedAt).length,
    };
  });
}

/** What must stand once in the log: a step, the end of an acknowledgement, of a lease or a hold, somebody told of a step. */
function twiceIn(events: readonly AuditEvent[]): readonly string[] {
  const seen = new Set<string>();
  const twice: string[] = [];
  const taken = new Set<unknown>();
  for (const { type, payload, at } of events) {
    const { case: id = null, round = 0, step = 0, kind = "", reached = [] } = payload ?? {};
    if (type === "case.assigned" || type === "case.held") taken.add(id);
    if (type === "case.released" && !taken.delete(id)) twice.push(`${type} ${String(id)} at ${at}`);
    const keys =
      type === "case.escalated" || type === "case.unacknowledged" || type === "case.waiting"
        ? [`${type} ${String(id)} ${String(round)} ${String(step)}`]
        : type === "people.told" && kind !== "bundle"
          ? [reached]
              .flat()
              .map(
                (who) =>
                  `${type} ${String(id)} ${String(kind)} ${String(round)} ${String(step)} ${String(who)}`,
              )
          : [];
    for (const key of keys) {
      if (seen.has(key)) twice.push(`${key} at ${at}`);
      seen.add(key);
    }
  }
  return twice;
}

/** Of sorted numbers the one at a share of them. */
function quantile(sorted: readonly number[], share: number): string {
  const index = Math.min(sorted.length - 1, Math.floor(sorted.length * share));
  return (sorted[index] ?? 0).toFixed(1);
}

function rows(head: readonly string[], body: readonly (readonly (string | number)[])[]): string {
  const all = [head, ...body].map((row) => row.map(String));
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  const pad = (row: readonly string[]) => row.map((cell, i) => cell.padStart(widths[i] ?? 0));
  return all.map((row) => pad(row).join("  ")).join("\n");
}

/** The account as people read it. */
export function tableOf(account: Account, week: Week): string {
  return [
    rows(
      ["severity", "cases", "told", "late", "p50 min", "p95 min", "max min", "undecided"],
      account.severities.map(({ severity, cases, minutes, late, undecided }) => [
        severity,
        cases,
        minutes.length,
        severity === "S1" ? late.length : "-",
        quantile(minutes, 0.5),
        quantile(minutes, 0.95),
        quantile(minutes, 1),
        undecided,
      ]),
    ),
    rows(
      ["person", "messages", "of them summaries", "busiest hour", "attempts unreachable"],
      account.people.map((each) => [
        each.person,
        each.messages,
        each.bundles,
        each.busiestHour,
        each.unreachable,
      ]),
    ),
    rows(
      ["timer", "written", "ended", "delivered twice", "after a kill", "lost"],
      account.timers.map((each) => [
        each.name,
        each.written,
        each.ended,
        each.doubled,
        each.afterKill,
        each.lost,
      ]),
    ),
    `nobody on call: ${account.waits} times; kills: ${week.kills}; notices sent again after a kill: ${week.excused}, otherwise: ${week.sentAgain.length}; messages that joined a case: ${account.joined}; leases and holds that ran out: ${account.released}; latest step: ${week.latestMs / 1000} s`,
  ].join("\n\n");
}
