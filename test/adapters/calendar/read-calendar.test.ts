import { describe, expect, test } from "@jest/globals";
import { at, calendar, entries, event, fixture, read, skipped } from "./support.ts";

describe("an exported calendar", () => {
  test("as on-call services write it", () => {
    expect(entries(fixture("pagerduty.ics"))).toEqual([
      "mira 2026-03-23T08:00Z 2026-03-30T07:00Z",
      "jonas 2026-03-30T07:00Z 2026-04-06T07:00Z",
    ]);
    expect(skipped(fixture("pagerduty.ics"))).toEqual([]);
  });

  test("as Google writes it: a series across a change of clocks, with changes to it", () => {
    const text = fixture("google.ics");
    expect(entries(text)).toEqual([
      "mira 2026-03-25T21:00Z 2026-03-26T05:00Z",
      "mira 2026-03-26T21:00Z 2026-03-27T05:00Z",
      "jonas 2026-03-27T23:00Z 2026-03-29T22:00Z",
      "mira 2026-03-28T21:00Z 2026-03-29T04:00Z",
      "jonas 2026-03-29T21:00Z 2026-03-30T03:00Z",
      "mira 2026-03-31T20:00Z 2026-04-01T04:00Z",
    ]);
    expect(skipped(text)).toEqual([]);
    expect(read(text.replaceAll("\r\n", "\n"))).toEqual(read(text));
    expect(read(`\ufeff${text}`)).toEqual(read(text));
  });

  test("as Outlook writes it: names of zones from Windows, defined in the file or not at all", () => {
    const text = fixture("outlook.ics");
    expect(entries(text)).toEqual([
      "jonas 2026-10-22T07:00Z 2026-10-22T15:00Z",
      "jonas 2026-10-26T08:00Z 2026-10-26T16:00Z",
      "jonas 2026-10-29T08:00Z 2026-10-29T16:00Z",
      "jonas 2026-11-02T08:00Z 2026-11-02T16:00Z",
    ]);
    expect(skipped(text)).toEqual(["2 unknown-zone"]);
  });

  test("becomes entries of a rota", () => {
    const text = calendar(event("DTSTART:20260105T080000Z", "DTEND:20260105T160000Z"));
    expect(read(text)).toEqual({
      ok: true,
      value: {
        entries: [
          {
            from: at("2026-01-05T08:00:00Z"),
            to: at("2026-01-05T16:00:00Z"),
            personId: "mira",
            replaces: null,
            kind: "imported",
          },
        ],
        skipped: [],
      },
    });
  });
});

