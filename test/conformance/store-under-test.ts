import type { AuditHashing } from "../../src/engine/audit.ts";
import type { Store } from "../../src/ports/store.ts";

/** What the parts of a suite work on. */
export interface StoreUnderTest {
  readonly store: Store;
  readonly hashing: AuditHashing;
  readonly close: () => Promise<void>;
}

export type Under = () => StoreUnderTest;
