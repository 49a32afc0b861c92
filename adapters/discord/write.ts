import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIEmbed,
  ButtonStyle,
  ComponentType,
} from "discord.js";
import { createHash } from "node:crypto";
import type { ReplyButton, ReplySelect } from "../../src/commands/reply.ts";
import { customIdOf, prefixOf } from "./custom-id.ts";
import { menuRow } from "./menus.ts";

/** Limits of Discord, in UTF-16 units (https://discord.com/developers/docs/resources/message). */
const MAX_TITLE = 256;
const MAX_DESCRIPTION = 4096;
const MAX_FIELD_NAME = 256;
const MAX_FIELD = 1024;
const MAX_EMBED = 6000;
const MAX_LABEL = 80;
const PER_ROW = 5;
const MOST_ROWS = 5;
/** Longest nonce, by which Discord knows a message that is sent again within a few minutes. */
const NONCE = 25;

/** What is said, in the form of the port's notices and of replies. */
export interface Saying {
  readonly title: string | null;
  readonly lines: readonly string[];
  readonly buttons: readonly ReplyButton[];
  /** Buttons that open a form, after the others. */
  readonly forms?: readonly ReplyButton[];
  readonly selects?: readonly ReplySelect[];
}

/** Shown under the words as it is, Discord's Markdown and all: never anybody's words. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

export interface Looks {
  /** As 0xRRGGBB. */
  readonly colour?: number;
  readonly fields?: readonly Field[];
  /** Of a direct message: whose buttons these are. */
  readonly communityId?: string | null;
}

/** A message that says it, cut where it is too long for Discord. Nobody is mentioned by it, whatever the words hold. */
export function messageOf(saying: Saying, { colour, fields = [], communityId = null }: Looks = {}) {
  const { title, lines, buttons, forms = [], selects = [] } = saying;
  const heading = title === null ? "" : cut(inert(title), MAX_TITLE);
  const shown = fields.map(({ name, value }) => ({
    name: cut(inert(name), MAX_FIELD_NAME),
    value: cut(value, MAX_FIELD),
    inline: true,
  }));
  const taken = shown.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  const room = Math.min(MAX_DESCRIPTION, MAX_EMBED - heading.length - taken);
  const embed: APIEmbed = {
    ...(heading !== "" && { title: heading }),
    ...(lines.length > 0 && { description: cut(lines.map(plain).join("\n"), room) }),
    ...(colour !== undefined && { color: colour }),
    ...(shown.length > 0 && { fields: shown }),
  };
  return {
    embeds: [embed],
    components: [
      ...selects.map((each) => menuRow(each, prefixOf(communityId))),
      ...rowsOf([...buttons, ...forms], communityId),
    ].slice(0, MOST_ROWS),
    allowed_mentions: { parse: [] },
  };
}

/**
 * Words in which nothing of Discord's Markdown is live: no mention, no link, whether it says where it leads or
 * not, no heading, list or quotation.
 */
export function plain(words: string): string {
  return inert(words)
    .replace(/^([ \t]*)([#+-])/gmu, "$1\\$2")
    .replace(/^([ \t]*\d{1,9})\./gmu, "$1\\.");
}

/** The same within a line. */
function inert(words: string): string {
  return words.replace(/[\\*_~`|<>[\]@]|:(?=\/\/)/gu, (mark) => `\\${mark}`);
}

/** A number that is the same for every try of one thing. */
export function nonceOf(id: string): string {
  return createHash("sha256").update(id).digest("base64url").slice(0, NONCE);
}

function rowsOf(
  buttons: readonly ReplyButton[],
  communityId: string | null,
): APIActionRowComponent<APIButtonComponentWithCustomId>[] {
  const usable = new Map<string, ReplyButton>();
  for (const button of buttons) {
    const id = customIdOf(button.command, communityId);
    // Discord refuses a message in which two have the same id.
    if (id !== null && !usable.has(id)) usable.set(id, button);
  }
  const all = [...usable].map(
    ([custom_id, { label }]): APIButtonComponentWithCustomId => ({
      type: ComponentType.Button,
      style: ButtonStyle.Secondary,
      label: cut(label, MAX_LABEL),
      custom_id,
    }),
  );
  const rows = Array.from({ length: Math.ceil(all.length / PER_ROW) }, (_, row) =>
    all.slice(row * PER_ROW, (row + 1) * PER_ROW),
  );
  return rows.map((components) => ({ type: ComponentType.ActionRow, components }));
}

/** At most `most` UTF-16 units, with an ellipsis in place of the rest. */
export function cut(words: string, most: number): string {
  if (words.length <= most) return words;
  // Not through the middle of a character, nor between a mark and what keeps it from being live.
  return `${words.slice(0, most - 1).replace(/[\uD800-\uDBFF]$|\\+$/u, "")}…`;
}
