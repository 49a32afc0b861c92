import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { z } from "zod";
import { digestSchema, quietHoursSchema, rotaSchema } from "../../src/engine/rota/rota-schema.ts";
import { isTimeZone } from "../../src/engine/rota/time-zone.ts";

describe("a rota as people write it", () => {
  test("needs only people", () => {
    expect(rotaSchema.parse(parse('shifts: [{ people: ["7"] }]'))).toEqual({
      timeZone: "UTC",
      shifts: [
        {
          days: ["mon", "tue", "wed", "thu", "fri"],
          from: "09:00",
          to: "18:00",
          people: ["7"],
          rotate: "weekly",
          startsOn: "2026-01-05",
        },
      ],
      holidays: [],
    });
  });

  test("may say everything, without quotation marks for times and dates", () => {
    const text = `
timeZone: Asia/Shanghai
shifts:
  - days: [sat, sun]
    from: 00:00
    to: 24:00
    people: ["7", "8"]
    rotate: daily
    startsOn: 2026-02-01
holidays: [2026-02-17]`;
    expect(rotaSchema.parse(parse(text))).toMatchObject({
      shifts: [{ from: "00:00", to: "24:00", startsOn: "2026-02-01" }],
      holidays: ["2026-02-17"],
    });
  });

  test.each([
    [{ shifts: [] }, "at least one shift"],
    [{ shifts: [{ people: [] }] }, "at least one person"],
    [{ shifts: [{ people: [42] }] }, "a person's id in quotation marks"],
    [{ shifts: [{ people: [" "] }] }, "a person's id in quotation marks"],
    [{ shifts: [{ people: ["7"], days: ["Monday"] }] }, "one of mon, tue"],
    [{ shifts: [{ people: ["7"], days: [] }] }, "at least one day"],
    [{ shifts: [{ people: ["7"], from: "9:00" }] }, 'such as "09:00"'],
    [{ shifts: [{ people: ["7"], from: "24:00" }] }, 'such as "09:00"'],
    [{ shifts: [{ people: ["7"], from: 540 }] }, 'such as "09:00"'],
    [{ shifts: [{ people: ["7"], to: "24:30" }] }, '"24:00" for midnight'],
    [{ shifts: [{ people: ["7"], rotate: "monthly" }] }, "one of none, daily, weekly"],
    [{ shifts: [{ people: ["7"], startsOn: "2026-02-30" }] }, "a date such as"],
    [{ shifts: [{ people: ["7"] }], holidays: ["1 May"] }, "a date such as"],
    [{ shifts: [{ people: ["7"] }], timeZone: "Berlin" }, "an IANA time zone such as"],
    [{ shifts: [{ people: ["7"] }], holiday: [] }, "Unrecognized key"],
    [{ shifts: [{ person: ["7"] }] }, "Unrecognized key"],
  ])("%j is refused in words", (input, words) => {
    const parsed = rotaSchema.safeParse(input);
    expect(z.prettifyError(parsed.error ?? new z.ZodError([]))).toContain(words);
  });

  test("quiet hours and digests have defaults and limits", () => {
    expect(quietHoursSchema.parse({})).toEqual({ from: "22:00", to: "08:00" });
    expect(digestSchema.parse({})).toEqual({ times: ["09:00", "17:00"] });
    expect(quietHoursSchema.safeParse({ from: "24:00" }).success).toBe(false);
    expect(quietHoursSchema.safeParse({ days: [] }).success).toBe(false);
    expect(digestSchema.safeParse({ times: [] }).success).toBe(false);
    expect(digestSchema.safeParse({ times: ["noon"] }).success).toBe(false);
  });

  test("every field says what it is", () => {
    for (const schema of [rotaSchema, quietHoursSchema, digestSchema]) {
      const json: unknown = z.toJSONSchema(schema, { io: "input" });
      expect(undescribed(json)).toEqual([]);
    }
  });
});

/** Names of properties without a description in a JSON schema. */
function undescribed(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  const { properties = {} } = node as { properties?: Record<string, object> };
  const here = Object.entries(properties).flatMap(([name, property]) =>
    "description" in property ? [] : [name],
  );
  return [...here, ...Object.values(node).flatMap(undescribed)];
}

test.each([
  ["UTC", true],
  ["Asia/Shanghai", true],
  ["Australia/Lord_Howe", true],
  ["+08:00", false],
  ["W. Europe Standard Time", false],
  ["2026-01-05T00:00[Europe/Berlin]", false],
  ["Berlin", false],
  ["", false],
])("%j is a time zone: %s", (name, is) => {
  expect(isTimeZone(name)).toBe(is);
});
