import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import {
  type RotaEntry,
  handOverAt,
  nextOnCall,
  onCallAt,
  swapEntries,
} from "../../src/engine/rota/on-call.ts";
import { type Rota, rotaSchema } from "../../src/engine/rota/rota-schema.ts";
import { DAYS } from "../../src/engine/rota/wall-clock.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const EVERY_DAY = [...DAYS];

/** Epoch milliseconds of an ISO time with its offset. */
function at(iso: string): number {
  return Temporal.Instant.from(iso).epochMilliseconds;
}

function utc(ms: number | null): string | null {
  return ms === null ? null : Temporal.Instant.fromEpochMilliseconds(ms).toString();
}

function rotaOf(shift: object, rest: object = {}): Rota {
  return rotaSchema.parse({ shifts: [{ people: ["ada"], ...shift }], ...rest });
}

function override(from: string, to: string, personId: string, replaces: string | null): RotaEntry {
  return { from: at(from), to: at(to), personId, replaces, kind: "override" };
}

function imported(from: string, to: string, personId: string): RotaEntry {
  return { from: at(from), to: at(to), personId, replaces: null, kind: "imported" };
}

/** Who is on call at noon UTC of each date. */
function turns(rota: Rota, dates: readonly string[]) {
  return dates.map((date) => onCallAt(rota, [], at(`${date}T12:00:00Z`)).join("+"));
}

describe("a shift begins and ends on the zone's clock", () => {
  const night = { days: EVERY_DAY, from: "22:00", to: "06:00" };
  const gap = { days: EVERY_DAY, from: "02:30", to: "04:00" };
  const toGap = { days: EVERY_DAY, from: "01:00", to: "02:30" };
  const inGap = { days: EVERY_DAY, from: "02:15", to: "02:45" };
  const day = { days: EVERY_DAY, from: "09:00", to: "09:00" };
  const today = { days: EVERY_DAY, from: "00:00", to: "24:00" };
  const sunday = { days: ["sun"], from: "00:00", to: "24:00" };

  test.each([
    // zone, shift, a time before it begins, begins, ends
    [
      "Europe/Berlin",
      night,
      "2026-03-28T20:59:00Z",
      "2026-03-28T21:00:00Z",
      "2026-03-29T04:00:00Z",
    ],
    [
      "Europe/Berlin",
      night,
      "2026-10-24T19:59:00Z",
      "2026-10-24T20:00:00Z",
      "2026-10-25T05:00:00Z",
    ],
    ["Europe/Berlin", gap, "2026-03-28T23:00:00Z", "2026-03-29T01:30:00Z", "2026-03-29T02:00:00Z"],
    ["Europe/Berlin", gap, "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T03:00:00Z"],
    [
      "Europe/Berlin",
      toGap,
      "2026-03-28T23:00:00Z",
      "2026-03-29T00:00:00Z",
      "2026-03-29T01:30:00Z",
    ],
    [
      "Europe/Berlin",
      toGap,
      "2026-10-24T22:00:00Z",
      "2026-10-24T23:00:00Z",
      "2026-10-25T00:30:00Z",
    ],
    [
      "Europe/Berlin",
      inGap,
      "2026-03-28T23:00:00Z",
      "2026-03-29T01:15:00Z",
      "2026-03-29T01:45:00Z",
    ],
    [
      "Europe/Berlin",
      sunday,
      "2026-03-28T12:00:00Z",
      "2026-03-28T23:00:00Z",
      "2026-03-29T22:00:00Z",
    ],
    [
      "Europe/Berlin",
      sunday,
      "2026-10-24T12:00:00Z",
      "2026-10-24T22:00:00Z",
      "2026-10-25T23:00:00Z",
    ],
    [
      "America/New_York",
      night,
      "2026-03-08T02:59:00Z",
      "2026-03-08T03:00:00Z",
      "2026-03-08T10:00:00Z",
    ],
    [
      "America/New_York",
      night,
      "2026-11-01T01:59:00Z",
      "2026-11-01T02:00:00Z",
      "2026-11-01T11:00:00Z",
    ],
    [
      "America/New_York",
      gap,
      "2026-03-08T06:00:00Z",
      "2026-03-08T07:30:00Z",
      "2026-03-08T08:00:00Z",
    ],
    [
      "America/New_York",
      sunday,
      "2026-11-01T00:00:00Z",
      "2026-11-01T04:00:00Z",
      "2026-11-02T05:00:00Z",
    ],
    [
      "Asia/Shanghai",
      night,
      "2026-03-28T13:59:00Z",
      "2026-03-28T14:00:00Z",
      "2026-03-28T22:00:00Z",
    ],
    [
      "Asia/Shanghai",
      sunday,
      "2026-10-24T12:00:00Z",
      "2026-10-24T16:00:00Z",
      "2026-10-25T16:00:00Z",
    ],
    ["Asia/Kolkata", night, "2026-03-28T16:00:00Z", "2026-03-28T16:30:00Z", "2026-03-29T00:30:00Z"],
    [
      "Australia/Lord_Howe",
      night,
      "2026-10-03T11:00:00Z",
      "2026-10-03T11:30:00Z",
      "2026-10-03T19:00:00Z",
    ],
    [
      "Australia/Lord_Howe",
      night,
      "2026-04-04T10:00:00Z",
      "2026-04-04T11:00:00Z",
      "2026-04-04T19:30:00Z",
    ],
  ] as const)("%s %j", (timeZone, shift, before, begins, ends) => {
    const rota = rotaOf(shift, { timeZone });
    expect(utc(nextOnCall(rota, [], at(before)))).toBe(begins);
    expect(onCallAt(rota, [], at(begins) - 1)).toEqual([]);
    expect(onCallAt(rota, [], at(begins))).toEqual(["ada"]);
    expect(utc(handOverAt(rota, [], at(begins)))).toBe(ends);
    expect(onCallAt(rota, [], at(ends) - 1)).toEqual(["ada"]);
    expect(onCallAt(rota, [], at(ends))).toEqual([]);
  });

  test.each([day, today])("a shift of 24 hours leaves no gap when clocks change: %j", (shift) => {
    for (const timeZone of ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]) {
      const rota = rotaOf(shift, { timeZone });
      for (const start of ["2026-03-06", "2026-03-27", "2026-04-03", "2026-10-02", "2026-10-30"]) {
        expect(handOverAt(rota, [], at(`${start}T12:00:00Z`))).toBeNull();
      }
    }
  });

  test("a shift that falls wholly into the hour left out does not take place", () => {
    const rota = rotaOf(
      { from: "02:30", to: "03:00", days: ["sun"] },
      { timeZone: "Europe/Berlin" },
    );
    expect(utc(nextOnCall(rota, [], at("2026-03-28T12:00:00Z")))).toBe("2026-04-05T00:30:00Z");
  });
});

