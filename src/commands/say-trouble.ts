import type { Locale } from "../engine/policy.ts";
import type { Trouble } from "../ports/server.ts";
import { say, sayList } from "../words/say.ts";

/** A trouble in words: what is amiss, and what its reader does about it. */
export interface SaidTrouble {
  readonly what: string;
  readonly how: string;
}

/** Troubles in plain words, permissions of one place together. */
export function sayTroubles(locale: Locale, troubles: readonly Trouble[]): readonly SaidTrouble[] {
  const permissions = troubles.filter((each) => each.kind === "permission");
  const places = [...new Set(permissions.map(({ channel }) => channel))];
  return [
    ...places.map((channel) => {
      const there = permissions.filter((each) => each.channel === channel);
      return sayPermissions(
        locale,
        channel,
        sayList(
          locale,
          there.map(({ name }) => name),
        ),
      );
    }),
    ...troubles.flatMap((each) => (each.kind === "permission" ? [] : [sayOther(locale, each)])),
  ];
}

/** The same as lines of a message. */
export function troubleLines(locale: Locale, troubles: readonly Trouble[]): readonly string[] {
  return sayTroubles(locale, troubles).flatMap(({ what, how }) => [
    what,
    say(locale, "doctor.how", { how }),
  ]);
}

function sayPermissions(locale: Locale, channel: string | null, names: string): SaidTrouble {
  if (channel === null) {
    return {
      what: say(locale, "trouble.permission", { names }),
      how: say(locale, "trouble.permission-how"),
    };
  }
  return {
    what: say(locale, "trouble.channel-permission", { channel, names }),
    how: say(locale, "trouble.channel-permission-how", { channel }),
  };
}

function sayOther(
  locale: Locale,
  trouble: Exclude<Trouble, { readonly kind: "permission" }>,
): SaidTrouble {
  if (trouble.kind === "role-gone") {
    const role = say(locale, `setup.role.${trouble.role}`);
    return {
      what: say(locale, "trouble.role-gone", { role, id: trouble.id }),
      how: say(locale, "trouble.role-gone-how"),
    };
  }
  return {
    what: say(locale, `trouble.${trouble.kind}`),
    how: say(locale, `trouble.${trouble.kind}-how`),
  };
}
