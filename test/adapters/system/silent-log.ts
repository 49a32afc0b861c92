import type { Log } from "../../../src/ports/log.ts";

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Keeps what is logged, for tests that look at it. */
export function makeListeningLog(): Log & { readonly lines: { data: object; words: string }[] } {
  const lines: { data: object; words: string }[] = [];
  const keep = (data: object, words: string) => {
    lines.push({ data, words });
  };
  return { lines, debug: keep, info: keep, warn: keep, error: keep };
}
