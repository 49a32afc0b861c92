import { z } from "zod";
import { isTimeZone } from "./time-zone.ts";
import { DAYS } from "./wall-clock.ts";

const TIME_WORDS = 'a time of day in quotation marks, such as "09:00"';
const END_WORDS = 'a time of day in quotation marks, such as "18:00", or "24:00" for midnight';
const DATE_WORDS = "a date such as 2026-01-05";
const DAY_WORDS = `one of ${DAYS.join(", ")}`;
/** YAML reads an id without quotation marks as a number, and a long number loses its last digits. */
const PERSON_WORDS = "a person's id in quotation marks";

/** Far above any team's needs; they bound what one policy can make the rota compute. */
const MOST = { shifts: 50, people: 100, holidays: 1000, digests: 48 };

const clock = z.string(TIME_WORDS).regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/u, TIME_WORDS);
const clockEnd = z.string(END_WORDS).regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/u, END_WORDS);
const isoDate = z.iso.date(DATE_WORDS);
const days = z.array(z.enum(DAYS, DAY_WORDS)).min(1, "at least one day");

const shiftSchema = z
  .strictObject({
    days: days
      .default(["mon", "tue", "wed", "thu", "fri"])
      .describe("days on which the shift begins"),
    from: clock.default("09:00").describe("when it begins, on the clock of the rota's time zone"),
    to: clockEnd
      .default("18:00")
      .describe("when it ends; a time not later than from is on the next day, equal is 24 hours"),
    people: z
      .array(z.string(PERSON_WORDS).trim().min(1, PERSON_WORDS))
      .min(1, "at least one person")
      .max(MOST.people)
      .describe("ids of the people who share the shift, in the order of their turns"),
    rotate: z
      .enum(["none", "daily", "weekly"], "one of none, daily, weekly")
      .default("weekly")
      .describe("none: all of them together; daily, weekly: one at a time, in order"),
    startsOn: isoDate
      .default("2026-01-05")
      .describe("the day the first person begins; weeks are counted from it"),
  })
  .describe("a duty that comes again on the same days");

/** Who is on call when. A holiday takes its turn with it: whose turn the other days are does not change. */
export const rotaSchema = z.strictObject({
  timeZone: z
    .string("an IANA time zone such as Asia/Shanghai")
    .refine(isTimeZone, "an IANA time zone such as Asia/Shanghai")
    .default("UTC")
    .describe("IANA time zone of the rota's times and dates"),
  shifts: z
    .array(shiftSchema)
    .min(1, "at least one shift")
    .max(MOST.shifts)
    .describe("people of shifts that overlap are on call together"),
  holidays: z
    .array(isoDate)
    .max(MOST.holidays)
    .default([])
    .describe("dates on which no shift begins"),
});

export type Rota = z.infer<typeof rotaSchema>;
export type Shift = z.infer<typeof shiftSchema>;

/** Hours in which what can wait is not sent. */
export const quietHoursSchema = z.strictObject({
  from: clock.default("22:00").describe("when quiet begins"),
  to: clockEnd
    .default("08:00")
    .describe("when quiet ends; a time not later than from is on the next day, equal is 24 hours"),
  days: days.optional().describe("days on which quiet begins; every day when left out"),
});

export type QuietHours = z.infer<typeof quietHoursSchema>;

/** When what can wait is sent, gathered in one message. */
export const digestSchema = z.strictObject({
  times: z
    .array(clock)
    .min(1, "at least one time")
    .max(MOST.digests)
    .default(["09:00", "17:00"])
    .describe("times of day of the digest"),
});

export type Digest = z.infer<typeof digestSchema>;
