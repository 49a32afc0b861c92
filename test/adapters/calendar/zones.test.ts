import { expect, test } from "@jest/globals";
import { calendar, entries, event } from "./support.ts";

interface Rules {
  readonly standard: string;
  readonly daylight: string;
}

/** A zone as Windows writes it: from 1601 on, by rule. Each rule: start, offset before, offset, BYDAY, BYMONTH. */
function windowsZone(name: string, rules: Rules): string {
  const observances = Object.entries(rules).flatMap(([kind, rule]) => {
    const [hour, before, offset, day, month] = String(rule).split(" ");
    return [
      `BEGIN:${kind.toUpperCase()}`,
      `DTSTART:16010101T${hour}`,
      `TZOFFSETFROM:${before}`,
      `TZOFFSETTO:${offset}`,
      `RRULE:FREQ=YEARLY;BYDAY=${day};BYMONTH=${month}`,
      `END:${kind.toUpperCase()}`,
    ];
  });
  return ["BEGIN:VTIMEZONE", `TZID:${name}`, ...observances, "END:VTIMEZONE"].join("\r\n");
}

/** Every quarter of an hour of a date, on the clock. */
function quarters(date: string): string[] {
  return Array.from({ length: 96 }, (_, i) => {
    const hour = String(Math.floor(i / 4)).padStart(2, "0");
    return `${date}T${hour}${String((i % 4) * 15).padStart(2, "0")}00`;
  });
}

test.each([
  [
    "Europe/Berlin",
    { standard: "030000 +0200 +0100 -1SU 10", daylight: "020000 +0100 +0200 -1SU 3" },
    ["20260329", "20260701", "20261025", "20261231"],
  ],
  [
    "America/New_York",
    { standard: "020000 -0400 -0500 1SU 11", daylight: "020000 -0500 -0400 2SU 3" },
    ["20260308", "20260701", "20261101", "20260101"],
  ],
  [
    "Australia/Lord_Howe",
    { standard: "020000 +1100 +1030 1SU 4", daylight: "020000 +1030 +1100 1SU 10" },
    ["20260405", "20260701", "20261004", "20260115"],
  ],
] as const)(
  "a zone like %s from the file keeps time as the real one does",
  (iana, rules, dates) => {
    const times = dates.flatMap(quarters);
    const events = (tzid: string) =>
      times.map((time) => event(`DTSTART;TZID=${tzid}:${time}`, "DURATION:PT15M"));
    const fromFile = calendar(
      windowsZone("Some Standard Time", rules),
      ...events("Some Standard Time"),
    );
    expect(entries(fromFile)).toHaveLength(times.length);
    expect(entries(fromFile)).toEqual(entries(calendar(...events(iana))));
  },
);

test("before the first rule of a zone the offset is the one that it changes from", () => {
  const zone = [
    "BEGIN:VTIMEZONE",
    "TZID:Ours",
    "BEGIN:DAYLIGHT",
    "DTSTART:20260329T020000",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "END:DAYLIGHT",
    "END:VTIMEZONE",
  ];
  const text = calendar(
    ...zone,
    event("DTSTART;TZID=Ours:20260115T090000", "DURATION:PT1H"),
    event("DTSTART;TZID=Ours:20260715T090000", "DURATION:PT1H"),
  );
  expect(entries(text)).toEqual([
    "mira 2026-01-15T08:00Z 2026-01-15T09:00Z",
    "mira 2026-07-15T07:00Z 2026-07-15T08:00Z",
  ]);
});

test("the IANA zone is used where the file gives one, whatever rule the file has for it", () => {
  const utcPlus9 = { standard: "000000 +0900 +0900 1SU 1", daylight: "000000 +0900 +0900 1SU 7" };
  const named = windowsZone("Ours", utcPlus9).replace(
    "TZID:Ours",
    "TZID:Ours\r\nX-LIC-LOCATION:Europe/Berlin",
  );
  const text = calendar(
    named,
    windowsZone("Asia/Shanghai", utcPlus9),
    event("DTSTART;TZID=Ours:20260115T090000", "DURATION:PT1H"),
    event("DTSTART;TZID=Asia/Shanghai:20260116T090000", "DURATION:PT1H"),
  );
  expect(entries(text)).toEqual([
    "mira 2026-01-15T08:00Z 2026-01-15T09:00Z",
    "mira 2026-01-16T01:00Z 2026-01-16T02:00Z",
  ]);
});
