import { randomBytes, randomUUID } from "node:crypto";
import type { Ids } from "../../src/ports/ids.ts";

/** Identifiers are UUIDs version 4, nonces 16 bytes, both from the system's secure random source. */
export const systemIds: Ids = {
  next: () => randomUUID(),
  nonce: () => randomBytes(16).toString("hex"),
};
