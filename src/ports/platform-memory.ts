/**
 * What the adapter of one platform must remember beyond a restart: how far it has read, which card belongs to
 * which case. Keys are its own. Nothing in it is somebody's words.
 */
export interface PlatformMemory {
  recall(key: string): Promise<string | null>;
  /** Replaces what was remembered under the key; null forgets it. `dueAt` is epoch ms, for `due`. */
  remember(key: string, value: string | null, dueAt?: number): Promise<void>;
  /**
   * What was remembered under keys that begin so with a time that has come by `at` (epoch ms), the longest first. Of
   * several processes one alone is told of it: the one whose the id is that stands behind the first `/` of the key.
   */
  due(
    at: number,
    limit: number,
    prefix?: string,
  ): Promise<readonly { readonly key: string; readonly value: string }[]>;
}
