import type { Component, DiscordMessage, Words } from "./payloads.ts";

/** A link preview is Discord's, of a page that the author may not have written. */
const PREVIEWS: readonly (string | undefined)[] = ["link", "article", "image", "video", "gifv"];

/**
 * All that a reader of a message reads: its own words first, so that positions in it are positions in
 * the whole, then poll, embeds, components, stickers, what files are called, and what it forwards.
 */
export function textOf(message: DiscordMessage): string {
  const { poll, message_snapshots: snapshots } = message;
  const asked = poll
    ? [poll.question.text, ...poll.answers.map((answer) => answer.poll_media.text)]
    : [];
  const parts = [
    ...wordsOf(message),
    ...asked,
    ...snapshots.flatMap((snapshot) => wordsOf(snapshot.message)),
  ];
  return parts.filter((part) => part !== undefined && part !== "").join("\n");
}

/** Addresses that stand outside the text: of buttons, and of the titles of embeds. */
export function linksOf(message: DiscordMessage): readonly string[] {
  const all = [message, ...message.message_snapshots.map((snapshot) => snapshot.message)];
  const links = all.flatMap(({ embeds, components }) => [
    ...embeds.flatMap(({ type, url, author }) =>
      PREVIEWS.includes(type) ? [] : [url, author?.url],
    ),
    ...components.flatMap(componentLinks),
  ]);
  return [...new Set(links.filter((link) => link !== undefined))];
}

function wordsOf(words: Words): readonly (string | undefined)[] {
  const { content, embeds, components, sticker_items: stickers, attachments } = words;
  return [
    content,
    ...embeds.flatMap((embed) =>
      PREVIEWS.includes(embed.type)
        ? []
        : [
            embed.author?.name,
            embed.title,
            embed.description,
            ...(embed.fields ?? []).flatMap(({ name, value }) => [name, value]),
            embed.footer?.text,
          ],
    ),
    ...components.flatMap(componentWords),
    ...stickers.map(({ name }) => name),
    ...attachments.flatMap(({ filename, title, description }) => [title ?? filename, description]),
  ];
}

function componentWords(component: Component): readonly (string | undefined)[] {
  const { content, label, placeholder, description, options = [] } = component;
  return [
    content,
    label,
    placeholder,
    description ?? undefined,
    ...options.flatMap((option) => [option.label, option.description]),
    ...insideOf(component).flatMap(componentWords),
  ];
}

function componentLinks(component: Component): readonly (string | undefined)[] {
  return [component.url, ...insideOf(component).flatMap(componentLinks)];
}

function insideOf({ components = [], accessory, items = [] }: Component): readonly Component[] {
  return [...components, ...(accessory ? [accessory] : []), ...items];
}
