import type { RotaEntry } from "../../engine/rota/on-call.ts";
import type { Rota } from "../../engine/rota/rota-schema.ts";
import { sayList } from "../../words/say.ts";
import type { CommandContext } from "../command.ts";
import { badInput, type Reply } from "../reply.ts";

/** A rota of the policy with what changes it from now on. */
export interface RotaInUse {
  readonly name: string;
  readonly rota: Rota;
  readonly entries: readonly RotaEntry[];
}

/** null where the policy has no rota of that name. */
export async function readRota(context: CommandContext, name: string): Promise<RotaInUse | null> {
  const { policy, deps, actor, now } = context;
  const rota = Object.hasOwn(policy.rotas, name) ? policy.rotas[name] : undefined;
  if (!rota) return null;
  const entries = await deps.store.rotaEntries(actor.communityId, name, now);
  return { name, rota, entries };
}

export function unknownRota(context: CommandContext, name: string | null): Reply {
  const rotas = sayList(context.locale, Object.keys(context.policy.rotas));
  return badInput([
    name === null
      ? context.say("oncall.which", { rotas })
      : context.say("oncall.unknown", { name: name.slice(0, 40), rotas }),
  ]);
}
