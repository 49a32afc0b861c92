import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  type APIEmbed,
  ButtonStyle,
  ComponentType,
} from "discord.js";
import { createHash } from "node:crypto";
import type { ReplyButton } from "../../src/commands/reply.ts";

/** Limits of Discord, in UTF-16 units (https://discord.com/developers/docs/resources/message). */
const MAX_TITLE = 256;
const MAX_DESCRIPTION = 4096;
const MAX_LABEL = 80;
const MAX_CUSTOM_ID = 100;
const PER_ROW = 5;
const MOST_ROWS = 5;
/** Longest nonce, by which Discord knows a message that is sent again within a few minutes. */
const NONCE = 25;

/** What is said, in the form of the port's notices and of replies. */
export interface Saying {
  readonly title: string | null;
  readonly lines: readonly string[];
  readonly buttons: readonly ReplyButton[];
}

/** Custom ids of our buttons begin so; what follows is the command that they run. */
export const RUNS = "run:";

/** A message that says it; `colour` is a number as 0xRRGGBB. Nobody is mentioned by it, whatever the words hold. */
export function messageOf({ title, lines, buttons }: Saying, colour?: number) {
  const embed: APIEmbed = {
    ...(title !== null && title !== "" && { title: cut(title, MAX_TITLE) }),
    ...(lines.length > 0 && { description: cut(lines.map(plain).join("\n"), MAX_DESCRIPTION) }),
    ...(colour !== undefined && { color: colour }),
  };
  return {
    embeds: [embed],
    components: rowsOf(buttons),
    allowed_mentions: { parse: [] },
  };
}

/** Marks of Discord's Markdown would change what a line says, and hide where a link leads. */
export function plain(line: string): string {
  return line.replace(/[\\*_~`|<>[\]]|^#/gu, (mark) => `\\${mark}`);
}

/** A number that is the same for every try of one thing. */
export function nonceOf(id: string): string {
  return createHash("sha256").update(id).digest("base64url").slice(0, NONCE);
}

function rowsOf(
  buttons: readonly ReplyButton[],
): APIActionRowComponent<APIButtonComponentWithCustomId>[] {
  const usable = buttons.filter(({ command }) => RUNS.length + command.length <= MAX_CUSTOM_ID);
  const rows: APIActionRowComponent<APIButtonComponentWithCustomId>[] = [];
  for (let first = 0; first < usable.length && rows.length < MOST_ROWS; first += PER_ROW) {
    const components = usable.slice(first, first + PER_ROW).map(
      ({ label, command }): APIButtonComponentWithCustomId => ({
        type: ComponentType.Button,
        style: ButtonStyle.Secondary,
        label: cut(label, MAX_LABEL),
        custom_id: `${RUNS}${command}`,
      }),
    );
    rows.push({ type: ComponentType.ActionRow, components });
  }
  return rows;
}

function cut(words: string, most: number): string {
  if (words.length <= most) return words;
  // Not through the middle of a character.
  return `${words.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/u, "")}…`;
}
