import { Tokenizer, TokenType } from "@streamparser/json";
import { typeName } from "../../src/engine/message-input.ts";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import { mendJson } from "./clean-json.ts";
import type { ExportFormat } from "./export-record.ts";

/** How much of a file's beginning decides on its format, in bytes. */
export const HEAD_BYTES = 64 * 1024;

const ACCEPTED =
  "accepted are Telegram Desktop JSON (result.json), DiscordChatExporter JSON, and JSON Lines with id and text";

/** Keys that only the root of a Telegram export of a whole account has. */
const ACCOUNT_KEYS = [
  "chats",
  "left_chats",
  "personal_information",
  "profile_pictures",
  "frequent_contacts",
];

/**
 * Tells the format of an export by the keys at its beginning, never by its name. The error says what
 * was found, in words, and what is accepted.
 */
export function detectFormat(head: Buffer): Result<ExportFormat, string> {
  const text = head.toString("utf8").replace(/^\ufeff/u, "");
  const start = text.trimStart();
  if (start === "") return unknown(head.length === 0 ? "an empty file" : "nothing but blanks");
  if (!start.startsWith("{")) {
    return hasMessageLine(text) ? ok("json-lines") : unknown(describeStart(start, head));
  }
  const keys = readKeys(head);
  const { root } = keys;
  const format = root.has("id") && root.has("text") ? null : exportFormat(keys);
  if (format) return ok(format);
  // One message without any line end may be longer than the head.
  const oneLongLine = root.has("id") && root.has("text") && !text.includes("\n");
  if (oneLongLine || hasMessageLine(text)) return ok("json-lines");
  return unknown("a JSON object without the keys of an export");
}

function exportFormat({ root, record }: Keys): ExportFormat | null {
  if (root.has("guild") && root.has("channel")) return "discord-chat-exporter";
  if (ACCOUNT_KEYS.some((key) => root.has(key))) return "telegram";
  if (!root.has("messages")) return null;
  if (record.has("content") && record.has("author")) return "discord-chat-exporter";
  if (["date", "date_unixtime", "from_id"].some((key) => record.has(key))) return "telegram";
  if (root.has("guild") || root.has("channel")) return "discord-chat-exporter";
  return root.has("type") || root.has("name") ? "telegram" : null;
}

function unknown(found: string): Result<never, string> {
  return fail(`unknown format: found ${found}; ${ACCEPTED}`);
}

/** Whether some whole line is a JSON object with an id or a text: the first lines of JSON Lines may be broken. */
function hasMessageLine(text: string): boolean {
  for (const line of text.split("\n")) {
    if (!line.startsWith("{")) continue;
    const value = parseOrNull(line);
    if (typeof value !== "object" || value === null || "messages" in value) continue;
    if ("id" in value || "text" in value) return true;
  }
  return false;
}

function parseOrNull(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function describeStart(start: string, head: Buffer): string {
  if (head.includes(0)) return "a binary file";
  if (/^<(?:!doctype|html)/iu.test(start)) return "HTML";
  if (start.startsWith("<")) return "XML or HTML";
  if (start.startsWith("[")) return "a JSON list";
  const value = parseOrNull(start);
  return value === null ? "text that is not JSON" : `${typeName(value)} in JSON`;
}

interface Keys {
  /** Keys of the document. */
  readonly root: ReadonlySet<string>;
  /** Keys of the entries of its `messages`. */
  readonly record: ReadonlySet<string>;
}

function readKeys(head: Buffer): Keys {
  const root = new Set<string>();
  const record = new Set<string>();
  let depth = 0;
  let section = "";
  let pending: string | null = null;
  const tokenizer = new Tokenizer();
  tokenizer.onToken = ({ token, value }) => {
    if (token === TokenType.COLON && pending !== null) {
      if (depth === 1) root.add((section = pending));
      else if (depth === 3 && section === "messages") record.add(pending);
    }
    pending = token === TokenType.STRING ? String(value) : null;
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) depth += 1;
    if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) depth -= 1;
  };
  try {
    tokenizer.write(mendJson(head));
  } catch {
    // A fault further on is found again, and placed, when the file is read; the keys before it decide.
  }
  return { root, record };
}
