import { malformed } from "./errors.ts";
import type { Call } from "./call.ts";
import { findEntities } from "./entities.ts";
import { type Formatted, readHtml } from "./html.ts";
import type { Button, Entity, Keyboard } from "./types.ts";

const MOST_BUTTONS = 100;
const MOST_DATA_BYTES = 64;
const BESIDE_ACTION: ReadonlySet<string> = new Set(["text", "style", "icon_custom_emoji_id"]);

/** A text or caption of ours with its entities: given, marked up, or found by Telegram. */
function readFormatted(call: Call, field: "text" | "caption"): Formatted {
  const source = call.text(field);
  if (!source.isWellFormed()) throw malformed("strings must be encoded in UTF-8");
  const given = call.get<Entity[]>(field === "text" ? "entities" : "caption_entities");
  const mode = call.get<string>("parse_mode");
  if (mode === undefined) {
    checkSpans(source, given ?? []);
    return { text: source, entities: findEntities(source, given) };
  }
  if (given) throw malformed("parse_mode and entities exclude each other");
  if (mode !== "HTML") throw malformed("the loopback server reads no other markup than HTML");
  const { text, entities } = readHtml(source);
  return { text, entities: findEntities(text, entities) };
}

/** An entity stands inside the text and cuts no character in two. */
function checkSpans(text: string, entities: readonly Entity[]): void {
  for (const { offset, length } of entities) {
    const end = offset + length;
    if (offset < 0 || length <= 0 || end > text.length) throw malformed("entity beyond the text");
    if (!text.slice(offset, end).isWellFormed()) throw malformed("entity splits a character");
  }
}

/** A text in the words of a message. */
export function readText(call: Call): { text: string; entities?: readonly Entity[] } {
  const { text, entities } = readFormatted(call, "text");
  if (text.trim() === "") throw malformed("message text is empty");
  if (text.length > 4096) throw malformed("message is too long");
  return { text, ...(entities.length > 0 ? { entities } : {}) };
}

/** A caption in the words of a message; nothing when there is none. */
export function readCaption(call: Call): {
  caption?: string;
  caption_entities?: readonly Entity[];
} {
  const { text: caption, entities } = readFormatted(call, "caption");
  if (caption.length > 1024) throw malformed("message caption is too long");
  if (caption === "") return {};
  return { caption, ...(entities.length > 0 ? { caption_entities: entities } : {}) };
}

/** The keyboard under a message, if it is one of those that stay with it. */
export function readKeyboard(call: Call): { reply_markup?: Keyboard } {
  const markup = call.get<object>("reply_markup");
  if (!markup || !("inline_keyboard" in markup)) return {};
  const keyboard = markup as Keyboard;
  const buttons = keyboard.inline_keyboard.flat();
  if (buttons.length > MOST_BUTTONS) throw malformed("reply markup is too long");
  for (const button of buttons) checkButton(button);
  return buttons.length === 0 ? {} : { reply_markup: keyboard };
}

function checkButton(button: Button): void {
  if (button.text === "") throw malformed("can't parse inline keyboard button: Text is empty");
  const actions = Object.keys(button).filter((key) => !BESIDE_ACTION.has(key));
  if (actions.length !== 1) throw malformed("Text buttons are unallowed in the inline keyboard");
  const { callback_data: data, url } = button;
  if (data !== undefined && (data === "" || Buffer.byteLength(data) > MOST_DATA_BYTES)) {
    throw malformed("BUTTON_DATA_INVALID");
  }
  if (url !== undefined && !/^(?:https?|tg):\/\/\S+$/u.test(url)) {
    throw malformed(`inline keyboard button URL '${url}' is invalid: Wrong HTTP URL`);
  }
}
