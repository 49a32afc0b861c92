import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { AuditEvent, AuditPayload, AuditType } from "../../src/engine/audit.ts";
import { ALL_SEVERITIES, type SeenCounts } from "../../src/engine/seen/figures.ts";
import { type CaseFacts, SeenFold, type SeenQuestion } from "../../src/engine/seen/fold.ts";
import { Waits } from "../../src/engine/seen/waits.ts";

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1);

type Said = readonly [type: AuditType, minute: number, payload?: AuditPayload | null];

function eventsOf(said: readonly Said[]): readonly AuditEvent[] {
  return said.map(([type, minute, payload = {}], index) => ({
    community: "club",
    seq: index + 1,
    at: START + minute * MINUTE,
    type,
    payload: payload && { case: "c-1", number: 1, ...payload },
    payloadHash: "",
    previous: "",
    hash: "",
    nonce: null,
  }));
}

const LIVE: CaseFacts = { severity: "S1", shadow: false, erased: false, reachedAt: null };
const BY = { moderator: "print-of-mo" };
const OPENED: Said = ["case.opened", 0, { message: "m-1", severity: "S1", source: "rule" }];

interface Asked extends Partial<SeenQuestion> {
  readonly facts?: CaseFacts | null;
  /** Minutes after the start. */
  readonly now?: number;
}

function report(said: readonly Said[], asked: Asked = {}) {
  const { facts = LIVE, now = 600, ...question } = asked;
  const fold = new SeenFold({
    withinMs: 15 * MINUTE,
    from: 0,
    until: Number.MAX_SAFE_INTEGER,
    severities: ALL_SEVERITIES,
    ...question,
  });
  const events = eventsOf(said);
  const known = new Map(facts ? fold.unknownCases(events).map((id) => [id, facts]) : []);
  for (const event of events) fold.add(event, known);
  return fold.finish(START + now * MINUTE);
}

function messagesOf(said: readonly Said[], asked: Asked = {}): SeenCounts {
  const counts = { "in-time": 0, waiting: 0, late: 0, unseen: 0 };
  for (const { messages } of report(said, asked).severities) {
    for (const key of Object.keys(counts) as (keyof SeenCounts)[]) counts[key] += messages[key];
  }
  return counts;
}

const NONE = { "in-time": 0, waiting: 0, late: 0, unseen: 0 };

function joined(minute: number, messages: number): Said {
  return ["case.joined", minute, { message: `m-${messages}`, messages }];
}

function judged(mode: string): Said {
  return ["message.judged", 0, { case: null, message: "m-1", mode }];
}

function opened(more: AuditPayload): Said {
  return ["case.opened", 0, { message: "m-1", ...more }];
}

describe("a message was seen", () => {
  test.each([
    "case.acknowledged",
    "case.assigned",
    "case.held",
    "case.noted",
    "case.proposed",
    "case.decided",
  ] as const)("when a person did this: %s", (type) => {
    expect(messagesOf([OPENED, [type, 15, BY]])).toEqual({ ...NONE, "in-time": 1 });
    expect(messagesOf([OPENED, [type, 16, BY]])).toEqual({ ...NONE, late: 1 });
  });

  test("not when somebody was paged, a card was shown, or a timer did something", () => {
    const said: readonly Said[] = [
      OPENED,
      ["people.told", 1, { kind: "page", reached: ["print"], unreachable: [] }],
      ["case.shown", 1],
      ["case.noted", 2],
      ["case.released", 3],
      ["command.refused", 4, BY],
    ];
    expect(messagesOf(said)).toEqual({ ...NONE, unseen: 1 });
    expect(messagesOf(said, { now: 15 })).toEqual({ ...NONE, waiting: 1 });
    expect(report(said)).toMatchObject({
      missed: [
        { number: 1, outcome: "unseen", messages: 1, waitedMs: 600 * MINUTE, why: ["told"] },
      ],
    });
    expect(report(said).severities[0]).toMatchObject({
      severity: "S1",
      reached: { inTime: 1, late: 0, never: 0 },
      cases: { unseen: 1 },
    });
  });

  test("each from its own arrival, where it joined a case that somebody had seen before", () => {
    const said: readonly Said[] = [
      OPENED,
      ["case.acknowledged", 5, BY],
      joined(10, 2),
      joined(30, 3),
      ["case.decided", 40, BY],
    ];
    expect(messagesOf(said)).toEqual({ ...NONE, "in-time": 2, late: 1 });
    expect(report(said)).toMatchObject({ missed: [{ messages: 1, waitedMs: 30 * MINUTE }] });
    expect(report(said).severities[0]?.cases).toEqual({ ...NONE, late: 1 });
  });

  test("a report of a message that the case has is no message", () => {
    const again = { message: "m-1", messages: 1, reports: 1, report: "r-1" };
    const said: readonly Said[] = [OPENED, ["case.decided", 5, BY], ["case.joined", 6, again]];
    expect(messagesOf(said)).toEqual({ ...NONE, "in-time": 1 });
    expect(messagesOf([OPENED, ["case.joined", 6, { ...again, messages: 2 }]])).toEqual({
      ...NONE,
      unseen: 2,
    });
    // Of one that was closed and opened again it is not known any more which messages it had.
    const known: Said = ["case.joined", 6, { ...again, messages: 4, adds: 0 }];
    expect(messagesOf([known])).toEqual(NONE);
  });

  test("each of those that a case is opened with, and none of them again when it is reported", () => {
    const again = { message: "m-2", messages: 4, reports: 1, report: "r-1" };
    const said: readonly Said[] = [
      opened({ messages: 4, severity: "S3" }),
      ["case.decided", 0, BY],
      ["case.joined", 6, again],
    ];
    expect(messagesOf(said)).toEqual({ ...NONE, "in-time": 4 });
  });
});

