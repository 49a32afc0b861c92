import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import { PassingMemory } from "./passing-memory.ts";

const CIPHER = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;

const keptSchema = z.object({ set: z.string(), before: z.string().nullable() });

export interface BeforeParts {
  readonly memory: PlatformMemory;
  /** Epoch ms. */
  readonly now: () => number;
  /** The keyed fingerprint of somebody, or of something else, by id. */
  readonly fingerprint: (id: string) => string;
}

/**
 * What something was before Candor changed it, remembered before Discord is asked: of a try whose answer was lost
 * the next would otherwise take Candor's own value for it, and give that back. It is sealed under a key that only
 * whoever knows the id can make: a name that somebody had is nothing to anybody once they are erased.
 */
export class Before {
  readonly #memory: PassingMemory;
  readonly #fingerprint: (id: string) => string;

  constructor({ memory, now, fingerprint }: BeforeParts) {
    this.#memory = new PassingMemory(memory, "before", now);
    this.#fingerprint = fingerprint;
  }

  /** What `id` was before it became `set`, where it stands as `now`: that of the try that set it, else `now`. */
  async of(id: string, set: string, now: string | null): Promise<string | null> {
    const key = this.#fingerprint(`before ${id}`);
    const kept = await this.#recall(id, key);
    if (kept?.set === set && now === set) return kept.before;
    await this.#memory.note(key, seal(JSON.stringify({ set, before: now }), this.#keyOf(id)));
    return now;
  }

  async #recall(id: string, key: string): Promise<z.infer<typeof keptSchema> | null> {
    const sealed = await this.#memory.of(key);
    const text = sealed === null ? null : unseal(sealed, this.#keyOf(id));
    // Sealed with another secret it is of no use, and no harm: as if nothing had been tried.
    return text === null ? null : keptSchema.parse(JSON.parse(text));
  }

  #keyOf(id: string): Buffer {
    return createHash("sha256")
      .update(this.#fingerprint(`seal ${id}`))
      .digest();
  }
}

function seal(text: string, key: Buffer): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key, iv);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64");
}

/** null where it was sealed with another key. */
function unseal(sealed: string, key: Buffer): string | null {
  const bytes = Buffer.from(sealed, "base64");
  const [iv, rest] = [bytes.subarray(0, IV_BYTES), bytes.subarray(IV_BYTES)];
  try {
    const decipher = createDecipheriv(CIPHER, key, iv);
    decipher.setAuthTag(rest.subarray(0, TAG_BYTES));
    return Buffer.concat([decipher.update(rest.subarray(TAG_BYTES)), decipher.final()]).toString();
  } catch {
    return null;
  }
}
