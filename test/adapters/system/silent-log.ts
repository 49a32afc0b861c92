import type { Log } from "../../../src/ports/log.ts";

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** One line of a log that a test looks at. */
export interface LogLine {
  readonly level: keyof Log;
  readonly data: object;
  readonly words: string;
}

/** Keeps what is logged, for tests that look at it. */
export function makeListeningLog(): Log & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const keep = (level: keyof Log) => (data: object, words: string) => {
    lines.push({ level, data, words });
  };
  return {
    lines,
    debug: keep("debug"),
    info: keep("info"),
    warn: keep("warn"),
    error: keep("error"),
  };
}
