import { systemClock } from "../../adapters/system/clock.ts";
import { openBase } from "../composition.ts";
import type { Policy } from "../engine/policy.ts";
import { handOverAt, nextOnCall, onCallAt, type RotaEntry } from "../engine/rota/on-call.ts";
import type { Rota } from "../engine/rota/rota-schema.ts";
import { findCommunity } from "./community.ts";
import type { CommandIo } from "./io.ts";
import { readTime, timeWords } from "./times.ts";

/** Prints for each rota of a community who is on call, until when, and who is next. */
export async function showOnCall(
  options: { readonly community: string; readonly at?: string },
  io: CommandIo,
): Promise<number> {
  const base = await openBase(io.env, { create: false });
  try {
    const { id, policy } = await findCommunity(base, options.community);
    const at =
      options.at === undefined
        ? systemClock.now()
        : readTime("--at", options.at, policy.timeZone, "start");
    const rotas = Object.entries(policy.rotas);
    if (rotas.length === 0) io.stdout.write(`${id}: its policy has no rotas\n`);
    for (const [name, rota] of rotas) {
      const entries = await base.store.rotaEntries(id, name, at);
      const lines = describeRota(name, rota, entries, at, policy.team);
      io.stdout.write(`${lines.join("\n")}\n`);
    }
    return 0;
  } finally {
    await base.close();
  }
}

/** Who is on call in one rota at `at` (epoch ms) and after it, in the rota's own time zone. */
export function describeRota(
  name: string,
  rota: Rota,
  entries: readonly RotaEntry[],
  at: number,
  team: Policy["team"],
): readonly string[] {
  const time = (when: number) => timeWords(when, rota.timeZone);
  const people = (when: number) => namesOf(onCallAt(rota, entries, when), team);
  const head = `${name} (${rota.timeZone}) at ${time(at)}`;
  const now = people(at);
  const handOver = handOverAt(rota, entries, at);
  const onCall =
    now === ""
      ? "  on call: nobody"
      : `  on call: ${now}${handOver === null ? ", without a change in the next 14 days" : `, until ${time(handOver)}`}`;
  const next = handOver === null ? null : nextOnCall(rota, entries, handOver);
  if (next === null) return [head, onCall, ...(now === "" || handOver !== null ? [NOBODY] : [])];
  return [head, onCall, `  next: ${people(next)}, from ${time(next)}`];
}

const NOBODY = "  next: nobody in the next 14 days";

function namesOf(ids: readonly string[], team: Policy["team"]): string {
  return ids
    .map((id) => {
      const name = team.find((person) => person.id === id)?.name;
      return name === undefined ? id : `${name} (${id})`;
    })
    .join(", ");
}
