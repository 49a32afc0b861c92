import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { at, calendar, entries, event, fixture, read, skipped } from "./support.ts";

const TIME = ["DTSTART:20260105T080000Z", "DURATION:PT1H"];

function noDirectory(): never {
  throw new Error("no directory");
}

describe("a file that is no calendar", () => {
  test.each([
    ["empty", "", "not-a-calendar"],
    ["blank", " \r\n\r\n", "not-a-calendar"],
    ["a web page", "<!doctype html><title>Sign in</title>", "not-a-calendar"],
    ["a contact", "BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n", "not-a-calendar"],
    ["a part of one", event(...TIME), "not-a-calendar"],
    ["cut off between events", calendar(event(...TIME)).replace("END:VCALENDAR", ""), "cut-off"],
    ["cut off inside an event", calendar(event(...TIME)).slice(0, 90), "cut-off"],
    ["too large", calendar("X-FILL:".padEnd(5 * 1024 * 1024)), "too-large"],
    ["too large in bytes", calendar("X-FILL:".padEnd(3 * 1024 * 1024, "字")), "too-large"],
  ])("%s", (_what, text, kind) => {
    expect(read(text)).toMatchObject({ ok: false, error: { kind } });
  });

  test("one without events is a calendar", () => {
    expect(read(calendar())).toEqual({ ok: true, value: { entries: [], skipped: [] } });
  });
});

describe("a broken event is left out and named, and the others are read", () => {
  const long = `BYSECOND=${Array.from({ length: 60 }, (_, i) => i).join(",")}`;

  test.each<[string, readonly string[], string]>([
    ["no start", ["DURATION:PT1H"], "no-start"],
    ["no end", ["DTSTART:20260105T080000Z"], "no-end"],
    ["a day that does not exist", ["DTSTART:20260231T080000Z", "DURATION:PT1H"], "bad-time"],
    ["an hour that does not exist", ["DTSTART:20260105T250000Z", "DURATION:PT1H"], "bad-time"],
    ["words for a time", ["DTSTART:tomorrow", "DURATION:PT1H"], "bad-time"],
    ["words for a duration", ["DTSTART:20260105T080000Z", "DURATION:long"], "bad-time"],
    [
      "an endless duration",
      ["DTSTART:20260105T080000Z", `DURATION:P${"9".repeat(400)}D`],
      "bad-time",
    ],
    [
      "an end before the start",
      ["DTSTART:20260105T080000Z", "DTEND:20260105T070000Z"],
      "ends-before-start",
    ],
    [
      "an end at the start",
      ["DTSTART:20260105T080000Z", "DTEND:20260105T080000Z"],
      "ends-before-start",
    ],
    ["a negative duration", ["DTSTART:20260105T080000Z", "DURATION:-PT1H"], "ends-before-start"],
    ["an unknown zone", ["DTSTART;TZID=Nowhere:20260105T080000", "DURATION:PT1H"], "unknown-zone"],
    ["a rule without a frequency", [...TIME, "RRULE:COUNT=3"], "bad-rule"],
    ["a rule with an unknown frequency", [...TIME, "RRULE:FREQ=OFTEN"], "malformed"],
    ["a rule that contradicts itself", [...TIME, "RRULE:FREQ=WEEKLY;BYMONTHDAY=3"], "bad-rule"],
    [
      "a rule of too many parts",
      [...TIME, `RRULE:FREQ=DAILY;${long};BYMINUTE${long.slice(8)}`],
      "bad-rule",
    ],
    [
      "a rule that moves on by ages",
      [...TIME, "RRULE:FREQ=DAILY;INTERVAL=2000000000"],
      "too-complex",
    ],
    [
      "a rule of seconds from long ago",
      ["DTSTART:19700101T000000Z", "DURATION:PT1S", "RRULE:FREQ=SECONDLY"],
      "too-complex",
    ],
    ["an old exception rule", [...TIME, "EXRULE:FREQ=WEEKLY"], "exception-rule"],
    ["a broken exclusion", [...TIME, "RRULE:FREQ=DAILY", "EXDATE:x"], "bad-time"],
    ["a line without a value", [...TIME, "ATTENDEE;CN=Mira"], "malformed"],
  ])("%s", (_what, lines, reason) => {
    const text = calendar(event(...TIME), event(...lines), event(...TIME));
    expect(entries(text)).toHaveLength(2);
    expect(skipped(text)).toEqual([`2 ${reason}`]);
  });

  test("an event without its end", () => {
    const open = event(...TIME).replace("END:VEVENT", "");
    const text = calendar(open, event(...TIME));
    expect(entries(text)).toHaveLength(1);
    expect(skipped(text)).toEqual(["1 unclosed"]);
  });

  test("what is broken where no duty is said breaks nothing", () => {
    const inner = ["BEGIN:VALARM", "TRIGGER", "BEGIN:X", "END:VALARM", "END:X", "END:VALARM"];
    const text = calendar(
      "no property",
      event(...TIME, "DESCRIPTION;=", "and more without a blank", "GEO:x;y"),
      event(...TIME, ...inner.filter((line) => !line.endsWith("X"))),
    );
    expect(skipped(text)).toEqual([]);
    expect(entries(text)).toHaveLength(2);
  });

  test("a rule that never comes true gives the first time only", () => {
    for (const rule of [
      "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
      "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
      "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
      "FREQ=YEARLY;BYMONTH=4;BYDAY=1MO;BYMONTHDAY=15",
    ]) {
      const text = calendar(event(...TIME, `RRULE:${rule}`));
      expect({ rule, entries: entries(text), skipped: skipped(text) }).toEqual({
        rule,
        entries: ["mira 2026-01-05T08:00Z 2026-01-05T09:00Z"],
        skipped: [],
      });
    }
  });
});

