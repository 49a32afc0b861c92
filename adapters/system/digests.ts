import { createHash, createHmac } from "node:crypto";
import { createRequire } from "node:module";
import type { Digests, FingerprintPurpose } from "../../src/ports/digests.ts";

// The package is CommonJS while its types promise an ES module's default export.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its real type
const canonicalize = createRequire(import.meta.url)("canonicalize") as (
  value: unknown,
) => string | undefined;

/**
 * SHA-256 over canonical JSON (RFC 8785) and HMAC-SHA-256 fingerprints. `secret` is
 * `CANDOR_SECRET` or the generated one. Each purpose has a key of its own, derived from the secret
 * by HMAC, so that a person's fingerprint never equals a text's.
 */
export function makeDigests(secret: string): Digests {
  const keyFor = (purpose: string) =>
    createHmac("sha256", secret).update(`candor/fingerprint/${purpose}`).digest();
  const keys: Readonly<Record<FingerprintPurpose, Buffer>> = {
    person: keyFor("person"),
    text: keyFor("text"),
    id: keyFor("id"),
    canary: keyFor("canary"),
  };
  return {
    hash(value) {
      const json = canonicalize(value);
      if (json === undefined) throw new TypeError("a value without a JSON form cannot be hashed");
      return createHash("sha256").update(json).digest("hex");
    },
    fingerprint: (purpose, value) =>
      createHmac("sha256", keys[purpose]).update(value).digest("hex"),
  };
}
