import type { Policy } from "../engine/policy.ts";

/** Words that say that it is a duty, not whose. */
const DUTY_WORDS = /on[ -]?call|on[ -]?duty|值班|值守|值日|轮值|輪值|当值|當值/gu;

interface Words {
  readonly name: string | null;
  readonly email: string | null;
  readonly summary: string;
}

export interface PersonFinder {
  /** Fits `CalendarOptions.findPerson`. */
  readonly find: (words: Words) => string | null;
  /** Different attendees that were asked for and are nobody of the team. */
  readonly unknownAttendees: () => number;
}

/**
 * Finds people of a policy's team by their e-mail address, else by name or id; in a title also where
 * the name stands beside other words. Somebody is never guessed: a name that two people have, a title
 * that names two, and a known name with another address than the team's find nobody.
 */
export function makePersonFinder(team: Policy["team"]): PersonFinder {
  const byEmail = new Map<string, string | null>();
  const byName = new Map<string, string | null>();
  const emails = new Map<string, string>();
  for (const { id, name, email } of team) {
    if (email !== undefined) {
      put(byEmail, fold(email), id);
      emails.set(id, fold(email));
    }
    put(byName, fold(id), id);
    if (name !== undefined) put(byName, fold(name), id);
  }
  const unknown = new Set<string>();

  function attendee(name: string | null, email: string | null): string | null {
    const found = email === null ? null : (byEmail.get(fold(email)) ?? null);
    if (found !== null || name === null) return found;
    const named = byName.get(fold(name)) ?? null;
    const theirs = named === null ? undefined : emails.get(named);
    return theirs === undefined || email === null || theirs === fold(email) ? named : null;
  }

  return {
    find({ name, email, summary }) {
      if (name === null && email === null) return inTitle(summary, byEmail, byName);
      const found = attendee(name, email);
      if (found === null) unknown.add(`${fold(name ?? "")}\n${fold(email ?? "")}`);
      return found;
    },
    unknownAttendees: () => unknown.size,
  };
}

function inTitle(
  title: string,
  byEmail: ReadonlyMap<string, string | null>,
  byName: ReadonlyMap<string, string | null>,
): string | null {
  const folded = fold(title);
  const whole = byEmail.get(folded) ?? byName.get(folded);
  if (whole !== undefined) return whole;
  // Spaces on both sides make every name stand between separators.
  let rest = ` ${folded.replaceAll(DUTY_WORDS, " ")} `;
  const found = new Set<string | null>();
  // Longer names first, so that "Ana Li" is not also "Ana".
  for (const [name, id] of [...byName].toSorted(([a], [b]) => b.length - a.length)) {
    const left = withoutName(rest, name);
    if (left === rest) continue;
    rest = left;
    found.add(id);
  }
  const [only = null] = found;
  return found.size === 1 ? only : null;
}

/** The text without the places where a name stands between what is no letter or digit. */
function withoutName(text: string, name: string): string {
  if (name === "") return text;
  let left = text;
  for (let at = left.indexOf(name); at >= 0; at = left.indexOf(name, at + 1)) {
    const end = at + name.length;
    if (WORD_END.test(left.slice(0, at)) || WORD_START.test(left.slice(end))) continue;
    left = `${left.slice(0, at)}|${left.slice(end)}`;
  }
  return left;
}

const WORD_END = /[\p{L}\p{N}\p{M}]$/u;
const WORD_START = /^[\p{L}\p{N}\p{M}]/u;

/** null where two people share the key. */
function put(map: Map<string, string | null>, key: string, id: string): void {
  const known = map.get(key);
  map.set(key, known === undefined || known === id ? id : null);
}

function fold(words: string): string {
  return words.normalize("NFKC").toLowerCase().replaceAll(/\s+/gu, " ").trim();
}