describe("what is read is bounded", () => {
  test("an endless rule ends with the window", () => {
    const text = calendar(event(...TIME, "RRULE:FREQ=DAILY"));
    expect(entries(text, { until: at("2026-01-08T08:00:00Z") })).toHaveLength(3);
  });

  test("more entries than a calendar can need are refused as a whole", () => {
    const minutely = calendar(event(...TIME, "RRULE:FREQ=MINUTELY"));
    const problem = { ok: false, error: { kind: "too-many-entries", most: 10_000 } };
    expect(read(minutely)).toEqual(problem);
    const daily = event(...TIME, "RRULE:FREQ=DAILY");
    expect(read(calendar(...Array.from({ length: 29 }, () => daily)))).toEqual(problem);
  });

  test("many rules that take long are refused as a whole", () => {
    const slow = event("DTSTART:19700101T000000Z", "DURATION:PT1S", "RRULE:FREQ=SECONDLY");
    const text = calendar(...Array.from({ length: 20 }, () => slow));
    expect(read(text)).toEqual({ ok: false, error: { kind: "too-complex" } });
  });

  test("a line or a list of zones that no calendar needs is not worked out", () => {
    const flood = event(...TIME, `ATTENDEE${";X=1".repeat(50_000)}:mailto:mira@example.com`);
    expect(skipped(calendar(event(...TIME), flood))).toEqual(["2 malformed"]);
    const rules = Array.from({ length: 5000 }, () => "RRULE:FREQ=DAILY;COUNT=1");
    expect(skipped(calendar(event(...TIME, ...rules)))).toEqual(["1 too-complex"]);
    const outlook = fixture("outlook.ics");
    const many = outlook.replace(/BEGIN:VTIMEZONE.*END:VTIMEZONE/su, (zone) => {
      const others = Array.from({ length: 100 }, (_, i) => zone.replace("W. Europe", `Other ${i}`));
      return [...others, zone].join("\r\n");
    });
    expect(skipped(many)).toEqual(["1 unknown-zone", "2 unknown-zone"]);
  });

  test("a zone with rules that no zone has is not used", () => {
    for (const rule of [
      "FREQ=SECONDLY",
      "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
      "FREQ=YEARLY;INTERVAL=100000000",
      `FREQ=YEARLY;BYYEARDAY=${Array.from({ length: 300 }, (_, i) => i + 1).join(",")}`,
    ]) {
      const zone = fixture("outlook.ics").replace(
        /FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3/u,
        rule,
      );
      expect(skipped(zone)).toEqual(["1 unknown-zone", "2 unknown-zone"]);
    }
  });

  test("no text makes the reader throw or say what it read", () => {
    const line = fc.oneof(
      fc.constantFrom(
        "BEGIN:VEVENT",
        "END:VEVENT",
        "BEGIN:VALARM",
        "END:VALARM",
        "BEGIN:VTIMEZONE",
        "END:VTIMEZONE",
        "TZID:X",
        "DTSTART:20260105T080000Z",
        "DTSTART;TZID=X:20260105T080000",
        "DTEND:20260105T090000Z",
        "DURATION:PT1H",
        "SUMMARY:Mira",
        "ATTENDEE;CN=Jonas:mailto:jonas@example.com",
        "RECURRENCE-ID:20260105T080000Z",
      ),
      fc
        .tuple(
          fc.constantFrom("DTSTART", "DTEND", "RRULE", "EXDATE", "RDATE", "DURATION", "ATTENDEE"),
          fc.constantFrom(":", ";", ";VALUE=DATE:", ";TZID=", ";VALUE=PERIOD:"),
          fc.string({ maxLength: 20 }),
        )
        .map((parts) => parts.join("")),
      fc
        .tuple(
          fc.constantFrom("SECONDLY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"),
          fc.constantFrom(
            "BYDAY",
            "BYMONTH",
            "BYMONTHDAY",
            "BYWEEKNO",
            "BYYEARDAY",
            "BYSETPOS",
            "INTERVAL",
          ),
          fc.oneof(fc.integer({ min: -400, max: 400 }), fc.constantFrom("MO", "5FR", "-1SU")),
          fc.integer({ min: 1, max: 31 }),
        )
        .map(([freq, part, value, day]) => `RRULE:FREQ=${freq};${part}=${value};BYMONTHDAY=${day}`),
      fc.string({ maxLength: 30 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const result = read(calendar("BEGIN:VEVENT", ...lines, "END:VEVENT"));
        const told = result.ok ? { skipped: result.value.skipped } : result;
        expect(JSON.stringify(told)).not.toMatch(/mira|jonas|example/iu);
      }),
      { numRuns: 200 },
    );
  });

  test("an error of the caller's own is not taken for a broken event", () => {
    expect(() => read(calendar(event(...TIME)), { findPerson: noDirectory })).toThrow(
      "no directory",
    );
  });
});
