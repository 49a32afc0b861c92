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

/** Whether somebody has a place on a rota: by its pattern, or by what changes it from now on. */
export function isOn({ rota, entries }: RotaInUse, personId: string): boolean {
  return (
    rota.shifts.some(({ people }) => people.includes(personId)) ||
    entries.some((each) => each.personId === personId || each.replaces === personId)
  );
}

/** `known`: the rotas of which whoever asks may know. */
export function unknownRota(
  context: CommandContext,
  name: string | null,
  known: readonly string[],
): Reply {
  const rotas = sayList(context.locale, known);
  return badInput([
    name === null
      ? context.say("oncall.which", { rotas })
      : context.say("oncall.unknown", { name: name.slice(0, 40), rotas }),
  ]);
}