describe("what counts", () => {
  test("not shadow mode, whatever the record says of it since", () => {
    expect(messagesOf([judged("shadow"), OPENED])).toEqual(NONE);
    expect(messagesOf([judged("shadow"), OPENED], { facts: null })).toEqual(NONE);
    const hidden = { ...LIVE, shadow: true };
    expect(messagesOf([OPENED], { facts: hidden })).toEqual(NONE);
    expect(messagesOf([judged("live"), OPENED], { facts: hidden })).toEqual({ ...NONE, unseen: 1 });
  });

  test("by the mode in which the case is, whatever that of a message that was judged just before", () => {
    const hidden = { ...LIVE, shadow: true };
    for (const facts of [null, LIVE, hidden]) {
      expect(messagesOf([judged("shadow"), opened({ mode: "live" })], { facts }).unseen).toBe(1);
      expect(messagesOf([judged("live"), opened({ mode: "shadow" })], { facts })).toEqual(NONE);
    }
    // A report of before events said so: the message was judged some time before it, perhaps in another mode.
    const reported = [judged("shadow"), opened({ report: "r-1" })];
    expect(messagesOf(reported, { facts: LIVE }).unseen).toBe(1);
    expect(messagesOf(reported, { facts: hidden })).toEqual(NONE);
  });

  test("a case whose record has expired, by the gravest that the chain says it became", () => {
    const said: readonly Said[] = [
      ["case.opened", 0, { message: "m-1", severity: "S3" }],
      ["case.acknowledged", 1, BY],
      ["case.joined", 2, { message: "m-2", messages: 2, adds: 1, severity: "S1" }],
      ["case.joined", 3, { message: "m-3", messages: 3, adds: 1, severity: "S1" }],
      ["case.decided", 60, BY],
      ["case.closed", 90],
    ];
    const { severities, missed } = report(said, { facts: null, severities: ["S1"] });
    expect(severities[0]).toMatchObject({
      messages: { "in-time": 1, late: 2 },
      cases: { late: 1 },
    });
    expect(missed).toMatchObject([{ severity: "S1", messages: 2, waitedMs: 58 * MINUTE }]);
    expect(messagesOf(said, { facts: null, severities: ["S3"] })).toEqual(NONE);
  });

  test("a case whose record has expired, by what the chain says of it", () => {
    const asked = { facts: null, severities: ["S1"] } as const;
    expect(messagesOf([OPENED, ["case.acknowledged", 3, BY]], asked)).toMatchObject({
      "in-time": 1,
    });
    expect(messagesOf([OPENED], { ...asked, severities: ["S2"] })).toEqual(NONE);
  });

  test("the gravest that a case became", () => {
    const mild: Said = ["case.opened", 0, { message: "m-1", severity: "S3" }];
    expect(messagesOf([mild], { severities: ["S1"] })).toMatchObject({ unseen: 1 });
    const milder = { ...LIVE, severity: "S4" } as const;
    expect(messagesOf([OPENED], { severities: ["S1"], facts: milder })).toMatchObject({
      unseen: 1,
    });
  });

  test("messages of the period; those that waited when it began stand apart", () => {
    const from = START + 60 * MINUTE;
    const seen = (minute: number) => report([OPENED, ["case.decided", minute, BY]], { from });
    expect(seen(59).carriedOver).toEqual({ seen: 0, unseen: 0 });
    expect(seen(61)).toMatchObject({ carriedOver: { seen: 1, unseen: 0 }, missed: [] });
    expect(report([OPENED], { from })).toMatchObject({ carriedOver: { seen: 0, unseen: 1 } });
    // Seen after the period is seen all the same.
    expect(messagesOf([OPENED, ["case.decided", 10, BY]], { until: START + 1 })).toMatchObject({
      "in-time": 1,
    });
    expect(messagesOf([OPENED], { until: START })).toEqual(NONE);
  });
});

