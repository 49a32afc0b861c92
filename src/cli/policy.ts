import { stringify } from "yaml";
import { systemClock } from "../../adapters/system/clock.ts";
import { openBase } from "../composition.ts";
import { DEFAULT_POLICY } from "../engine/policy.ts";
import type { CommandIo } from "./io.ts";
import { readPolicy } from "./rule-set.ts";

/** Prints the policy in force for a community, as YAML that `policy set` reads. */
export async function showPolicy(community: string, io: CommandIo): Promise<number> {
  const base = await openBase(io.env, { create: false });
  try {
    const own = await base.store.policyOf(community);
    io.stdout.write(`# ${community}: ${own ? "its own policy" : "the default policy"}\n`);
    io.stdout.write(stringify(own ?? DEFAULT_POLICY));
    return 0;
  } finally {
    await base.close();
  }
}

/** Gives a community a policy; earlier versions stay, and the audit log has the change. */
export async function setPolicy(
  community: string,
  file: string,
  options: { readonly platform: string },
  io: CommandIo,
): Promise<number> {
  const policy = await readPolicy(file);
  const base = await openBase(io.env, { create: true });
  try {
    const known = (await base.store.communities()).find((each) => each.id === community);
    const place = {
      id: community,
      platform: known?.platform ?? options.platform,
      name: known?.name ?? null,
    };
    const at = systemClock.now();
    const version = await base.store.savePolicy(place, policy, {
      type: "policy.changed",
      at,
      person: null,
      payload: { mode: policy.mode, policy: base.digests.hash(policy) },
    });
    io.stdout.write(
      `${community}: version ${version} of its policy is in force (mode ${policy.mode})\n`,
    );
    return 0;
  } finally {
    await base.close();
  }
}
