import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  admit,
  type Inbox,
  nextSlot,
  type Reader,
  summaryGapMs,
} from "../../src/engine/escalation/inbox.ts";
import { DEFAULT_POLICY } from "../../src/engine/policy.ts";
import { quietUntil } from "../../src/engine/rota/quiet.ts";
import type { Severity } from "../../src/engine/severity.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOON = Date.UTC(2026, 2, 2, 12);
const AWAKE: Reader = { quietHours: null, timeZone: "UTC" };
const NIGHT: Reader = { quietHours: { from: "22:00", to: "08:00" }, timeZone: "UTC" };
const { escalation } = DEFAULT_POLICY;

function ask(
  sent: readonly number[],
  severity: Severity | null,
  { at = NOON, reader = AWAKE, summaryAt = null as number | null, when = "now" as const } = {},
) {
  return admit({ sent, summaryAt }, { severity, when }, reader, escalation, 12, at);
}

const minutesAgo = (...minutes: readonly number[]) => minutes.map((each) => NOON - each * MINUTE);

describe("what goes out at once", () => {
  test("half of the cap, S1 two thirds, then summaries at even distances", () => {
    const six = minutesAgo(50, 40, 30, 20, 10, 5);
    expect(ask(six.slice(1), "S2")).toEqual({ kind: "now" });
    expect(ask(six, "S2")).toEqual({ kind: "bundle", at: NOON, because: "cap" });
    expect(ask(six, "S1")).toEqual({ kind: "now" });
    const eight = [...six, ...minutesAgo(2, 1)];
    expect(ask(eight, "S1")).toEqual({ kind: "bundle", at: NOON + 14 * MINUTE, because: "cap" });
  });

  test("what came more than an hour ago does not count", () => {
    expect(ask(minutesAgo(99, 98, 97, 96, 95, 94, 93, 60), "S2")).toEqual({ kind: "now" });
  });

  test("quiet hours hold back everything but S1", () => {
    const at = Date.UTC(2026, 2, 2, 23);
    const morning = Date.UTC(2026, 2, 3, 8);
    for (const severity of ["S2", "S3", "S4", null] as const) {
      const held = { kind: "bundle", at: morning, because: "quiet" };
      expect(ask([], severity, { at, reader: NIGHT })).toEqual(held);
    }
    expect(ask([], "S1", { at, reader: NIGHT })).toEqual({ kind: "now" });
  });

  test("a digest waits for its time in the reader's zone; S1 does not", () => {
    const digest = { severity: "S3", when: "digest" } as const;
    const inbox: Inbox = { sent: [], summaryAt: null };
    expect(admit(inbox, digest, AWAKE, escalation, 12, NOON)).toEqual({
      kind: "bundle",
      at: Date.UTC(2026, 2, 2, 17),
      because: "digest",
    });
    const grave = { ...digest, severity: "S1" } as const;
    expect(admit(inbox, grave, AWAKE, escalation, 12, NOON)).toEqual({ kind: "now" });
  });

  test("an S1 does not wait for a summary that was put off to the morning", () => {
    const summaryAt = NOON + 8 * HOUR;
    const eight = minutesAgo(50, 40, 30, 20, 10, 5, 2, 1);
    expect(ask(eight, "S1", { summaryAt })).toMatchObject({ at: NOON + 14 * MINUTE });
  });
});

interface Arrival {
  readonly afterMs: number;
  readonly severity: Severity | null;
}

