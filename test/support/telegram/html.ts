import { malformed } from "./errors.ts";
import type { Entity } from "./types.ts";

export interface Formatted {
  readonly text: string;
  readonly entities: readonly Entity[];
}

interface OpenTag {
  readonly name: string;
  readonly offset: number;
  readonly entity: Omit<Entity, "offset" | "length"> | null;
}

const TYPES: Readonly<Record<string, string>> = {
  b: "bold",
  strong: "bold",
  i: "italic",
  em: "italic",
  u: "underline",
  ins: "underline",
  s: "strikethrough",
  strike: "strikethrough",
  del: "strikethrough",
  "tg-spoiler": "spoiler",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
};
const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };
const TOKEN =
  /<(?<close>\/)?(?<name>[a-z-]*)(?<attributes>[^>]*)>|&(?:#(?<code>\d+)|(?<named>lt|gt|amp|quot));|[^<&]+|[<&]/giu;
const HREF = /\bhref\s*=\s*"(?<href>[^"]*)"/iu;

/** Reads `parse_mode: "HTML"` as Telegram does: a mistake in the markup refuses the message. */
export function readHtml(source: string): Formatted {
  let text = "";
  const entities: Entity[] = [];
  const open: OpenTag[] = [];
  for (const match of source.matchAll(TOKEN)) {
    const { close, name, attributes = "", code, named } = match.groups ?? {};
    const at = Buffer.byteLength(source.slice(0, match.index));
    if (name === undefined) text += plain(match[0], code, named, at);
    else if (close === undefined)
      open.push(started(name.toLowerCase(), attributes, text.length, at));
    else {
      const tag = ended(open.pop(), name.toLowerCase(), at);
      const length = text.length - tag.offset;
      if (tag.entity && length > 0) entities.push({ ...tag.entity, offset: tag.offset, length });
    }
  }
  const [left] = open;
  if (left) throw unreadable(`Can't find end tag corresponding to start tag "${left.name}"`);
  return { text, entities: entities.toSorted((a, b) => a.offset - b.offset) };
}

function plain(
  token: string,
  code: string | undefined,
  named: string | undefined,
  at: number,
): string {
  if (code !== undefined) return String.fromCodePoint(Number(code));
  if (named !== undefined) return NAMED[named.toLowerCase()] ?? token;
  if (token === "<") throw unreadable(`Unclosed start tag at byte offset ${at}`);
  return token;
}

function started(name: string, attributes: string, offset: number, at: number): OpenTag {
  if (name === "a") {
    const url = HREF.exec(attributes)?.groups?.["href"];
    const href = url === undefined ? null : readHtml(url).text;
    return { name, offset, entity: href === null ? null : { type: "text_link", url: href } };
  }
  const type = TYPES[name];
  if (type === undefined) throw unreadable(`Unsupported start tag "${name}" at byte offset ${at}`);
  return { name, offset, entity: { type } };
}

function ended(tag: OpenTag | undefined, name: string, at: number): OpenTag {
  if (!tag) throw unreadable(`Unexpected end tag at byte offset ${at}`);
  if (tag.name === name) return tag;
  throw unreadable(
    `Unmatched end tag at byte offset ${at}, expected "</${tag.name}>", found "</${name}>"`,
  );
}

function unreadable(words: string): Error {
  return malformed(`can't parse entities: ${words}`);
}
