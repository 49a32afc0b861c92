/** Longest custom id that Discord takes. */
const MAX_UNITS = 100;

/** In a server the interaction itself says of which community a button is. */
const HERE = "run:";
/** In a direct message it does not: the id of the community stands in the button. */
const ELSEWHERE = /^at:(\d{1,20}):/u;

/** What a button, a menu or a form of ours runs. */
export interface CustomId {
  /** As typed, such as `take #142`. */
  readonly line: string;
  /** null where the interaction says it. */
  readonly communityId: string | null;
}

/** What stands before the command; `communityId` is null for a message in a server. */
export function prefixOf(communityId: string | null): string {
  return communityId === null ? HERE : `at:${communityId}:`;
}

/** null for a command that is too long for Discord. */
export function customIdOf(line: string, communityId: string | null): string | null {
  const id = `${prefixOf(communityId)}${line}`;
  return id.length > MAX_UNITS ? null : id;
}

/** null for an id that is none of ours. */
export function readCustomId(id: string | undefined): CustomId | null {
  if (id === undefined) return null;
  if (id.startsWith(HERE)) return { line: id.slice(HERE.length), communityId: null };
  const [head = "", communityId] = ELSEWHERE.exec(id) ?? [];
  return communityId === undefined ? null : { line: id.slice(head.length), communityId };
}