/** Lets messages arrive as the pipeline would: single ones at once, the others in summaries that ask for a slot when they are due. */
function live(arrivals: readonly Arrival[], cap: number, reader: Reader) {
  const sent: number[] = [];
  const waits: { readonly from: number; readonly dueAt: number; readonly to: number }[] = [];
  let waiting: { from: number; dueAt: number; cap: boolean; grave: boolean }[] = [];
  let place: number | null = null;
  const inboxAt = (at: number): Inbox => {
    const planned = waiting
      .filter((each) => each.cap && each.dueAt >= at)
      .map((each) => each.dueAt);
    if (place !== null) planned.push(place);
    return {
      sent: sent.filter((time) => time > at - HOUR),
      summaryAt: planned.length > 0 ? Math.min(...planned) : null,
    };
  };
  const timerAt = () =>
    Math.min(...waiting.map(({ dueAt }) => dueAt), place ?? Number.POSITIVE_INFINITY);
  const runTimers = (until: number) => {
    for (let guard = 0; guard < 10_000; guard += 1) {
      const dueTimes = place === null ? waiting.map(({ dueAt }) => dueAt) : [place];
      const at = Math.min(...dueTimes);
      if (!(at <= until)) return;
      const due = waiting.filter(({ dueAt }) => dueAt <= at + summaryGapMs(cap));
      const quiet = due.some(({ grave }) => grave)
        ? null
        : quietUntil(reader.quietHours, reader.timeZone, at);
      if (quiet !== null) {
        place = null;
        waiting = waiting.map((each) => (due.includes(each) ? { ...each, dueAt: quiet } : each));
        continue;
      }
      const slot = nextSlot(inboxAt(at), cap, at);
      if (slot > at) {
        place = slot;
        continue;
      }
      sent.push(at);
      for (const { from, dueAt } of due) waits.push({ from, dueAt, to: at });
      waiting = waiting.filter((each) => !due.includes(each));
      place = null;
    }
    throw new Error(`the timers do not come to rest: ${timerAt()}`);
  };
  let at = NOON;
  for (const { afterMs, severity } of arrivals) {
    at += afterMs;
    runTimers(at);
    const admission = admit(inboxAt(at), { severity, when: "now" }, reader, escalation, cap, at);
    if (admission.kind === "now") {
      sent.push(at);
    } else {
      const { at: dueAt, because } = admission;
      waiting.push({ from: at, dueAt, cap: because === "cap", grave: severity === "S1" });
    }
  }
  runTimers(at + 48 * HOUR);
  return { sent, waits, left: waiting.length };
}

/** The same distance again and again, about as often as the cap lets single messages through. */
const trickle = fc
  .record({ stepMs: fc.integer({ min: MINUTE, max: 40 * MINUTE }), times: fc.nat(150) })
  .chain(({ stepMs, times }) =>
    fc.array(
      fc.record({
        afterMs: fc.integer({ min: stepMs - 2000, max: stepMs + 2000 }),
        severity: fc.constant<Severity | null>("S1"),
      }),
      { minLength: times, maxLength: times },
    ),
  );

const storms = fc.array(
  fc.record({
    afterMs: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 1, max: MINUTE }),
      fc.integer({ min: MINUTE, max: 10 * MINUTE }),
      fc.integer({ min: 10 * MINUTE, max: 3 * HOUR }),
    ),
    severity: fc.constantFrom<Severity | null>("S1", "S1", "S2", "S3", null),
  }),
  { maxLength: 150 },
);

const arrivals = fc.oneof(storms, trickle);

describe("whatever arrives", () => {
  test("no hour has more messages than the cap", () => {
    fc.assert(
      fc.property(
        arrivals,
        fc.integer({ min: 3, max: 40 }),
        fc.constantFrom(AWAKE, NIGHT),
        (all, cap, reader) => {
          const { sent } = live(all, cap, reader);
          sent.forEach((time, i) => {
            const inHour = sent.slice(0, i + 1).filter((other) => other > time - HOUR).length;
            expect(inHour).toBeLessThanOrEqual(cap);
          });
        },
      ),
      { numRuns: 400, seed: 42 },
    );
  });

  test("nothing is lost, and nothing waits longer than one summary beyond the end of quiet hours", () => {
    fc.assert(
      fc.property(
        arrivals,
        fc.integer({ min: 3, max: 40 }),
        fc.constantFrom(AWAKE, NIGHT),
        (all, cap, reader) => {
          const { sent, waits, left } = live(all, cap, reader);
          expect(left).toBe(0);
          expect(sent.length + waits.length).toBeGreaterThanOrEqual(all.length);
          for (const { from, to } of waits) {
            const awakeAt = quietUntil(reader.quietHours, reader.timeZone, from) ?? from;
            const again = quietUntil(
              reader.quietHours,
              reader.timeZone,
              awakeAt + summaryGapMs(cap),
            );
            expect(to).toBeLessThanOrEqual(
              again === null ? awakeAt + summaryGapMs(cap) : again + summaryGapMs(cap),
            );
          }
        },
      ),
      { numRuns: 400, seed: 42 },
    );
  });
});
