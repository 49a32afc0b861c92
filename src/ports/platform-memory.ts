/**
 * What the adapter of one platform must remember beyond a restart: how far it has read, which card belongs to
 * which case. Keys are its own. Nothing in it is somebody's words.
 */
export interface PlatformMemory {
  recall(key: string): Promise<string | null>;
  /** Replaces what was remembered under the key; null forgets it. `dueAt` is epoch ms, for `due`. */
  remember(key: string, value: string | null, dueAt?: number): Promise<void>;
  /** What was remembered with a time that has come by `at` (epoch ms), the longest first. */
  due(
    at: number,
    limit: number,
  ): Promise<readonly { readonly key: string; readonly value: string }[]>;
}
