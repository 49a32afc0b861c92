import { z } from "zod";
import { type Argument, count } from "./arguments.ts";
import { parseDuration } from "./duration.ts";

/** Discord's longest slow mode. */
export const MOST_SLOW_SECONDS = 21_600;
const SECONDS = /^(\d{1,5})\s*(?:s|secs?|seconds?|秒)?$/iu;
const OFF = /^(?:off|0|关闭|關閉|关|關)$/iu;

/** `30s`, `30`, `5m`, `2h` or `off`, in seconds. */
export const slowSeconds: Argument<number> = {
  ...count(MOST_SLOW_SECONDS),
  schema: z
    .union([z.string(), z.number().transform(String)])
    .transform((words) => readSeconds(words.normalize("NFKC").trim()))
    .pipe(z.number().min(0).max(MOST_SLOW_SECONDS)),
  accepted: { key: "accepts.slow" },
  claims: (token) => readSeconds(token) !== null,
};

function readSeconds(words: string): number | null {
  if (OFF.test(words)) return 0;
  const seconds = SECONDS.exec(words)?.[1];
  if (seconds !== undefined) return Number(seconds);
  const minutes = parseDuration(words);
  return minutes === null ? null : minutes * 60;
}

const MOST_DAYS = 7;
const DAYS = /^(?:days|天数|天數)[:：]\s*/iu;

/** `days:1` to `days:7`: how many days' messages a ban takes with it. Written out, so that no number of a reason is meant. */
export const deleteDays: Argument<number> = {
  ...count(MOST_DAYS),
  schema: z
    .union([z.string(), z.number().transform(String)])
    .transform((words) => words.normalize("NFKC").trim().replace(DAYS, ""))
    .pipe(
      z
        .string()
        .regex(/^[1-7]$/u)
        .transform(Number),
    ),
  accepted: { key: "accepts.delete-days" },
  claims: (token) => DAYS.test(token),
};
