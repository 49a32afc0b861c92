import { Temporal } from "temporal-polyfill";
import { dateAt, instantOf } from "../engine/rota/wall-clock.ts";

/** A time on somebody's clock, in epoch ms once their zone and the time of now (epoch ms) are known. */
export type ClockTime = (timeZone: string, now: number) => number;

const FORM = /^(?:(\d{4}-\d{2}-\d{2})T)?((?:[01]?\d|2[0-3]):[0-5]\d)$/u;

/** Whether words have the form of a time: nothing is said of whether there is such a day. */
export function isClockTime(words: string): boolean {
  return FORM.test(words);
}

/** Reads `22:00`, the next time that clocks show it, or `2026-03-02T22:00`; null where it is neither. */
export function parseClockTime(words: string): ClockTime | null {
  const [, day, clock = ""] = FORM.exec(words) ?? [];
  if (clock === "") return null;
  const time = clock.padStart(5, "0");
  if (day === undefined) return (timeZone, now) => nextTime(time, timeZone, now);
  try {
    const date = Temporal.PlainDate.from(day, { overflow: "reject" });
    return (timeZone) => instantOf(date, time, timeZone);
  } catch {
    return null;
  }
}

function nextTime(time: string, timeZone: string, now: number): number {
  const today = dateAt(now, timeZone);
  const at = instantOf(today, time, timeZone);
  return at > now ? at : instantOf(today.add({ days: 1 }), time, timeZone);
}
