/** Discord's clock: real time, moved on by the tests that cannot wait fifteen minutes. */
export interface LoopbackClock {
  /** Epoch milliseconds. */
  now(): number;
  advance(ms: number): void;
}

export function makeClock(): LoopbackClock {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    advance(ms) {
      offset += ms;
    },
  };
}
