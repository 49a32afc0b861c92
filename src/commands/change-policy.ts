import { DEFAULT_POLICY, type Locale, type Policy } from "../engine/policy.ts";
import { type PipelineDeps, personOf } from "../pipeline/deps.ts";
import type { PolicyPlace } from "../ports/store.ts";
import type { CommandContext } from "./command.ts";

/** Writes a new version of the community's policy, with who changed it in the audit log; whether there was anything to change. */
export async function changePolicy(
  { deps, actor, now }: CommandContext,
  change: (before: Policy) => Policy | null,
): Promise<boolean> {
  const known = (await deps.store.communities()).find(({ id }) => id === actor.communityId);
  const place = { id: actor.communityId, platform: actor.platform, name: known?.name ?? null };
  const moderator = personOf(deps, actor.platform, actor.id);
  const version = await deps.store.changePolicy(place, (own) => {
    const after = change(own ?? DEFAULT_POLICY);
    if (!after) return null;
    const payload = { mode: after.mode, policy: deps.digests.hash(after), moderator };
    return {
      policy: after,
      event: { type: "policy.changed", at: now, person: null, payload },
    };
  });
  return version !== null;
}

/**
 * Gives a community that has no policy the default one in shadow mode and its own language: whoever has just
 * invited Candor has not asked it to do anything yet. Changes nothing where there is a policy.
 */
export async function beginInShadow(
  { store, digests, clock }: Pick<PipelineDeps, "store" | "digests" | "clock">,
  place: PolicyPlace,
  language: Locale,
): Promise<void> {
  const policy: Policy = { ...DEFAULT_POLICY, mode: "shadow", language };
  await store.changePolicy(place, (own) =>
    own
      ? null
      : {
          policy,
          event: {
            type: "policy.changed",
            at: clock.now(),
            person: null,
            payload: { mode: policy.mode, policy: digests.hash(policy) },
          },
        },
  );
}
