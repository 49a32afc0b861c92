const DISCORD_EPOCH = 1_420_070_400_000;
const PER_MS = 4096;

/** Gives out ids; each is higher than the one before, whatever the clock does. */
export interface Snowflakes {
  next(): string;
  /** An id as it would have been given out at `ms` (epoch); for messages older than the test. */
  at(ms: number): string;
}

export function makeSnowflakes(now: () => number): Snowflakes {
  let last = 0;
  let count = 0;
  let past = 0;
  return {
    next() {
      const ms = now();
      if (ms > last) {
        last = ms;
        count = 0;
      } else if ((count += 1) >= PER_MS) {
        last += 1;
        count = 0;
      }
      return idOf(last, count);
    },
    at(ms) {
      past = (past + 1) % PER_MS;
      return idOf(ms, past);
    },
  };
}

function idOf(ms: number, count: number): string {
  return String((BigInt(ms - DISCORD_EPOCH) << 22n) | BigInt(count));
}

/** Epoch milliseconds at which an id was given out. */
export function timeOfId(id: string): number {
  return Number(BigInt(id) >> 22n) + DISCORD_EPOCH;
}

/** Older ids first. */
export function compareIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