describe("people take turns", () => {
  const people = ["ada", "ben", "cem"];

  test("weekly, from the day the first person begins, across the end of a year", () => {
    const rota = rotaOf({ people, days: EVERY_DAY });
    expect(
      turns(rota, ["2026-01-04", "2026-01-05", "2026-01-11", "2026-01-12", "2026-01-19"]),
    ).toEqual(["", "ada", "ada", "ben", "cem"]);
    // The 52nd week after the start begins on 4 January 2027.
    expect(turns(rota, ["2026-12-28", "2027-01-03", "2027-01-04", "2027-01-11"])).toEqual([
      "ada",
      "ada",
      "ben",
      "cem",
    ]);
  });

  test("weekly, handing over on the weekday of the first day", () => {
    const rota = rotaOf({ people, days: EVERY_DAY, startsOn: "2026-12-31" });
    expect(turns(rota, ["2026-12-30", "2026-12-31", "2027-01-06", "2027-01-07"])).toEqual([
      "",
      "ada",
      "ada",
      "ben",
    ]);
  });

  test("daily, counted in days of the shift, so that a weekend skips nobody", () => {
    const rota = rotaOf({ people, rotate: "daily" });
    expect(
      turns(rota, [
        "2026-01-05",
        "2026-01-06",
        "2026-01-07",
        "2026-01-08",
        "2026-01-09",
        "2026-01-10",
        "2026-01-12",
      ]),
    ).toEqual(["ada", "ben", "cem", "ada", "ben", "", "cem"]);
  });

  test("daily, when the first day is no day of the shift", () => {
    const rota = rotaOf({ people, rotate: "daily", startsOn: "2026-01-10" });
    expect(turns(rota, ["2026-01-12", "2026-01-13"])).toEqual(["ada", "ben"]);
  });

  test("all together when nothing rotates", () => {
    expect(turns(rotaOf({ people, rotate: "none" }), ["2026-01-05"])).toEqual(["ada+ben+cem"]);
  });

  test("a holiday takes its turn with it", () => {
    const rota = rotaOf({ people, rotate: "daily" }, { holidays: ["2026-01-06"] });
    expect(turns(rota, ["2026-01-05", "2026-01-06", "2026-01-07"])).toEqual(["ada", "", "cem"]);
  });

  test("the night before a holiday lasts into it; none begins on it", () => {
    const rota = rotaOf(
      { days: EVERY_DAY, from: "22:00", to: "06:00" },
      { holidays: ["2026-05-01"] },
    );
    expect(onCallAt(rota, [], at("2026-05-01T05:00:00Z"))).toEqual(["ada"]);
    expect(onCallAt(rota, [], at("2026-05-01T23:00:00Z"))).toEqual([]);
    expect(onCallAt(rota, [], at("2026-05-02T05:00:00Z"))).toEqual([]);
    expect(utc(nextOnCall(rota, [], at("2026-05-01T06:00:00Z")))).toBe("2026-05-02T22:00:00Z");
  });

  test("a night belongs to the person of the day it begins on", () => {
    const rota = rotaOf({ people, days: EVERY_DAY, from: "22:00", to: "06:00", rotate: "daily" });
    expect(onCallAt(rota, [], at("2026-01-06T05:59:00Z"))).toEqual(["ada"]);
    expect(onCallAt(rota, [], at("2026-01-06T22:00:00Z"))).toEqual(["ben"]);
  });

  test("people of overlapping shifts are on call together, once each", () => {
    const rota = rotaSchema.parse({
      shifts: [
        { people: ["ada", "ben"], rotate: "none" },
        { people: ["cem", "ada"], rotate: "none", from: "12:00", to: "20:00" },
      ],
    });
    expect(onCallAt(rota, [], at("2026-01-05T11:00:00Z"))).toEqual(["ada", "ben"]);
    expect(onCallAt(rota, [], at("2026-01-05T13:00:00Z"))).toEqual(["ada", "ben", "cem"]);
    expect(utc(handOverAt(rota, [], at("2026-01-05T13:00:00Z")))).toBe("2026-01-05T18:00:00Z");
  });
});

