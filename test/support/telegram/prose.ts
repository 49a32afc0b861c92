import type { Field } from "./description.ts";

/** Limits in the words of JSON schema; `maxUnits` in UTF-16 units, `maxBytes` in UTF-8. */
export interface Bounds {
  readonly minLength?: number;
  readonly maxUnits?: number;
  readonly maxBytes?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
}

/** A range that is not the end of a standard's number. */
const RANGE = /(?<!\d|ISO )(?<low>\d+)-(?<high>\d+)(?<unit>\s+(?:characters|bytes))?/iu;
const UP_TO = /up to (?<most>\d+) items/u;
const ALLOWED = /Only characters A-Z, a-z, 0-9, _ and - are allowed/u;
const COMMAND = /only lowercase English letters, digits and underscores/u;
const QUOTED = /"(?<word>[^"]+)"/gu;
const CHOICE =
  /(?:, always|can be either|must be one of|can be one of|currently one of|(?:^|\. |, )one of|currently can be|currently, can be) "/iu;
const MUST_BE =
  /^(?:Scope type|Type of the (?:result|media|button|content|profile photo)), must be (?<word>[a-z_]+)$/u;

/** The range depends on the emoji; and the server has words of its own for the other, which the methods use. */
const NOT_HERE: ReadonlySet<string> = new Set(["Dice.value", "InlineKeyboardButton.callback_data"]);

/** The limits that a field's prose gives; null when it gives none. */
export function boundsIn(owner: string, field: Field): Bounds | null {
  if (NOT_HERE.has(`${owner}.${field.name}`)) return null;
  const [kind = ""] = field.types;
  const most = UP_TO.exec(field.description)?.groups?.["most"];
  if (most !== undefined && isList(kind)) return { maxItems: Number(most) };
  const range = RANGE.exec(field.description)?.groups;
  if (!range) return null;
  return between(
    kind,
    Number(range["low"]),
    Number(range["high"]),
    field.description,
    range["unit"],
  );
}

function between(
  kind: string,
  low: number,
  high: number,
  prose: string,
  unit: string | undefined,
): Bounds | null {
  if (isList(kind)) return { minItems: low, maxItems: high };
  if (kind === "Integer" || kind === "Float") return { minimum: low, maximum: high };
  if (kind !== "String" || unit === undefined) return null;
  if (unit.trim().toLowerCase() === "bytes") return { minLength: low, maxBytes: high };
  // Captions are counted without their markup, which the methods do.
  if (/after entit(?:y|ies) parsing/u.test(prose)) return null;
  const pattern = ALLOWED.test(prose)
    ? "^[A-Za-z0-9_-]*$"
    : COMMAND.test(prose)
      ? "^[a-z0-9_]*$"
      : null;
  return { minLength: low, maxUnits: high, ...(pattern === null ? {} : { pattern }) };
}

function isList(kind: string): boolean {
  return kind.startsWith("Array of ");
}

/** The words of which a field is one; null when its prose names none. */
export function consistsOf({ types, description }: Field): readonly string[] | null {
  if (types.join() !== "String") return null;
  const one = MUST_BE.exec(description)?.groups?.["word"];
  if (one !== undefined) return [one];
  const start = CHOICE.exec(description);
  if (!start) return null;
  const listed = description.slice(start.index);
  return [...new Set([...listed.matchAll(QUOTED)].map((each) => each[1] ?? ""))];
}
