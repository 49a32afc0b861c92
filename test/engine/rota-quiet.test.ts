import { describe, expect, test } from "@jest/globals";
import { Temporal } from "temporal-polyfill";
import { nextDigest, quietUntil } from "../../src/engine/rota/quiet.ts";
import { digestSchema, quietHoursSchema } from "../../src/engine/rota/rota-schema.ts";

function at(iso: string): number {
  return Temporal.Instant.from(iso).epochMilliseconds;
}

function utc(ms: number | null): string | null {
  return ms === null ? null : Temporal.Instant.fromEpochMilliseconds(ms).toString();
}

describe("quiet hours", () => {
  const late = { from: "02:30", to: "06:00" };
  const weekend = { days: ["sat", "sun"], from: "00:00", to: "24:00" };
  const friday = { days: ["fri"] };

  test.each([
    // quiet, zone, at, until
    [{}, "UTC", "2026-01-05T21:59:59Z", null],
    [{}, "UTC", "2026-01-05T22:00:00Z", "2026-01-06T08:00:00Z"],
    [{}, "UTC", "2026-01-06T00:00:00Z", "2026-01-06T08:00:00Z"],
    [{}, "UTC", "2026-01-06T07:59:59.999Z", "2026-01-06T08:00:00Z"],
    [{}, "UTC", "2026-01-06T08:00:00Z", null],
    [{ from: "12:00", to: "13:00" }, "UTC", "2026-01-05T12:30:00Z", "2026-01-05T13:00:00Z"],
    [{ from: "12:00", to: "13:00" }, "UTC", "2026-01-05T22:30:00Z", null],
    // Across a change of clocks the end stays at 08:00 of the clock.
    [{}, "Europe/Berlin", "2026-03-28T22:00:00Z", "2026-03-29T06:00:00Z"],
    [{}, "Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T07:00:00Z"],
    [{}, "America/New_York", "2026-03-08T04:00:00Z", "2026-03-08T12:00:00Z"],
    [{}, "America/New_York", "2026-11-01T04:00:00Z", "2026-11-01T13:00:00Z"],
    [{}, "Asia/Shanghai", "2026-03-28T14:00:00Z", "2026-03-29T00:00:00Z"],
    [{}, "Asia/Kolkata", "2026-03-28T16:29:00Z", null],
    [{}, "Asia/Kolkata", "2026-03-28T16:30:00Z", "2026-03-29T02:30:00Z"],
    [{}, "Australia/Lord_Howe", "2026-10-03T12:00:00Z", "2026-10-03T21:00:00Z"],
    [{}, "Australia/Lord_Howe", "2026-04-04T12:00:00Z", "2026-04-04T21:30:00Z"],
    // A beginning that the clock leaves out is an hour later; one that comes twice is the first.
    [late, "Europe/Berlin", "2026-03-29T01:29:00Z", null],
    [late, "Europe/Berlin", "2026-03-29T01:30:00Z", "2026-03-29T04:00:00Z"],
    [late, "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T05:00:00Z"],
    // Days are those on which quiet begins.
    [friday, "UTC", "2026-01-09T23:00:00Z", "2026-01-10T08:00:00Z"],
    [friday, "UTC", "2026-01-10T07:00:00Z", "2026-01-10T08:00:00Z"],
    [friday, "UTC", "2026-01-10T23:00:00Z", null],
    // Hours that join are one quiet.
    [weekend, "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T22:00:00Z"],
    [{ ...weekend, to: "00:00" }, "UTC", "2026-01-10T12:00:00Z", "2026-01-12T00:00:00Z"],
    // Never ending: a time to ask again.
    [{ from: "08:00", to: "08:00" }, "UTC", "2026-01-05T12:00:00Z", "2026-01-20T08:00:00Z"],
  ])("%j in %s at %s last until %s", (quiet, zone, time, until) => {
    expect(utc(quietUntil(quietHoursSchema.parse(quiet), zone, at(time)))).toBe(until);
  });

  test("none are never quiet", () => {
    expect(quietUntil(null, "UTC", at("2026-01-06T00:00:00Z"))).toBeNull();
  });
});

describe("the next digest", () => {
  test.each([
    [["09:00", "17:00"], "UTC", "2026-01-05T08:59:59.999Z", "2026-01-05T09:00:00Z"],
    [["09:00", "17:00"], "UTC", "2026-01-05T09:00:00Z", "2026-01-05T17:00:00Z"],
    [["17:00", "09:00"], "UTC", "2026-01-05T17:00:00Z", "2026-01-06T09:00:00Z"],
    [["09:00"], "UTC", "2026-12-31T09:00:00Z", "2027-01-01T09:00:00Z"],
    [["09:00"], "Asia/Shanghai", "2026-01-05T01:00:00Z", "2026-01-06T01:00:00Z"],
    [["09:00"], "Asia/Kolkata", "2026-01-05T03:29:00Z", "2026-01-05T03:30:00Z"],
    [["09:00"], "Europe/Berlin", "2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z"],
    [["09:00"], "Europe/Berlin", "2026-10-24T07:00:00Z", "2026-10-25T08:00:00Z"],
    // Left out by the clock: an hour later. Twice on the clock: once.
    [["02:30"], "Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"],
    [["02:30"], "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
    [["01:30"], "America/New_York", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"],
    [["02:15"], "Australia/Lord_Howe", "2026-10-03T12:00:00Z", "2026-10-03T15:45:00Z"],
    [["00:00"], "Pacific/Apia", "2011-12-29T12:00:00Z", "2011-12-30T10:00:00Z"],
  ])("%j in %s after %s is %s", (times, zone, after, next) => {
    expect(utc(nextDigest(digestSchema.parse({ times }), zone, at(after)))).toBe(next);
  });
});