describe("an entry changes the pattern", () => {
  const rota = rotaOf({ people: ["ada", "ben"], rotate: "none" });
  const noon = at("2026-01-05T12:00:00Z");
  const from = "2026-01-05T11:00:00Z";
  const to = "2026-01-05T14:00:00Z";

  test.each<[string, readonly RotaEntry[], readonly string[]]>([
    ["nobody named: instead of everybody", [override(from, to, "cem", null)], ["cem"]],
    ["one named: instead of that person", [override(from, to, "cem", "ada")], ["cem", "ben"]],
    ["one named who is not on call", [override(from, to, "cem", "eva")], ["ada", "ben"]],
    ["by somebody who is on call already", [override(from, to, "ben", "ada")], ["ben"]],
    ["later ones win", [override(from, to, "cem", null), override(from, to, "eva", null)], ["eva"]],
    [
      "each applies to what the ones before have left",
      [override(from, to, "cem", "ada"), override(from, to, "eva", "cem")],
      ["eva", "ben"],
    ],
    ["imported: besides everybody", [imported(from, to, "cem")], ["ada", "ben", "cem"]],
    [
      "imported people are off call too when everybody is replaced",
      [override(from, to, "eva", null), imported(from, to, "cem")],
      ["eva"],
    ],
    [
      "imported people can be replaced by name",
      [override(from, to, "eva", "cem"), imported(from, to, "cem")],
      ["ada", "ben", "eva"],
    ],
    ["over: before its time", [override(to, "2026-01-05T15:00:00Z", "cem", null)], ["ada", "ben"]],
    ["empty", [override(to, from, "cem", null)], ["ada", "ben"]],
    ["only offered", [{ ...override(from, to, "cem", "ada"), kind: "offer" }], ["ada", "ben"]],
  ])("%s", (_what, entries, people) => {
    expect(onCallAt(rota, entries, noon)).toEqual(people);
  });

  test("half-open", () => {
    const entries = [override(from, to, "cem", null)];
    expect(onCallAt(rota, entries, at(from) - 1)).toEqual(["ada", "ben"]);
    expect(onCallAt(rota, entries, at(from))).toEqual(["cem"]);
    expect(onCallAt(rota, entries, at(to) - 1)).toEqual(["cem"]);
    expect(onCallAt(rota, entries, at(to))).toEqual(["ada", "ben"]);
  });

  test("where the pattern has nobody", () => {
    const night = [override("2026-01-05T22:00:00Z", "2026-01-05T23:00:00Z", "cem", null)];
    expect(utc(nextOnCall(rota, night, at("2026-01-05T18:00:00Z")))).toBe("2026-01-05T22:00:00Z");
    expect(utc(handOverAt(rota, night, at("2026-01-05T22:30:00Z")))).toBe("2026-01-05T23:00:00Z");
  });
});

