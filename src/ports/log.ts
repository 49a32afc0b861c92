/**
 * Structured log, data first and short fixed words second, as in pino. Data holds ids, verdicts and
 * durations; never message text, tokens, request bodies or URLs. An error goes under `err`.
 */
export interface Log {
  debug(data: object, words: string): void;
  info(data: object, words: string): void;
  warn(data: object, words: string): void;
  error(data: object, words: string): void;
}
