/** Calls `write` for a subject unless it was called lately; `suppressed` is how often it was not. */
export type Throttle = (subject: string, write: (suppressed: number) => void) => void;

/** A worker that cannot reach its queue fails thousands of times in a second; one line in `everyMs` says it. */
export function makeThrottle(everyMs: number, now: () => number): Throttle {
  const last = new Map<string, { at: number; suppressed: number }>();
  return (subject, write) => {
    const at = now();
    const before = last.get(subject);
    if (before && at - before.at < everyMs) {
      before.suppressed += 1;
      return;
    }
    last.set(subject, { at, suppressed: 0 });
    write(before?.suppressed ?? 0);
  };
}
