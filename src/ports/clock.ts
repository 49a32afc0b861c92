export interface Clock {
  /** Epoch milliseconds, UTC. */
  now(): number;
}
