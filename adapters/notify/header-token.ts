import { createHash } from "node:crypto";

/**
 * A notice's id as a header may hold it: itself where it is letters, digits, `_` and `-`, its
 * SHA-256 in hex otherwise, so that equal ids give equal tokens. Has no full stop, which separates
 * the parts of what a webhook's signature covers.
 */
export function headerToken(id: string): string {
  return /^[\w-]{1,100}$/u.test(id) ? id : createHash("sha256").update(id).digest("hex");
}
