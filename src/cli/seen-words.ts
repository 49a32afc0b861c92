import type { MissedCase, MissedWhy, SeenCounts, SeverityFigures } from "../engine/seen/figures.ts";
import type { SeenQuestion } from "../engine/seen/fold.ts";
import type { SeenReport } from "../pipeline/seen-report.ts";
import { describeProblem } from "./audit.ts";
import { counted } from "./counted.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Missed cases that are listed for people; `--json` has all. */
const MOST_LISTED = 100;

/** One community's report, as an operator reads it. */
export function seenLines(report: SeenReport, question: SeenQuestion): readonly string[] {
  const { community, severities, missed, carriedOver, erased } = report;
  const within = spanWords(question.withinMs);
  const known = severities.filter(({ messages }) => total(messages) > 0);
  return [
    `${community}: ${verdictOf(report, within)}`,
    `  messages that arrived ${periodWords(question)}`,
    ...known.flatMap((each) => severityLines(each, within)),
    ...missedLines(missed),
    ...carriedLines(carriedOver),
    ...erasedLines(erased),
    ...chainLines(report),
  ];
}

function verdictOf({ severities, missed, erased, chain }: SeenReport, within: string): string {
  if (chain.problem !== null) return "NOT PROVEN: the audit chain is broken";
  const count = missed.reduce((sum, { messages }) => sum + messages, 0);
  const all = severities.reduce((sum, { messages }) => sum + total(messages), 0);
  if (count > 0) {
    return `NOT IN TIME: ${count} of ${counted(all, "message", "messages")} not seen within ${within}`;
  }
  if (erased.messages > 0) {
    return `NOT PROVEN: ${counted(erased.messages, "message", "messages")} erased, ${erased.inTime} of them in time by what is left`;
  }
  if (all === 0) return "no message of the period needed a person";
  const waiting = severities.reduce((sum, { messages }) => sum + messages.waiting, 0);
  const still = waiting > 0 ? `; ${waiting} not seen yet, with time left` : "";
  return `in time: ${all - waiting} of ${counted(all, "message", "messages")} seen within ${within}${still}`;
}

function periodWords({ from, until }: SeenQuestion): string {
  const [first, end] = [from, until].map((at) => new Date(at).toISOString());
  return from === 0 ? `before ${end}` : `from ${first} to before ${end}`;
}

function severityLines(figures: SeverityFigures, within: string): readonly string[] {
  const { severity, cases, messages, waits, longestUnseenMs, reached } = figures;
  const waited =
    waits.longestMs === null
      ? []
      : [
          `    until a person saw them: half within ${ofMs(waits.p50Ms)}, 95% within ` +
            `${ofMs(waits.p95Ms)}, longest ${ofMs(waits.longestMs)}`,
        ];
  return [
    `  ${severity ?? "no severity"}`,
    `    cases: ${countsWords(cases)}`,
    `    messages: ${countsWords(messages)}`,
    ...waited,
    ...(longestUnseenMs === null ? [] : [`    longest not seen yet: ${ofMs(longestUnseenMs)}`]),
    `    a page reached a person (cases opened in the period): ${reached.inTime} within ${within}, ` +
      `${reached.late} later, ${reached.never} never`,
  ];
}

function countsWords(counts: SeenCounts): string {
  const { "in-time": inTime, late, unseen, waiting } = counts;
  const still = waiting > 0 ? `, ${waiting} not seen yet with time left` : "";
  return `${total(counts)}; ${inTime} seen in time, ${late} late, ${unseen} never yet${still}`;
}

function missedLines(missed: readonly MissedCase[]): readonly string[] {
  if (missed.length === 0) return [];
  const more = missed.length - MOST_LISTED;
  return [
    "  not in time:",
    ...missed.slice(0, MOST_LISTED).map(missedLine),
    ...(more > 0 ? [`    and ${counted(more, "more case", "more cases")}: --json lists all`] : []),
  ];
}

function missedLine({ number, severity, outcome, messages, waitedMs, why }: MissedCase): string {
  const how =
    outcome === "unseen"
      ? `not seen for ${ofMs(waitedMs)}, and still not`
      : `seen after ${ofMs(waitedMs)}`;
  const of = messages > 1 ? ` (${messages} messages)` : "";
  const because = why.map((each) => WHY[each]).join("; ");
  return `    #${number} ${severity ?? "-"}: ${how}${of}: ${because}`;
}

const WHY: Readonly<Record<MissedWhy, string>> = {
  "clock-set-back":
    "the clock was set back meanwhile, so that it was at least so long, and nothing proves less",
  "nobody-on-call": "nobody was on call",
  "out-of-reach": "somebody to be told was out of reach",
  "in-summary": "kept for a summary, for quiet hours or a cap",
  "not-told": "no page had reached anybody",
  told: "a page had reached somebody, and nobody did anything",
};

function carriedLines({ seen, unseen }: SeenReport["carriedOver"]): readonly string[] {
  if (seen + unseen === 0) return [];
  return [
    `  from before the period, in no figure: ${counted(seen + unseen, "message", "messages")} waited when it began; ` +
      `${seen} seen in it, ${unseen} not`,
  ];
}

function erasedLines({ cases, messages, inTime }: SeenReport["erased"]): readonly string[] {
  if (cases === 0) return [];
  return [
    `  erased with whom they were about, in no figure: ${counted(cases, "case", "cases")}, ` +
      `${counted(messages, "message", "messages")}; by what is left, ${inTime} seen in time, the others not proven`,
  ];
}

function chainLines({ chain }: SeenReport): readonly string[] {
  const { events, erasedPayloads, head, problem } = chain;
  const erased = erasedPayloads > 0 ? `, ${erasedPayloads} payloads erased on request` : "";
  return [
    problem
      ? `  audit chain BROKEN after ${events} events, to which the figures go: ${describeProblem(problem)}`
      : `  audit chain: ${counted(events, "event", "events")}, unbroken${erased}; head ${head.seq}:${head.hash}`,
  ];
}

function total(counts: SeenCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function ofMs(ms: number | null): string {
  return ms === null ? "-" : spanWords(ms);
}

/** A span in its two greatest units, rounded up: `2h 5m`, `15m`, `40s`. */
export function spanWords(ms: number): string {
  const seconds = Math.ceil(ms / SECOND_MS);
  if (seconds * SECOND_MS < HOUR_MS) return twoUnits(seconds, 60, "m", "s");
  const minutes = Math.ceil(ms / MINUTE_MS);
  if (minutes * MINUTE_MS < DAY_MS) return twoUnits(minutes, 60, "h", "m");
  return twoUnits(Math.ceil(ms / HOUR_MS), 24, "d", "h");
}

function twoUnits(count: number, per: number, great: string, small: string): string {
  const [whole, rest] = [Math.floor(count / per), count % per];
  if (whole === 0) return `${rest}${small}`;
  return rest === 0 ? `${whole}${great}` : `${whole}${great} ${rest}${small}`;
}
