import type { Doer } from "./guild-changes.ts";
import type { Gateway } from "./gateway.ts";
import type { Interactions } from "./interactions.ts";
import type { World } from "./world.ts";

export interface UploadedFile {
  /** The number in `files[n]`. */
  readonly index: number;
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** One request that has passed every check on its form. */
export interface Call {
  readonly world: World;
  readonly gateway: Gateway;
  readonly interactions: Interactions;
  readonly query: URLSearchParams;
  /** As JSON has it; the caller of a route knows its type from the document. */
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
  /** The bot, with the audit-log reason that came. */
  readonly by: Doer;
  /** A part of the path; throws when the route has none of that name. */
  readonly param: (name: string) => string;
  readonly hole: (name: string) => string | null;
}

/** An answer with a status of its own. */
export class Answer {
  readonly status: number;
  readonly body: object | null;
  constructor(status: number, body: object | null) {
    this.status = status;
    this.body = body;
  }
}

/** What a route gives back: an object or a list is 200, undefined is 204. */
export type Result = object | undefined;

export interface Route {
  readonly method: string;
  /** Written as in Discord's document. */
  readonly template: string;
  readonly handle: (call: Call) => Result;
  /** Open routes need no token of the bot: their address is secret enough. */
  readonly open?: boolean;
  /** Names the schema to be held to, where the document's own is a loose union. */
  readonly narrow?: (
    world: World,
    params: Readonly<Record<string, string>>,
    body: unknown,
  ) => string | null;
}

/** Finds the route or template of a path. */
export class PathTable<T> {
  readonly #bySize = new Map<
    number,
    { segments: readonly string[]; value: T; template: string }[]
  >();

  add(template: string, value: T): void {
    const segments = template.split("/").slice(1);
    const list = this.#bySize.get(segments.length) ?? [];
    list.push({ segments, value, template });
    // A path written out goes before one with a hole: `members/@me` before `members/{user_id}`.
    list.sort((a, b) => holes(a.segments) - holes(b.segments));
    this.#bySize.set(segments.length, list);
  }

  find(path: string): { value: T; template: string; params: Record<string, string> } | null {
    // discord.js writes `@original` as `%40original`.
    const given = path.split("/").slice(1).map(decode);
    for (const { segments, value, template } of this.#bySize.get(given.length) ?? []) {
      if (!segments.every((each, index) => each.startsWith("{") || each === given[index])) continue;
      const params: Record<string, string> = {};
      for (const [index, each] of segments.entries()) {
        if (each.startsWith("{")) params[each.slice(1, -1)] = given[index] ?? "";
      }
      return { value, template, params };
    }
    return null;
  }
}

function decode(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function holes(segments: readonly string[]): number {
  return segments.filter((each) => each.startsWith("{")).length;
}