describe("looking ahead", () => {
  test("whoever is on call now is the answer", () => {
    const now = at("2026-01-05T12:34:56.789Z");
    expect(nextOnCall(rotaOf({}), [], now)).toBe(now);
  });

  test("ends after 14 days", () => {
    const rota = rotaOf({ startsOn: "2026-02-02" });
    expect(nextOnCall(rota, [], at("2026-01-19T09:00:00Z"))).toBeNull();
    expect(utc(nextOnCall(rota, [], at("2026-01-19T09:00:01Z")))).toBe("2026-02-02T09:00:00Z");
  });

  test("from one week's person to the next without a gap", () => {
    const rota = rotaOf({ people: ["ada", "ben"], days: EVERY_DAY, from: "00:00", to: "24:00" });
    expect(utc(handOverAt(rota, [], at("2026-01-05T00:00:00Z")))).toBe("2026-01-12T00:00:00Z");
  });

  const clock = fc
    .tuple(fc.nat(23), fc.constantFrom(0, 15, 30, 59))
    .map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":"));
  const person = fc.constantFrom("ada", "ben", "cem");
  const rotas = fc.record({
    timeZone: fc.constantFrom("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"),
    shifts: fc.array(
      fc.record({
        days: fc.uniqueArray(fc.constantFrom(...DAYS), { minLength: 4 }),
        from: clock,
        to: fc.oneof(clock, fc.constant("24:00")),
        people: fc.array(person, { minLength: 1, maxLength: 3 }),
        rotate: fc.constantFrom("none", "daily", "weekly"),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  });
  // Around the changes of clocks, so that they are met often.
  const times = fc
    .tuple(
      fc.constantFrom(
        "2026-03-08",
        "2026-03-29",
        "2026-04-05",
        "2026-10-04",
        "2026-10-25",
        "2026-11-01",
      ),
      fc.integer({ min: -48 * 60, max: 24 * 60 }),
    )
    .map(([date, minutes]) => at(`${date}T00:00:00Z`) + minutes * MINUTE_MS);
  const entriesNear = (around: number) =>
    fc.array(
      fc
        .record({
          start: fc.integer({ min: -600, max: 3000 }),
          length: fc.integer({ min: 1, max: 900 }),
          personId: person,
          replaces: fc.option(person),
          kind: fc.constantFrom("override" as const, "imported" as const),
        })
        .map(({ start, length, ...rest }): RotaEntry => {
          const from = around + start * MINUTE_MS;
          return { ...rest, from, to: from + length * MINUTE_MS };
        }),
      { maxLength: 3 },
    );
  const cases = times.chain((time) =>
    fc.record({ time: fc.constant(time), input: rotas, entries: entriesNear(time) }),
  );

  test("agrees with asking minute by minute", () => {
    fc.assert(
      fc.property(cases, ({ time, input, entries }) => {
        const rota = rotaSchema.parse(input);
        let minute = time;
        while (onCallAt(rota, entries, minute).length === 0) minute += MINUTE_MS;
        expect(nextOnCall(rota, entries, time)).toBe(minute);
      }),
      { numRuns: 60 },
    );
  });

  test("nobody comes or goes before the hand-over", () => {
    fc.assert(
      fc.property(cases, ({ time, input, entries }) => {
        const rota = rotaSchema.parse(input);
        const people = new Set(onCallAt(rota, entries, time));
        const change = handOverAt(rota, entries, time) ?? time + 24 * HOUR_MS;
        const last = Math.min(change, time + 24 * HOUR_MS);
        for (let step = time; step < last; step += 5 * MINUTE_MS) {
          expect(new Set(onCallAt(rota, entries, step))).toEqual(people);
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe("a swap", () => {
  const weekly = rotaOf({ people: ["ada", "ben", "cem"] });
  const from = at("2026-01-05T00:00:00Z");
  const to = at("2026-01-19T00:00:00Z");

  test("gives each the other's duties and leaves the third alone", () => {
    const swapped = swapEntries(weekly, [], "ada", "ben", from, to + 7 * 24 * HOUR_MS);
    if (!swapped.ok) throw new Error(swapped.error.kind);
    expect(swapped.value).toHaveLength(10);
    expect(swapped.value[0]).toEqual(
      override("2026-01-05T09:00:00Z", "2026-01-05T18:00:00Z", "ben", "ada"),
    );
    for (let hour = from; hour < to + 14 * 24 * HOUR_MS; hour += HOUR_MS) {
      const other: Record<string, string> = { ada: "ben", ben: "ada" };
      const inSwap = hour < to;
      expect(onCallAt(weekly, swapped.value, hour)).toEqual(
        onCallAt(weekly, [], hour).map((person) => (inSwap && other[person]) || person),
      );
    }
  });

  test("swapped back is as before", () => {
    const once = swapEntries(weekly, [], "ada", "ben", from, to);
    if (!once.ok) throw new Error(once.error.kind);
    const twice = swapEntries(weekly, once.value, "ada", "ben", from, to);
    if (!twice.ok) throw new Error(twice.error.kind);
    const entries = [...once.value, ...twice.value];
    for (let hour = from; hour < to; hour += HOUR_MS) {
      expect(onCallAt(weekly, entries, hour)).toEqual(onCallAt(weekly, [], hour));
    }
  });

  test("takes only what lies in the period", () => {
    const swapped = swapEntries(
      weekly,
      [],
      "ada",
      "ben",
      at("2026-01-09T12:00:00Z"),
      at("2026-01-12T10:00:00Z"),
    );
    expect(swapped).toEqual({
      ok: true,
      value: [
        override("2026-01-09T12:00:00Z", "2026-01-09T18:00:00Z", "ben", "ada"),
        override("2026-01-12T09:00:00Z", "2026-01-12T10:00:00Z", "ada", "ben"),
      ],
    });
  });

  test("leaves the time alone that both have", () => {
    const rota = rotaSchema.parse({
      shifts: [
        { people: ["ada"], days: ["mon"], from: "08:00", to: "14:00" },
        { people: ["ben"], days: ["mon"], from: "12:00", to: "18:00" },
      ],
    });
    expect(swapEntries(rota, [], "ada", "ben", from, to - 7 * 24 * HOUR_MS)).toEqual({
      ok: true,
      value: [
        override("2026-01-05T08:00:00Z", "2026-01-05T12:00:00Z", "ben", "ada"),
        override("2026-01-05T14:00:00Z", "2026-01-05T18:00:00Z", "ada", "ben"),
      ],
    });
  });

  test.each([
    ["ada", "ada", from, to, { kind: "same-person" }],
    ["ada", "eva", from, to, { kind: "no-duty", personId: "eva" }],
    ["cem", "ada", from, to, { kind: "no-duty", personId: "cem" }],
    ["ada", "ben", to, from, { kind: "bad-period" }],
    ["ada", "ben", from, from + 367 * 24 * HOUR_MS, { kind: "bad-period" }],
  ])("of %s and %s is refused", (a, b, start, end, error) => {
    expect(swapEntries(weekly, [], a, b, start, end)).toEqual({ ok: false, error });
  });

  test("of two who are always on call together is refused", () => {
    const rota = rotaOf({ people: ["ada", "ben"], rotate: "none" });
    expect(swapEntries(rota, [], "ada", "ben", from, to)).toEqual({
      ok: false,
      error: { kind: "always-together" },
    });
  });
});