describe("when an event takes place", () => {
  const BERLIN = "TZID=Europe/Berlin";

  test.each<[string, readonly string[], readonly string[]]>([
    [
      "times in UTC",
      ["DTSTART:20260105T080000Z", "DTEND:20260105T160000Z"],
      ["01-05T08:00 01-05T16:00"],
    ],
    [
      "times without a zone",
      ["DTSTART:20260705T080000", "DTEND:20260705T160000"],
      ["07-05T06:00 07-05T14:00"],
    ],
    [
      "a zone that the file does not define",
      ["DTSTART;TZID=Asia/Kolkata:20260105T090000", "DTEND;TZID=Asia/Kolkata:20260105T180000"],
      ["01-05T03:30 01-05T12:30"],
    ],
    [
      "a zone's name with a prefix",
      [
        "DTSTART;TZID=/freeassociation.sourceforge.net/America/New_York:20260105T090000",
        "DURATION:PT9H",
      ],
      ["01-05T14:00 01-05T23:00"],
    ],
    [
      "start and end in different zones",
      ["DTSTART;TZID=Asia/Shanghai:20260105T090000", `DTEND;${BERLIN}:20260105T090000`],
      ["01-05T01:00 01-05T08:00"],
    ],
    ["one whole day", ["DTSTART;VALUE=DATE:20260329"], ["03-28T23:00 03-29T22:00"]],
    [
      "whole days",
      ["DTSTART;VALUE=DATE:20261024", "DTEND;VALUE=DATE:20261026"],
      ["10-23T22:00 10-25T23:00"],
    ],
    ["days without VALUE", ["DTSTART:20260105", "DTEND:20260106"], ["01-04T23:00 01-05T23:00"]],
    [
      "hours that pass",
      [`DTSTART;${BERLIN}:20260328T220000`, "DURATION:PT24H"],
      ["03-28T21:00 03-29T21:00"],
    ],
    [
      "a day of the clock",
      [`DTSTART;${BERLIN}:20260328T220000`, "DURATION:P1D"],
      ["03-28T21:00 03-29T20:00"],
    ],
    ["a week", [`DTSTART;${BERLIN}:20260327T220000`, "DURATION:P1W"], ["03-27T21:00 04-03T20:00"]],
    [
      "a start that the clock leaves out",
      [`DTSTART;${BERLIN}:20260329T023000`, "DURATION:PT1H"],
      ["03-29T01:30 03-29T02:30"],
    ],
    [
      "a start that comes twice",
      [`DTSTART;${BERLIN}:20261025T023000`, "DURATION:PT1H"],
      ["10-25T00:30 10-25T01:30"],
    ],
    [
      "weeks that change hands as clocks are set back, without an hour in between",
      [
        `DTSTART;${BERLIN}:20261012T090000`,
        `DTEND;${BERLIN}:20261019T090000`,
        "RRULE:FREQ=WEEKLY;COUNT=3",
      ],
      ["10-12T07:00 10-19T07:00", "10-19T07:00 10-26T08:00", "10-26T08:00 11-02T08:00"],
    ],
    [
      "some weekdays, every other week",
      [
        "DTSTART:20260105T080000Z",
        "DURATION:PT1H",
        "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=3",
      ],
      ["01-05T08:00 01-05T09:00", "01-07T08:00 01-07T09:00", "01-19T08:00 01-19T09:00"],
    ],
    [
      "until a time in UTC",
      [
        `DTSTART;${BERLIN}:20260105T003000`,
        "DURATION:PT1H",
        "RRULE:FREQ=DAILY;UNTIL=20260105T233000Z",
      ],
      ["01-04T23:30 01-05T00:30", "01-05T23:30 01-06T00:30"],
    ],
    [
      "until a date, that day included",
      [`DTSTART;${BERLIN}:20260105T220000`, "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20260106"],
      ["01-05T21:00 01-05T22:00", "01-06T21:00 01-06T22:00"],
    ],
    [
      "until a time of its own clock",
      [
        `DTSTART;${BERLIN}:20260105T220000`,
        "DURATION:PT1H",
        "RRULE:FREQ=DAILY;UNTIL=20260106T220000",
      ],
      ["01-05T21:00 01-05T22:00", "01-06T21:00 01-06T22:00"],
    ],
    [
      "the last Friday of the month",
      ["DTSTART:20261030T080000Z", "DURATION:PT1H", "RRULE:FREQ=MONTHLY;BYDAY=-1FR"],
      ["10-30T08:00 10-30T09:00", "11-27T08:00 11-27T09:00", "12-25T08:00 12-25T09:00"],
    ],
    [
      "yearly whole days from long ago, without an end",
      ["DTSTART;VALUE=DATE:19991231", "RRULE:FREQ=YEARLY"],
      ["12-30T23:00 12-31T23:00"],
    ],
    [
      "excluded in another zone, and by the date alone",
      [
        `DTSTART;${BERLIN}:20260105T090000`,
        "DURATION:PT1H",
        "RRULE:FREQ=DAILY;COUNT=5",
        "EXDATE:20260106T080000Z",
        "EXDATE;VALUE=DATE:20260108,20260109",
      ],
      ["01-05T08:00 01-05T09:00", "01-07T08:00 01-07T09:00"],
    ],
    [
      "added days and stretches",
      [
        "DTSTART:20260105T080000Z",
        "DURATION:PT1H",
        "RDATE:20260107T080000Z,20260105T080000Z",
        "RDATE;VALUE=PERIOD:20260108T080000Z/PT2H,20260109T080000Z/20260109T120000Z",
      ],
      [
        "01-05T08:00 01-05T09:00",
        "01-07T08:00 01-07T09:00",
        "01-08T08:00 01-08T10:00",
        "01-09T08:00 01-09T12:00",
      ],
    ],
    ["no longer", ["DTSTART:20260105T080000Z", "DURATION:PT1H", "STATUS:CANCELLED"], []],
  ])("%s", (_what, lines, times) => {
    const text = calendar(event(...lines));
    expect(skipped(text)).toEqual([]);
    const withoutYear = entries(text).map((entry) => entry.replace(/^mira /u, ""));
    expect(withoutYear.map((entry) => entry.replaceAll(/2026-|Z/gu, ""))).toEqual(times);
  });

  test("not when the whole calendar is withdrawn", () => {
    const inner = event("DTSTART:20260105T080000Z", "DURATION:PT1H");
    expect(entries(calendar("METHOD:CANCEL", inner))).toEqual([]);
  });

  test("what overlaps the window is read whole, what touches it is not", () => {
    const text = calendar(
      event("DTSTART:20251231T230000Z", "DTEND:20260101T000000Z"),
      event("DTSTART:20251201T000000Z", "DTEND:20260101T000100Z"),
      event("DTSTART:20261231T235900Z", "DTEND:20270201T000000Z"),
      event("DTSTART:20270101T000000Z", "DTEND:20270201T000000Z"),
    );
    expect(entries(text)).toEqual([
      "mira 2025-12-01T00:00Z 2026-01-01T00:01Z",
      "mira 2026-12-31T23:59Z 2027-02-01T00:00Z",
    ]);
  });

  test("a repetition that began before the window reaches into it", () => {
    const rule = ["DTSTART:20200106T000000Z", "DURATION:P20D", "RRULE:FREQ=WEEKLY;INTERVAL=8"];
    expect(entries(calendar(event(...rule)), { until: at("2026-01-02T00:00:00Z") })).toEqual([
      "mira 2025-12-29T00:00Z 2026-01-18T00:00Z",
    ]);
  });

  test("a changed repetition counts where its series is not in the file, or had no such time", () => {
    const changed = event(
      "RECURRENCE-ID:20260106T080000Z",
      "DTSTART:20260106T100000Z",
      "DURATION:PT1H",
    );
    expect(entries(calendar(changed))).toEqual(["mira 2026-01-06T10:00Z 2026-01-06T11:00Z"]);
    const series = event("DTSTART:20260105T080000Z", "DURATION:PT1H");
    expect(entries(calendar(changed, series))).toEqual([
      "mira 2026-01-05T08:00Z 2026-01-05T09:00Z",
      "mira 2026-01-06T10:00Z 2026-01-06T11:00Z",
    ]);
  });

  test("a change of all later repetitions ends the series and is named", () => {
    const series = event("DTSTART:20260105T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY");
    const later = event(
      "RECURRENCE-ID;RANGE=THISANDFUTURE:20260107T080000Z",
      "DTSTART:20260107T090000Z",
      "DURATION:PT1H",
    );
    expect(entries(calendar(series, later))).toHaveLength(2);
    expect(skipped(calendar(series, later))).toEqual(["2 all-later-ones"]);
  });
});

