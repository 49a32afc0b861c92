/** Whose turn it is, among all processes together. */
export interface Turns {
  /**
   * Resolves when nobody has had the turn called `name` for `everyMs`, and takes it. Waits for as long as nobody can
   * say; rejects once `signal` is aborted.
   */
  wait(name: string, everyMs: number, signal: AbortSignal): Promise<void>;
}
