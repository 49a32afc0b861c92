import type { Base } from "../composition.ts";
import { CandorError } from "../engine/errors.ts";
import { DEFAULT_POLICY, type Policy } from "../engine/policy.ts";
import type { Rota } from "../engine/rota/rota-schema.ts";
import type { CommunityRecord } from "../ports/store.ts";

export interface Community extends CommunityRecord {
  /** Its own policy, or the default one. */
  readonly policy: Policy;
}

/** A community of the record with the policy in force. Throws CANDOR-018, which lists those that are known. */
export async function findCommunity(
  { store }: Pick<Base, "store">,
  id: string,
): Promise<Community> {
  const known = await store.communities();
  const found = known.find((each) => each.id === id);
  if (found) return { ...found, policy: (await store.policyOf(id)) ?? DEFAULT_POLICY };
  throw unknownCommunity(
    id,
    known.map((each) => each.id),
  );
}

/**
 * Ids of every community that the record or its audit log has, sorted; only one of them when it is
 * named. Throws CANDOR-018 as above.
 */
export async function communitiesOf(
  { store }: Pick<Base, "store">,
  only: string | undefined,
): Promise<readonly string[]> {
  const heads = await store.auditHeads();
  const recorded = await store.communities();
  const all = [...new Set([...heads.keys(), ...recorded.map(({ id }) => id)])].toSorted();
  if (only === undefined) return all;
  if (!all.includes(only)) throw unknownCommunity(only, all);
  return [only];
}

/** CANDOR-018 for a community that is none of `known`. */
function unknownCommunity(read: string, known: readonly string[]): CandorError {
  return new CandorError(
    "CANDOR-018",
    `--community: read ${JSON.stringify(read)}; known: ${known.join(", ") || "none yet"}`,
  );
}

/** A rota of the community's policy. Throws CANDOR-018, which lists those that it has. */
export function findRota({ id, policy }: Community, name: string): Rota {
  const rota = Object.hasOwn(policy.rotas, name) ? policy.rotas[name] : undefined;
  if (rota) return rota;
  const known = Object.keys(policy.rotas).join(", ") || "none; `rotas` of its policy names them";
  throw new CandorError(
    "CANDOR-018",
    `--rota: read ${JSON.stringify(name)}; rotas of ${id}: ${known}`,
  );
}
