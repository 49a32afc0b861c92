import type { AuditHashing } from "../engine/audit.ts";

/** `canary`: tells one key from another. */
export type FingerprintPurpose = "person" | "text" | "id" | "canary";

/** Hashes with and without the deployment's key (`CANDOR_SECRET`). */
export interface Digests extends AuditHashing {
  /**
   * HMAC-SHA-256 under the deployment's key, lower-case hex. Keeps equality of a personal value
   * without keeping the value: a plain hash of a telephone number falls to a list of all numbers.
   * `purpose` separates uses, so that a person's fingerprint is not also a text's. An id that is made of
   * a person is one too (`id`): whoever guesses whom cannot prove it by the id once they are erased.
   */
  fingerprint(purpose: FingerprintPurpose, value: string): string;
}