describe("who an event is about", () => {
  const time = ["DTSTART:20260105T080000Z", "DURATION:PT1H"];

  test.each<[string, readonly string[], readonly string[]]>([
    ["an attendee by address", ["ATTENDEE:MAILTO:jonas@example.com"], ["jonas"]],
    ["an attendee by name", ["ATTENDEE;CN=Jonas Falk:urn:uuid:7"], ["jonas"]],
    ["by the address in a parameter", ["ATTENDEE;EMAIL=jonas@example.com:urn:uuid:7"], ["jonas"]],
    [
      "all attendees that are known, once each",
      [
        "ATTENDEE:mailto:jonas@example.com",
        "ATTENDEE;CN=Jonas:mailto:jf@example.org",
        "ATTENDEE:mailto:mira@example.com",
      ],
      ["jonas", "mira"],
    ],
    ["the title when no attendee is known", ["ATTENDEE:mailto:desk@example.com"], ["mira"]],
    [
      "the title when the attendee has declined",
      ["ATTENDEE;PARTSTAT=DECLINED:mailto:jonas@example.com"],
      ["mira"],
    ],
    ["the title with escaped characters", ["SUMMARY:Night\\, Jonas\\; desk"], ["jonas"]],
  ])("%s", (_what, lines, people) => {
    const found = entries(calendar(event(...time, ...lines)));
    expect(found.map((entry) => entry.split(" ")[0])).toEqual(people);
  });

  test("nobody: the event is left out, when it is in the window at all", () => {
    expect(skipped(calendar(event(...time, "SUMMARY:Stand-up")))).toEqual(["1 nobody-known"]);
    const earlier = event("DTSTART:20200105T080000Z", "DURATION:PT1H", "SUMMARY:Stand-up");
    expect(skipped(calendar(earlier))).toEqual([]);
  });
});