describe("a clock that is set back", () => {
  test("makes nothing seen before it came, and proves nothing to be in time", () => {
    const said: readonly Said[] = [OPENED, ["case.shown", 12], ["case.decided", 2, BY]];
    expect(report(said)).toMatchObject({
      missed: [{ outcome: "late", waitedMs: 12 * MINUTE, why: ["clock-set-back", "not-told"] }],
    });
    expect(report([OPENED, ["case.decided", -30, BY]]).missed).toMatchObject([
      { outcome: "late", waitedMs: 30 * MINUTE },
    ]);
    // Now lies before the last event.
    expect(report([OPENED, ["case.shown", 5]], { now: 1 }).missed).toMatchObject([
      { outcome: "unseen" },
    ]);
  });

  test("does not touch what came before and after, nor what was written beside each other", () => {
    const again: Said = ["case.joined", -50, { message: "m-2", messages: 2 }];
    const said: readonly Said[] = [
      OPENED,
      ["case.acknowledged", 5, BY],
      again,
      ["case.decided", -45, BY],
    ];
    expect(messagesOf(said)).toEqual({ ...NONE, "in-time": 2 });
    expect(messagesOf([OPENED, ["case.decided", -1, BY]])).toEqual({ ...NONE, "in-time": 1 });
  });
});

function whyOf(...said: readonly Said[]) {
  return report([OPENED, ...said]).missed[0]?.why;
}

function told(reached: readonly string[], unreachable: readonly string[]): Said {
  return ["people.told", 2, { kind: "page", reached, unreachable }];
}

test("why a message was missed is said, of what happened since somebody saw the case last", () => {
  expect(whyOf()).toEqual(["not-told"]);
  expect(whyOf(["case.waiting", 1])).toEqual(["nobody-on-call"]);
  expect(whyOf(["case.escalated", 1, { bundled: 1 }])).toEqual(["in-summary"]);
  expect(whyOf(told([], ["p"]))).toEqual(["out-of-reach"]);
  expect(whyOf(["case.waiting", 1], told(["p"], ["q"]))).toEqual([
    "nobody-on-call",
    "out-of-reach",
    "told",
  ]);
  expect(
    whyOf(
      ["case.waiting", 1],
      ["case.acknowledged", 3, BY],
      ["case.joined", 9, { message: "m-2", messages: 2 }],
    ),
  ).toEqual(["not-told"]);
});

/** What happens next: another message, a person, or time that passes, on one of a few cases. */
const steps = fc.array(
  fc.record({
    kind: fc.constantFrom("arrives", "touched", "told"),
    item: fc.integer({ min: 1, max: 3 }),
    minutes: fc.integer({ min: 0, max: 20 }),
  }),
  { maxLength: 40 },
);

test("every message of the period is counted once, as a plain reading of its wait says", () => {
  fc.assert(
    fc.property(
      steps,
      fc.integer({ min: 1, max: 30 }),
      fc.nat({ max: 200 }),
      (taken, within, from) => {
        let minute = 0;
        const messages = new Map<number, number>();
        const said: Said[] = [];
        const plain: { readonly item: number; readonly at: number; seen: number | null }[] = [];
        for (const { kind, item, minutes } of taken) {
          minute += minutes;
          const where = { case: `c-${item}`, number: item };
          const count = messages.get(item) ?? 0;
          if (kind === "arrives") {
            messages.set(item, count + 1);
            const more = {
              ...where,
              message: `m-${said.length}`,
              messages: count + 1,
              severity: "S1",
            };
            said.push([count === 0 ? "case.opened" : "case.joined", minute, more]);
            plain.push({ item, at: minute, seen: null });
          } else if (kind === "touched") {
            said.push(["case.noted", minute, { ...where, ...BY }]);
            for (const each of plain) if (each.item === item) each.seen ??= minute;
          } else said.push(["case.shown", minute, where]);
        }
        const now = minute + 5;
        const counted = plain.filter(({ at }) => at >= from);
        const isMissed = (each: (typeof plain)[number]) => (each.seen ?? now) - each.at > within;
        const asked = { withinMs: within * MINUTE, from: START + from * MINUTE, now };
        expect(messagesOf(said, asked)).toEqual({
          "in-time": counted.filter((each) => each.seen !== null && !isMissed(each)).length,
          late: counted.filter((each) => each.seen !== null && isMissed(each)).length,
          unseen: counted.filter((each) => each.seen === null && isMissed(each)).length,
          waiting: counted.filter((each) => each.seen === null && !isMissed(each)).length,
        });
        const { missed, severities, carriedOver } = report(said, asked);
        const numbers = new Set(counted.filter(isMissed).map(({ item }) => item));
        expect(missed.map(({ number }) => number)).toEqual([...numbers].toSorted((a, b) => a - b));
        const cases = severities.flatMap((each) => Object.values(each.cases));
        expect(cases.reduce((a, b) => a + b, 0)).toBe(
          new Set(counted.map(({ item }) => item)).size,
        );
        const before = plain.filter(({ at }) => at < from);
        expect(carriedOver).toEqual({
          seen: before.filter(({ seen }) => seen !== null && seen >= from).length,
          unseen: before.filter(({ seen }) => seen === null).length,
        });
      },
    ),
  );
});

test("the figures of waits are those of the sorted waits, to the second and never less", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 10 * 24 * 60 * MINUTE }), { maxLength: 60 }), (all) => {
      const waits = new Waits();
      for (const each of all) waits.add(each);
      const sorted = all.map((each) => Math.ceil(each / 1000) * 1000).toSorted((a, b) => a - b);
      const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? null;
      expect(waits.figures()).toEqual({ p50Ms: at(0.5), p95Ms: at(0.95), longestMs: at(1) });
    }),
  );
});
