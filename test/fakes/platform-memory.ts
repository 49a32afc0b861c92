import type { PlatformMemory } from "../../src/ports/platform-memory.ts";

/** A memory that two processes can share in one test; `keys` are those of what is remembered. */
export function makeMemory(): PlatformMemory & { keys(): readonly string[] } {
  const kept = new Map<string, { readonly value: string; readonly dueAt: number | undefined }>();
  return {
    keys: () => [...kept.keys()],
    recall: async (key) => kept.get(key)?.value ?? null,
    async remember(key, value, dueAt) {
      if (value === null) kept.delete(key);
      else kept.set(key, { value, dueAt });
    },
    due: async (at, limit, prefix = "") =>
      [...kept]
        .filter(([key, { dueAt = Infinity }]) => dueAt <= at && key.startsWith(prefix))
        .toSorted(([, one], [, other]) => (one.dueAt ?? 0) - (other.dueAt ?? 0))
        .map(([key, { value }]) => ({ key, value }))
        .slice(0, limit),
  };
}
