import type { Entity } from "./types.ts";

const FOUND: readonly (readonly [type: string, pattern: RegExp])[] = [
  ["bot_command", /(?<![\w/])\/[a-zA-Z0-9_]{1,32}(?:@\w{3,32})?(?!\w)/gu],
  ["email", /[\w.+-]+@[\w-]+\.[a-z]{2,}/giu],
  ["url", /(?:https?:\/\/|t\.me\/|www\.)[^\s<>"]+/giu],
  ["mention", /(?<!\w)@\w{3,32}/gu],
  ["hashtag", /(?<!\w)#[\p{L}\p{N}_]+/gu],
];

/** What Telegram finds in a text by itself: commands, addresses, mentions and hashtags, none inside another. */
export function findEntities(text: string, taken: readonly Entity[] = []): Entity[] {
  const found: Entity[] = [];
  for (const [type, pattern] of FOUND) {
    for (const match of text.matchAll(pattern)) {
      const entity = { type, offset: match.index, length: match[0].length };
      if (![...found, ...taken].some((each) => overlap(each, entity))) found.push(entity);
    }
  }
  return [...taken, ...found].toSorted((a, b) => a.offset - b.offset);
}

function overlap(a: Entity, b: Entity): boolean {
  return a.offset < b.offset + b.length && b.offset < a.offset + a.length;
}
