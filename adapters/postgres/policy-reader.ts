import { type Kysely, sql } from "kysely";
import { type Policy, policySchema } from "../../src/engine/policy.ts";
import type { Tables } from "./tables.ts";

/**
 * Reads policies, and checks one only when its text is not the one that was checked last: nearly every
 * read finds the same. The text is compared, not the version, for erasure changes the texts of versions.
 */
export class PolicyReader {
  readonly #checked = new Map<string, { readonly digest: string; readonly policy: Policy }>();

  /** The community's newest policy; null when it has none of its own. Rejects when the stored one is not valid. */
  async read(db: Kysely<Tables>, communityId: string): Promise<Policy | null> {
    const last = this.#checked.get(communityId);
    const { rows } = await sql<{ digest: string; policy: unknown }>`
      SELECT digest, CASE WHEN digest = ${last?.digest ?? ""} THEN NULL ELSE policy END AS policy
      FROM (
        SELECT policy, md5(policy::text) AS digest FROM policies
        WHERE community_id = ${communityId} ORDER BY version DESC LIMIT 1
      ) AS newest`.execute(db);
    const [row] = rows;
    if (!row) {
      this.#checked.delete(communityId);
      return null;
    }
    if (row.digest === last?.digest) return last.policy;
    const policy = policySchema.parse(row.policy);
    this.#checked.set(communityId, { digest: row.digest, policy });
    return policy;
  }
}
