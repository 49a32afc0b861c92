import { isDeepStrictEqual } from "node:util";
import { z } from "zod";

/** Stands where a policy needs somebody; no platform gives such an id. */
const SOMEBODY_ERASED = "#erased";

/** The parts of a stored policy, of whatever version of Candor, that name people. */
const namingPeople = z.looseObject({
  team: z.array(z.looseObject({ id: z.string() })).optional(),
  rotas: z
    .record(
      z.string(),
      z.looseObject({ shifts: z.array(z.looseObject({ people: z.array(z.string()) })) }),
    )
    .optional(),
  escalation: z
    .looseObject({
      ladders: z
        .array(z.looseObject({ rungs: z.array(z.looseObject({ who: z.array(z.string()) })) }))
        .optional(),
    })
    .optional(),
});

/**
 * A stored policy without one person; null when it does not name them. Their entry in the team goes;
 * in rotas and ladders an unknown id takes their place, so that the turns of the others do not move
 * and no list becomes empty.
 */
export function policyWithoutPerson(stored: object, person: string): object | null {
  const policy = namingPeople.parse(stored);
  const { team, rotas, escalation } = policy;
  const replace = (id: string) => (id === person ? SOMEBODY_ERASED : id);
  const target = (words: string) =>
    words === `person:${person}` ? `person:${SOMEBODY_ERASED}` : words;
  const ladders = escalation?.ladders?.map((ladder) => ({
    ...ladder,
    rungs: ladder.rungs.map((rung) => ({ ...rung, who: rung.who.map(target) })),
  }));
  const left = {
    ...policy,
    ...(team && { team: team.filter(({ id }) => id !== person) }),
    ...(rotas && { rotas: withPeople(rotas, replace) }),
    ...(escalation && { escalation: { ...escalation, ...(ladders && { ladders }) } }),
  };
  return isDeepStrictEqual(left, policy) ? null : left;
}

type Rotas = NonNullable<z.infer<typeof namingPeople>["rotas"]>;

function withPeople(rotas: Rotas, replace: (id: string) => string): Rotas {
  return Object.fromEntries(
    Object.entries(rotas).map(([name, rota]) => [
      name,
      {
        ...rota,
        shifts: rota.shifts.map((shift) => ({ ...shift, people: shift.people.map(replace) })),
      },
    ]),
  );
}
