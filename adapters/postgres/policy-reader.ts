import { type Kysely, sql } from "kysely";
import { type Policy, policySchema } from "../../src/engine/policy.ts";
import type { Tables } from "./tables.ts";

/**
 * How old an answer outside a transaction may be, in milliseconds. In a storm every transaction reads the
 * policy anyway; at rest nobody notices. What this process writes itself is seen at once.
 */
const RECENT_MS = 50;

interface Checked {
  readonly digest: string;
  readonly policy: Policy | null;
  /** Of `performance.now`. */
  readonly readAt: number;
}

/**
 * Reads policies, and checks one only when its text is not the one that was checked last: nearly every
 * read finds the same. The text is compared, not the version, for erasure changes the texts of versions.
 */
export class PolicyReader {
  readonly #checked = new Map<string, Checked>();
  #writes = 0;

  /** The community's newest policy, or the one of a moment ago; null when it has none of its own. */
  async recent(db: Kysely<Tables>, communityId: string): Promise<Policy | null> {
    const last = this.#checked.get(communityId);
    const isRecent = last !== undefined && performance.now() - last.readAt < RECENT_MS;
    return isRecent ? last.policy : this.read(db, communityId);
  }

  /** The community's newest policy; null when it has none of its own. Rejects when the stored one is not valid. */
  async read(db: Kysely<Tables>, communityId: string): Promise<Policy | null> {
    const last = this.#checked.get(communityId);
    const writes = this.#writes;
    const readAt = performance.now();
    const { rows } = await sql<{ digest: string; policy: unknown }>`
      SELECT digest, CASE WHEN digest = ${last?.digest ?? ""} THEN NULL ELSE policy END AS policy
      FROM (
        SELECT policy, md5(policy::text) AS digest FROM policies
        WHERE community_id = ${communityId} ORDER BY version DESC LIMIT 1
      ) AS newest`.execute(db);
    const { digest = "", policy: text = null } = rows[0] ?? {};
    const isSame = digest !== "" && digest === last?.digest;
    const policy = isSame ? last.policy : text === null ? null : policySchema.parse(text);
    // What was read while this process wrote a policy may be the one before.
    if (writes === this.#writes) this.#checked.set(communityId, { digest, policy, readAt });
    return policy;
  }

  /** To be called once a policy was written. */
  written(): void {
    this.#writes += 1;
    this.#checked.clear();
  }
}
